// Tests diff as a user sees it: files, exit codes, and what is printed where.
#include "cli/files/diff.h"

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "absl/flags/declare.h"
#include "absl/flags/flag.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gtest/gtest.h"
#include "profile/compare/testing.h"
#include "profile/file/profile_file.h"
#include "results/file/file.h"
#include "results/file/proto_io.h"
#include "results/file/sealed.h"
#include "results/model/testing.h"

ABSL_DECLARE_FLAG(std::string, cases);
ABSL_DECLARE_FLAG(bool, strict);
ABSL_DECLARE_FLAG(bool, force);
ABSL_DECLARE_FLAG(std::string, baseline);
ABSL_DECLARE_FLAG(bool, history);
ABSL_DECLARE_FLAG(std::string, threshold);
ABSL_DECLARE_FLAG(double, alpha);
ABSL_DECLARE_FLAG(std::string, calibration);
ABSL_DECLARE_FLAG(std::string, format);
ABSL_DECLARE_FLAG(bool, functions);

namespace exitbench {
namespace {

struct Outcomes {
  int code;
  std::string out, err;
};

Outcomes Diff(const std::vector<std::string>& args) {
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  Outcomes o;
  o.code = DiffCommand(args);
  o.out = testing::internal::GetCapturedStdout();
  o.err = testing::internal::GetCapturedStderr();
  return o;
}

std::vector<double> Runs(double centre) {
  std::vector<double> runs;
  for (int i = 0; i < 15; ++i) runs.push_back(centre * (1 + 1e-4 * i));
  return runs;
}

class DiffCommandTest : public testing::Test {
 protected:
  std::string Path(const std::string& name) {
    return testing::TempDir() + "/" + name;
  }
  std::string File(const std::string& name, double centre,
                   const std::function<void(Results&)>& change = nullptr) {
    Results r = MakeResults("6.1-" + name, name);
    AddCase("pio/out", Runs(centre), r);
    AddCase("pio/in", Runs(1000), r);
    if (change) change(r);
    EXPECT_TRUE(WriteFile(Path(name), Serialize(r)).ok());
    return Path(name);
  }
  std::string Bytes(const std::string& name, const std::string& bytes) {
    std::ofstream(Path(name), std::ios::binary) << bytes;
    return Path(name);
  }
  // Expects one line on standard error that contains `part`, and nothing on
  // standard output.
  void ExpectRefusal(const Outcomes& o, int code, const std::string& part) {
    EXPECT_EQ(o.code, code) << o.err;
    EXPECT_EQ(o.out, "");
    EXPECT_TRUE(absl::StrContains(o.err, part)) << o.err;
    EXPECT_EQ(std::count(o.err.begin(), o.err.end(), '\n'), 1) << o.err;
    EXPECT_LT(o.err.size(), 1000u);
  }
  void TearDown() override {
    absl::SetFlag(&FLAGS_cases, "");
    absl::SetFlag(&FLAGS_strict, false);
    absl::SetFlag(&FLAGS_force, false);
    absl::SetFlag(&FLAGS_baseline, "");
    absl::SetFlag(&FLAGS_history, false);
    absl::SetFlag(&FLAGS_threshold, "2%");
    absl::SetFlag(&FLAGS_alpha, .05);
    absl::SetFlag(&FLAGS_calibration, "");
    absl::SetFlag(&FLAGS_format, "text");
    absl::SetFlag(&FLAGS_functions, false);
    unsetenv("COLUMNS");
  }
  // A file of one kernel, the same for all, with a setting.
  std::string Polling(const std::string& ns, double centre) {
    return File("poll" + ns, centre, [&ns](Results& r) {
      r.host.kernel_release = "6.1";
      r.host.facts = {{"module.kvm.halt_poll_ns", ns}};
    });
  }
};

TEST_F(DiffCommandTest, ExitCodes) {
  const std::string old_file = File("old", 1000), same = File("same", 1000),
                    worse = File("worse", 1100), better = File("better", 900);
  EXPECT_EQ(Diff({old_file, same}).code, 0);
  EXPECT_EQ(Diff({old_file, better}).code, 0);
  EXPECT_EQ(Diff({old_file, worse}).code, 1);
  EXPECT_EQ(Diff({old_file, same, worse}).code, 1);
  EXPECT_EQ(Diff({old_file, same, better}).code, 0);
}

// The last side equals its neighbour, and is worse than the baseline.
TEST_F(DiffCommandTest, TheBaselineDecides) {
  const std::string a = File("a", 1100), b = File("b", 1000),
                    c = File("c", 1000);
  EXPECT_EQ(Diff({a, b, c}).code, 0);
  absl::SetFlag(&FLAGS_baseline, b);
  const Outcomes against_b = Diff({a, b, c});
  EXPECT_EQ(against_b.code, 1);
  EXPECT_TRUE(absl::StartsWith(against_b.out, "[1]  6.1-b ")) << against_b.out;
  EXPECT_TRUE(absl::StrContains(against_b.out, "each side against [1]"));
  EXPECT_FALSE(absl::StrContains(against_b.out, "->["));
  absl::SetFlag(&FLAGS_baseline, a);
  EXPECT_EQ(Diff({a, b, c}).code, 0);
}

TEST_F(DiffCommandTest, TheBaselineMayBeAnyFile) {
  const std::string a = File("a", 1100), b = File("b", 1000),
                    c = File("c", 1000);
  absl::SetFlag(&FLAGS_baseline, c);
  // Two sides are compared as two always are.
  const Outcomes two = Diff({a});
  EXPECT_EQ(two.code, 1);
  EXPECT_TRUE(absl::StrContains(two.out, "OLD  6.1-c ")) << two.out;
  EXPECT_EQ(Diff({a, c}).code, 1);
  EXPECT_EQ(Diff({a, b}).code, 1);
  // Another way to name one of the sides.
  absl::SetFlag(&FLAGS_baseline, testing::TempDir() + "/./b");
  const Outcomes same_file = Diff({a, b, c});
  EXPECT_FALSE(absl::StrContains(same_file.out, "[4]")) << same_file.out;
  EXPECT_EQ(same_file.code, 1);
  absl::SetFlag(&FLAGS_baseline, Path("none"));
  ExpectRefusal(Diff({a, b}), 2, "none");
  absl::SetFlag(&FLAGS_baseline, b);
  absl::SetFlag(&FLAGS_history, true);
  ExpectRefusal(Diff({a, b, c}), 2, "exclude each other");
}

TEST_F(DiffCommandTest, StrictCountsWhatTheBaselineLost) {
  const std::string a = File("a", 1000), b = File("b", 1000);
  const std::string fewer =
      File("fewer", 1000, [](Results& r) { r.cases.pop_back(); });
  absl::SetFlag(&FLAGS_baseline, a);
  EXPECT_EQ(Diff({a, b, fewer}).code, 0);
  absl::SetFlag(&FLAGS_strict, true);
  EXPECT_EQ(Diff({a, b, b}).code, 0);
  EXPECT_EQ(Diff({a, b, fewer}).code, 4);
}

TEST_F(DiffCommandTest, ASweepIsNoHistory) {
  const std::string a = Polling("0", 1000), b = Polling("50000", 1000),
                    c = Polling("200000", 900);
  const Outcomes sweep = Diff({a, b, c});
  // Against the kernel's default, which was given last.
  EXPECT_EQ(sweep.code, 1);
  EXPECT_TRUE(absl::StartsWith(sweep.out,
                               "[1]  6.1  kvm_amd  kvm.halt_poll_ns=200000\n"))
      << sweep.out;
  EXPECT_TRUE(absl::StrContains(sweep.out, "--history")) << sweep.out;
  EXPECT_TRUE(absl::StrContains(sweep.out, "2 worse, 0 better")) << sweep.out;
  absl::SetFlag(&FLAGS_history, true);
  const Outcomes history = Diff({a, b, c});
  EXPECT_EQ(history.code, 0);
  EXPECT_TRUE(absl::StrContains(history.out, "[1]->[3]")) << history.out;
  absl::SetFlag(&FLAGS_history, false);
  absl::SetFlag(&FLAGS_baseline, a);
  const Outcomes named = Diff({a, b, c});
  EXPECT_EQ(named.code, 0);
  EXPECT_FALSE(absl::StrContains(named.out, "--history")) << named.out;
}

TEST_F(DiffCommandTest, TextIsAsWideAsColumnsSays) {
  const std::string a = Polling("0", 1000), b = Polling("50000", 1000),
                    c = Polling("200000", 900);
  const auto widest = [&] {
    size_t width = 0;
    for (absl::string_view line : absl::StrSplit(Diff({a, b, c}).out, '\n')) {
      width = std::max(width, line.size());
    }
    return width;
  };
  setenv("COLUMNS", "60", 1);
  const size_t narrow = widest();
  EXPECT_LE(narrow, 60u);
  setenv("COLUMNS", "150", 1);
  const size_t wide = widest();
  EXPECT_GT(wide, 100u);
  EXPECT_LE(wide, 150u);
  for (const char* none : {"", "x", "0", "-5"}) {
    setenv("COLUMNS", none, 1);
    EXPECT_GT(widest(), 60u) << none;
    EXPECT_LE(widest(), 100u) << none;
  }
}

TEST_F(DiffCommandTest, NewlyFailingIsWorse) {
  const std::string failing = File("failing", 1000, [](Results& r) {
    r.cases[0].outcome = Outcome::kFailed;
  });
  const std::string old_file = File("old", 1000);
  EXPECT_EQ(Diff({old_file, failing}).code, 1);
  const Outcomes many = Diff({old_file, old_file, failing});
  EXPECT_EQ(many.code, 1);
  EXPECT_TRUE(absl::StrContains(many.out, "FAILED  !")) << many.out;
}

TEST_F(DiffCommandTest, StrictWantsAVerdictOnEverything) {
  const std::string old_file = File("old", 1000);
  const std::string few = File("few", 1000, [](Results& r) {
    for (CaseResult& c : r.cases) {
      c.runs.resize(1);
      c.metrics[0].runs.resize(1);
    }
  });
  const std::string fewer_cases =
      File("fewer", 1000, [](Results& r) { r.cases.pop_back(); });
  EXPECT_EQ(Diff({old_file, few}).code, 0);
  EXPECT_EQ(Diff({old_file, fewer_cases}).code, 0);
  absl::SetFlag(&FLAGS_strict, true);
  EXPECT_EQ(Diff({old_file, few}).code, 4);
  EXPECT_EQ(Diff({old_file, fewer_cases}).code, 4);
  EXPECT_EQ(Diff({old_file, File("same", 1000)}).code, 0);
  EXPECT_EQ(Diff({old_file, File("worse", 1100)}).code, 1);
}

TEST_F(DiffCommandTest, StrictIsAsStrictWithManySides) {
  const std::string a = File("a", 1000), b = File("b", 1000);
  const std::string skipped = File("skipped", 1000, [](Results& r) {
    r.cases[1].outcome = Outcome::kSkipped;
  });
  const std::string fewer_cases =
      File("fewer", 1000, [](Results& r) { r.cases.pop_back(); });
  const std::string other_payload =
      File("other", 1000, [](Results& r) { r.cases[1].code_hash = "another"; });
  const std::string fewer_metrics =
      File("metrics", 1000, [](Results& r) { r.cases[1].metrics.clear(); });
  const std::string few = File("few", 1000, [](Results& r) {
    r.cases[1].runs.resize(1);
    r.cases[1].metrics[0].runs.resize(1);
  });
  for (bool strict : {false, true}) {
    absl::SetFlag(&FLAGS_strict, strict);
    for (const std::string& open :
         {skipped, fewer_cases, other_payload, fewer_metrics, few}) {
      SCOPED_TRACE(open);
      EXPECT_EQ(Diff({a, open}).code, strict ? 4 : 0);
      EXPECT_EQ(Diff({a, b, open}).code, strict ? 4 : 0);
    }
    EXPECT_EQ(Diff({a, b, a}).code, 0);
    EXPECT_EQ(Diff({a, skipped, File("worse", 1100)}).code, 1);
  }
}

TEST_F(DiffCommandTest, OnlySelectedCasesAreCompared) {
  const std::string old_file = File("old", 1000), new_file = File("new", 1100);
  EXPECT_EQ(Diff({old_file, new_file}).code, 1);
  absl::SetFlag(&FLAGS_cases, "-out$");
  const Outcomes two = Diff({old_file, new_file});
  EXPECT_EQ(two.code, 0);
  EXPECT_TRUE(absl::StrContains(two.out, "pio/in"));
  EXPECT_FALSE(absl::StrContains(two.out, "pio/out"));
  const Outcomes many = Diff({old_file, new_file, old_file});
  EXPECT_EQ(many.code, 0);
  EXPECT_FALSE(absl::StrContains(many.out, "pio/out"));
  absl::SetFlag(&FLAGS_cases, "mmio");
  ExpectRefusal(Diff({old_file, new_file}), 2, "'mmio' matches no case");
}

TEST_F(DiffCommandTest, UsageErrors) {
  const std::string file = File("old", 1000);
  ExpectRefusal(Diff({}), 2, "exitbench diff OLD NEW");
  ExpectRefusal(Diff({file}), 2, "exitbench diff OLD NEW");
  ExpectRefusal(Diff({file, Path("none")}), 2, "none");
  ExpectRefusal(Diff({file, "a,,b"}), 2, "empty file name");
  ExpectRefusal(Diff({file, testing::TempDir()}), 2, testing::TempDir());
  for (const char* bad : {"", "x", "0", "-1%", "100%", "nan", "2%%"}) {
    absl::SetFlag(&FLAGS_threshold, bad);
    ExpectRefusal(Diff({file, file}), 2, "--threshold=");
  }
  absl::SetFlag(&FLAGS_threshold, "2%");
  for (double bad : {0., -1., 1., 5e-324, 9.9e-10, std::nan("")}) {
    absl::SetFlag(&FLAGS_alpha, bad);
    ExpectRefusal(Diff({file, file}), 2, "--alpha=");
  }
  absl::SetFlag(&FLAGS_alpha, 1e-9);
  EXPECT_EQ(Diff({file, file}).code, 0);
  EXPECT_EQ(Diff({file, file, file}).code, 0);
  absl::SetFlag(&FLAGS_alpha, .05);
  absl::SetFlag(&FLAGS_format, "textproto");
  ExpectRefusal(Diff({file, file}), 2, "text or json");
}

TEST_F(DiffCommandTest, UnlikeHostsAreRefusedInOneLine) {
  const std::string old_file = File("old", 1000);
  const std::string cpu =
      File("cpu", 1000, [](Results& r) { r.host.cpu_model = "B\x1b[31m"; });
  ExpectRefusal(Diff({old_file, cpu}), 3, "CPU model: Test CPU -> B?[31m");
  ExpectRefusal(Diff({old_file, old_file, cpu}), 3, "--force");
  ExpectRefusal(Diff({old_file, File("backend", 1000,
                                     [](Results& r) {
                                       r.host.kvm_backend = "kvm_intel";
                                     })}),
                3, "KVM backend");
  absl::SetFlag(&FLAGS_force, true);
  const std::string arm = File("arm", 1000, [](Results& r) {
    r.host.architecture = "aarch64";
    r.host.tick = Tick::kCounter;
    r.host.cpu_model = "another";
  });
  for (const auto& sides : std::vector<std::vector<std::string>>{
           {old_file, arm}, {old_file, old_file, arm}}) {
    ExpectRefusal(Diff(sides), 3,
                  "is of x86_64 and " + arm +
                      " of aarch64: cases of two architectures are never the "
                      "same");
  }
  const Outcomes forced = Diff({old_file, cpu});
  EXPECT_EQ(forced.code, 0);
  EXPECT_TRUE(absl::StrContains(forced.out, "(forced)")) << forced.out;
  ExpectRefusal(Diff({old_file, File("counted", 1000,
                                     [](Results& r) {
                                       r.host.tick = Tick::kInstruction;
                                     })}),
                3, "what is counted: cycles -> instructions");
}

TEST_F(DiffCommandTest, AllPayloadsOthersIsRefused) {
  const std::string other = File("other", 1000, [](Results& r) {
    for (CaseResult& c : r.cases) c.code_hash = "another";
  });
  EXPECT_EQ(Diff({File("old", 1000), other}).code, 3);
}

TEST_F(DiffCommandTest, FilesOfOneSideMustGoTogether) {
  const std::string a = File("a", 1000), b = File("b", 1000);
  ExpectRefusal(Diff({a + "," + b, a}), 3, "are no one side: kernel differs");
  const std::string more = File("more", 1000, [](Results& r) {
    r.host = MakeResults("6.1-a", "a").host;
    for (Session& s : r.sessions) {
      s.boot_id = "a";
      s.started_utc[5] = '1';
    }
  });
  const std::string joined = a + "," + more;
  EXPECT_TRUE(absl::StrContains(Diff({joined, joined}).out, "6 sessions"));
}

TEST_F(DiffCommandTest, OtherSchemaVersionsAreRefused) {
  const std::string future =
      File("future", 1000, [](Results& r) { r.schema_version = 2; });
  ExpectRefusal(Diff({File("old", 1000), future}), 3, "schema version 2");
}

TEST_F(DiffCommandTest, CalibrationsAreChecked) {
  const std::string file = File("old", 1000);
  absl::SetFlag(&FLAGS_calibration, Path("no calibration"));
  ExpectRefusal(Diff({file, file}), 2, "no calibration");
  absl::SetFlag(&FLAGS_calibration, file);
  ExpectRefusal(Diff({file, file}), 2, "not a calibration file");
  absl::SetFlag(&FLAGS_calibration,
                Bytes("calibration", "schema_version: 1 cpu_model: 'X'"));
  ExpectRefusal(Diff({file, file}), 3, "CPU X, not Test CPU");
}

TEST_F(DiffCommandTest, JsonIsTheOnlyThingOnStandardOutput) {
  absl::SetFlag(&FLAGS_format, "json");
  const Outcomes o = Diff({File("old", 1000), File("worse", 1100)});
  EXPECT_EQ(o.code, 1);
  EXPECT_EQ(o.out[0], '{');
  EXPECT_EQ(o.err, "");
}

TEST_F(DiffCommandTest, ARefusalIsJsonTooWhereThatIsAskedFor) {
  absl::SetFlag(&FLAGS_format, "json");
  const std::string a = File("a", 1000), b = File("b", 1000);
  const std::string cpu =
      File("cpu", 1000, [](Results& r) { r.host.cpu_model = "B"; });
  for (const std::vector<std::string>& args :
       {std::vector<std::string>{a, cpu}, {a, b, cpu}}) {
    const Outcomes o = Diff(args);
    EXPECT_EQ(o.code, 3);
    EXPECT_TRUE(absl::StrContains(o.out, "\"refused\": true")) << o.out;
    EXPECT_TRUE(absl::StrContains(o.err, "CPU model")) << o.err;
  }
}

// A file cut at any length gives one clear line and the exit code.
TEST_F(DiffCommandTest, FilesCutShort) {
  Results r = MakeResults("6.1", "a", 1, 2);
  AddCase("pio/out", {1000, 1001}, r);
  const std::string whole = Serialize(r), good = File("old", 1000);
  for (size_t length = 0; length < whole.size(); ++length) {
    SCOPED_TRACE(length);
    ExpectRefusal(Diff({good, Bytes("cut", whole.substr(0, length))}), 2,
                  "not a usable results file");
  }
}

TEST_F(DiffCommandTest, FilesOfAnythingElse) {
  const std::string good = File("old", 1000);
  uint64_t state = 1;
  for (int i = 0; i < 200; ++i) {
    std::string noise;
    for (int j = 0; j < i * 37; ++j) {
      state = state * 6364136223846793005u + 1442695040888963407u;
      noise += static_cast<char>(state >> 56);
    }
    ExpectRefusal(Diff({Bytes("noise", noise), good}), 2,
                  "not a usable results file");
  }
}

TEST_F(DiffCommandTest, AHundredMegabytes) {
  const std::string good = File("old", 1000);
  const std::string huge = Bytes("huge", std::string(100 << 20, '\x0a'));
  ExpectRefusal(Diff({good, huge}), 2, "not a usable results file");
  ASSERT_EQ(truncate(huge.c_str(), 1 << 30), 0);
  ExpectRefusal(Diff({good, huge}), 2, "larger than 256 MiB");
  std::remove(huge.c_str());
}

// Every byte of a file is changed in turn and the checksum made anew, so the
// checksum does not find it.
TEST_F(DiffCommandTest, ForgedFiles) {
  Results r = MakeResults("6.1-old", "old", 1, 2);
  AddCase("pio/out", {1000, 1001}, r);
  const std::string whole = Serialize(r), good = Bytes("good", whole);
  for (size_t i = 0; i + kChecksumBytes < whole.size(); ++i) {
    for (unsigned char change : {0x01, 0x80, 0xff}) {
      std::string forged = whole.substr(0, whole.size() - kChecksumBytes);
      forged[i] = static_cast<char>(forged[i] ^ change);
      const Outcomes o = Diff({good, Bytes("forged", Seal(forged))});
      EXPECT_TRUE(o.code >= 0 && o.code <= 3) << o.code;
      if (o.code > 1) {
        EXPECT_EQ(std::count(o.err.begin(), o.err.end(), '\n'), 1) << o.err;
      }
    }
  }
}

// Files that count instructions, with profiles beside them.
class DiffFunctionsTest : public DiffCommandTest {
 protected:
  void SetUp() override {
    absl::SetFlag(&FLAGS_functions, true);
    // Other tests' files are not those of this one.
    for (const char* name : {"old", "new", "third"}) {
      std::remove(Path(absl::StrCat(name, ".profile.pb")).c_str());
    }
  }
  std::string Counted(const std::string& name, const std::string& kernel,
                      double guest) {
    Results r = MakeResults(kernel, name);
    r.host.tick = Tick::kInstruction;
    CaseResult& out =
        AddCase("pio/out", std::vector<double>(15, guest - 40), r);
    AddMetric("guest", std::vector<double>(15, guest), 3, out);
    AddCase("pio/in", std::vector<double>(15, 1000), r);
    const std::string path = Path(name + ".pb");
    EXPECT_TRUE(WriteFile(path, Serialize(r)).ok());
    return path;
  }
  void Profiled(const std::string& name, const Profile& profile) {
    ASSERT_TRUE(WriteProfile(Path(name + ".profile.pb"), profile).ok());
  }
};

constexpr char kBlock[] =
    "\npio/out guest 115 -> 108 (-7): functions 1 new, 1 gone, 4 changed\n";

TEST_F(DiffFunctionsTest, BelowTheTable) {
  const std::string a = Counted("old", "6.1.0-test", 115),
                    b = Counted("new", "6.12.0-test", 108);
  Profiled("old", OldProfile());
  Profiled("new", NewProfile());
  const Outcomes o = Diff({a, b});
  EXPECT_EQ(o.code, 0) << o.err;
  EXPECT_EQ(o.err, "");
  const size_t block = o.out.find(kBlock);
  ASSERT_NE(block, std::string::npos) << o.out;
  EXPECT_GT(block, o.out.find("\ncases: 2 compared"));
  EXPECT_TRUE(absl::StrContains(o.out, "\n    -5    5    -      1  old_name"));
  absl::SetFlag(&FLAGS_functions, false);
  EXPECT_EQ(Diff({a, b}).out, o.out.substr(0, block));
}

// No metric changed, and a function is gone all the same.
TEST_F(DiffFunctionsTest, SharesOfHostsThatWereSampled) {
  const auto measured = [this](const std::string& name) {
    Results r = MakeResults("6.18-test", name);
    AddCase("vm/get_regs", std::vector<double>(15, 1000), r);
    const std::string path = Path(name + ".pb");
    EXPECT_TRUE(WriteFile(path, Serialize(r)).ok());
    return path;
  };
  const std::string a = measured("old"), b = measured("new");
  Profiled("old", SampledProfile({500, 400, 300, 200, 150, 100}));
  Profiled("new", SampledProfile({500, 400, 300, 200, 150, 0}));
  const Outcomes o = Diff({a, b});
  EXPECT_EQ(o.code, 0) << o.err;
  EXPECT_TRUE(absl::StrContains(
      o.out, "\nvm/get_regs  functions' shares of 1650 -> 1550 samples, "))
      << o.out;
  EXPECT_TRUE(absl::StrContains(o.out, "  f5        vmlinux  gone\n")) << o.out;
  Profiled("new", SampledProfile({500, 400, 300, 200, 150, 100}));
  EXPECT_TRUE(absl::EndsWith(
      Diff({a, b}).out,
      "\n\nfunctions:  no share is shown to have changed in 1 case\n"));
  std::remove(Path("new.profile.pb").c_str());
  setenv("COLUMNS", "1000", 1);
  EXPECT_TRUE(absl::StrContains(
      Diff({a, b}).out, ": exitbench run --profile makes it in the run of "));
}

TEST_F(DiffFunctionsTest, NamesAProfileThatIsMissing) {
  const std::string a = Counted("old", "6.1.0-test", 115),
                    b = Counted("new", "6.12.0-test", 108);
  Profiled("old", OldProfile());
  const Outcomes o = Diff({a, b});
  EXPECT_EQ(o.code, 0);
  EXPECT_FALSE(absl::StrContains(o.out, kBlock));
  setenv("COLUMNS", "1000", 1);
  const std::string missing = Path("new.profile.pb");
  EXPECT_TRUE(absl::EndsWith(
      Diff({a, b}).out, absl::StrCat("\n\nno functions:  there is no ", missing,
                                     ": hosts/emuhost --profile=", missing,
                                     " makes it in the run of ", b, "\n")))
      << o.out;
}

TEST_F(DiffFunctionsTest, RefusesAProfileOfAnotherRunByName) {
  const std::string a = Counted("old", "6.1.0-test", 115),
                    b = Counted("new", "6.12.0-test", 100);
  Profiled("old", OldProfile());
  Profiled("new", NewProfile());
  setenv("COLUMNS", "1000", 1);
  const Outcomes o = Diff({a, b});
  EXPECT_TRUE(absl::EndsWith(
      o.out,
      "new.profile.pb has 108 for pio/out guest, the results have 100: "
      "it is not of their run\n"))
      << o.out;
}

TEST_F(DiffFunctionsTest, AFileThatIsNoProfileIsAnError) {
  const std::string a = Counted("old", "6.1.0-test", 115),
                    b = Counted("new", "6.12.0-test", 108);
  Bytes("old.profile.pb", "junk");
  ExpectRefusal(Diff({a, b}), 2, "old.profile.pb: not a usable profile file");
}

TEST_F(DiffFunctionsTest, AtEachStepOfMany) {
  const std::string a = Counted("old", "6.1.0-test", 115),
                    b = Counted("third", "6.1.0-test", 115),
                    c = Counted("new", "6.12.0-test", 108);
  for (const char* name : {"old", "third"}) Profiled(name, OldProfile());
  Profiled("new", NewProfile());
  absl::SetFlag(&FLAGS_history, true);
  const Outcomes o = Diff({a, b, c});
  EXPECT_EQ(o.code, 0) << o.err;
  EXPECT_TRUE(absl::StrContains(
      o.out, "\npio/out guest [1] 115 -> [3] 108 (-7): functions 1 new"))
      << o.out;
}

// The baseline comes first, and its profile with it.
TEST_F(DiffFunctionsTest, AgainstABaseline) {
  const std::string a = Counted("old", "6.1.0-test", 115),
                    b = Counted("third", "6.1.0-test", 115),
                    c = Counted("new", "6.12.0-test", 108);
  for (const char* name : {"old", "third"}) Profiled(name, OldProfile());
  Profiled("new", NewProfile());
  absl::SetFlag(&FLAGS_baseline, c);
  const Outcomes o = Diff({a, b, c});
  EXPECT_EQ(o.code, 1) << o.err;
  EXPECT_TRUE(absl::StrContains(
      o.out, "\npio/out guest [1] 108 -> [2] 115 (+7): functions 1 new"))
      << o.out;
  EXPECT_TRUE(absl::StrContains(o.out, "[1] 108 -> [3] 115 (+7)")) << o.out;
}

TEST_F(DiffFunctionsTest, InJson) {
  const std::string a = Counted("old", "6.1.0-test", 115),
                    b = Counted("new", "6.12.0-test", 108);
  Profiled("old", OldProfile());
  Profiled("new", NewProfile());
  absl::SetFlag(&FLAGS_format, "json");
  const std::string with = Diff({a, b}).out;
  EXPECT_TRUE(absl::StrContains(with, "\n  \"functions\": [\n"));
  EXPECT_TRUE(absl::StrContains(with, "\"name\": \"old_name\""));
  absl::SetFlag(&FLAGS_functions, false);
  EXPECT_FALSE(absl::StrContains(Diff({a, b}).out, "\"functions\""));
}

}  // namespace
}  // namespace exitbench
