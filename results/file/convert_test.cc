#include "results/file/convert.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <google/protobuf/util/message_differencer.h>

#include <array>
#include <limits>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace exitbench {
namespace {

using ::google::protobuf::Descriptor;
using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::Message;
using ::google::protobuf::Reflection;
using ::google::protobuf::util::MessageDifferencer;
using ::testing::HasSubstr;

// Fields that are written but not read back: they are computed from others.
// median_of_runs is written to JSON only.
constexpr std::array kDerived = {"Metric.all", "Metric.all_ns",
                                 "Metric.repeats", "Metric.median_of_runs",
                                 "ResultsFile.checksum"};
// Indices into lists of two.
constexpr std::array kIndices = {"Run.session", "RunStatistics.run"};

template <typename Names>
bool IsOneOf(const FieldDescriptor& field, const Names& names) {
  const std::string name =
      absl::StrCat(field.containing_type()->name(), ".", field.name());
  for (const char* one : names) {
    if (name == one) return true;
  }
  return false;
}

// Sets every field of a message, also in messages inside it, each to another
// value. Lists get two entries.
class Filler {
 public:
  void Fill(Message& message) {
    const Descriptor& type = *message.GetDescriptor();
    for (int i = 0; i < type.field_count(); ++i) {
      const FieldDescriptor& field = *type.field(i);
      if (IsOneOf(field, kDerived)) continue;
      for (int n = field.is_repeated() ? 2 : 1; n > 0; --n) Set(field, message);
    }
  }

 private:
  void Set(const FieldDescriptor& field, Message& message) {
    const Reflection& r = *message.GetReflection();
    const bool add = field.is_repeated();
    ++value_;
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_MESSAGE:
        return Fill(add ? *r.AddMessage(&message, &field)
                        : *r.MutableMessage(&message, &field));
      case FieldDescriptor::CPPTYPE_STRING:
        return r.SetString(&message, &field, absl::StrCat("text ", value_));
      case FieldDescriptor::CPPTYPE_DOUBLE:
        return r.SetDouble(&message, &field, value_ + 0.5);
      case FieldDescriptor::CPPTYPE_BOOL:
        return r.SetBool(&message, &field, true);
      case FieldDescriptor::CPPTYPE_ENUM:
        return r.SetEnumValue(&message, &field,
                              field.enum_type()->value_count() - 1);
      case FieldDescriptor::CPPTYPE_UINT32:
        if (add) return r.AddUInt32(&message, &field, value_);
        return r.SetUInt32(&message, &field,
                           IsOneOf(field, kIndices) ? 1 : value_);
      default:
        FAIL() << field.full_name() << ": a type that this does not know";
    }
  }

  uint32_t value_ = 0;
};

proto::ResultsFile Filled() {
  proto::ResultsFile file;
  Filler().Fill(file);
  return file;
}

// Returns `message` without computed fields.
void ClearDerived(Message& message) {
  const Reflection& r = *message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  r.ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (IsOneOf(*field, kDerived)) {
      r.ClearField(&message, field);
    } else if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
      continue;
    } else if (!field->is_repeated()) {
      ClearDerived(*r.MutableMessage(&message, field));
    } else {
      for (int i = 0; i < r.FieldSize(message, field); ++i) {
        ClearDerived(*r.MutableRepeatedMessage(&message, field, i));
      }
    }
  }
}

// A field that either direction forgets is lost here.
TEST(Convert, EveryFieldOfTheSchemaSurvivesTheModel) {
  proto::ResultsFile before = Filled();
  // Only there are all derived fields made.
  before.mutable_host()->set_tick(proto::TICK_INSTRUCTION);
  Results model;
  const absl::Status status = Take(before, Detail::kAll, model);
  ASSERT_TRUE(status.ok()) << status;
  proto::ResultsFile after;
  Put(model, after);
  ASSERT_EQ(after.cases_size(), 2);
  EXPECT_GT(after.cases(0).metrics(0).all().count(), 0u);
  EXPECT_EQ(after.cases(0).metrics(0).repeats().runs(), 2u);
  ClearDerived(after);
  std::string difference;
  MessageDifferencer differencer;
  differencer.ReportDifferencesToString(&difference);
  EXPECT_TRUE(differencer.Compare(before, after)) << difference;
}

// Spoils the `n`th number or enum of `message`, counting `n` down. Returns the
// expected error; empty if there are fewer.
std::string Spoil(Message& message, int& n) {
  const Reflection& r = *message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  r.ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    std::string name;
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_DOUBLE) {
      if (n-- != 0) continue;
      r.SetDouble(&message, field, std::numeric_limits<double>::quiet_NaN());
      name = absl::StrCat(field->name(), " is not a number");
    } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_ENUM) {
      if (n-- != 0) continue;
      r.SetEnumValue(&message, field, 77);
      name = absl::StrCat(field->name(), " 77 is unknown");
    } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      const int size = field->is_repeated() ? r.FieldSize(message, field) : 1;
      for (int i = 0; i < size && name.empty(); ++i) {
        name = Spoil(field->is_repeated()
                         ? *r.MutableRepeatedMessage(&message, field, i)
                         : *r.MutableMessage(&message, field),
                     n);
      }
    }
    if (!name.empty()) return name;
  }
  return "";
}

TEST(Convert, EachNumberAndEnumOfTheSchemaIsChecked) {
  int spoilt = 0;
  for (;; ++spoilt) {
    proto::ResultsFile file = Filled();
    int n = spoilt;
    const std::string want = Spoil(file, n);
    if (want.empty()) break;
    Results model;
    EXPECT_THAT(Take(file, Detail::kAll, model).message(), HasSubstr(want))
        << spoilt;
  }
  // Of the metrics' runs only.
  EXPECT_GT(spoilt, 2 * 2 * 2 * 9);
}

TEST(Convert, IndicesAreInRange) {
  Results model;
  proto::ResultsFile file = Filled();
  file.mutable_cases(1)->mutable_runs(1)->set_session(2);
  EXPECT_THAT(Take(file, Detail::kAll, model).message(),
              HasSubstr("a run names a session that isn't"));
  file = Filled();
  file.mutable_cases(1)->mutable_metrics(1)->mutable_runs(1)->set_run(2);
  EXPECT_THAT(Take(file, Detail::kAll, model).message(),
              HasSubstr("a metric names a run that isn't"));
}

TEST(Convert, HistogramsAreInOrderAndInRange) {
  const auto take = [](uint32_t first, uint32_t second) {
    proto::ResultsFile file = Filled();
    proto::Histogram& histogram =
        *file.mutable_cases(0)->mutable_metrics(0)->mutable_histogram();
    histogram.set_bucket_index(0, first);
    histogram.set_bucket_index(1, second);
    Results model;
    return std::string(Take(file, Detail::kAll, model).message());
  };
  EXPECT_EQ(take(0, Histogram::kBuckets - 1), "");
  EXPECT_THAT(take(0, Histogram::kBuckets), HasSubstr("out of range"));
  EXPECT_THAT(take(7, 7), HasSubstr("out of order"));
  proto::ResultsFile file = Filled();
  file.mutable_cases(0)
      ->mutable_metrics(0)
      ->mutable_histogram()
      ->add_bucket_count(1);
  Results model;
  EXPECT_THAT(Take(file, Detail::kAll, model).message(),
              HasSubstr("indices and counts don't match"));
}

TEST(Convert, WithoutDetailThereAreNoHistogramsAndCounters) {
  Results model;
  ASSERT_TRUE(Take(Filled(), Detail::kRunStatistics, model).ok());
  EXPECT_EQ(model.cases[0].runs.size(), 2u);
  EXPECT_TRUE(model.cases[0].runs[0].counters.empty());
  EXPECT_EQ(model.cases[0].metrics[0].runs.size(), 2u);
  EXPECT_TRUE(model.cases[0].metrics[0].histogram.counts().empty());
}

TEST(Convert, WhatIsFoundByItsNameHasOne) {
  Results model;
  proto::ResultsFile file = Filled();
  file.mutable_cases(0)->clear_name();
  EXPECT_THAT(Take(file, Detail::kAll, model).message(),
              HasSubstr("a case without a name"));
  file = Filled();
  file.mutable_cases(0)->mutable_metrics(0)->clear_name();
  EXPECT_THAT(Take(file, Detail::kAll, model).message(),
              HasSubstr("a metric without a name"));
}

}  // namespace
}  // namespace exitbench
