#include "hosts/trace_writer.h"

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace {

// What is in a trace that `write` made, with `cap`.
template <typename Write>
std::vector<uint64_t> Written(uint64_t cap, Write write) {
  const std::string path = testing::TempDir() + "/trace";
  const auto writer = std::make_unique<EbTraceWriter>();
  *writer = {};
  writer->cap = cap;
  EXPECT_TRUE(eb_trace_open(writer.get(), path.c_str(), EB_TRACE_BOCHS));
  write(writer.get());
  EXPECT_TRUE(eb_trace_close(writer.get()));
  std::vector<uint64_t> words(200000);
  FILE* file = fopen(path.c_str(), "r");
  words.resize(fread(words.data(), 8, words.size(), file));
  fclose(file);
  return words;
}

constexpr uint64_t Of(EbTraceClass what, uint64_t bits) {
  return static_cast<uint64_t>(what) << EB_TRACE_CLASS_SHIFT | bits;
}

TEST(TraceWriter, WritesWhatIsBetweenMarks) {
  EXPECT_EQ(Written(2,
                    [](EbTraceWriter* writer) {
                      eb_trace_instruction(writer, 1);
                      eb_trace_mark(writer, 0xffffffff80000010);
                      eb_trace_instruction(writer, 2);
                      eb_trace_instruction(writer, 3);
                      eb_trace_mark(writer, 0x20);
                      eb_trace_instruction(writer, 4);
                      eb_trace_mark(writer, 0x30);
                      eb_trace_mark(writer, 0x40);
                    }),
            (std::vector<uint64_t>{EB_TRACE_MAGIC, EB_TRACE_BOCHS,
                                   Of(EB_TRACE_MARK_BEGIN, 0xffff80000010), 2,
                                   3, Of(EB_TRACE_MARK_END, 0x20),
                                   Of(EB_TRACE_MARK_BEGIN, 0x30),
                                   Of(EB_TRACE_MARK_END, 0x40)}));
}

TEST(TraceWriter, OfWhatIsTooLongItKeepsAPart) {
  std::vector<uint64_t> expected = {EB_TRACE_MAGIC,
                                    EB_TRACE_BOCHS,
                                    Of(EB_TRACE_MARK_BEGIN, 1),
                                    0,
                                    1,
                                    Of(EB_TRACE_CUT, 23),
                                    Of(EB_TRACE_MARK_END, 2),
                                    Of(EB_TRACE_MARK_BEGIN, 1)};
  for (uint64_t i = 0; i < 24; ++i) expected.push_back(i);
  expected.push_back(Of(EB_TRACE_MARK_END, 2));
  EXPECT_EQ(Written(24,
                    [](EbTraceWriter* writer) {
                      for (uint64_t count : {25, 24}) {
                        eb_trace_mark(writer, 1);
                        for (uint64_t i = 0; i < count; ++i) {
                          eb_trace_instruction(writer, i);
                        }
                        eb_trace_mark(writer, 2);
                      }
                    }),
            expected);
}

// More than is in memory has to be taken back from the file.
TEST(TraceWriter, WhatIsWrittenIsTakenBack) {
  const std::vector<uint64_t> words =
      Written(120000, [](EbTraceWriter* writer) {
        for (int batch = 0; batch < 2; ++batch) {
          eb_trace_mark(writer, 0);
          for (uint64_t i = 0; i < 200000; ++i) eb_trace_instruction(writer, i);
          eb_trace_mark(writer, 0);
        }
      });
  ASSERT_EQ(words.size(), 2 + 2 * (10000 + 3));
  for (size_t at : {size_t{2}, size_t{2 + 10003}}) {
    EXPECT_EQ(words[at], Of(EB_TRACE_MARK_BEGIN, 0));
    EXPECT_EQ(words[at + 10000], 9999u);
    EXPECT_EQ(words[at + 10001], Of(EB_TRACE_CUT, 190000));
    EXPECT_EQ(words[at + 10002], Of(EB_TRACE_MARK_END, 0));
  }
}

TEST(TraceWriter, ALongTraceIsWhole) {
  const std::vector<uint64_t> words =
      Written(100000, [](EbTraceWriter* writer) {
        eb_trace_mark(writer, 0);
        for (uint64_t i = 0; i < 100000; ++i) eb_trace_instruction(writer, i);
        eb_trace_mark(writer, 0);
      });
  ASSERT_EQ(words.size(), 100004u);
  EXPECT_EQ(words[3], 0u);
  EXPECT_EQ(words[100002], 99999u);
}

TEST(TraceWriter, AFullDiskIsNoticed) {
  const auto writer = std::make_unique<EbTraceWriter>();
  *writer = {};
  ASSERT_TRUE(eb_trace_open(writer.get(), "/dev/full", EB_TRACE_QEMU));
  EXPECT_FALSE(eb_trace_close(writer.get()));
}

TEST(TraceWriter, WhatCannotBeOpenedIsNoticed) {
  const auto writer = std::make_unique<EbTraceWriter>();
  *writer = {};
  EXPECT_FALSE(eb_trace_open(writer.get(), "/none/such", EB_TRACE_QEMU));
}

}  // namespace
