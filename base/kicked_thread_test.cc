#include "base/kicked_thread.h"

#include <pthread.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>

#include "base/kick.h"
#include "gtest/gtest.h"

namespace exitbench {
namespace {

class Pipe {
 public:
  Pipe() { EXPECT_EQ(pipe(ends_), 0); }
  ~Pipe() {
    close(ends_[0]);
    close(ends_[1]);
  }

  // Blocks, since nobody writes: what it fails with.
  int ReadError() {
    char byte;
    return read(ends_[0], &byte, 1) < 0 ? errno : 0;
  }

 private:
  int ends_[2] = {-1, -1};
};

TEST(KickedThread, EndsACallThatBlocks) {
  Pipe pipe;
  int error = 0;
  KickedThread thread;
  ASSERT_TRUE(thread.Start("it", [&] { error = pipe.ReadError(); }).ok());
  EXPECT_TRUE(thread.started());
  thread.Stop();
  EXPECT_FALSE(thread.started());
  EXPECT_EQ(error, EINTR);
}

TEST(KickedThread, TheDestructorStopsIt) {
  Pipe pipe;
  bool ended = false;
  {
    KickedThread thread;
    ASSERT_TRUE(thread
                    .Start("it",
                           [&] {
                             while (!thread.stopping()) pipe.ReadError();
                             ended = true;
                           })
                    .ok());
  }
  EXPECT_TRUE(ended);
}

TEST(KickedThread, KicksUntilTheThreadHasEnded) {
  Pipe pipe;
  KickedThread thread;
  int kicked = 0;
  ASSERT_TRUE(thread
                  .Start("it",
                         [&] {
                           while (kicked < 3)
                             kicked += pipe.ReadError() == EINTR;
                         })
                  .ok());
  thread.Stop();
  EXPECT_EQ(kicked, 3);
}

TEST(KickedThread, StartsAgain) {
  KickedThread thread;
  thread.Stop();
  int runs = 0;
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(thread.Start("it", [&] { ++runs; }).ok());
    EXPECT_FALSE(thread.stopping());
    thread.Stop();
    EXPECT_TRUE(thread.stopping());
  }
  EXPECT_EQ(runs, 2);
}

TEST(KickedThread, SaysWhyItCantBeStarted) {
  pthread_attr_t before, huge;
  ASSERT_EQ(pthread_getattr_default_np(&before), 0);
  ASSERT_EQ(pthread_getattr_default_np(&huge), 0);
  // No process has room for such a stack.
  ASSERT_EQ(pthread_attr_setstacksize(&huge, size_t{1} << 47), 0);
  ASSERT_EQ(pthread_setattr_default_np(&huge), 0);
  bool ran = false;
  KickedThread thread;
  const absl::Status status = thread.Start("it", [&] { ran = true; });
  EXPECT_EQ(pthread_setattr_default_np(&before), 0);
  EXPECT_EQ(status.message(),
            "it: can't be started: Resource temporarily unavailable");
  EXPECT_FALSE(thread.started());
  thread.Stop();
  EXPECT_FALSE(ran);
}

TEST(Kick, IsSeenByTheThreadThatItHits) {
  uint8_t flag = 0;
  Kicks& kicks = KicksOfThisThread();
  kicks.flag = &flag;
  Kick(pthread_self());
  kicks.flag = nullptr;
  EXPECT_EQ(kicks.seen, 1);
  EXPECT_EQ(flag, 1);
  kicks.seen = 0;
  flag = 0;
  Kick(pthread_self());
  EXPECT_EQ(kicks.seen, 1);
  EXPECT_EQ(flag, 0);
  kicks.seen = 0;

  KickedThread thread;
  ASSERT_TRUE(thread.Start("it", [&] { Kick(pthread_self()); }).ok());
  thread.Stop();
  EXPECT_EQ(kicks.seen, 0);
}

}  // namespace
}  // namespace exitbench
