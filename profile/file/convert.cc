#include "profile/file/convert.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/status_macros.h"
#include "profile/file/tree_size.h"
#include "results/text/json_string.h"

namespace exitbench {
namespace {

#define EB_SAME(ours, theirs) \
  static_assert(static_cast<int>(ours) == static_cast<int>(theirs))
EB_SAME(ProfileSource::kTrace, proto::PROFILE_SOURCE_TRACE);
EB_SAME(ProfileSource::kNmi, proto::PROFILE_SOURCE_NMI);
EB_SAME(ProfileSource::kClock, proto::PROFILE_SOURCE_CLOCK);
EB_SAME(ProfileSource::kClock, proto::ProfileSource_MAX);
EB_SAME(InstructionKind::kWrmsr, proto::INSTRUCTION_KIND_WRMSR);
EB_SAME(InstructionKind::kCpuid, proto::INSTRUCTION_KIND_CPUID);
EB_SAME(InstructionKind::kSysregWrite, proto::INSTRUCTION_KIND_SYSREG_WRITE);
EB_SAME(InstructionKind::kHvc, proto::INSTRUCTION_KIND_HVC);
EB_SAME(InstructionKind::kHvc, proto::InstructionKind_MAX);
EB_SAME(Leg::kExit, proto::PROFILE_LEG_EXIT);
EB_SAME(Leg::kWhole, proto::PROFILE_LEG_WHOLE);
EB_SAME(Leg::kWhole, proto::ProfileLeg_MAX);
EB_SAME(RefusedFor::kSum, proto::REFUSED_FOR_SUM);
EB_SAME(RefusedFor::kNoFigure, proto::REFUSED_FOR_NO_FIGURE);
EB_SAME(RefusedFor::kNoFigure, proto::RefusedFor_MAX);
#undef EB_SAME

absl::Status Wrong(absl::string_view what) {
  return absl::InvalidArgumentError(what);
}

// All numbers of a profile count something.
absl::Status TakeNumber(double from, absl::string_view what, double& to) {
  if (!std::isfinite(from) || from < 0) {
    return Wrong(absl::StrCat(what, " is no count"));
  }
  to = from;
  return absl::OkStatus();
}

// The model has the same enums, whose values have no gaps.
template <typename Enum>
absl::Status TakeEnum(int64_t from, int max, absl::string_view what, Enum& to) {
  if (from < 0 || from > max) {
    return Wrong(absl::StrCat(what, " ", from, " is unknown"));
  }
  to = static_cast<Enum>(from);
  return absl::OkStatus();
}

void PutHost(const ProfileHost& from, proto::ProfileHost& to) {
  to.set_kernel_release(ValidUtf8(from.kernel_release));
  to.set_kernel_version(ValidUtf8(from.kernel_version));
  to.set_kvm_backend(from.kvm_backend);
  to.set_paging(from.paging);
  to.set_cpu_vendor(ValidUtf8(from.cpu_vendor));
  to.set_cpu_model(ValidUtf8(from.cpu_model));
  to.set_emulator(ValidUtf8(from.emulator));
  to.set_kernel_command_line(ValidUtf8(from.kernel_command_line));
  to.set_source(static_cast<proto::ProfileSource>(from.source));
}

absl::Status TakeHost(const proto::ProfileHost& from, ProfileHost& to) {
  to.kernel_release = from.kernel_release();
  to.kernel_version = from.kernel_version();
  to.kvm_backend = from.kvm_backend();
  to.paging = from.paging();
  to.cpu_vendor = from.cpu_vendor();
  to.cpu_model = from.cpu_model();
  to.emulator = from.emulator();
  to.kernel_command_line = from.kernel_command_line();
  EB_RETURN_IF_ERROR(
      TakeEnum(from.source(), proto::ProfileSource_MAX, "source", to.source));
  return to.source == ProfileSource::kUnspecified
             ? Wrong("it does not say what it was made from")
             : absl::OkStatus();
}

bool IsUint32(double number) {
  return number >= 0 && number <= UINT32_MAX &&
         number == static_cast<uint32_t>(number);
}

void PutNode(const ProfileNode& from, proto::ProfileNode& to) {
  to.set_function(from.function);
  if (IsUint32(from.self)) {
    to.set_self(static_cast<uint32_t>(from.self));
  } else {
    to.set_mean_self(from.self);
  }
  if (IsUint32(from.calls)) {
    to.set_calls(static_cast<uint32_t>(from.calls));
  } else {
    to.set_mean_calls(from.calls);
  }
  for (const auto& [kind, count] : from.kinds) {
    to.add_kinds(static_cast<uint32_t>(kind));
    to.add_kinds(count);
  }
  for (const uint32_t child : from.children) to.add_children(child);
}

absl::Status TakeNode(const proto::ProfileNode& from, size_t functions,
                      ProfileNode& to) {
  if (from.function() >= functions) return Wrong("a node names no function");
  to.function = from.function();
  EB_RETURN_IF_ERROR(TakeNumber(
      from.mean_self() != 0 ? from.mean_self() : from.self(), "self", to.self));
  EB_RETURN_IF_ERROR(
      TakeNumber(from.mean_calls() != 0 ? from.mean_calls() : from.calls(),
                 "calls", to.calls));
  if (from.kinds_size() % 2 != 0) return Wrong("kinds are no pairs");
  to.kinds.resize(static_cast<size_t>(from.kinds_size()) / 2);
  for (size_t i = 0; i < to.kinds.size(); ++i) {
    EB_RETURN_IF_ERROR(TakeEnum(from.kinds(static_cast<int>(2 * i)),
                                proto::InstructionKind_MAX, "kind",
                                to.kinds[i].first));
    to.kinds[i].second = from.kinds(static_cast<int>(2 * i + 1));
  }
  to.children.assign(from.children().begin(), from.children().end());
  return absl::OkStatus();
}

void PutSampled(const Sampled& from, proto::Sampled& to) {
  to.set_clock(ValidUtf8(from.clock));
  to.set_period(from.period);
  to.set_samples(from.samples);
  to.set_attributed(from.attributed);
  to.set_lost(from.lost);
}

absl::Status TakeSampled(const proto::Sampled& from, Sampled& to) {
  to.clock = from.clock();
  EB_RETURN_IF_ERROR(TakeNumber(from.period(), "period", to.period));
  EB_RETURN_IF_ERROR(TakeNumber(from.samples(), "samples", to.samples));
  EB_RETURN_IF_ERROR(
      TakeNumber(from.attributed(), "attributed", to.attributed));
  return TakeNumber(from.lost(), "lost", to.lost);
}

void PutCase(const CaseProfile& from, proto::CaseProfile& to) {
  to.set_name(ValidUtf8(from.name));
  to.set_metric(ValidUtf8(from.metric));
  to.set_figure(from.figure);
  for (const LegProfile& leg : from.legs) {
    proto::LegProfile& put = *to.add_legs();
    put.set_leg(static_cast<proto::ProfileLeg>(leg.leg));
    for (const uint32_t root : leg.roots) put.add_roots(root);
  }
  to.set_uncounted(from.uncounted);
  to.set_events(from.events);
  to.set_modal_events(from.modal_events);
  to.set_refused(ValidUtf8(from.refused));
  to.set_refused_for(static_cast<proto::RefusedFor>(from.refused_for));
  if (from.sampled != Sampled())
    PutSampled(from.sampled, *to.mutable_sampled());
}

absl::Status TakeCase(const proto::CaseProfile& from, CaseProfile& to) {
  to.name = from.name();
  to.metric = from.metric();
  EB_RETURN_IF_ERROR(TakeNumber(from.figure(), "figure", to.figure));
  for (const proto::LegProfile& leg : from.legs()) {
    LegProfile& taken = to.legs.emplace_back();
    EB_RETURN_IF_ERROR(
        TakeEnum(leg.leg(), proto::ProfileLeg_MAX, "leg", taken.leg));
    taken.roots.assign(leg.roots().begin(), leg.roots().end());
  }
  EB_RETURN_IF_ERROR(TakeNumber(from.uncounted(), "uncounted", to.uncounted));
  to.events = from.events();
  to.modal_events = from.modal_events();
  to.refused = from.refused();
  EB_RETURN_IF_ERROR(TakeEnum(from.refused_for(), proto::RefusedFor_MAX,
                              "refused_for", to.refused_for));
  return TakeSampled(from.sampled(), to.sampled);
}

absl::Status TakeFunction(const proto::ProfileFunction& from, size_t modules,
                          ProfileFunction& to) {
  if (from.module() >= modules) return Wrong("a function names no module");
  to = {.name = from.name(),
        .module = from.module(),
        .thunk = from.thunk(),
        .file = from.file(),
        .line = from.line()};
  return absl::OkStatus();
}

// Cases are found by name, here and in other files.
absl::Status CheckNamesDiffer(const std::vector<CaseProfile>& cases) {
  std::vector<absl::string_view> names;
  for (const CaseProfile& one : cases) names.push_back(one.name);
  std::sort(names.begin(), names.end());
  const auto twice = std::adjacent_find(names.begin(), names.end());
  if (twice != names.end()) {
    return Wrong(absl::StrCat("two cases of the name ", *twice));
  }
  return absl::OkStatus();
}

}  // namespace

void Put(const Profile& from, proto::ProfileFile& to) {
  to.set_tool_version(from.tool_version);
  PutHost(from.host, *to.mutable_host());
  for (const std::string& module : from.modules) {
    to.add_modules(ValidUtf8(module));
  }
  for (const ProfileFunction& function : from.functions) {
    proto::ProfileFunction& put = *to.add_functions();
    put.set_name(ValidUtf8(function.name));
    put.set_module(function.module);
    put.set_thunk(function.thunk);
    put.set_file(ValidUtf8(function.file));
    put.set_line(function.line);
  }
  for (const ProfileNode& node : from.nodes) PutNode(node, *to.add_nodes());
  for (const CaseProfile& one : from.cases) PutCase(one, *to.add_cases());
}

absl::Status Take(const proto::ProfileFile& from, Profile& to) {
  to.tool_version = from.tool_version();
  EB_RETURN_IF_ERROR(TakeHost(from.host(), to.host));
  to.modules.assign(from.modules().begin(), from.modules().end());
  for (const proto::ProfileFunction& function : from.functions()) {
    EB_RETURN_IF_ERROR(
        TakeFunction(function, to.modules.size(), to.functions.emplace_back()));
  }
  to.nodes.reserve(static_cast<size_t>(from.nodes_size()));
  for (const proto::ProfileNode& node : from.nodes()) {
    EB_RETURN_IF_ERROR(
        TakeNode(node, to.functions.size(), to.nodes.emplace_back()));
  }
  for (const proto::CaseProfile& one : from.cases()) {
    EB_RETURN_IF_ERROR(TakeCase(one, to.cases.emplace_back()));
  }
  EB_RETURN_IF_ERROR(CheckNamesDiffer(to.cases));
  return CheckTrees(to);
}

}  // namespace exitbench
