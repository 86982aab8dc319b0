// Ctrl-C, a changed window and a return from the background, as one thread hears of them: no code
// runs inside a signal handler.
#ifndef BROADLOOM_FRONTEND_REPL_SIGNALS_H_
#define BROADLOOM_FRONTEND_REPL_SIGNALS_H_

#include <atomic>
#include <cstdint>
#include <mutex>

#include "frontend/array.h"

namespace broadloom::repl {

class Signals {
 public:
  // Blocks the signals in this thread, and so in all that it starts from now on; make it before
  // others. Lives as long as the process.
  explicit Signals(Context& context);
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  // Readable when there is something to Take, at the prompt.
  int wake_fd() const { return wake_fd_; }
  struct Happened {
    bool interrupt = false, resize = false, resume = false;
  };
  Happened Take();

  // While one lives Ctrl-C cancels what is evaluated, all of it until it ends, and is not told at
  // the prompt.
  class Running {
   public:
    explicit Running(Signals& signals);
    ~Running();
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;

   private:
    Signals& signals_;
  };
  // Since the Running of now began. For loops between evaluations.
  bool is_interrupted() const { return interrupted_.load(std::memory_order_relaxed); }

 private:
  void Listen();
  void CancelUntilDone(int64_t run);
  void Tell(bool Happened::* what);

  Context& context_;
  int wake_fd_;
  std::mutex mutex_;
  Happened happened_;     // guarded by mutex_
  bool running_ = false;  // guarded by mutex_
  int64_t runs_ = 0;      // guarded by mutex_
  std::atomic<bool> interrupted_{false};
};

}  // namespace broadloom::repl

#endif  // BROADLOOM_FRONTEND_REPL_SIGNALS_H_
