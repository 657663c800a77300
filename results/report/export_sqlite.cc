#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "results/model/names.h"
#include "results/report/export.h"
#include "results/text/digits.h"
#include "results/text/printable.h"

namespace exitbench {
namespace {

// All rows name their file by its id, so that many files fit into one database.
constexpr char kTables[] =
    R"sql(CREATE TABLE IF NOT EXISTS file(id INTEGER PRIMARY KEY, kernel TEXT,
  kernel_build TEXT, architecture TEXT, kvm_backend TEXT, paging TEXT,
  cpu_model TEXT, microcode TEXT, hypervisor TEXT, emulator TEXT, tick TEXT,
  tsc_khz REAL, exitbench TEXT, partial INTEGER);
CREATE TABLE IF NOT EXISTS fact(file INTEGER REFERENCES file, key TEXT,
  value TEXT);
CREATE TABLE IF NOT EXISTS session(file INTEGER REFERENCES file,
  session INTEGER, boot_id TEXT, started_utc TEXT, cpus TEXT, rounds INTEGER,
  events INTEGER, quick INTEGER, partial INTEGER);
CREATE TABLE IF NOT EXISTS result(file INTEGER REFERENCES file, name TEXT,
  code_hash TEXT, outcome TEXT, reason TEXT, verdict TEXT, proof TEXT);
CREATE TABLE IF NOT EXISTS figure(file INTEGER REFERENCES file, name TEXT,
  metric TEXT, unit TEXT, direction TEXT, gating INTEGER, session INTEGER,
  round INTEGER, attempt INTEGER, disturbed INTEGER, events INTEGER,
  samples INTEGER, iqm REAL, mean REAL, standard_deviation REAL, min REAL,
  p50 REAL, p90 REAL, p99 REAL, p999 REAL, max REAL);
CREATE INDEX IF NOT EXISTS figure_by_name ON figure(name, metric, file);
CREATE TEMP TABLE this_file(id INTEGER);
)sql";

// The id of the file that is being added.
constexpr char kFile[] = "(SELECT id FROM temp.this_file)";

std::string Quoted(absl::string_view text) {
  return absl::StrCat("'", absl::StrReplaceAll(Printable(text), {{"'", "''"}}),
                      "'");
}

template <typename... Values>
std::string Insert(absl::string_view table, const Values&... values) {
  return absl::StrCat(
      "INSERT INTO ", table, " VALUES(",
      absl::StrJoin(std::initializer_list<std::string>{std::string(values)...},
                    ","),
      ");\n");
}

std::string Bool(bool value) { return value ? "1" : "0"; }

std::string Figure(const CaseResult& c, const Metric& metric,
                   const RunStatistics& statistics, Tick tick) {
  const Run& run = c.runs[statistics.run];
  const Summary& s = statistics.summary;
  return Insert("figure", kFile, Quoted(c.name), Quoted(metric.name),
                Quoted(Name(metric.unit, tick)), Quoted(Name(metric.direction)),
                Bool(metric.gating), absl::StrCat(run.session),
                absl::StrCat(run.round), absl::StrCat(run.attempt),
                Bool(run.disturbed), absl::StrCat(run.events),
                absl::StrCat(s.count), Digits(s.iqm), Digits(s.mean),
                Digits(s.standard_deviation), Digits(s.min), Digits(s.p50),
                Digits(s.p90), Digits(s.p99), Digits(s.p999), Digits(s.max));
}

}  // namespace

std::string ToSqlite(const Results& results) {
  const Host& host = results.host;
  std::string sql = absl::StrCat(
      "BEGIN;\n", kTables,
      Insert("file", "NULL", Quoted(host.kernel_release),
             Quoted(host.kernel_version), Quoted(host.architecture),
             Quoted(host.kvm_backend), Quoted(host.paging),
             Quoted(host.cpu_model), Quoted(host.microcode),
             Quoted(host.hypervisor), Quoted(host.emulator),
             Quoted(Name(Unit::kTicks, host.tick)), Digits(host.tsc_khz),
             Quoted(results.tool_version), Bool(results.partial)),
      "INSERT INTO temp.this_file VALUES(last_insert_rowid());\n");
  for (const Fact& fact : host.facts) {
    sql += Insert("fact", kFile, Quoted(fact.key), Quoted(fact.value));
  }
  for (size_t i = 0; i < results.sessions.size(); ++i) {
    const Session& s = results.sessions[i];
    sql += Insert("session", kFile, absl::StrCat(i), Quoted(s.boot_id),
                  Quoted(s.started_utc), Quoted(s.cpus), absl::StrCat(s.rounds),
                  absl::StrCat(s.events), Bool(s.quick), Bool(s.partial));
  }
  for (const CaseResult& c : results.cases) {
    sql += Insert("result", kFile, Quoted(c.name), Quoted(c.code_hash),
                  Quoted(Name(c.outcome)), Quoted(c.reason),
                  Quoted(Name(c.verdict)), Quoted(c.proof));
    for (const Metric& metric : c.metrics) {
      for (const RunStatistics& run : metric.runs) {
        sql += Figure(c, metric, run, host.tick);
      }
    }
  }
  return sql + "DROP TABLE temp.this_file;\nCOMMIT;\n";
}

}  // namespace exitbench
