// Memory for array data: counted, recycled, never an exception.
#ifndef BROADLOOM_RUNTIME_ALLOCATOR_H_
#define BROADLOOM_RUNTIME_ALLOCATOR_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <utility>

#include "absl/status/statusor.h"
#include "runtime/budget.h"
#include "runtime/heap.h"

namespace broadloom {

// Bytes with one address until they are exchanged. The last owner's release recycles them, or tells
// the lender. `data` is never null for an allocated buffer, not even for one of 0 bytes.
class Buffer {
 public:
  // Memory of somebody else; `release` runs when the buffer dies. Not counted as live.
  static std::shared_ptr<Buffer> Lend(void* data, int64_t size, std::function<void()> release);
  // The same of memory that nobody else looks at any more.
  static std::shared_ptr<Buffer> Adopt(void* data, int64_t size, std::function<void()> release);

  // Stands for memory that is not there yet, of whatever size.
  static std::shared_ptr<Buffer> Absent();

  ~Buffer();
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;

  char* data() const { return block_.data; }
  int64_t size() const { return size_; }
  bool lent() const { return heap_ == nullptr && !is_adopted_; }
  bool is_absent() const { return is_absent_; }

  // Swaps the memory of two buffers of one size. What was this one's lives at least as long as
  // this one.
  void Exchange(const std::shared_ptr<Buffer>& other);

  // Keeps budget taken for as long as the buffer lives. Set before the buffer is shared.
  void Attach(Reservation reservation) { reservation_ = std::move(reservation); }

 private:
  friend class Allocator;
  Buffer(Block block, int64_t size, std::shared_ptr<Heap> heap, std::function<void()> release);

  Block block_;
  const int64_t size_;
  std::shared_ptr<Heap> heap_;  // null: lent or adopted
  bool is_adopted_ = false, is_absent_ = false;
  std::function<void()> release_;
  Reservation reservation_;
  std::shared_ptr<Buffer> former_;
};

// Thread-safe. Buffers may outlive their allocator.
class Allocator {
 public:
  // `cache_limit`: bytes kept for re-use; by default 1 GiB or an eighth of the machine's memory,
  // whichever is less.
  Allocator();
  explicit Allocator(int64_t cache_limit) : heap_(std::make_shared<Heap>(cache_limit)) {}
  // Nothing is kept: the source may do so itself.
  explicit Allocator(MemorySource source) : heap_(std::make_shared<Heap>(0, source)) {}

  // The contents are undefined. ResourceExhausted where the source has no more, InvalidArgument
  // below 0 and where it returns what is not aligned.
  absl::StatusOr<std::shared_ptr<Buffer>> Allocate(int64_t bytes);
  void Trim() { heap_->Trim(); }
  MemoryInfo info() const { return heap_->info(); }
  void ResetPeak() { heap_->ResetPeak(); }

 private:
  const std::shared_ptr<Heap> heap_;
};

}  // namespace broadloom

#endif  // BROADLOOM_RUNTIME_ALLOCATOR_H_
