#include "hosts/trace_writer.h"

#include <algorithm>
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

TEST(TraceWriter, OfWhatIsTooLongItKeepsTheFirstPart) {
  EXPECT_EQ(
      Written(3,
              [](EbTraceWriter* writer) {
                for (uint64_t count : {5, 3}) {
                  eb_trace_mark(writer, 1);
                  for (uint64_t i = 1; i <= count; ++i) {
                    eb_trace_instruction(writer, count * 10 + i);
                  }
                  eb_trace_mark(writer, 2);
                }
              }),
      (std::vector<uint64_t>{
          EB_TRACE_MAGIC, EB_TRACE_BOCHS, Of(EB_TRACE_MARK_BEGIN, 1), 51, 52,
          53, Of(EB_TRACE_CUT, 2), Of(EB_TRACE_MARK_END, 2),
          Of(EB_TRACE_MARK_BEGIN, 1), 31, 32, 33, Of(EB_TRACE_MARK_END, 2)}));
}

// A loop of 11, 12, 13 is whole in its first round; then 12 leads elsewhere.
TEST(TraceWriter, WhatComesAsBeforeIsANumber) {
  EXPECT_EQ(
      Written(100,
              [](EbTraceWriter* writer) {
                eb_trace_mark(writer, 1);
                for (const uint64_t word :
                     {11, 12, 13, 11, 12, 13, 11, 12, 14, 13, 11, 12}) {
                  eb_trace_instruction(writer, word);
                }
                eb_trace_mark(writer, 2);
                // The table stays, and a batch begins as the last one did.
                eb_trace_mark(writer, 1);
                for (const uint64_t word : {11, 12, 14}) {
                  eb_trace_instruction(writer, word);
                }
                eb_trace_mark(writer, 2);
              }),
      (std::vector<uint64_t>{
          EB_TRACE_MAGIC, EB_TRACE_BOCHS, Of(EB_TRACE_MARK_BEGIN, 1), 11, 12,
          13, 11, Of(EB_TRACE_AS_BEFORE, 4), 14, 13, Of(EB_TRACE_AS_BEFORE, 2),
          Of(EB_TRACE_MARK_END, 2), Of(EB_TRACE_MARK_BEGIN, 1),
          Of(EB_TRACE_AS_BEFORE, 3), Of(EB_TRACE_MARK_END, 2)}));
}

TEST(TraceWriter, InstructionsHaveSlotsOfTheirOwn) {
  std::vector<bool> used(EB_TRACE_SLOTS);
  for (uint64_t i = 0; i < 2000; ++i) {
    const uint32_t slot = eb_trace_slot(0xffff81000000 + 3 * i);
    ASSERT_LT(slot, static_cast<uint32_t>(EB_TRACE_SLOTS));
    used[slot] = true;
  }
  EXPECT_GT(std::count(used.begin(), used.end(), true), 1900);
}

TEST(TraceWriter, ALongTraceIsWhole) {
  const std::vector<uint64_t> words =
      Written(100000, [](EbTraceWriter* writer) {
        eb_trace_mark(writer, 0);
        for (uint64_t i = 1; i <= 100000; ++i) {
          eb_trace_instruction(writer, i);
        }
        eb_trace_mark(writer, 0);
      });
  ASSERT_EQ(words.size(), 100004u);
  EXPECT_EQ(words[3], 1u);
  EXPECT_EQ(words[100002], 100000u);
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
