#include "frontend/files/growing_buffer.h"

#include <sys/mman.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "frontend/bytes.h"
#include "frontend/memory.h"
#include "frontend/unwrap.h"

namespace broadloom {
namespace {

constexpr int64_t kPages = 64 << 10;  // the least, and what capacities are multiples of
constexpr int64_t kSmall = int64_t{1} << 20;

int64_t WholePages(int64_t bytes) { return (bytes + kPages - 1) / kPages * kPages; }

}  // namespace

GrowingBuffer::~GrowingBuffer() {
  if (data_ != nullptr) munmap(data_, capacity_);
}

void GrowingBuffer::Grow(int64_t least) {
  const int64_t capacity = WholePages(std::max(least, capacity_ + capacity_ / 4));
  reservations_.push_back(Unwrap(
      Reservation::Make(context_.budget, capacity - capacity_, context_.allocator.info().cached)));
  Resize(capacity);
}

void GrowingBuffer::Resize(int64_t capacity) {
  void* const moved = data_ == nullptr ? mmap(nullptr, capacity, PROT_READ | PROT_WRITE,
                                              MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
                                       : mremap(data_, capacity_, capacity, MREMAP_MAYMOVE);
  if (moved == MAP_FAILED)
    throw Error(ErrorCode::memory_budget,
                absl::StrCat("the system has no ", HumanBytes(capacity), " more"));
  data_ = static_cast<char*>(moved);
  capacity_ = capacity;
}

std::shared_ptr<Buffer> GrowingBuffer::Finish() {
  if (size_ <= kSmall) {
    std::shared_ptr<Buffer> copy = Unwrap(AllocateCounted(context_, size_));
    std::copy_n(data_, size_, copy->data());
    return copy;
  }
  const int64_t bytes = WholePages(size_);
  if (capacity_ > bytes) {
    reservations_.back().Split(capacity_ - bytes);  // given back
    Resize(bytes);
  }
  for (Reservation& each : reservations_) each.Settle();
  const auto kept = std::make_shared<std::vector<Reservation>>(std::move(reservations_));
  char* const data = std::exchange(data_, nullptr);
  capacity_ = 0;
  return Buffer::Adopt(data, size_, [data, bytes, kept] { munmap(data, bytes); });
}

}  // namespace broadloom
