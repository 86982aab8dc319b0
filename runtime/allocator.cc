// Buffers over the heap's blocks. Refuses negative sizes and reports what the system refuses;
// budgets are the caller's.
#include "runtime/allocator.h"

#include <algorithm>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "runtime/machine.h"

namespace broadloom {

Buffer::Buffer(Block block, int64_t size, std::shared_ptr<Heap> heap, std::function<void()> release)
    : block_(block), size_(size), heap_(std::move(heap)), release_(std::move(release)) {}

Buffer::~Buffer() {
  if (heap_) heap_->Give(block_);
  if (release_) release_();
}

void Buffer::Exchange(const std::shared_ptr<Buffer>& other) {
  std::swap(block_, other->block_);
  heap_.swap(other->heap_);
  release_.swap(other->release_);
  std::swap(is_adopted_, other->is_adopted_);
  std::swap(reservation_, other->reservation_);
  former_ = other;
}

std::shared_ptr<Buffer> Buffer::Lend(void* data, int64_t size, std::function<void()> release) {
  const Block block{static_cast<char*>(data), size};
  return absl::WrapUnique(new Buffer(block, size, nullptr, std::move(release)));
}

std::shared_ptr<Buffer> Buffer::Adopt(void* data, int64_t size, std::function<void()> release) {
  std::shared_ptr<Buffer> buffer = Lend(data, size, std::move(release));
  buffer->is_adopted_ = true;
  return buffer;
}

std::shared_ptr<Buffer> Buffer::Absent() {
  std::shared_ptr<Buffer> buffer = Lend(nullptr, 0, nullptr);
  buffer->is_absent_ = true;
  return buffer;
}

Allocator::Allocator() : Allocator(std::min(int64_t{1} << 30, ThisMachine().total_memory / 8)) {}

absl::StatusOr<std::shared_ptr<Buffer>> Allocator::Allocate(int64_t bytes) {
  if (bytes < 0) return absl::InvalidArgumentError(absl::StrCat("allocation of ", bytes, " bytes"));
  const Block block = heap_->Take(bytes);
  if (block.data == nullptr) {
    return absl::ResourceExhaustedError(absl::StrCat(heap_->source_name(), " has no ", bytes,
                                                     " bytes; ", heap_->info().live,
                                                     " are in use by arrays"));
  }
  std::shared_ptr<Buffer> buffer(new Buffer(block, bytes, heap_, nullptr));
  if (reinterpret_cast<uintptr_t>(block.data) % Heap::kAlignment != 0)
    return absl::InvalidArgumentError(absl::StrCat(
        heap_->source_name(), " gave memory that is not aligned to ", Heap::kAlignment, " bytes"));
  return buffer;
}

}  // namespace broadloom
