#include "base/kicked_thread.h"

#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/check.h"
#include "base/kick.h"

namespace exitbench {
namespace {

// A kick can come just before the call that it is to break, so it is repeated.
constexpr absl::Duration kKickEach = absl::Milliseconds(1);

}  // namespace

absl::Status KickedThread::Start(absl::string_view name,
                                 std::function<void()> body) {
  EB_CHECK(!started());
  KickSignal();
  stopping_.store(false, std::memory_order_release);
  ended_.store(false, std::memory_order_release);
  try {
    thread_ = std::thread([this, body = std::move(body)] {
      body();
      ended_.store(true, std::memory_order_release);
    });
  } catch (const std::system_error& error) {
    return absl::ErrnoToStatus(error.code().value(),
                               absl::StrCat(name, ": can't be started"));
  }
  return absl::OkStatus();
}

void KickedThread::Stop() {
  if (!started()) return;
  stopping_.store(true, std::memory_order_release);
  while (!ended_.load(std::memory_order_acquire)) {
    Kick(thread_.native_handle());
    absl::SleepFor(kKickEach);
  }
  thread_.join();
}

}  // namespace exitbench
