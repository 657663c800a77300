#include "results/fleet/digest_io.h"

#include <google/protobuf/arena.h>

#include <cmath>
#include <cstring>
#include <type_traits>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "proto/fleet.pb.h"
#include "results/file/sealed.h"
#include "results/text/json_string.h"

namespace exitbench {
namespace {

constexpr char kKind[] = "exitbench fleet digest";
static_assert(kDigestBeginning.substr(2) == kKind);
static_assert(sizeof(kKind) - 1 == 0x16);

absl::Status Corrupt(absl::string_view what) {
  return absl::InvalidArgumentError(
      absl::StrCat("not a usable fleet digest: ", what));
}

template <typename Number>
std::string Pack(const std::vector<Number>& numbers) {
  static_assert(std::is_trivially_copyable_v<Number>);
  return std::string(reinterpret_cast<const char*>(numbers.data()),
                     numbers.size() * sizeof(Number));
}

template <typename Number>
absl::Status Unpack(const std::string& bytes, std::vector<Number>& numbers) {
  if (bytes.size() % sizeof(Number) != 0) return Corrupt("half a number");
  numbers.resize(bytes.size() / sizeof(Number));
  if (!bytes.empty()) std::memcpy(numbers.data(), bytes.data(), bytes.size());
  return absl::OkStatus();
}

absl::Status CheckIds(const std::vector<uint32_t>& ids, size_t texts) {
  for (uint32_t id : ids) {
    if (id >= texts) return Corrupt("a host names a text that isn't");
  }
  return absl::OkStatus();
}

template <typename Enum>
absl::Status TakeEnum(uint32_t from, Enum last, Enum& to) {
  if (from > static_cast<uint32_t>(last)) {
    return Corrupt(absl::StrCat("value ", from, " is unknown"));
  }
  to = static_cast<Enum>(from);
  return absl::OkStatus();
}

void Put(const FleetKey& from, proto::FleetGroup& to) {
  to.set_architecture(ValidUtf8(from.architecture));
  to.set_cpu_model(ValidUtf8(from.cpu_model));
  to.set_kernel_release(ValidUtf8(from.kernel_release));
  to.set_kernel_version(ValidUtf8(from.kernel_version));
  to.set_kvm_backend(ValidUtf8(from.kvm_backend));
  to.set_paging(ValidUtf8(from.paging));
  to.set_hypervisor(ValidUtf8(from.hypervisor));
  to.set_emulator(ValidUtf8(from.emulator));
  to.set_tick(static_cast<uint32_t>(from.tick));
  to.set_settings(ValidUtf8(from.settings));
  to.set_mitigations(ValidUtf8(from.mitigations));
  to.set_vulnerabilities(ValidUtf8(from.vulnerabilities));
}

absl::Status Take(const proto::FleetGroup& from, FleetKey& to) {
  to.architecture = from.architecture();
  to.cpu_model = from.cpu_model();
  to.kernel_release = from.kernel_release();
  to.kernel_version = from.kernel_version();
  to.kvm_backend = from.kvm_backend();
  to.paging = from.paging();
  to.hypervisor = from.hypervisor();
  to.emulator = from.emulator();
  EB_RETURN_IF_ERROR(TakeEnum(from.tick(), Tick::kCounter, to.tick));
  to.settings = from.settings();
  to.mitigations = from.mitigations();
  to.vulnerabilities = from.vulnerabilities();
  return absl::OkStatus();
}

void Put(const FleetSeries& from, proto::FleetSeries& to) {
  to.set_case_name(ValidUtf8(from.case_name));
  to.set_metric(ValidUtf8(from.metric));
  to.set_code_hash(ValidUtf8(from.code_hash));
  to.set_unit(static_cast<uint32_t>(from.unit));
  to.set_direction(static_cast<uint32_t>(from.direction));
}

absl::Status Take(const proto::FleetSeries& from, FleetSeries& to) {
  to.case_name = from.case_name();
  to.metric = from.metric();
  to.code_hash = from.code_hash();
  EB_RETURN_IF_ERROR(TakeEnum(from.unit(), Unit::kNs, to.unit));
  return TakeEnum(from.direction(), Direction::kExact, to.direction);
}

void Put(const FleetRow& from, proto::FleetRow& to) {
  to.set_host(ValidUtf8(from.host));
  to.set_file(ValidUtf8(from.file));
  to.set_sessions(Pack(from.sessions));
  to.set_facts(Pack(from.facts));
  to.set_failed(Pack(from.failed));
  to.set_figures(Pack(from.figures));
  to.set_tsc_khz(from.tsc_khz);
  to.set_runs(from.runs);
  to.set_disturbed_runs(from.disturbed_runs);
  to.set_quick(from.quick);
}

absl::Status Take(const proto::FleetRow& from, size_t series, size_t texts,
                  FleetRow& to) {
  to.host = from.host();
  to.file = from.file();
  EB_RETURN_IF_ERROR(Unpack(from.sessions(), to.sessions));
  EB_RETURN_IF_ERROR(Unpack(from.facts(), to.facts));
  EB_RETURN_IF_ERROR(Unpack(from.failed(), to.failed));
  EB_RETURN_IF_ERROR(Unpack(from.figures(), to.figures));
  EB_RETURN_IF_ERROR(CheckIds(to.facts, texts));
  EB_RETURN_IF_ERROR(CheckIds(to.failed, texts));
  if (to.figures.size() > series) return Corrupt("a figure of no case");
  for (float figure : to.figures) {
    if (std::isinf(figure)) return Corrupt("a figure is not a number");
  }
  if (!std::isfinite(from.tsc_khz())) return Corrupt("tsc_khz is not a number");
  to.tsc_khz = from.tsc_khz();
  to.runs = from.runs();
  to.disturbed_runs = from.disturbed_runs();
  to.quick = from.quick();
  return absl::OkStatus();
}

}  // namespace

std::string SerializeDigest(const FleetDigest& digest,
                            absl::string_view tool_version) {
  google::protobuf::Arena arena;
  auto& file =
      *google::protobuf::Arena::CreateMessage<proto::FleetDigest>(&arena);
  file.set_kind(kKind);
  file.set_digest_version(kDigestVersion);
  file.set_tool_version(std::string(tool_version));
  for (const std::string& text : digest.texts())
    file.add_texts(ValidUtf8(text));
  for (const FleetGroup& from : digest.groups()) {
    proto::FleetGroup& to = *file.add_groups();
    Put(from.key, to);
    for (const FleetSeries& series : from.series) Put(series, *to.add_series());
    for (const FleetRow& row : from.rows) Put(row, *to.add_rows());
  }
  return SealedBytes(file);
}

bool IsDigest(absl::string_view bytes) {
  return absl::StartsWith(bytes, kDigestBeginning);
}

absl::StatusOr<FleetDigest> ParseDigest(absl::string_view bytes) {
  const absl::StatusOr<absl::string_view> body = Unsealed(bytes);
  if (!body.ok()) return Corrupt(body.status().message());
  if (!IsDigest(*body)) return Corrupt("it is something else");
  google::protobuf::Arena arena;
  auto& file =
      *google::protobuf::Arena::CreateMessage<proto::FleetDigest>(&arena);
  if (absl::Status s = DecodeBounded(*body, file); !s.ok()) {
    return Corrupt(s.message());
  }
  if (file.digest_version() != kDigestVersion) {
    return absl::UnimplementedError(
        absl::StrCat("fleet digest of version ", file.digest_version(),
                     ", this exitbench reads ", kDigestVersion,
                     ": use the exitbench that wrote it (version ",
                     file.tool_version().substr(0, 64), ")"));
  }
  std::vector<std::string> texts(file.texts().begin(), file.texts().end());
  std::vector<FleetGroup> groups;
  for (const proto::FleetGroup& from : file.groups()) {
    FleetGroup& to = groups.emplace_back();
    EB_RETURN_IF_ERROR(Take(from, to.key));
    for (const proto::FleetSeries& series : from.series()) {
      EB_RETURN_IF_ERROR(Take(series, to.series.emplace_back()));
    }
    for (const proto::FleetRow& row : from.rows()) {
      EB_RETURN_IF_ERROR(
          Take(row, to.series.size(), texts.size(), to.rows.emplace_back()));
    }
  }
  return FleetDigest(std::move(groups), std::move(texts));
}

}  // namespace exitbench
