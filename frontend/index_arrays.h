// Keys that hold index arrays and masks, taken apart by NumPy's rules, for reading and for writing:
// a view of the array, and what picks elements along axes of that view.
//
//     x[1:, mask, None, 2]    ==>    view    x[1:, :, 2]
//                                    pickers mask, along axis 1 of the view
//                                    at 1, added {2}: result (n - 1, true ones, 1)
#ifndef BROADLOOM_FRONTEND_INDEX_ARRAYS_H_
#define BROADLOOM_FRONTEND_INDEX_ARRAYS_H_

#include <cstdint>
#include <vector>

#include "frontend/array.h"

namespace broadloom {

// Integers that pick along one axis, or a mask of as many axes as it has; a mask of none repeats
// the view once, or not at all.
struct Picker {
  Array array;
  int64_t axis;         // of the view: the first one
  int64_t source_axis;  // of the array, as errors name it
  bool is_mask() const { return array.dtype() == DataType::bool_; }
};

struct PickKey {
  std::vector<Index> view;  // integers and slices, one an axis of the array; whole under a picker
  std::vector<Picker> pickers;
  // The result has the axes that the pickers broadcast to (`rank` of them) at `at`, in between the
  // view's other axes; then, at the places `added` of the whole, axes of extent 1.
  int64_t rank = 0, at = 0;
  std::vector<int64_t> added;
};

// Whether a key is more than a view.
bool HasPickers(const std::vector<Index>& items);
// Checks all but the bounds of indices. Throws out_of_range.
PickKey TakeApart(const Array& x, const std::vector<Index>& items);

// One mask, of the first axes: elements are copied as they come, without their places.
bool IsSelection(const PickKey& key);

// What the pickers stand for: arrays of integers that broadcast to `shape`, each for one axis of
// the view.
struct Places {
  std::vector<Array> indices;
  std::vector<int64_t> axes, source_axes;
  Sizes shape;
};
int64_t CountOf(const Sizes& shape);  // its elements
// Evaluates masks. Throws out_of_range where the arrays do not broadcast together.
Places PlacesOf(const PickKey& key);

// x[items], for a key with pickers: fresh memory.
Array Pick(const Array& x, const std::vector<Index>& items);

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_INDEX_ARRAYS_H_
