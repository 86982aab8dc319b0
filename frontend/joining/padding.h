// A padded array in the making.
#ifndef BROADLOOM_FRONTEND_JOINING_PADDING_H_
#define BROADLOOM_FRONTEND_JOINING_PADDING_H_

#include <vector>

#include "frontend/joining.h"
#include "frontend/joining/parts.h"

namespace broadloom::joining {

// The result, and x in the middle of it. The pads of an axis are filled after those of the axes
// before it, along which they go; along the axes behind it they have x's extents.
class Padding {
 public:
  Padding(const Array& x, const std::vector<Widths>& widths);

  int64_t rank() const { return static_cast<int64_t>(widths_.size()); }
  DataType dtype() const { return result_.array.dtype(); }
  Widths widths(int64_t axis) const { return widths_[axis]; }
  int64_t inner(int64_t axis) const { return inner_[axis]; }  // x's extent
  int64_t extent(int64_t axis) const {
    return widths_[axis].before + inner_[axis] + widths_[axis].after;
  }

  // Places along an axis, counted from the first pad.
  Region To(int64_t axis, int64_t begin, int64_t count) const;
  Array From(int64_t axis, int64_t begin, int64_t count, int64_t step = 1) const;
  // The pads before and behind.
  std::array<Region, 2> Sides(int64_t axis) const;
  Region Middle() const;

  const Fresh& result() const { return result_; }

 private:
  std::vector<Widths> widths_;
  Sizes inner_;
  Fresh result_;
};

void PadRamp(const Padding& padding, const PadOptions& options);
void PadStatistic(const Padding& padding, PadMode mode, const PadOptions& options);
void PadReflected(const Padding& padding, bool symmetric, bool odd);
void PadWrapped(const Padding& padding);
void PadEdge(const Padding& padding, int64_t axis);

}  // namespace broadloom::joining

#endif  // BROADLOOM_FRONTEND_JOINING_PADDING_H_
