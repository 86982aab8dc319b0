#include "frontend/repl/signals.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdint>
#include <thread>
#include <utility>

namespace broadloom::repl {
namespace {

sigset_t Heard() {
  sigset_t signals;
  sigemptyset(&signals);
  for (int number : {SIGINT, SIGWINCH, SIGCONT}) sigaddset(&signals, number);
  return signals;
}

}  // namespace

Signals::Signals(Context& context)
    : context_(context), wake_fd_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  const sigset_t heard = Heard();
  pthread_sigmask(SIG_BLOCK, &heard, nullptr);
  std::thread([this] { Listen(); }).detach();
}

void Signals::Listen() {
  const sigset_t heard = Heard();
  while (true) {
    int number = 0;
    if (sigwait(&heard, &number) != 0) continue;
    if (number == SIGWINCH) Tell(&Happened::resize);
    if (number == SIGCONT) Tell(&Happened::resume);
    if (number != SIGINT) continue;
    std::unique_lock lock(mutex_);
    const bool running = running_;
    const int64_t run = runs_;
    lock.unlock();
    if (running)
      CancelUntilDone(run);
    else
      Tell(&Happened::interrupt);
  }
}

// A cancellation stops what runs at that moment, and there may be more to come.
void Signals::CancelUntilDone(int64_t run) {
  while (true) {
    {
      const std::lock_guard lock(mutex_);
      if (!running_ || runs_ != run) return;
      interrupted_ = true;
      cancel_evaluations(&context_);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

void Signals::Tell(bool Happened::* what) {
  const std::lock_guard lock(mutex_);
  happened_.*what = true;
  const uint64_t one = 1;
  [[maybe_unused]] const auto written = write(wake_fd_, &one, sizeof one);
}

Signals::Happened Signals::Take() {
  const std::lock_guard lock(mutex_);
  uint64_t count = 0;
  [[maybe_unused]] const auto taken = read(wake_fd_, &count, sizeof count);
  return std::exchange(happened_, {});
}

Signals::Running::Running(Signals& signals) : signals_(signals) {
  const std::lock_guard lock(signals_.mutex_);
  signals_.running_ = true;
  ++signals_.runs_;
  signals_.interrupted_ = false;
}

Signals::Running::~Running() {
  const std::lock_guard lock(signals_.mutex_);
  signals_.running_ = false;
}

}  // namespace broadloom::repl
