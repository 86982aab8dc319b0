// Sorting where an array lies.
#ifndef BROADLOOM_FRONTEND_SORTING_LINES_IN_PLACE_H_
#define BROADLOOM_FRONTEND_SORTING_LINES_IN_PLACE_H_

#include <memory>
#include <optional>
#include <vector>

#include "frontend/array.h"
#include "runtime/sort.h"

namespace broadloom {

// Lines along the last axis, in memory that is x's and can be written to: taken first, so that they
// can be sorted while other threads look at x, or write to other elements that lie there.
class LinesInPlace {
 public:
  // None where x lies otherwise, is complex, or somebody else wants what is there. Throws as
  // assign.
  static std::optional<LinesInPlace> Take(const Array& x, int64_t axis);
  void Sort(bool descending) const { Sort(descending, {{0, shape_.back()}}); }
  // Only what comes to these places, which may be negative, as `partition`. Throws as that.
  void Partition(const std::vector<int64_t>& kth) const;

 private:
  LinesInPlace(const Array& x, std::shared_ptr<void> taken);
  void Sort(bool descending, const std::vector<sorting::Places>& wanted) const;

  Context& context_;
  const Sizes shape_;
  const DataType dtype_;
  const std::shared_ptr<void> taken_;
  char* const data_;
};

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_SORTING_LINES_IN_PLACE_H_
