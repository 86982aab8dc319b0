// Where masks are true, block by block, so that threads know where to write.
#ifndef BROADLOOM_FRONTEND_SORTING_MASKS_H_
#define BROADLOOM_FRONTEND_SORTING_MASKS_H_

#include <cstdint>
#include <functional>
#include <vector>

#include "frontend/array.h"

namespace broadloom {

// The true elements of a mask in C order.
class TrueElements {
 public:
  explicit TrueElements(const Array& mask);  // evaluates it

  int64_t count() const { return before_.back(); }
  const Array& mask() const { return mask_; }  // dense
  // Calls body(flags, first, to, end) for each block of flags, on the context's threads: the
  // block's first element, and where its true ones stand among all: [to, end). Flags may be read as
  // long as one of these is still missing. `cost`: nanoseconds an element, roughly.
  using Body = std::function<void(const uint8_t* flags, int64_t first, int64_t to, int64_t end)>;
  void ForBlocks(double cost, const Body& body) const;

 private:
  Array mask_;
  std::vector<int64_t> before_;  // true ones before each block, and in all
};

// Rows of `bytes` bytes, one behind the other, to where the mask holds in `to`, whose rows are so
// too.
void StoreTrueRows(const TrueElements& chosen, const char* from, char* to, int64_t bytes);

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_SORTING_MASKS_H_
