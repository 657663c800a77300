#include "harness/host/provenance.h"

#include <sys/utsname.h>
#include <time.h>

#include <algorithm>
#include <fstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "base/fnv1a.h"
#include "base/status_macros.h"
#include "harness/clock/arch/timer.h"
#include "harness/host/cgroup.h"
#include "harness/host/cpu_info.h"
#include "harness/host/host_files.h"
#include "harness/host/known_hosts.h"
#include "vmm/arch_guest.h"
#include "vmm/host/feature_set.h"
#include "vmm/vcpu.h"
#include "vmm/vm.h"

namespace exitbench {
namespace {

std::string HashOfFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return "absent";
  Fnv1a hash;
  for (char c; file.get(c);) hash.Add(&c, 1);
  return absl::StrFormat("fnv1a:%016x", hash.value());
}

void AddFolder(const std::string& folder, const std::string& prefix,
               std::vector<Fact>& facts) {
  for (const std::string& name : ListFolder(folder)) {
    facts.push_back({prefix + name, ReadOr(folder + "/" + name, "absent")});
  }
}

// A fact that is a file's text.
struct Source {
  const char* key;
  std::string path;
};

std::vector<Source> Sources(const std::string& root) {
  const std::string proc = root + "/proc/", sys = root + "/sys/";
  const std::string cpu = sys + "devices/system/cpu/";
  return {
      {"kernel.cmdline", proc + "cmdline"},
      {"cpu.smt", cpu + "smt/control"},
      {"cpu.online", cpu + "online"},
      {"cpu.isolated", cpu + "isolated"},
      {"cpu.nohz_full", cpu + "nohz_full"},
      {"cpuidle.driver", cpu + "cpuidle/current_driver"},
      {"cpuidle.governor", cpu + "cpuidle/current_governor"},
      {"cpufreq.driver", cpu + "cpu0/cpufreq/scaling_driver"},
      {"cpufreq.governor", cpu + "cpu0/cpufreq/scaling_governor"},
      {"cpufreq.min_khz", cpu + "cpu0/cpufreq/scaling_min_freq"},
      {"cpufreq.max_khz", cpu + "cpu0/cpufreq/scaling_max_freq"},
      {"cpufreq.boost", cpu + "cpufreq/boost"},
      {"thp.enabled", sys + "kernel/mm/transparent_hugepage/enabled"},
      {"thp.defrag", sys + "kernel/mm/transparent_hugepage/defrag"},
      {"hugepages.2m", sys + "kernel/mm/hugepages/hugepages-2048kB/"
                             "nr_hugepages"},
      {"ksm.run", sys + "kernel/mm/ksm/run"},
      {"numa_balancing", proc + "sys/kernel/numa_balancing"},
      {"nmi_watchdog", proc + "sys/kernel/nmi_watchdog"},
      {"perf_event_paranoid", proc + "sys/kernel/perf_event_paranoid"},
      {"clocksource",
       sys + "devices/system/clocksource/clocksource0/current_clocksource"},
      // DMI. Boards without it have "absent" here.
      {"bios.vendor", sys + "class/dmi/id/bios_vendor"},
      {"bios.version", sys + "class/dmi/id/bios_version"},
      {"bios.date", sys + "class/dmi/id/bios_date"},
      {"machine.vendor", sys + "class/dmi/id/sys_vendor"},
      {"machine.product", sys + "class/dmi/id/product_name"},
  };
}

// The parameters and versions of KVM's modules.
void AddModules(const std::string& folder, std::vector<Fact>& facts) {
  for (const std::string& module : ListFolder(folder)) {
    if (!absl::StartsWith(module, "kvm")) continue;
    AddFolder(absl::StrCat(folder, "/", module, "/parameters"),
              absl::StrCat("module.", module, "."), facts);
    facts.push_back(
        {absl::StrCat("module.", module, ".srcversion"),
         ReadOr(absl::StrCat(folder, "/", module, "/srcversion"), "absent")});
  }
}

}  // namespace

// The linker, the user and the number of the build change no code path.
std::string CompilerOf(absl::string_view version) {
  const size_t at = version.find(") (");
  if (at == absl::string_view::npos) return "absent";
  version.remove_prefix(at + 3);
  int depth = 0;
  for (size_t i = 0; i < version.size(); ++i) {
    if (version[i] == '(') ++depth;
    if (version[i] == ')' && depth-- == 0) {
      return std::string(version.substr(0, i));
    }
    if (version[i] == ',' && depth == 0) {
      return std::string(version.substr(0, i));
    }
  }
  return "absent";
}

Host HostFacts(const Kvm& kvm, const std::string& root) {
  const std::string proc = root + "/proc/", sys = root + "/sys/";
  const std::string cpu = sys + "devices/system/cpu/";
  Host host;
  utsname names = {};
  uname(&names);
  host.kernel_release = names.release;
  host.kernel_version = names.version;
  host.architecture = names.machine;
  host.kvm_backend = kvm.backend().Name();
  host.paging = std::string(kvm.backend().paging());
  host.tick = Tick::kTsc;
  DescribeCpu(root, host);
  host.hypervisor = HypervisorSignature();
  host.virtual_machine = !host.hypervisor.empty();

  for (const Source& source : Sources(root)) {
    host.facts.push_back({source.key, ReadOr(source.path, "absent")});
  }
  host.facts.push_back(
      {kKernelCompilerFact, CompilerOf(ReadOr(proc + "version", ""))});
  host.facts.push_back({"kernel.config", HashOfFile(proc + "config.gz")});
  host.facts.push_back({"kernel.notes", HashOfFile(sys + "kernel/notes")});
  {
    // Before Linux 6.12 VMX is on only while there is a VM, and without it the
    // kernel does not say what it does against itlb_multihit.
    const absl::StatusOr<Vm> vmx_on = Vm::Create(kvm);
    AddFolder(cpu + "vulnerabilities", "cpu.vulnerabilities.", host.facts);
  }
  AddModules(sys + "module", host.facts);
  for (const FeatureName& known : AllFeatures()) {
    host.facts.push_back({absl::StrCat("feature.", known.name),
                          std::string(kvm.features().Of(known.feature))});
  }
  const bool known = IsKnownHost(kvm.backend().backend, kvm.features());
  host.facts.push_back({kExpectationsFact, known ? "tested" : "untested"});
  std::sort(host.facts.begin(), host.facts.end(),
            [](const Fact& a, const Fact& b) { return a.key < b.key; });
  return host;
}

std::vector<Fact> SessionFacts(const std::string& root) {
  std::vector<Fact> facts = CgroupFacts(root);
  facts.push_back({"loadavg", ReadOr(root + "/proc/loadavg", "absent")});
  facts.push_back(
      {"pressure.cpu", ReadOr(root + "/proc/pressure/cpu", "absent")});
  facts.push_back({"uptime", ReadOr(root + "/proc/uptime", "absent")});
  return facts;
}

std::string BootId(const std::string& root) {
  return ReadOr(root + "/proc/sys/kernel/random/boot_id", "absent");
}

absl::StatusOr<double> HostClockKhz(const Kvm& kvm) {
  EB_ASSIGN_OR_RETURN(Vm vm, Vm::Create(kvm));
  EB_ASSIGN_OR_RETURN(Vcpu vcpu, Vcpu::Create(kvm, vm, 0));
  absl::StatusOr<int64_t> khz = GuestClockKhz(vcpu);
  if (khz.ok() && *khz > 0) return static_cast<double>(*khz);
  timespec start, now;
  clock_gettime(CLOCK_MONOTONIC_RAW, &start);
  const uint64_t start_ticks = StampFirst();
  double elapsed_ns = 0;
  while (elapsed_ns < 50e6) {
    clock_gettime(CLOCK_MONOTONIC_RAW, &now);
    elapsed_ns = (now.tv_sec - start.tv_sec) * 1e9 +
                 static_cast<double>(now.tv_nsec - start.tv_nsec);
  }
  return static_cast<double>(StampLast() - start_ticks) / elapsed_ns * 1e6;
}

}  // namespace exitbench
