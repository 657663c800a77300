#include "cases/catalogue/parameters.h"

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "vmm/arch_host.h"

namespace exitbench {
namespace {

const Case kRows[] = {{.name = "t/all",
                       .modes = kUserMode,
                       .shape = {.data_bytes = 4u << 20},
                       .parameters = kGuestPageParameter | kHostPageParameter |
                                     kWorkingSetParameter},
                      {.name = "t/guest_page",
                       .shape = {.data_bytes = 4u << 20},
                       .parameters = kGuestPageParameter},
                      {.name = "t/none"},
                      {.name = "t/backing",
                       .shape = {.data_bytes = 4u << 20},
                       .parameters = kBackingParameter}};

std::string UserMode(absl::string_view name) {
  return absl::StrCat(name, ModeSuffix(kUserMode));
}

std::vector<CaseInstance> With(absl::string_view guest_page,
                               absl::string_view host_page,
                               absl::string_view working_set) {
  auto parameters = ParseParameters(guest_page, host_page, working_set);
  EXPECT_TRUE(parameters.ok()) << parameters.status();
  return WithParameters(Instances(kRows), parameters.value_or(Parameters()));
}

TEST(Parameters, UnsetChangesNothing) {
  const auto cases = With("", "", "");
  ASSERT_EQ(cases.size(), 4u);
  EXPECT_EQ(cases[0].name, UserMode("t/all"));
  EXPECT_EQ(cases[0].row, &kRows[0]);
  EXPECT_TRUE(ParameterFacts(Parameters()).empty());
}

TEST(Parameters, ChangeNameShapeAndHashOfThoseThatObey) {
  const auto plain = With("", "", "");
  const auto cases = With("2m", "thp", "64m");
  EXPECT_EQ(cases[0].name, UserMode("t/all") + ".guest_2m.host_thp.set_64m");
  EXPECT_EQ(cases[0].row->shape.data_page, GuestPage::k2M);
  EXPECT_EQ(cases[0].row->shape.data_backing, Backing::kThp);
  EXPECT_EQ(cases[0].row->shape.data_bytes, 64u << 20);
  EXPECT_NE(CodeHash(cases[0]), CodeHash(plain[0]));
  EXPECT_EQ(cases[1].name, "t/guest_page.guest_2m");
  EXPECT_EQ(cases[1].row->shape.data_bytes, 4u << 20);
  EXPECT_EQ(cases[2].name, "t/none");
  EXPECT_EQ(CodeHash(cases[2]), CodeHash(plain[2]));
}

// A run with the parameter is told from one without, whatever the default comes
// to be.
TEST(Parameters, ASetOneIsNamedEvenIfItIsTheDefault) {
  EXPECT_EQ(With("4k", "", "")[1].name, "t/guest_page.guest_4k");
}

TEST(Parameters, RowsLiveAsLongAsTheirInstances) {
  CaseInstance kept = With("2m", "", "")[1];
  EXPECT_EQ(kept.row->name, "t/guest_page");
}

TEST(Parameters, FactsSayWhatWasSet) {
  const auto facts = ParameterFacts(*ParseParameters("2m", "hugetlb", "1g"));
  ASSERT_EQ(facts.size(), 3u);
  EXPECT_EQ(facts[0], (Fact{"guest_page", "2m"}));
  EXPECT_EQ(facts[1], (Fact{"host_page", "hugetlb"}));
  EXPECT_EQ(facts[2], (Fact{"working_set", "1024m"}));
}

TEST(Parameters, ABackingChangesNameShapeAndHash) {
  const auto plain = With("", "", "");
  const auto parameters = ParseParameters("", "", "", "guest_memfd");
  ASSERT_TRUE(parameters.ok()) << parameters.status();
  const auto cases = WithParameters(Instances(kRows), *parameters);
  EXPECT_EQ(cases[3].name, "t/backing.backing_guest_memfd");
  EXPECT_EQ(cases[3].row->shape.data_source, MemorySource::kGuestMemfd);
  EXPECT_NE(CodeHash(cases[3]), CodeHash(plain[3]));
  EXPECT_EQ(cases[0].name, plain[0].name);
  EXPECT_EQ(ParameterFacts(*parameters),
            (std::vector<Fact>{{"backing", "guest_memfd"}}));
}

TEST(Parameters, TheDefaultBackingIsNamedAndHasTheSameHash) {
  const auto cases =
      WithParameters(Instances(kRows), *ParseParameters("", "", "", "anon"));
  EXPECT_EQ(cases[3].name, "t/backing.backing_anon");
  EXPECT_EQ(CodeHash(cases[3]), CodeHash(Instances(kRows)[3]));
}

TEST(Parameters, BackingsThatExcludeAPageSayWhatToGive) {
  EXPECT_EQ(ParseParameters("", "hugetlb", "", "file").status().message(),
            "--backing=file --host_page=hugetlb: a file has hugetlb pages on "
            "hugetlbfs only; give --backing=memfd for those");
  EXPECT_EQ(ParseParameters("", "thp", "", "guest_memfd").status().message(),
            "--backing=guest_memfd --host_page=thp: a guest_memfd has small "
            "pages only; give --host_page=4k");
  EXPECT_TRUE(ParseParameters("", "4k", "", "guest_memfd").ok());
  EXPECT_TRUE(ParseParameters("", "hugetlb", "", "memfd").ok());
  EXPECT_TRUE(ParseParameters("", "thp", "", "shmem").ok());
}

TEST(Parameters, BadOnesAreNamed) {
  EXPECT_EQ(ParseParameters("", "", "", "memdf").status().message(),
            "--backing=memdf: give anon, memfd, shmem, file or guest_memfd; "
            "did you mean 'memfd'?");
  EXPECT_EQ(ParseParameters("1g", "", "").status().message(),
            "--guest_page=1g: give 4k or 2m");
  EXPECT_EQ(ParseParameters("", "2m", "").status().message(),
            "--host_page=2m: give 4k, thp or hugetlb");
  for (const char* bad : {"0", "4k", "3m", "m", "4g", "-2m", "2mm", "2T",
                          "18446744073709551615g"}) {
    EXPECT_FALSE(ParseParameters("", "", bad).ok()) << bad;
  }
}

}  // namespace
}  // namespace exitbench
