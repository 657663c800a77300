#include "profile/words/reader.h"

#include <fstream>
#include <iterator>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "hosts/trace_writer.h"
#include "profile/words/testing.h"

namespace exitbench {
namespace {

std::string Refusal(const std::string& bytes) {
  TraceReader reader(ReadFrom(bytes));
  absl::Status status = reader.Begin();
  TracedBatch batch;
  while (status.ok()) {
    const absl::StatusOr<bool> more = reader.Next(batch);
    if (more.ok() && !*more) break;
    status = more.status();
  }
  return std::string(status.message());
}

TEST(Reader, ReadsBatchesWhateverThePortions) {
  const std::string bytes = TraceBuilder(EB_TRACE_BOCHS)
                                .Run(kUserCode, 3)
                                .Begin("pio/out")
                                .Run(kUserCode, 2)
                                .End()
                                .Run(kUserCode)
                                .Begin("a")
                                .Cut(7)
                                .End()
                                .bytes();
  for (const size_t portion : {1, 7, 8, 4096}) {
    TraceReader reader(ReadFrom(bytes, portion));
    ASSERT_TRUE(reader.Begin().ok());
    EXPECT_EQ(reader.emulator(), EB_TRACE_BOCHS);
    TracedBatch batch;
    ASSERT_TRUE(reader.Next(batch).value());
    EXPECT_EQ(batch.name, "pio/out");
    EXPECT_EQ(batch.words, (std::vector<uint64_t>{kUserCode, kUserCode + 1}));
    EXPECT_FALSE(batch.cut);
    ASSERT_TRUE(reader.Next(batch).value());
    EXPECT_EQ(batch.name, "a");
    EXPECT_TRUE(batch.words.empty());
    EXPECT_TRUE(batch.cut);
    EXPECT_FALSE(reader.Next(batch).value());
  }
}

TEST(Reader, KnowsWhatCameBefore) {
  const std::string bytes = TraceBuilder()
                                .Begin("a")
                                .Run(kUserCode, 3)
                                .Run(kUserCode)
                                .AsBefore(4)
                                .Run(kUserCode + 7)
                                .End()
                                .AsBefore(9)  // Outside: nothing.
                                .AsBefore(5)
                                .End()
                                .bytes();
  TraceReader reader(ReadFrom(bytes));
  ASSERT_TRUE(reader.Begin().ok());
  TracedBatch batch;
  ASSERT_TRUE(reader.Next(batch).value());
  EXPECT_EQ(batch.words,
            (std::vector<uint64_t>{kUserCode, kUserCode + 1, kUserCode + 2,
                                   kUserCode, kUserCode + 1, kUserCode + 2,
                                   kUserCode, kUserCode + 1, kUserCode + 7}));
  EXPECT_FALSE(reader.Next(batch).value());
}

// Loops with branches, and marks at any place, as an emulator has them.
TEST(Reader, ReadsWhatTheWriterWrites) {
  const std::string path = testing::TempDir() + "/trace";
  const auto writer = std::make_unique<EbTraceWriter>();
  *writer = {};
  writer->cap = 50000;
  ASSERT_TRUE(eb_trace_open(writer.get(), path.c_str(), EB_TRACE_QEMU));
  std::vector<std::vector<uint64_t>> executed;
  std::mt19937_64 random(1);
  for (int batch = 0; batch < 40; ++batch) {
    eb_trace_mark(writer.get(), 0);
    // The name, which ends at once.
    eb_trace_instruction(writer.get(), 0x500000 | uint64_t{EB_TRACE_RET}
                                                      << EB_TRACE_CLASS_SHIFT);
    std::vector<uint64_t>& words = executed.emplace_back();
    for (uint64_t at = 0; words.size() < random() % 5000;) {
      at = random() % 16 == 0 ? random() % 300 : at + 1;
      words.push_back(kEntry + at);
      eb_trace_instruction(writer.get(), words.back());
    }
    eb_trace_mark(writer.get(), 0);
  }
  ASSERT_TRUE(eb_trace_close(writer.get()));
  std::ifstream file(path, std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(file)), {});
  TraceReader reader(ReadFrom(bytes));
  ASSERT_TRUE(reader.Begin().ok());
  TracedBatch batch;
  size_t total = 0;
  for (const std::vector<uint64_t>& words : executed) {
    ASSERT_TRUE(reader.Next(batch).value());
    EXPECT_EQ(batch.words, words);
    total += words.size();
  }
  EXPECT_FALSE(reader.Next(batch).value());
  EXPECT_GT(total, 1000u);
  EXPECT_LT(bytes.size(), 4 * total);
}

TEST(Reader, LettersOfArm64AreFourBytesApart) {
  const std::string bytes =
      TraceBuilder(EB_TRACE_QEMU_ARM64).Begin("mmio/read").End().bytes();
  TraceReader reader(ReadFrom(bytes));
  ASSERT_TRUE(reader.Begin().ok());
  TracedBatch batch;
  ASSERT_TRUE(reader.Next(batch).value());
  EXPECT_EQ(batch.name, "mmio/read");
  const std::string between = TraceBuilder(EB_TRACE_QEMU_ARM64)
                                  .Op(kUserCode, EB_TRACE_MARK_BEGIN)
                                  .Ret(0x500000 + 4 * 'a' + 1)
                                  .bytes();
  EXPECT_EQ(Refusal(between), "not a usable trace: a batch has no name");
}

TEST(Reader, ALongBatchIsCut) {
  const std::string bytes = TraceBuilder()
                                .Begin("long")
                                .Run(kUserCode, kMaxBatchWords + 1)
                                .End()
                                .bytes();
  TraceReader reader(ReadFrom(bytes));
  ASSERT_TRUE(reader.Begin().ok());
  TracedBatch batch;
  ASSERT_TRUE(reader.Next(batch).value());
  EXPECT_EQ(batch.words.size(), kMaxBatchWords);
  EXPECT_TRUE(batch.cut);
}

TEST(Reader, DamagedTracesAreRefused) {
  const std::string whole =
      TraceBuilder().Begin("a").Run(kUserCode).End().bytes();
  EXPECT_EQ(Refusal(whole), "");
  EXPECT_EQ(Refusal(""), "not a usable trace: it is empty");
  EXPECT_EQ(Refusal("ELF.ELF."),
            "not a usable trace: it does not begin as one");
  EXPECT_EQ(Refusal(whole.substr(0, 8)),
            "not a usable trace: its emulator is unknown");
  EXPECT_EQ(Refusal(whole.substr(0, 17)),
            "not a usable trace: it is cut short");
  EXPECT_EQ(Refusal(whole.substr(0, whole.size() - 8)),
            "not a usable trace: it ends within a batch");
  EXPECT_EQ(Refusal(TraceBuilder().Begin("a").Begin("b").End().bytes()),
            "not a usable trace: a batch begins within another");
  EXPECT_EQ(
      Refusal(TraceBuilder().Begin("a").AsBefore(uint64_t{1} << 47).bytes()),
      "not a usable trace: a batch is longer than any");
  EXPECT_EQ(Refusal(TraceBuilder()
                        .Begin("a")
                        .AsBefore(kMaxBatchWords)
                        .AsBefore(1)
                        .bytes()),
            "not a usable trace: a batch is longer than any");
  EXPECT_EQ(Refusal(TraceBuilder().Begin("a b").End().bytes()),
            "not a usable trace: a batch has no name");
  EXPECT_EQ(Refusal(TraceBuilder().Begin(std::string(257, 'a')).End().bytes()),
            "not a usable trace: a batch has no name");
}

TEST(Reader, AnErrorOfReadingIsPassedOn) {
  TraceReader reader([](char*, size_t) -> absl::StatusOr<size_t> {
    return absl::DataLossError("disk");
  });
  EXPECT_EQ(reader.Begin(), absl::DataLossError("disk"));
}

}  // namespace
}  // namespace exitbench
