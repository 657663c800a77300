#include "harness/session/session_task.h"

#include <cstdint>
#include <map>
#include <type_traits>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"

namespace exitbench {
namespace {

// Calls `visit` with the name and the value of each field that is handed over.
// It does not compile if a field of RunConfig is not named here.
template <typename Config, typename Part, typename Visit>
void VisitTask(Config& config, Part& part, Visit& visit) {
  auto& [cases, guest_page, host_page, working_set, backing, backing_dir, vm,
         sessions, rounds, exits, quick, time_limit, seed, cpu, cpus, emulator,
         tick, trace_marks, linearity, seccomp, native, strict_expectations,
         reruns, profile_time, exit_reasons, kvm_device, pace, deadline,
         silence_slack] = config;
  visit("cases", cases);
  visit("guest_page", guest_page);
  visit("host_page", host_page);
  visit("working_set", working_set);
  visit("backing", backing);
  visit("backing_dir", backing_dir);
  visit("vm", vm);
  visit("rounds", rounds);
  visit("exits", exits);
  visit("quick", quick);
  visit("time_limit", time_limit);
  visit("seed", seed);
  visit("cpu", cpu);
  visit("emulator", emulator);
  visit("tick", tick);
  visit("trace_marks", trace_marks);
  visit("linearity", linearity);
  visit("seccomp", seccomp);
  visit("native", native);
  visit("strict_expectations", strict_expectations);
  visit("reruns", reruns);
  visit("profile_time", profile_time);
  visit("exit_reasons", exit_reasons);
  visit("kvm_device", kvm_device);
  visit("pace", pace);
  auto& [session_index, first_round, after, without, profile, count_reasons] =
      part;
  visit("part.session", session_index);
  visit("part.round", first_round);
  visit("part.after", after);
  visit("part.without", without);
  visit("part.profile", profile);
  visit("part.exit_reasons", count_reasons);
}

std::string ToText(const std::string& value) { return value; }
std::string ToText(uint32_t value) { return absl::StrCat(value); }
std::string ToText(bool value) { return value ? "true" : "false"; }
std::string ToText(Tick value) {
  return absl::StrCat(static_cast<uint32_t>(value));
}
std::string ToText(absl::Duration value) {
  return absl::StrCat(absl::ToInt64Nanoseconds(value));
}
std::string ToText(const std::vector<std::string>& value) {
  return absl::StrJoin(value, ",");
}

bool FromText(absl::string_view text, std::string& value) {
  value = std::string(text);
  return true;
}
template <typename Number>
requires std::is_integral_v<Number>
bool FromText(absl::string_view text, Number& value) {
  return absl::SimpleAtoi(text, &value);
}
bool FromText(absl::string_view text, bool& value) {
  value = text == "true";
  return value || text == "false";
}
bool FromText(absl::string_view text, Tick& value) {
  uint32_t number;
  if (!FromText(text, number)) return false;
  value = static_cast<Tick>(number);
  return value == Tick::kTsc || value == Tick::kInstruction;
}
bool FromText(absl::string_view text, absl::Duration& value) {
  int64_t nanoseconds;
  if (!FromText(text, nanoseconds)) return false;
  value = absl::Nanoseconds(nanoseconds);
  return true;
}
bool FromText(absl::string_view text, std::vector<std::string>& value) {
  value = absl::StrSplit(text, ',', absl::SkipEmpty());
  return true;
}

// Escapes the characters that separate fields.
std::string Escaped(absl::string_view text) {
  return absl::StrReplaceAll(text, {{"%", "%25"}, {" ", "%20"}, {"\n", "%0A"}});
}
std::string Unescaped(absl::string_view text) {
  return absl::StrReplaceAll(text, {{"%25", "%"}, {"%20", " "}, {"%0A", "\n"}});
}

}  // namespace

std::string WriteTask(const SessionTask& task) {
  std::vector<std::string> words;
  auto write = [&words](absl::string_view name, const auto& value) {
    words.push_back(absl::StrCat(name, "=", Escaped(ToText(value))));
  };
  VisitTask(task.config, task.part, write);
  return absl::StrJoin(words, " ");
}

absl::StatusOr<SessionTask> ReadTask(absl::string_view text) {
  std::map<absl::string_view, absl::string_view> fields;
  for (absl::string_view word : absl::StrSplit(text, ' ', absl::SkipEmpty())) {
    fields.insert(absl::StrSplit(word, absl::MaxSplits('=', 1)));
  }
  SessionTask task;
  absl::Status status;
  auto read = [&](absl::string_view name, auto& value) {
    const auto found = fields.find(name);
    if (found == fields.end()) {
      status.Update(absl::InvalidArgumentError(
          absl::StrCat("a session's task without ", name)));
      return;
    }
    if (!FromText(Unescaped(found->second), value)) {
      status.Update(absl::InvalidArgumentError(
          absl::StrCat("a session's task with ", name, "=", found->second)));
    }
    fields.erase(found);
  };
  VisitTask(task.config, task.part, read);
  if (!status.ok()) return status;
  if (!fields.empty()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "a session's task with an unknown ", fields.begin()->first));
  }
  return task;
}

}  // namespace exitbench
