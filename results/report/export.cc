#include "results/report/export.h"

#include <map>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "results/model/names.h"
#include "results/text/digits.h"
#include "results/text/json_writer.h"
#include "results/text/printable.h"

namespace exitbench {
namespace {

std::string CsvField(absl::string_view text) {
  const std::string printable = Printable(text);
  if (printable.find_first_of(",\"") == std::string::npos) return printable;
  return absl::StrCat("\"", absl::StrReplaceAll(printable, {{"\"", "\"\""}}),
                      "\"");
}

// Replaces what benchmark names and units may not hold: spaces, and anything
// that a tool could take for syntax.
std::string Word(absl::string_view text) {
  std::string word(text);
  for (char& c : word) {
    if (!absl::ascii_isalnum(static_cast<unsigned char>(c)) && c != '.' &&
        c != '/' && c != '_' && c != '-') {
      c = '_';
    }
  }
  return word.empty() ? "_" : word;
}

// Returns "BenchmarkPio/out" for "pio/out". Benchstat takes a "-8" at the end
// for the number of CPUs, so that hyphen is replaced.
std::string BenchmarkName(absl::string_view case_name) {
  std::string name = Word(case_name);
  name[0] = absl::ascii_toupper(static_cast<unsigned char>(name[0]));
  const size_t digits = name.find_last_not_of("0123456789");
  if (digits + 1 < name.size() && name[digits] == '-') name[digits] = '_';
  return absl::StrCat("Benchmark", name);
}

std::string BenchmarkUnit(const Metric& metric, Tick tick) {
  std::string unit = "unknown";
  switch (metric.unit) {
    case Unit::kTicks:
      unit = absl::StrCat(Name(Unit::kTicks, tick), "/op");
      break;
    case Unit::kCount:
      unit = "events/op";
      break;
    case Unit::kBytes:
      unit = "B";
      break;
    case Unit::kTicksPerByte:
      unit = std::string(Name(Unit::kTicksPerByte, tick));
      break;
    case Unit::kMbPerS:
      unit = "MB/s";
      break;
    case Unit::kRatio:
      unit = "ratio";
      break;
    case Unit::kNs:
      unit = "ns/op";
      break;
    case Unit::kUnspecified:
      break;
  }
  return absl::StrCat(Word(metric.name), "-", unit);
}

const char* UnitProperties(Direction direction) {
  switch (direction) {
    case Direction::kHigherIsBetter:
      return "better=higher";
    case Direction::kExact:
      return "better=lower assume=exact";
    default:
      return "better=lower";
  }
}

}  // namespace

std::string ToCsv(const Results& results) {
  std::string csv =
      "kernel,case,outcome,metric,unit,direction,gating,session,boot_id,round,"
      "attempt,disturbed,events,samples,iqm,mean,standard_deviation,min,p50,"
      "p90,p99,p999,max\n";
  for (const CaseResult& c : results.cases) {
    for (const Metric& m : c.metrics) {
      for (const RunStatistics& statistics : m.runs) {
        const Run& run = c.runs[statistics.run];
        const Summary& s = statistics.summary;
        const std::vector<std::string> fields = {
            CsvField(results.host.kernel_release),
            CsvField(c.name),
            std::string(Name(c.outcome)),
            CsvField(m.name),
            std::string(Name(m.unit, results.host.tick)),
            std::string(Name(m.direction)),
            m.gating ? "1" : "0",
            absl::StrCat(run.session),
            CsvField(results.sessions[run.session].boot_id),
            absl::StrCat(run.round),
            absl::StrCat(run.attempt),
            run.disturbed ? "1" : "0",
            absl::StrCat(run.events),
            absl::StrCat(s.count),
            Digits(s.iqm),
            Digits(s.mean),
            Digits(s.standard_deviation),
            Digits(s.min),
            Digits(s.p50),
            Digits(s.p90),
            Digits(s.p99),
            Digits(s.p999),
            Digits(s.max)};
        absl::StrAppend(&csv, absl::StrJoin(fields, ","), "\n");
      }
    }
  }
  return csv;
}

std::string ToBenchstat(const Results& results) {
  const Host& host = results.host;
  std::string text;
  const auto configure = [&text](absl::string_view key,
                                 absl::string_view value) {
    absl::StrAppend(&text, key, ": ", Printable(value), "\n");
  };
  configure("kernel", host.kernel_release);
  configure("kvm-backend", host.kvm_backend);
  configure("paging", host.paging);
  configure("cpu", host.cpu_model);
  configure("exitbench", results.tool_version);
  std::map<std::string, const char*> units;
  std::string lines;
  for (const CaseResult& c : results.cases) {
    if (c.outcome != Outcome::kOk) continue;
    std::vector<std::string> measurements(c.runs.size());
    for (const Metric& m : c.metrics) {
      const std::string unit = BenchmarkUnit(m, host.tick);
      // Tools refuse a unit with two different properties: keep the first.
      units.emplace(unit, UnitProperties(m.direction));
      for (const RunStatistics& run : m.runs) {
        absl::StrAppend(&measurements[run.run], " ", Digits(run.summary.iqm),
                        " ", unit);
      }
    }
    for (size_t i = 0; i < measurements.size(); ++i) {
      if (measurements[i].empty()) continue;
      absl::StrAppend(&lines, BenchmarkName(c.name), " ", c.runs[i].events,
                      measurements[i], "\n");
    }
  }
  text += "\n";
  for (const auto& [unit, properties] : units) {
    absl::StrAppend(&text, "Unit ", unit, " ", properties, "\n");
  }
  return absl::StrCat(text, "\n", lines);
}

absl::StatusOr<std::string> ToGbench(const Results& results) {
  const Host& host = results.host;
  if (!IsTime(host.tick) || !(host.tsc_khz > 0)) {
    return absl::FailedPreconditionError(
        "these results count instructions, which are no time: gbench wants "
        "nanoseconds; export them as json, csv or benchstat");
  }
  const double ns_per_tick = 1e6 / host.tsc_khz;
  JsonWriter json;
  json.BeginObject();
  json.Key("context");
  json.BeginObject();
  json.Field("date", results.sessions.empty()
                         ? absl::string_view()
                         : results.sessions[0].started_utc);
  json.Field("executable", "exitbench");
  json.Field("mhz_per_cpu", host.tsc_khz / 1000);
  json.Field("library_build_type", "release");
  json.Field("exitbench_version", results.tool_version);
  json.Field("kernel", host.kernel_release);
  json.Field("kvm_backend", host.kvm_backend);
  json.Field("cpu_model", host.cpu_model);
  json.EndObject();
  json.Key("benchmarks");
  json.BeginArray();
  for (const CaseResult& c : results.cases) {
    if (c.outcome != Outcome::kOk) continue;
    for (const Metric& m : c.metrics) {
      if (m.unit != Unit::kTicks) continue;
      const std::string name = absl::StrCat(c.name, "/", m.name);
      for (size_t i = 0; i < m.runs.size(); ++i) {
        const double ns = m.runs[i].summary.iqm * ns_per_tick;
        json.BeginObject();
        json.Field("name", name);
        json.Field("run_name", name);
        json.Field("run_type", "iteration");
        json.Field("repetitions", static_cast<double>(m.runs.size()));
        json.Field("repetition_index", static_cast<double>(i));
        json.Field("threads", 1.0);
        json.Field("iterations",
                   static_cast<double>(c.runs[m.runs[i].run].events));
        json.Field("real_time", ns);
        // The guest and its host thread keep one CPU busy.
        json.Field("cpu_time", ns);
        json.Field("time_unit", "ns");
        json.EndObject();
      }
    }
  }
  json.EndArray();
  json.EndObject();
  return json.Take();
}

}  // namespace exitbench
