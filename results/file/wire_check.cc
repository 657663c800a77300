#include "results/file/wire_check.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "base/status_macros.h"
#include "proto/bounds.pb.h"

namespace exitbench {
namespace {

using ::google::protobuf::Descriptor;
using ::google::protobuf::FieldDescriptor;

// The memory that decoding takes, estimated high.
constexpr size_t kTimesMessage = 4;  // The message, and its copy in the model.
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
  uint32_t max_entries = 1;
  uint32_t max_bytes = 0;  // Of a text.
  const FieldDescriptor* descriptor = nullptr;
  const Plan* message = nullptr;
};

// The fields that a message of one type may have.
struct Plan {
  const Descriptor* descriptor = nullptr;
  size_t bytes = 0;
  std::vector<FieldPlan> fields;  // By field number.
};

uint32_t MaxEntries(const FieldDescriptor& field) {
  if (!field.is_repeated()) return 1;
  // Every list needs a max_entries in its .proto.
  EB_CHECK(field.options().HasExtension(proto::max_entries));
  return field.options().GetExtension(proto::max_entries);
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
    FieldPlan planned = {
        .kind = KindOf(field),
        .slot = static_cast<uint32_t>(i),
        .max_entries = MaxEntries(field),
        .max_bytes = field.options().GetExtension(proto::max_bytes),
        .descriptor = &field};
    if (planned.kind == Kind::kMessage) {
      planned.message = MakePlan(*field.message_type(), plans);
    }
    const size_t number = static_cast<size_t>(field.number());
    if (plan.fields.size() <= number) plan.fields.resize(number + 1);
    plan.fields[number] = planned;
  }
  return &plan;
}

const Plan& PlanOf(const Descriptor& type) {
  static std::mutex& mutex = *new std::mutex;
  static std::deque<Plan>& plans = *new std::deque<Plan>;
  const std::lock_guard<std::mutex> lock(mutex);
  return *MakePlan(type, plans);
}

std::string NameOf(const FieldDescriptor& field) {
  return absl::StrCat(field.containing_type()->name(), ".", field.name());
}

absl::Status Wrong(absl::string_view what) {
  return absl::InvalidArgumentError(what);
}

absl::Status NoProtobuf() { return Wrong("its protobuf does not parse"); }

// Takes a tag or a length off the front of `rest`. Refuses values of more than
// 32 bits. Protobuf would drop their upper bits and so read another value.
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

// Counts the numbers packed in `text`: each ends with a byte below 0x80.
size_t CountVarints(absl::string_view text) {
  return static_cast<size_t>(std::count_if(
      text.begin(), text.end(),
      [](char c) { return static_cast<unsigned char>(c) < 0x80; }));
}

class Walk {
 public:
  // Recursion is as deep as the schema: unknown messages are not entered.
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
      if ((counts[field.slot] += found) > field.max_entries) {
        return Wrong(absl::StrCat("more than ", field.max_entries, " of ",
                                  NameOf(*field.descriptor)));
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
        if (value.size() > field.max_bytes) {
          return Wrong(absl::StrCat(NameOf(*field.descriptor), " is ",
                                    value.size(), " bytes long"));
        }
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
    return Wrong(absl::StrCat("it would take more than ",
                              kMaxDecodedBytes >> 20, " MiB of memory"));
  }

  size_t spent_bytes_ = 0;
};

}  // namespace

absl::Status CheckWire(const Descriptor& type, absl::string_view body) {
  return Walk().Message(PlanOf(type), body);
}

}  // namespace exitbench
