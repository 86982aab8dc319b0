// A padded array in the making.
#ifndef BROADLOOM_FRONTEND_JOINING_PADDING_H_
#define BROADLOOM_FRONTEND_JOINING_PADDING_H_

#include <vector>

#include "frontend/joining.h"
#include "frontend/joining/assembly.h"

namespace broadloom::joining {

// The result, and x in the middle of it. The pads of an axis are filled after those of the axes
// before it, along which they go; along the axes behind it they have x's extents.
class Padding {
 public:
  // Pending where x is, unless it may not be.
  Padding(const Array& x, const std::vector<Widths>& widths, bool may_be_pending);

  int64_t rank() const { return static_cast<int64_t>(widths_.size()); }
  DataType dtype() const { return array().dtype(); }
  Widths widths(int64_t axis) const { return widths_[axis]; }
  int64_t inner(int64_t axis) const { return inner_[axis]; }  // x's extent
  int64_t extent(int64_t axis) const {
    return widths_[axis].before + inner_[axis] + widths_[axis].after;
  }

  // Places along an axis, counted from the first pad.
  Box To(int64_t axis, int64_t begin, int64_t count) const;
  Array From(int64_t axis, int64_t begin, int64_t count, int64_t step = 1) const;
  // The pads before and behind.
  std::array<Box, 2> Sides(int64_t axis) const;
  Box Middle() const;
  Box all() const { return result_.all(); }

  const Array& array() const { return result_.array(); }
  void Write(const std::vector<Placed>& parts) { result_.Write(parts); }

 private:
  std::vector<Widths> widths_;
  Sizes inner_;
  Assembly result_;
};

void PadRamp(Padding& padding, const PadOptions& options);
void PadStatistic(Padding& padding, PadMode mode, const PadOptions& options);
void PadReflected(Padding& padding, bool symmetric, bool odd);
void PadWrapped(Padding& padding);
void PadEdge(Padding& padding, int64_t axis);

}  // namespace broadloom::joining

#endif  // BROADLOOM_FRONTEND_JOINING_PADDING_H_
