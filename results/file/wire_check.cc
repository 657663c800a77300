#include "results/file/wire_check.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <deque>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "base/status_macros.h"
#include "proto/results.pb.h"
#include "results/file/damaged.h"
#include "results/stats/histogram.h"

namespace exitbench {
namespace {

using ::google::protobuf::Descriptor;
using ::google::protobuf::FieldDescriptor;

// Each list of the schema, by its name, and how long it may be.
constexpr struct {
  absl::string_view field;
  uint32_t most;
} kLists[] = {
    {"ResultsFile.sessions", kMaxSessions},
    {"ResultsFile.cases", kMaxCases},
    {"Host.facts", 4096},
    {"Session.facts", 4096},
    {"Session.knobs", 4096},
    {"CaseResult.runs", kMaxRunsPerCase},
    {"CaseResult.metrics", 64},
    {"CaseResult.linearity", kMaxRunsPerCase},
    {"CaseResult.unexpected", 64},
    {"Metric.runs", kMaxRunsPerCase},
    {"Run.counters", 1024},
    {"Histogram.bucket_index", Histogram::kBuckets},
    {"Histogram.bucket_count", Histogram::kBuckets},
};
constexpr absl::string_view kPackage = "exitbench.proto.";

// What decoding takes in memory, by generous estimates.
constexpr size_t kTimesMessage = 4;  // The message, and its twin in the model.
constexpr size_t kPointerBytes = 16;
constexpr size_t kTextBytes = 64;    // Two std::string, without their text.
constexpr size_t kNumberBytes = 64;  // In a growing list, and in a map's node.
constexpr size_t kUnknownFieldBytes = 64;

constexpr size_t kMostFields = 32;
constexpr size_t kMostTagBytes = 5;  // Of tags and lengths, both of 32 bits.
constexpr size_t kMostVarintBytes = 10;

enum WireType : uint32_t {
  kVarint = 0,
  kFixed64 = 1,
  kLengthDelimited = 2,
  kFixed32 = 5
};

enum class Kind { kUnknown, kNumber, kText, kNumbers, kMessage };

struct Plan;

struct FieldPlan {
  Kind kind = Kind::kUnknown;
  uint32_t slot = 0;  // Of this field's count in its message.
  uint32_t most = 1;
  const FieldDescriptor* descriptor = nullptr;
  const Plan* message = nullptr;
};

// What may be in a message of one type.
struct Plan {
  const Descriptor* descriptor = nullptr;
  size_t bytes = 0;
  std::vector<FieldPlan> fields;  // By field number.
};

uint32_t MostOf(const FieldDescriptor& field) {
  if (!field.is_repeated()) return 1;
  for (const auto& list : kLists) {
    if (field.full_name() == absl::StrCat(kPackage, list.field)) {
      return list.most;
    }
  }
  // A list that nobody bounded: add it to kLists.
  EB_CHECK(false);
}

Kind KindOf(const FieldDescriptor& field) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return Kind::kMessage;
    case FieldDescriptor::CPPTYPE_STRING:
      return Kind::kText;
    default:
      return field.is_repeated() ? Kind::kNumbers : Kind::kNumber;
  }
}

const Plan* MakePlan(const Descriptor& descriptor, std::deque<Plan>& plans) {
  for (const Plan& known : plans) {
    if (known.descriptor == &descriptor) return &known;
  }
  Plan& plan = plans.emplace_back();
  plan.descriptor = &descriptor;
  const google::protobuf::Message* prototype =
      google::protobuf::MessageFactory::generated_factory()->GetPrototype(
          &descriptor);
  plan.bytes = kTimesMessage * prototype->SpaceUsedLong() + kPointerBytes;
  EB_CHECK(static_cast<size_t>(descriptor.field_count()) <= kMostFields);
  for (int i = 0; i < descriptor.field_count(); ++i) {
    const FieldDescriptor& field = *descriptor.field(i);
    FieldPlan planned = {KindOf(field), static_cast<uint32_t>(i), MostOf(field),
                         &field, nullptr};
    if (planned.kind == Kind::kMessage) {
      planned.message = MakePlan(*field.message_type(), plans);
    }
    const size_t number = static_cast<size_t>(field.number());
    if (plan.fields.size() <= number) plan.fields.resize(number + 1);
    plan.fields[number] = planned;
  }
  return &plan;
}

const Plan& ResultsPlan() {
  static std::deque<Plan>& plans = *new std::deque<Plan>;
  static const Plan& plan = *MakePlan(*proto::ResultsFile::descriptor(), plans);
  return plan;
}

absl::Status NoProtobuf() { return Damaged("its protobuf does not parse"); }

// Takes a tag or a length off the front of `rest`. Stricter than protobuf,
// which drops bits above the 32nd: what is taken here is what it will take.
bool TakeUint32(absl::string_view& rest, uint32_t& value) {
  uint64_t bits = 0;
  for (size_t i = 0; i < std::min(rest.size(), kMostTagBytes); ++i) {
    const uint64_t byte = static_cast<unsigned char>(rest[i]);
    bits |= (byte & 0x7f) << (7 * i);
    if (byte & 0x80) continue;
    if (bits > UINT32_MAX) return false;
    value = static_cast<uint32_t>(bits);
    rest.remove_prefix(i + 1);
    return true;
  }
  return false;
}

bool SkipVarint(absl::string_view& rest) {
  for (size_t i = 0; i < std::min(rest.size(), kMostVarintBytes); ++i) {
    if (static_cast<unsigned char>(rest[i]) & 0x80) continue;
    rest.remove_prefix(i + 1);
    return true;
  }
  return false;
}

bool SkipBytes(absl::string_view& rest, size_t bytes) {
  if (rest.size() < bytes) return false;
  rest.remove_prefix(bytes);
  return true;
}

// How many numbers are packed in `text`: each ends with a byte below 0x80.
size_t CountVarints(absl::string_view text) {
  return static_cast<size_t>(std::count_if(
      text.begin(), text.end(),
      [](char c) { return static_cast<unsigned char>(c) < 0x80; }));
}

class Walk {
 public:
  // As deep as the schema is: what it does not name is not entered.
  absl::Status Message(const Plan& plan, absl::string_view rest) {
    EB_RETURN_IF_ERROR(Spend(plan.bytes));
    std::array<uint64_t, kMostFields> counts = {};
    while (!rest.empty()) {
      uint32_t tag;
      if (!TakeUint32(rest, tag) || tag >> 3 == 0) return NoProtobuf();
      const size_t number = tag >> 3;
      const FieldPlan field =
          number < plan.fields.size() ? plan.fields[number] : FieldPlan();
      uint64_t found = 1;
      switch (tag & 7) {
        case kVarint:
          if (!SkipVarint(rest)) return NoProtobuf();
          EB_RETURN_IF_ERROR(SpendOnNumber(field));
          break;
        case kFixed64:
          if (!SkipBytes(rest, 8)) return NoProtobuf();
          EB_RETURN_IF_ERROR(SpendOnNumber(field));
          break;
        case kFixed32:
          if (!SkipBytes(rest, 4)) return NoProtobuf();
          EB_RETURN_IF_ERROR(SpendOnNumber(field));
          break;
        case kLengthDelimited: {
          uint32_t length;
          if (!TakeUint32(rest, length) || length > rest.size()) {
            return NoProtobuf();
          }
          const absl::string_view value = rest.substr(0, length);
          rest.remove_prefix(length);
          if (field.kind == Kind::kNumbers) found = CountVarints(value);
          EB_RETURN_IF_ERROR(Value(field, value, found));
          break;
        }
        default:  // Groups, which the schema has none of.
          return NoProtobuf();
      }
      if (field.kind == Kind::kUnknown) continue;
      if ((counts[field.slot] += found) > field.most) {
        return Damaged(absl::StrCat("more than ", field.most, " of ",
                                    plan.descriptor->name(), ".",
                                    field.descriptor->name()));
      }
    }
    return absl::OkStatus();
  }

 private:
  absl::Status Value(const FieldPlan& field, absl::string_view value,
                     uint64_t found) {
    switch (field.kind) {
      case Kind::kMessage:
        return Message(*field.message, value);
      case Kind::kText:
        return Spend(kTextBytes + 2 * value.size());
      case Kind::kNumbers:
        return Spend(kNumberBytes * found);
      default:
        return Spend(kUnknownFieldBytes + value.size());
    }
  }

  absl::Status SpendOnNumber(const FieldPlan& field) {
    if (field.kind == Kind::kNumber) return absl::OkStatus();
    return Spend(field.kind == Kind::kNumbers ? kNumberBytes
                                              : kUnknownFieldBytes);
  }

  absl::Status Spend(size_t bytes) {
    spent_bytes_ += bytes;
    if (spent_bytes_ <= kMaxDecodedBytes) return absl::OkStatus();
    return Damaged(absl::StrCat("it would take more than ",
                                kMaxDecodedBytes >> 20, " MiB of memory"));
  }

  size_t spent_bytes_ = 0;
};

}  // namespace

absl::Status CheckWire(absl::string_view body) {
  return Walk().Message(ResultsPlan(), body);
}

}  // namespace exitbench
