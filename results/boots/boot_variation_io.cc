#include "results/boots/boot_variation_io.h"

#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/text_format.h>

#include <cmath>

#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "proto/calibration.pb.h"

namespace exitbench {
namespace {

constexpr uint32_t kVersion = 1;
// Far more than all cases take. Few enough bytes that a file of empty entries,
// of seven bytes each, does no harm.
constexpr size_t kMostBytes = 4u << 20;
constexpr char kHeader[] =
    "# Boot-to-boot variation by `exitbench calibrate`, for `exitbench diff "
    "--calibration=FILE`.\n";

absl::Status Invalid(absl::string_view what) {
  return absl::InvalidArgumentError(
      absl::StrCat("not a calibration file: ", what));
}

// Keeps protobuf from printing to standard error.
class FirstError : public google::protobuf::io::ErrorCollector {
 public:
  void AddError(int line, google::protobuf::io::ColumnNumber,
                const std::string& message) override {
    if (text.empty()) text = absl::StrCat("line ", line + 1, ": ", message);
  }
  std::string text;
};

bool IsAmount(double value) { return std::isfinite(value) && value >= 0; }

}  // namespace

std::string BootVariationToText(const BootVariation& variation) {
  proto::CalibrationFile file;
  file.set_schema_version(kVersion);
  file.set_kernel_release(variation.host.kernel_release);
  file.set_kvm_backend(variation.host.kvm_backend);
  file.set_paging(variation.host.paging);
  file.set_cpu_model(variation.host.cpu_model);
  file.set_architecture(variation.host.architecture);
  file.set_counted(variation.host.tick == Tick::kInstruction);
  file.set_boots(variation.boots);
  file.set_typical_sigma(variation.typical_sigma);
  for (const CaseVariation& c : variation.cases) {
    proto::CaseVariation* to = file.add_cases();
    to->set_name(c.case_name);
    to->set_metric(c.metric);
    to->set_boots(c.boots);
    to->set_sigma(c.sigma);
    to->set_range(c.range);
  }
  std::string text;
  EB_CHECK(google::protobuf::TextFormat::PrintToString(file, &text));
  return absl::StrCat(kHeader, text);
}

absl::StatusOr<BootVariation> BootVariationFromText(absl::string_view text) {
  if (text.size() > kMostBytes) return Invalid("it is too large");
  google::protobuf::io::ArrayInputStream stream(text.data(),
                                                static_cast<int>(text.size()));
  FirstError error;
  google::protobuf::TextFormat::Parser parser;
  parser.RecordErrorsTo(&error);
  proto::CalibrationFile file;
  if (!parser.Parse(&stream, &file)) return Invalid(error.text);
  if (file.schema_version() != kVersion) {
    return Invalid(absl::StrCat("schema version ", file.schema_version(),
                                ", this exitbench reads ", kVersion));
  }
  BootVariation variation;
  variation.host.kernel_release = file.kernel_release();
  variation.host.kvm_backend = file.kvm_backend();
  variation.host.paging = file.paging();
  variation.host.cpu_model = file.cpu_model();
  variation.host.architecture = file.architecture();
  variation.host.tick = file.counted()                     ? Tick::kInstruction
                        : file.architecture() == "aarch64" ? Tick::kCounter
                                                           : Tick::kTsc;
  variation.boots = file.boots();
  variation.typical_sigma = file.typical_sigma();
  if (!IsAmount(variation.typical_sigma)) {
    return Invalid("typical_sigma is no amount");
  }
  for (const proto::CaseVariation& from : file.cases()) {
    if (!IsAmount(from.sigma()) || !IsAmount(from.range())) {
      return Invalid("sigma or range of a case is no amount");
    }
    CaseVariation c;
    c.case_name = from.name();
    c.metric = from.metric();
    c.boots = from.boots();
    c.sigma = from.sigma();
    c.range = from.range();
    variation.cases.push_back(std::move(c));
  }
  return variation;
}

}  // namespace exitbench
