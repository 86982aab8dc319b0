// Arrays joined, taken apart and lengthened. `concat` and `stack` are in array.h.
//
// What joins runs when it is written, and its result is fresh memory in NumPy's order; the parts of
// the functions that take apart are views. Errors: `axis` for an axis that is not there,
// out_of_range for an index, invalid_argument for shapes that do not fit.
#ifndef BROADLOOM_JOINING_H_
#define BROADLOOM_JOINING_H_

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <variant>
#include <vector>

#include "array.h"

namespace broadloom {

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

}  // namespace broadloom

#endif  // BROADLOOM_JOINING_H_
