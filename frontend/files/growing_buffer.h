// Memory that grows without being copied: pages are moved.
#ifndef BROADLOOM_FRONTEND_FILES_GROWING_BUFFER_H_
#define BROADLOOM_FRONTEND_FILES_GROWING_BUFFER_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "frontend/context.h"

namespace broadloom {

// Takes from the budget before it grows. Throws `memory_budget`.
class GrowingBuffer {
 public:
  explicit GrowingBuffer(Context& context) : context_(context) {}
  ~GrowingBuffer();
  GrowingBuffer(const GrowingBuffer&) = delete;
  GrowingBuffer& operator=(const GrowingBuffer&) = delete;

  // Room for so many bytes behind what there is.
  char* Append(int64_t bytes) {
    if (size_ + bytes > capacity_) Grow(size_ + bytes);
    size_ += bytes;
    return data_ + size_ - bytes;
  }
  int64_t size() const { return size_; }
  // The bytes, as memory of an array; nothing is left here.
  std::shared_ptr<Buffer> Finish();

 private:
  void Grow(int64_t least);
  void Resize(int64_t capacity);

  Context& context_;
  std::vector<Reservation> reservations_;
  char* data_ = nullptr;
  int64_t size_ = 0, capacity_ = 0;
};

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_FILES_GROWING_BUFFER_H_
