#include "frontend/files/interrupts.h"

#include <mutex>
#include <utility>

#include "frontend/files.h"

namespace broadloom {
namespace {

constexpr int64_t kBytesBetween = int64_t{4} << 20;

std::mutex handler_mutex;

InterruptHandler& Handler() {
  static auto* const handler = new InterruptHandler;  // outlives whoever still reads at the end
  return *handler;
}

InterruptHandler CurrentHandler() {
  const std::unique_lock lock(handler_mutex);
  return Handler();
}

}  // namespace

void set_interrupt_handler(InterruptHandler handler) {
  const std::unique_lock lock(handler_mutex);
  Handler() = std::move(handler);
}

void CallInterruptHandler() {
  if (const InterruptHandler handler = CurrentHandler()) handler();
}

void Interrupts::Advance(int64_t bytes) {
  since_ += bytes;
  if (since_ < kBytesBetween) return;
  since_ = 0;
  if (__atomic_load_n(running_.cancelled(), __ATOMIC_RELAXED) != 0)
    throw Error(ErrorCode::cancelled, "reading or writing a file was cancelled");
  CallInterruptHandler();
}

}  // namespace broadloom
