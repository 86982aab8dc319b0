// Arrays joined, taken apart and lengthened. `concat` and `stack` are in array.h.
//
// What joins is pending where an operand is (but for `insert` and `delete_` at several places),
// else it runs when it is written; its result is fresh memory in NumPy's order. The parts of the
// functions that take apart are views. Errors: `axis` for an axis that is not there, out_of_range
// for an index, invalid_argument for shapes that do not fit.
#ifndef BROADLOOM_JOINING_H_
#define BROADLOOM_JOINING_H_

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <variant>
#include <vector>

#include "api.h"
#include "array.h"

namespace BROADLOOM_API broadloom {

// --- joining/concat.cc ---------------------------------------------------------------------------
// Along the first, second, third axis; parts of fewer axes than that get new ones, of extent 1.
Array vstack(const std::vector<Array>& arrays);
Array hstack(const std::vector<Array>& arrays);  // vectors along their only axis
Array dstack(const std::vector<Array>& arrays);
Array column_stack(const std::vector<Array>& arrays);  // vectors are columns
Array append(const Array& x, const Array& values, std::optional<int64_t> axis = {});

// --- joining/block.cc ----------------------------------------------------------------------------
// Arrays and lists of blocks: the innermost lists are joined along the last axis, those around them
// along the one before it, and so on.
struct Blocks {
  Blocks(const Array& array) : content(array) {}                                  // NOLINT
  Blocks(std::vector<Blocks> blocks) : content(std::move(blocks)) {}              // NOLINT
  Blocks(std::initializer_list<Blocks> blocks) : content(std::vector(blocks)) {}  // NOLINT
  std::variant<Array, std::vector<Blocks>> content;
};
Array block(const Blocks& blocks);

// --- joining/split.cc: views, along an axis ------------------------------------------------------
// So many parts, the first ones longer by one where there is a remainder.
std::vector<Array> array_split(const Array& x, int64_t sections, int64_t axis = 0);
// Parts of one length: invalid_argument where there is a remainder.
std::vector<Array> split(const Array& x, int64_t sections, int64_t axis = 0);
// Up to the first point, from there to the second, ..., from the last one on, as slices.
std::vector<Array> split(const Array& x, const std::vector<std::optional<int64_t>>& points,
                         int64_t axis = 0);

// --- joining/insert.cc ---------------------------------------------------------------------------
// Places along an axis: an index, a slice, a vector of indices, or one of bools. Without an axis
// those of the flattened array.
using Places = std::variant<int64_t, Slice, Array>;
// Values in front of the elements that are at these places. They are cast to x's dtype and
// broadcast; at an index there are as many as `values` has along the axis.
Array insert(const Array& x, const Places& places, const Array& values,
             std::optional<int64_t> axis = {});
Array delete_(const Array& x, const Places& places, std::optional<int64_t> axis = {});

// --- joining/pad.cc, joining/pad_modes.cc --------------------------------------------------------
// What is around the elements, one axis after another: the pads of an axis go along those of the
// axes before it.
enum class PadMode : uint8_t {
  constant,
  edge,
  linear_ramp,
  maximum,
  mean,
  median,
  minimum,
  reflect,    // about the outermost elements
  symmetric,  // about the edges of the array
  wrap,
  empty,  // zeros
};
struct Widths {
  int64_t before, after;
};
// A pair for each axis: of what is before the elements and behind them.
struct PadOptions {
  std::vector<std::array<Operand, 2>> values = {};  // constants, or the far ends of ramps; none: 0
  // How many of the nearest elements maximum, mean, median and minimum are of; none: all.
  std::vector<std::array<std::optional<int64_t>, 2>> stat_length = {};
  bool odd = false;  // reflections about the edge's value, too
};
Array pad(const Array& x, const std::vector<Widths>& widths, PadMode mode = PadMode::constant,
          const PadOptions& options = {});
// Each line along each axis becomes what `change` makes of it; pads are 0 at first.
using ChangeLine = std::function<Array(const Array& line, const Widths& widths, int64_t axis)>;
Array pad(const Array& x, const std::vector<Widths>& widths, const ChangeLine& change);

}  // namespace broadloom

#endif  // BROADLOOM_JOINING_H_
