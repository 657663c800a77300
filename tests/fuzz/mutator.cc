// How the fuzzer changes inputs of results files: half of the time the bytes of
// one file, half of the time its fields, so that what comes out still parses
// and gets past the checks of the reader.
#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <google/protobuf/stubs/logging.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "proto/results.pb.h"
#include "tests/fuzz/inputs.h"

extern "C" size_t LLVMFuzzerMutate(uint8_t* data, size_t size, size_t max_size);

namespace exitbench::fuzz {
namespace {

using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::Message;
using ::google::protobuf::Reflection;

constexpr size_t kRoomBytes = 64;

const std::string& PickText(std::minstd_rand& random) {
  static const auto& texts = *new std::vector<std::string>{
      "",
      "guest",
      "kvm_run",
      "guest_control",
      "round_trip",
      "exits",
      "pio/out",
      "mmio/read",
      "absent",
      "boot",
      "x-8",
      "=1+1",
      "a,b\"c\r\n",
      "\x1b[2J\x1b[1;31m",
      "\a\b\t\x7f",
      "\xc2\x9b"
      "31m",  // CSI as one character.
      "\xe2\x80\xae"
      "abc",  // Right to left from here on.
      std::string("nul\0here", 8),
      std::string(200, 'w'),
      std::string(257, 'w'),
  };
  return texts[random() % texts.size()];
}

double PickDouble(std::minstd_rand& random) {
  constexpr double kValues[] = {0,
                                -0.0,
                                1,
                                -1,
                                3000,
                                3300,
                                1e-300,
                                5e-324,
                                1e300,
                                -1e308,
                                std::numeric_limits<double>::max(),
                                std::numeric_limits<double>::infinity(),
                                std::numeric_limits<double>::quiet_NaN()};
  if (random() % 4 == 0) return static_cast<double>(random()) / 1000;
  return kValues[random() % std::size(kValues)];
}

uint32_t PickUint32(std::minstd_rand& random) {
  constexpr uint32_t kValues[] = {
      0, 1, 2, 3, 14, 4735, 4736, 0x7fffffff, 0x80000000, 0xffffffff};
  if (random() % 4 == 0) return static_cast<uint32_t>(random());
  return kValues[random() % std::size(kValues)];
}

std::string MutatedText(std::string text, std::minstd_rand& random) {
  if (random() % 2 == 0) return PickText(random);
  const size_t size = text.size();
  text.resize(size + kRoomBytes);
  text.resize(LLVMFuzzerMutate(reinterpret_cast<uint8_t*>(text.data()), size,
                               text.size()));
  return text;
}

// `message` and all messages in it.
void Collect(Message& message, std::vector<Message*>& all) {
  all.push_back(&message);
  const Reflection& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
    if (!field->is_repeated()) {
      Collect(*reflection.MutableMessage(&message, field), all);
      continue;
    }
    for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
      Collect(*reflection.MutableRepeatedMessage(&message, field, i), all);
    }
  }
}

void ChangeList(Message& message, const FieldDescriptor& field,
                const std::vector<Message*>& all, std::minstd_rand& random) {
  const Reflection& reflection = *message.GetReflection();
  const int size = reflection.FieldSize(message, &field);
  const int at = size == 0 ? 0 : static_cast<int>(random() % size);
  const bool is_message = field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
  switch (random() % 4) {
    case 0:
      if (size > 0) reflection.RemoveLast(&message, &field);
      return;
    case 1:
      if (size > 0) reflection.SwapElements(&message, &field, at, size - 1);
      return;
    case 2:
      if (!is_message) {
        reflection.AddUInt32(&message, &field, PickUint32(random));
        return;
      }
      // A copy of one of its kind from anywhere.
      for (int i = 0; i < 16; ++i) {
        const Message& other = *all[random() % all.size()];
        if (other.GetDescriptor() != field.message_type()) continue;
        const std::string bytes = other.SerializePartialAsString();
        (void)reflection.AddMessage(&message, &field)
            ->ParsePartialFromString(bytes);
        return;
      }
      reflection.AddMessage(&message, &field);
      return;
    default:
      if (is_message) {
        reflection.AddMessage(&message, &field);
      } else if (size > 0) {
        reflection.SetRepeatedUInt32(&message, &field, at, PickUint32(random));
      }
  }
}

void ChangeField(Message& message, const FieldDescriptor& field,
                 const std::vector<Message*>& all, std::minstd_rand& random) {
  const Reflection& reflection = *message.GetReflection();
  if (field.is_repeated()) return ChangeList(message, field, all, random);
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_MESSAGE:
      if (random() % 4 == 0) {
        reflection.ClearField(&message, &field);
      } else {
        reflection.MutableMessage(&message, &field);
      }
      return;
    case FieldDescriptor::CPPTYPE_STRING:
      reflection.SetString(
          &message, &field,
          MutatedText(reflection.GetString(message, &field), random));
      return;
    case FieldDescriptor::CPPTYPE_DOUBLE:
      reflection.SetDouble(&message, &field, PickDouble(random));
      return;
    case FieldDescriptor::CPPTYPE_UINT32:
      reflection.SetUInt32(&message, &field, PickUint32(random));
      return;
    case FieldDescriptor::CPPTYPE_BOOL:
      reflection.SetBool(&message, &field, random() % 2 == 0);
      return;
    case FieldDescriptor::CPPTYPE_ENUM:
      reflection.SetEnumValue(&message, &field,
                              static_cast<int>(random() % 9) - 1);
      return;
    default:
      return;
  }
}

std::string ChangeFields(const std::string& body, std::minstd_rand& random) {
  proto::ResultsFile file;
  if (!file.ParsePartialFromString(body)) return body;
  const size_t changes = 1 + random() % 4;
  for (size_t i = 0; i < changes; ++i) {
    std::vector<Message*> all;
    Collect(file, all);
    Message& message = *all[random() % all.size()];
    const auto& descriptor = *message.GetDescriptor();
    const FieldDescriptor& field = *descriptor.field(
        static_cast<int>(random() % descriptor.field_count()));
    ChangeField(message, field, all, random);
  }
  return file.SerializePartialAsString();
}

std::string ChangeBytes(std::string body) {
  const size_t size = body.size();
  body.resize(size + kRoomBytes);
  body.resize(LLVMFuzzerMutate(reinterpret_cast<uint8_t*>(body.data()), size,
                               body.size()));
  return body;
}

void Change(std::vector<std::string>& files, std::minstd_rand& random) {
  if (files.empty()) files.emplace_back();
  std::string& file = files[random() % files.size()];
  switch (random() % 16) {
    case 0:
      if (files.size() < kMostFiles) files.push_back(file);
      return;
    case 1:
      if (files.size() > 1) std::swap(files.front(), files.back());
      return;
    case 2:
      if (files.size() > 2) files.pop_back();
      return;
    default:
      file = random() % 2 == 0 ? ChangeBytes(std::move(file))
                               : ChangeFields(file, random);
  }
}

}  // namespace
}  // namespace exitbench::fuzz

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size,
                                          size_t max_size, unsigned seed) {
  static google::protobuf::LogSilencer& silencer =
      *new google::protobuf::LogSilencer;
  (void)silencer;
  std::minstd_rand random(seed);
  std::vector<std::string> files =
      exitbench::fuzz::SplitFiles({reinterpret_cast<const char*>(data), size});
  exitbench::fuzz::Change(files, random);
  const std::string input = exitbench::fuzz::JoinFiles(files);
  if (input.size() > max_size) return LLVMFuzzerMutate(data, size, max_size);
  std::memcpy(data, input.data(), input.size());
  return input.size();
}
