#include <map>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "profile/export/paths.h"
#include "profile/export/profile_export.h"
#include "profile/report/counts.h"
#include "results/text/json_string.h"

namespace exitbench {
namespace {

// The bytes of a protobuf message. There are few kinds of field, so this is
// less code than messages of a schema.
class Message {
 public:
  void Number(uint32_t field, uint64_t value) {
    Varint(field << 3);
    Varint(value);
  }
  void Bytes(uint32_t field, absl::string_view bytes) {
    Varint(field << 3 | 2);
    Varint(bytes.size());
    absl::StrAppend(&bytes_, bytes);
  }
  void Packed(uint32_t field, const std::vector<uint64_t>& values) {
    Message packed;
    for (const uint64_t value : values) packed.Varint(value);
    Bytes(field, packed.bytes_);
  }
  const std::string& bytes() const { return bytes_; }

 private:
  void Varint(uint64_t value) {
    for (; value >= 0x80; value >>= 7) {
      bytes_.push_back(static_cast<char>(value | 0x80));
    }
    bytes_.push_back(static_cast<char>(value));
  }

  std::string bytes_;
};

// Field numbers of pprof's profile.proto.
enum ProfileField : uint32_t {
  kSampleType = 1,
  kSample = 2,
  kMapping = 3,
  kLocation = 4,
  kFunction = 5,
  kStringTable = 6,
  kComment = 13,
};

class Pprof {
 public:
  explicit Pprof(const Profile& profile) : profile_(profile) {
    Id("");  // The first string has to be empty.
  }

  std::string Take() {
    Message type;
    type.Number(1, Id(CountedBy(profile_.host)));
    type.Number(2, Id("count"));
    file_.Bytes(kSampleType, type.bytes());
    AddTables();
    for (const CaseProfile& one : profile_.cases) AddCase(one);
    const ProfileHost& host = profile_.host;
    for (const std::string& comment :
         {absl::StrCat("exitbench ", profile_.tool_version),
          absl::StrCat("kernel ", host.kernel_release),
          absl::StrCat(host.kvm_backend, " ", host.paging, ", ",
                       host.cpu_model)}) {
      file_.Number(kComment, Id(comment));
    }
    // Last, when all are known. Fields may stand in any order.
    for (const std::string& text : strings_) file_.Bytes(kStringTable, text);
    return file_.bytes();
  }

 private:
  uint64_t Id(absl::string_view text) {
    const auto [at, added] =
        ids_.emplace(ValidUtf8(text), static_cast<uint64_t>(strings_.size()));
    if (added) strings_.push_back(at->first);
    return at->second;
  }

  // A mapping per module; a function and a location per function. Numbers start
  // with 1.
  void AddTables() {
    for (size_t i = 0; i < profile_.modules.size(); ++i) {
      Message mapping;
      mapping.Number(1, i + 1);
      mapping.Number(5, Id(profile_.modules[i]));
      mapping.Number(7, 1);  // It has names of functions.
      file_.Bytes(kMapping, mapping.bytes());
    }
    for (size_t i = 0; i < profile_.functions.size(); ++i) {
      const ProfileFunction& from = profile_.functions[i];
      Message function, location, line;
      function.Number(1, i + 1);
      function.Number(2, Id(from.name));
      function.Number(3, Id(from.name));
      if (!from.file.empty()) function.Number(4, Id(from.file));
      if (from.line > 0) function.Number(5, from.line);
      file_.Bytes(kFunction, function.bytes());
      line.Number(1, i + 1);
      if (from.line > 0) line.Number(2, from.line);
      location.Number(1, i + 1);
      location.Number(2, from.module + 1);
      location.Bytes(4, line.bytes());
      file_.Bytes(kLocation, location.bytes());
    }
  }

  void AddLabel(absl::string_view key, absl::string_view value,
                Message& sample) {
    Message label;
    label.Number(1, Id(key));
    label.Number(2, Id(value));
    sample.Bytes(3, label.bytes());
  }

  void AddCase(const CaseProfile& one) {
    WholeCounts whole;
    for (const LegProfile& leg : one.legs) {
      std::vector<uint32_t> path;
      VisitPaths(
          profile_, leg.roots, path, [&](const std::vector<uint32_t>& nodes) {
            const int64_t count = whole.Next(profile_.nodes[nodes.back()].self);
            if (count == 0) return;
            std::vector<uint64_t> locations;  // Of the leaf first.
            for (size_t i = nodes.size(); i-- > 0;) {
              locations.push_back(profile_.nodes[nodes[i]].function + 1);
            }
            Message sample;
            sample.Packed(1, locations);
            sample.Packed(2, {static_cast<uint64_t>(count)});
            AddLabel("case", one.name, sample);
            AddLabel("leg", Name(leg.leg), sample);
            file_.Bytes(kSample, sample.bytes());
          });
    }
  }

  const Profile& profile_;
  Message file_;
  std::map<std::string, uint64_t> ids_;
  std::vector<std::string> strings_;
};

}  // namespace

std::string ToPprof(const Profile& profile) { return Pprof(profile).Take(); }

}  // namespace exitbench
