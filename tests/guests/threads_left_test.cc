#include "tests/guests/threads_left.h"

#include <unistd.h>

#include <string>
#include <thread>

#include "absl/synchronization/notification.h"
#include "gmock/gmock.h"

namespace exitbench {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(ThreadsLeftTest, NamesAThreadUntilItIsGone) {
  const ThreadsLeft threads_left;
  absl::Notification started, end;
  std::string number;
  std::thread thread([&] {
    number = std::to_string(gettid());
    started.Notify();
    end.WaitForNotification();
  });
  started.WaitForNotification();
  EXPECT_THAT(threads_left.Get(absl::Milliseconds(20)), ElementsAre(number));
  end.Notify();
  thread.join();
  EXPECT_THAT(threads_left.Get(), IsEmpty());
}

TEST(ThreadsLeftTest, JoinedThreadsAreNotLeft) {
  const ThreadsLeft threads_left;
  for (int i = 0; i < 300; ++i) {
    std::thread([] {}).join();
    EXPECT_THAT(threads_left.Get(), IsEmpty());
  }
}

}  // namespace
}  // namespace exitbench
