// Sorting where an array lies.
#ifndef BROADLOOM_FRONTEND_SORTING_LINES_IN_PLACE_H_
#define BROADLOOM_FRONTEND_SORTING_LINES_IN_PLACE_H_

#include <memory>
#include <optional>

#include "frontend/array.h"
#include "runtime/allocator.h"

namespace broadloom {

// Lines along the last axis, in memory that is x's and can be written to: taken first, so that they
// can be sorted while other threads look at x.
class LinesInPlace {
 public:
  // None where x lies otherwise, is complex, or somebody else wants what is there. Throws as
  // assign.
  static std::optional<LinesInPlace> Take(const Array& x, int64_t axis);
  void Sort(bool descending) const;

 private:
  explicit LinesInPlace(const Array& x);

  Context& context_;
  const Sizes shape_;
  const DataType dtype_;
  const std::shared_ptr<Buffer> buffer_;
  char* const data_;
};

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_SORTING_LINES_IN_PLACE_H_
