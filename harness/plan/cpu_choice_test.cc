#include "harness/plan/cpu_choice.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace exitbench {
namespace {

using Numbers = std::vector<int>;

CpuPlace Place(int cpu, int package, int core, const char* siblings) {
  CpuPlace place;
  place.cpu = cpu;
  place.package = package;
  place.core = core;
  place.siblings = ParseCpuList(siblings);
  return place;
}

// Both threads of a core side by side, as on Intel's desktops.
std::vector<CpuPlace> PairsOfThreads() {
  return {Place(0, 0, 0, "0-1"), Place(1, 0, 0, "0-1"), Place(2, 0, 1, "2-3"),
          Place(3, 0, 1, "2-3")};
}

// The second threads after all the first, as on servers.
std::vector<CpuPlace> ThreadsApart() {
  return {Place(0, 0, 0, "0,4"), Place(1, 0, 1, "1,5"), Place(2, 1, 0, "2,6"),
          Place(3, 1, 1, "3,7"), Place(4, 0, 0, "0,4"), Place(5, 0, 1, "1,5"),
          Place(6, 1, 0, "2,6"), Place(7, 1, 1, "3,7")};
}

// Two P-cores of two threads, two E-cores of one.
std::vector<CpuPlace> Hybrid() {
  std::vector<CpuPlace> places = PairsOfThreads();
  places.push_back(Place(4, 0, 8, "4"));
  places.push_back(Place(5, 0, 9, "5"));
  places[4].performance = places[5].performance = false;
  return places;
}

TEST(ChooseCpus, WithoutSmtTheHighestNumbersFirst) {
  EXPECT_EQ(ChooseCpus({Place(0, 0, 0, "0"), Place(1, 0, 1, "1"),
                        Place(2, 0, 2, "2")}),
            (Numbers{2, 1, 0}));
}

TEST(ChooseCpus, EachCoreBeforeAnySibling) {
  EXPECT_EQ(ChooseCpus(PairsOfThreads()), (Numbers{3, 1, 2, 0}));
  EXPECT_EQ(ChooseCpus(ThreadsApart()), (Numbers{7, 6, 5, 4, 3, 2, 1, 0}));
}

// Core numbers begin anew in each package.
TEST(ChooseCpus, WithoutListsOfSiblingsByPackageAndCore) {
  std::vector<CpuPlace> places = ThreadsApart();
  for (CpuPlace& place : places) place.siblings = CpuSet();
  std::swap(places[4], places[6]);
  EXPECT_EQ(ChooseCpus(places), (Numbers{7, 6, 5, 4, 3, 2, 1, 0}));
  EXPECT_EQ(
      ChooseCpus({Place(0, 0, 0, ""), Place(1, 0, 0, ""), Place(2, 0, 1, "")}),
      (Numbers{2, 1, 0}));
  EXPECT_EQ(
      ChooseCpus({Place(0, 0, 1, ""), Place(1, 0, 0, ""), Place(2, 0, 0, "")}),
      (Numbers{2, 0, 1}));
}

TEST(ChooseCpus, WithoutAnyTopologyAsTheyCome) {
  EXPECT_EQ(ChooseCpus({Place(0, -1, -1, ""), Place(1, -1, -1, "")}),
            (Numbers{1, 0}));
}

// An E-core is a core of its own, a sibling is not.
TEST(ChooseCpus, PCoresThenECoresThenSiblings) {
  EXPECT_EQ(ChooseCpus(Hybrid()), (Numbers{3, 1, 5, 4, 2, 0}));
}

TEST(ChooseCpus, TheLargerCapacityAndTheHigherBaseFrequencyFirst) {
  std::vector<CpuPlace> places = {Place(0, 0, 0, "0"), Place(1, 0, 1, "1"),
                                  Place(2, 0, 2, "2"), Place(3, 0, 3, "3")};
  places[0].capacity = places[1].capacity = 1024;
  places[2].capacity = places[3].capacity = 446;
  EXPECT_EQ(ChooseCpus(places), (Numbers{1, 0, 3, 2}));
  for (CpuPlace& place : places) place.capacity = 0;
  places[1].base_khz = 3200000;
  EXPECT_EQ(ChooseCpus(places), (Numbers{1, 3, 2, 0}));
}

// Only what the process may run on is there to be chosen.
TEST(ChooseCpus, WhereOnlySiblingsAreAllowedTheyAreTaken) {
  EXPECT_EQ(ChooseCpus({Place(2, 0, 1, "2-3"), Place(3, 0, 1, "2-3")}),
            (Numbers{3, 2}));
}

TEST(DescribeCores, SaysWhereEachIsAndWhoSharesACore) {
  std::vector<CpuPlace> places = Hybrid();
  EXPECT_EQ(DescribeCores({places[3], places[1], places[5], places[2]}),
            "CPU 3: package 0 core 1, CPU 1: package 0 core 0, CPU 5: package "
            "0 core 9 (E-core), CPU 2: package 0 core 1 (SMT sibling of CPU "
            "3)");
  EXPECT_EQ(DescribeCores({Place(7, -1, -1, "")}), "CPU 7: core not known");
  EXPECT_EQ(DescribeCores({}), "");
}

class Root : public testing::Test {
 protected:
  ~Root() override { std::filesystem::remove_all(root_); }
  void Put(const std::string& path, const std::string& text) {
    const std::filesystem::path file =
        absl::StrCat(root_, "/sys/devices/", path);
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << text;
  }
  const std::string root_ = testing::TempDir() + "/cpu_choice_test";
};

TEST_F(Root, ReadsWhatTheKernelSays) {
  Put("cpu_core/cpus", "0-1\n");
  Put("system/cpu/cpu1/topology/physical_package_id", "0\n");
  Put("system/cpu/cpu1/topology/core_id", "4\n");
  Put("system/cpu/cpu1/topology/thread_siblings_list", "0-1\n");
  Put("system/cpu/cpu1/cpufreq/base_frequency", "3000000\n");
  Put("system/cpu/cpu2/topology/core_id", "8\n");
  Put("system/cpu/cpu2/cpu_capacity", "600\n");
  const std::vector<CpuPlace> places = ReadCpuPlaces({1, 2, 3}, root_);
  ASSERT_EQ(places.size(), 3u);
  EXPECT_EQ(places[0].cpu, 1);
  EXPECT_EQ(places[0].package, 0);
  EXPECT_EQ(places[0].core, 4);
  EXPECT_EQ(places[0].siblings.Numbers(), (Numbers{0, 1}));
  EXPECT_TRUE(places[0].performance);
  EXPECT_EQ(places[0].base_khz, 3000000u);
  EXPECT_FALSE(places[1].performance);
  EXPECT_EQ(places[1].core, 8);
  EXPECT_EQ(places[1].package, -1);
  EXPECT_EQ(places[1].capacity, 600u);
  EXPECT_EQ(places[2].core, -1);
  EXPECT_TRUE(places[2].siblings.IsEmpty());
}

TEST_F(Root, WhereNothingIsHybridNoneIsAnECore) {
  Put("system/cpu/cpu0/topology/core_id", "0\n");
  EXPECT_TRUE(ReadCpuPlaces({0}, root_)[0].performance);
}

TEST(ParseCpus, SaysWhatTheThreadMayUseNow) {
  EXPECT_EQ(*ParseCpus("none"), Numbers());
  const CpuSet allowed = *CpuSet::OfThisThread();
  Numbers chosen = *ParseCpus("auto");
  std::sort(chosen.begin(), chosen.end());
  EXPECT_EQ(chosen, allowed.Numbers());
  const int last = allowed.Numbers().back();
  EXPECT_EQ(*ParseCpus(absl::StrCat(last)), Numbers{last});
  ASSERT_TRUE(PinThisThread(last).ok());
  EXPECT_EQ(*ParseCpus("auto"), Numbers{last});
  ASSERT_TRUE(allowed.BindThisThread().ok());
}

TEST(ParseCpus, RefusesWhatIsNoCpuOfIts) {
  for (const char* text : {"", "all", "0x", "0,,0", "100000", "-1"}) {
    EXPECT_EQ(ParseCpus(text).status().code(),
              absl::StatusCode::kInvalidArgument)
        << text;
  }
}

}  // namespace
}  // namespace exitbench
