#include <vector>

#include "absl/strings/str_cat.h"
#include "profile/export/profile_export.h"
#include "profile/report/counts.h"
#include "results/text/json_writer.h"

namespace exitbench {
namespace {

class Speedscope {
 public:
  explicit Speedscope(const Profile& profile) : profile_(profile) {}

  std::string Take() {
    json_.BeginObject();
    json_.Field("$schema",
                "https://www.speedscope.app/file-format-schema.json");
    json_.Field("exporter", absl::StrCat("exitbench@", profile_.tool_version));
    json_.Field("name", profile_.host.kernel_release);
    json_.Key("shared");
    json_.BeginObject();
    json_.Key("frames");
    json_.BeginArray();
    for (const ProfileFunction& function : profile_.functions) {
      json_.BeginObject();
      json_.Field("name", function.name);
      json_.Field("file", function.file.empty()
                              ? profile_.modules[function.module]
                              : function.file);
      if (function.line > 0) {
        json_.Field("line", static_cast<double>(function.line));
      }
      json_.EndObject();
    }
    for (size_t leg = 0; leg < kLegs; ++leg) {
      json_.BeginObject();
      json_.Field("name", absl::StrCat("[", Name(static_cast<Leg>(leg)), "]"));
      json_.EndObject();
    }
    json_.EndArray();
    json_.EndObject();
    json_.Key("profiles");
    json_.BeginArray();
    for (const CaseProfile& one : profile_.cases) {
      if (one.refused.empty()) Write(one);
    }
    json_.EndArray();
    json_.EndObject();
    return json_.Take();
  }

 private:
  void Write(const CaseProfile& one) {
    at_ = 0;
    json_.BeginObject();
    json_.Field("type", "evented");
    json_.Field("name", absl::StrCat(one.name, " ", one.metric));
    json_.Field("unit", "none");
    json_.Key("events");
    json_.BeginArray();
    for (const LegProfile& leg : one.legs) {
      const size_t frame =
          profile_.functions.size() + static_cast<size_t>(leg.leg);
      const bool parts = leg.leg != Leg::kWhole;
      if (parts) Event("O", frame);
      Write(leg.roots);
      if (parts) Event("C", frame);
    }
    json_.EndArray();
    json_.Field("startValue", 0.0);
    json_.Field("endValue", at_);
    json_.EndObject();
  }

  void Write(const std::vector<uint32_t>& siblings) {
    for (const uint32_t index : siblings) {
      const ProfileNode& node = profile_.nodes[index];
      Event("O", node.function);
      at_ += node.self;
      Write(node.children);
      Event("C", node.function);
    }
  }

  void Event(const char* type, size_t frame) {
    json_.BeginObject();
    json_.Field("type", type);
    json_.Field("frame", static_cast<double>(frame));
    json_.Field("at", at_);
    json_.EndObject();
  }

  const Profile& profile_;
  JsonWriter json_;
  double at_ = 0;
};

}  // namespace

std::string ToSpeedscope(const Profile& profile) {
  return Speedscope(profile).Take();
}

}  // namespace exitbench
