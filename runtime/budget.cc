// Budgets as chains of atomic counters. Allocates nothing itself and does not know who holds the
// bytes; naming the culprit is the caller's part, the figures are ours.
#include "runtime/budget.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "runtime/available_memory.h"

namespace broadloom {
namespace {

// Adds unless the sum would exceed `limit`, which may lie below the counter already.
bool AddWithin(int64_t limit, int64_t bytes, std::atomic<int64_t>& counter) {
  int64_t before = counter.load(std::memory_order_relaxed);
  do {
    if (bytes > limit - before) return false;
  } while (!counter.compare_exchange_weak(before, before + bytes, std::memory_order_relaxed));
  return true;
}

int64_t SaturatingAdd(int64_t a, int64_t b) {
  int64_t sum;
  return __builtin_add_overflow(a, b, &sum) ? Budget::kUnlimited : sum;
}

}  // namespace

absl::Status Budget::Reserve(int64_t bytes, int64_t recyclable) {
  if (bytes < 0)
    return absl::InvalidArgumentError(absl::StrCat("reservation of ", bytes, " bytes"));
  if (bytes == 0) return absl::OkStatus();
  if (!AddWithin(limit(), bytes, reserved_)) {
    return absl::ResourceExhaustedError(absl::StrCat("memory budget: ", bytes, " bytes requested, ",
                                                     reserved(), " reserved, limit ", limit()));
  }
  absl::Status status =
      parent_ ? parent_->Reserve(bytes, recyclable) : ReserveOnMachine(bytes, recyclable);
  if (!status.ok()) reserved_.fetch_sub(bytes, std::memory_order_relaxed);
  return status;
}

// A small request trusts a recent reading; one that could matter asks the machine again.
absl::Status Budget::ReserveOnMachine(int64_t bytes, int64_t recyclable) {
  int64_t available = AvailableMemory();
  const int64_t pending = pending_.load(std::memory_order_relaxed);
  if (SaturatingAdd(bytes, pending) > available / 4) available = ReadAvailableMemory();
  if (AddWithin(SaturatingAdd(available, recyclable), bytes, pending_)) return absl::OkStatus();
  return absl::ResourceExhaustedError(absl::StrCat(
      "memory of this machine: ", bytes, " bytes requested, ", pending,
      " promised to running work, ", available, " available, ", recyclable, " recyclable"));
}

void Budget::Settle(int64_t bytes) {
  if (parent_) return parent_->Settle(bytes);
  pending_.fetch_sub(bytes, std::memory_order_relaxed);
}

void Budget::Release(int64_t bytes, bool settled) {
  reserved_.fetch_sub(bytes, std::memory_order_relaxed);
  if (parent_) return parent_->Release(bytes, settled);
  if (!settled) Settle(bytes);
}

std::shared_ptr<Budget> ProcessBudget() {
  static const auto* budget =
      new std::shared_ptr<Budget>(std::make_shared<Budget>());  // outlives static buffers
  return *budget;
}

absl::StatusOr<Reservation> Reservation::Make(std::shared_ptr<Budget> budget, int64_t bytes,
                                              int64_t recyclable) {
  absl::Status status = budget->Reserve(bytes, recyclable);
  if (!status.ok()) return status;
  Reservation reservation;
  reservation.budget_ = std::move(budget);
  reservation.bytes_ = bytes;
  return reservation;
}

Reservation& Reservation::operator=(Reservation&& other) noexcept {
  if (this == &other) return *this;
  Reset();
  budget_ = std::move(other.budget_);
  bytes_ = std::exchange(other.bytes_, 0);
  settled_ = other.settled_;
  return *this;
}

Reservation Reservation::Split(int64_t bytes) {
  Reservation part;
  part.budget_ = budget_;
  part.bytes_ = std::clamp<int64_t>(bytes, 0, bytes_);
  part.settled_ = settled_;
  bytes_ -= part.bytes_;
  return part;
}

void Reservation::Settle() {
  if (budget_ && !settled_) budget_->Settle(bytes_);
  settled_ = true;
}

void Reservation::Reset() {
  if (budget_) budget_->Release(std::exchange(bytes_, 0), settled_);
  budget_.reset();
  settled_ = false;
}

}  // namespace broadloom
