#include "vmm/arm64/host_texts.h"

#include <fstream>
#include <iterator>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

namespace exitbench {
namespace {

std::string ReadAll(const char* path) {
  std::ifstream file(path);
  std::string text{std::istreambuf_iterator<char>(file),
                   std::istreambuf_iterator<char>()};
  absl::StripAsciiWhitespace(&text);
  return text;
}

// Returns the value of the first line of `cpuinfo` that is named `name`.
std::string Field(const std::string& cpuinfo, absl::string_view name) {
  for (absl::string_view line : absl::StrSplit(cpuinfo, '\n')) {
    const std::pair<absl::string_view, absl::string_view> parts =
        absl::StrSplit(line, absl::MaxSplits(':', 1));
    if (absl::StripAsciiWhitespace(parts.first) == name) {
      return std::string(absl::StripAsciiWhitespace(parts.second));
    }
  }
  return "";
}

}  // namespace

HostTexts ReadHostTexts() {
  return {.interrupts = ReadAll("/proc/interrupts"),
          .command_line = ReadAll("/proc/cmdline"),
          .cpu_features = Field(ReadAll("/proc/cpuinfo"), "Features"),
          .system_vendor = ReadAll("/sys/class/dmi/id/sys_vendor"),
          .product_name = ReadAll("/sys/class/dmi/id/product_name"),
          .board_compatible = ReadAll("/proc/device-tree/compatible"),
          .hypervisor_type = ReadAll("/sys/hypervisor/type")};
}

std::string KernelParameter(const std::string& command_line,
                            const std::string& name) {
  std::string value;
  for (absl::string_view word : absl::StrSplit(command_line, ' ')) {
    if (absl::ConsumePrefix(&word, name) && absl::ConsumePrefix(&word, "=")) {
      value = std::string(word);
    }
  }
  return value;
}

std::string HypervisorName(const HostTexts& texts) {
  if (!texts.hypervisor_type.empty()) return texts.hypervisor_type;
  if (absl::StrContains(texts.board_compatible, "linux,dummy-virt")) {
    return "dummy-virt";
  }
  // Clouds rent whole machines too, and say so.
  if (absl::StrContains(texts.product_name, "metal")) return "";
  if (texts.system_vendor == "Apple Inc." &&
      !absl::StrContains(texts.product_name, "Virtual")) {
    return "";
  }
  for (absl::string_view vendor :
       {"QEMU", "Amazon EC2", "Google", "VMware", "Parallels", "Apple Inc.",
        "Alibaba Cloud", "Hetzner", "OpenStack Foundation"}) {
    if (absl::StartsWith(texts.system_vendor, vendor)) {
      return std::string(vendor);
    }
  }
  if (texts.system_vendor == "Microsoft Corporation" &&
      texts.product_name == "Virtual Machine") {
    return "Microsoft Hv";
  }
  return absl::StrContains(texts.product_name, "KVM Virtual Machine") ? "KVM"
                                                                      : "";
}

}  // namespace exitbench
