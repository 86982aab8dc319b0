// The right to use memory, taken before the first byte is allocated.
#ifndef BROADLOOM_RUNTIME_BUDGET_H_
#define BROADLOOM_RUNTIME_BUDGET_H_

#include <atomic>
#include <cstdint>
#include <limits>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace broadloom {

// Bytes promised to plans and buffers. A reservation is refused when
//   - reserved + bytes exceeds the limit of this budget or of one above it, or
//   - bytes + pending exceeds AvailableMemory() + recyclable. *Pending* bytes are promised but
//     perhaps not yet touched, so the machine still shows them as available; *recyclable* ones sit
//     in the caller's allocator, ready for re-use.
// Both or none: a refused reservation changes nothing. Thread-safe, lock-free. Prefer `Reservation`
// to the bare calls.
class Budget {
 public:
  static constexpr int64_t kUnlimited = std::numeric_limits<int64_t>::max();

  explicit Budget(int64_t limit = kUnlimited, std::shared_ptr<Budget> parent = nullptr)
      : limit_(limit), parent_(std::move(parent)) {}

  absl::Status Reserve(int64_t bytes, int64_t recyclable = 0);
  // The bytes are in use by now: the machine's own figures include them, so they are no longer
  // pending.
  void Settle(int64_t bytes);
  void Release(int64_t bytes, bool settled = false);

  // A limit below what is reserved takes nothing back; it refuses what comes next.
  void set_limit(int64_t limit) { limit_.store(limit, std::memory_order_relaxed); }
  int64_t limit() const { return limit_.load(std::memory_order_relaxed); }
  int64_t reserved() const { return reserved_.load(std::memory_order_relaxed); }

 private:
  absl::Status ReserveOnMachine(int64_t bytes, int64_t recyclable);

  std::atomic<int64_t> limit_;
  std::atomic<int64_t> reserved_{0};
  std::atomic<int64_t> pending_{0};  // counted by the topmost budget only
  const std::shared_ptr<Budget> parent_;
};

// The budget above all contexts of this process.
std::shared_ptr<Budget> ProcessBudget();

// Bytes of a budget, given back on destruction. Not thread-safe.
class Reservation {
 public:
  static absl::StatusOr<Reservation> Make(std::shared_ptr<Budget> budget, int64_t bytes,
                                          int64_t recyclable = 0);

  Reservation() = default;
  Reservation(Reservation&& other) noexcept { *this = std::move(other); }
  Reservation& operator=(Reservation&& other) noexcept;
  ~Reservation() { Reset(); }

  int64_t bytes() const { return bytes_; }
  // Hands over up to `bytes` of ours: an evaluation passes its promise on to the results that
  // outlive it.
  Reservation Split(int64_t bytes);
  void Settle();
  void Reset();

 private:
  std::shared_ptr<Budget> budget_;
  int64_t bytes_ = 0;
  bool settled_ = false;
};

}  // namespace broadloom

#endif  // BROADLOOM_RUNTIME_BUDGET_H_
