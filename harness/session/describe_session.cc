#include "harness/session/describe_session.h"

#include <cstdint>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/status_macros.h"
#include "cases/catalogue/configuration.h"
#include "cases/catalogue/parameters.h"
#include "harness/host/provenance.h"
#include "harness/host/version.h"
#include "vmm/arch_guest.h"
#include "vmm/backing_file.h"

namespace exitbench {
namespace {

absl::StatusOr<Parameters> ParametersOf(const RunConfig& config) {
  return ParseParameters(config.guest_page, config.host_page,
                         config.working_set, config.backing);
}

}  // namespace

absl::StatusOr<std::vector<CaseInstance>> SelectCases(const RunConfig& config) {
  EB_ASSIGN_OR_RETURN(std::vector<CaseInstance> cases,
                      Select(AllCases(), config.cases));
  EB_ASSIGN_OR_RETURN(const Parameters parameters, ParametersOf(config));
  uint32_t obeyed = 0;
  for (const CaseInstance& c : cases) obeyed |= c.row->parameters;
  const struct {
    bool set;
    uint32_t bit;
    const char* flag;
  } flags[] = {
      {!config.guest_page.empty(), kGuestPageParameter, "guest_page"},
      {!config.host_page.empty(), kHostPageParameter, "host_page"},
      {!config.working_set.empty(), kWorkingSetParameter, "working_set"},
      {!config.backing.empty(), kBackingParameter, "backing"}};
  for (const auto& flag : flags) {
    if (!flag.set || (obeyed & flag.bit)) continue;
    return absl::InvalidArgumentError(absl::StrCat(
        "--", flag.flag,
        " changes none of the selected cases; mem/hot is one that obeys"));
  }
  EB_ASSIGN_OR_RETURN(const VmConfiguration configuration,
                      ParseConfiguration(config.vm, ConfigurableParts()));
  return Configured(WithParameters(std::move(cases), parameters),
                    configuration);
}

absl::StatusOr<Results> DescribeSession(const Kvm& kvm, const RunConfig& config,
                                        bool filtered) {
  Results results;
  results.tool_version = kVersion;
  results.host = HostFacts(kvm);
  results.host.emulator = config.emulator;
  if (config.tick == Tick::kInstruction) results.host.tick = config.tick;
  EB_ASSIGN_OR_RETURN(results.host.tsc_khz, HostClockKhz(kvm));
  Session& session = results.sessions.emplace_back();
  session.seed = config.seed;
  session.rounds = config.rounds;
  session.events = config.exits;
  session.quick = config.quick;
  session.cpus = config.cpus.empty() ? "none" : absl::StrJoin(config.cpus, ",");
  EB_ASSIGN_OR_RETURN(const Parameters parameters, ParametersOf(config));
  session.settings = ParameterFacts(parameters);
  EB_ASSIGN_OR_RETURN(const VmConfiguration configuration,
                      ParseConfiguration(config.vm, ConfigurableParts()));
  for (Fact& fact : ConfigurationFacts(configuration)) {
    session.settings.push_back(std::move(fact));
  }
  if (parameters.backing == MemorySource::kFile) {
    EB_ASSIGN_OR_RETURN(std::string file_system,
                        FileSystemOf(config.backing_dir));
    session.settings.push_back({"backing.file_system", std::move(file_system)});
  }
  if (config.native) session.settings.push_back({"native", "true"});
  // The filter is part of what every system call costs, also KVM_RUN.
  session.settings.push_back({"seccomp", filtered ? "on" : "off"});
  return results;
}

}  // namespace exitbench
