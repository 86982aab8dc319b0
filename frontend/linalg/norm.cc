// Norms. All but those of singular values are sums and maxima of functions of the elements, so that
// they fuse with what computes the elements.
#include <cmath>
#include <limits>

#include "absl/strings/str_cat.h"
#include "frontend/composed.h"
#include "frontend/convert.h"
#include "frontend/linalg.h"
#include "frontend/linalg/batch.h"
#include "frontend/written.h"

namespace broadloom::linalg {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

bool IsHalf(DataType dtype) { return dtype == DataType::float16; }

// Integers and what NumPy has no floats for: as float64.
Array AsFloating(const Array& x) {
  const bool floating = x.dtype() >= DataType::float32 || IsHalf(x.dtype());
  return floating ? x : astype(x, DataType::float64);
}

bool IsNone(const NormOrder& order) { return std::holds_alternative<std::monostate>(order); }
bool Is(const NormOrder& order, double number) {
  const double* const held = std::get_if<double>(&order);
  return held != nullptr && *held == number;
}
bool IsFrobenius(const NormOrder& order) {
  const std::string* const name = std::get_if<std::string>(&order);
  return name != nullptr && (*name == "fro" || *name == "f");
}

// sqrt(sum |x|^2). NumPy adds the squares of float16 in float32. `name`: of the function that it
// squares with.
Array EuclideanNorm(const Array& x, const AxisList& axes, bool keepdims,
                    const char* name = "multiply") {
  std::optional<FunctionScope> scope(std::in_place, Function{name});
  const Array wide = IsHalf(x.dtype()) ? astype(x, DataType::float32) : x;
  const Array squares = IsComplex(x.dtype()) ? add(square(real(x)), square(imag(x))) : square(wide);
  const Array total = sum(squares, axes, keepdims);
  scope.reset();
  return sqrt(IsHalf(x.dtype()) ? astype(total, x.dtype()) : total);
}

// The largest along axes; 0 where there is nothing, which is the sum of nothing.
Array LargestOf(const Array& magnitudes, const AxisList& axes, bool keepdims) {
  const Sizes shape = magnitudes.shape();
  for (int64_t axis : NormalizedAxes(axes, magnitudes.ndim(), "norm"))
    if (shape[axis] == 0) return sum(magnitudes, axes, keepdims);
  return max(magnitudes, axes, keepdims);
}

Array VectorNorm(const Array& x, const AxisList& axes, bool keepdims, const NormOrder& order) {
  if (const std::string* const name = std::get_if<std::string>(&order)) {
    throw Error(ErrorCode::invalid_argument,
                absl::StrCat("norm: Invalid norm order '", *name, "' for vectors"));
  }
  NormalizedAxes(axes, x.ndim(), "norm");  // here a number has no axis 0
  if (IsNone(order) || Is(order, 2)) return EuclideanNorm(x, axes, keepdims);
  const Array magnitude = abs(x);
  const double p = std::get<double>(order);
  if (p == kInfinity) return LargestOf(magnitude, axes, keepdims);
  if (p == -kInfinity) return min(magnitude, axes, keepdims);
  if (p == 0) return sum(astype(not_equal(x, 0), magnitude.dtype()), axes, keepdims);
  if (p == 1) return sum(magnitude, axes, keepdims);
  return pow(sum(pow(magnitude, p), axes, keepdims), 1 / p);
}

// Of matrices in the last two axes.
Array NormBySingularValues(const Array& x, const NormOrder& order) {
  const Array s = svdvals(x);
  if (Is(order, -2)) return min(s, -1);
  return Is(order, 2) ? LargestOf(s, -1, false) : sum(s, -1);
}

// Sums over `inner`, then the largest or the smallest of them along `outer`.
Array NormBySums(const Array& x, int64_t inner, int64_t outer, bool largest) {
  const Array sums = sum(abs(x), {inner}, true);
  const Array extreme = largest ? LargestOf(sums, {outer}, true) : min(sums, {outer}, true);
  return squeeze(extreme, {inner, outer});
}

Array MatrixNorm(const Array& x, int64_t rows, int64_t columns, const NormOrder& order) {
  if (IsNone(order) || IsFrobenius(order)) return EuclideanNorm(x, {rows, columns}, false);
  if (Is(order, 1) || Is(order, -1)) return NormBySums(x, rows, columns, Is(order, 1));
  if (Is(order, kInfinity) || Is(order, -kInfinity))
    return NormBySums(x, columns, rows, Is(order, kInfinity));
  const std::string* const name = std::get_if<std::string>(&order);
  if (!Is(order, 2) && !Is(order, -2) && (name == nullptr || *name != "nuc"))
    throw Error(ErrorCode::invalid_argument, "norm: Invalid norm order for matrices.");
  std::vector<int64_t> axes;
  for (int64_t axis = 0; axis < x.ndim(); ++axis)
    if (axis != rows && axis != columns) axes.push_back(axis);
  axes.push_back(rows);
  axes.push_back(columns);
  return NormBySingularValues(permute_dims(x, axes), order);
}

Array WithOnes(const Array& x, const Array& like, int64_t rows, int64_t columns) {
  Sizes shape = like.shape();
  shape[rows] = shape[columns] = 1;
  return reshape(x, shape);
}

// Of all elements where nothing else is said.
bool IsOfAll(const Array& x, const NormOrder& order) {
  return IsNone(order) || (IsFrobenius(order) && x.ndim() == 2) || (Is(order, 2) && x.ndim() == 1);
}

}  // namespace

Array vector_norm(const Array& given, const AxisList& axes, bool keepdims, const NormOrder& order) {
  return VectorNorm(AsFloating(given), axes, keepdims, order);
}

Array matrix_norm(const Array& x, bool keepdims, const NormOrder& order) {
  return norm(x, order, {-2, -1}, keepdims);
}

Array norm(const Array& given, const NormOrder& order, const AxisList& given_axes, bool keepdims) {
  const Array x = AsFloating(given);
  if (!given_axes.axes().has_value() && IsOfAll(x, order))
    return EuclideanNorm(x, {}, keepdims, "dot");
  std::vector<int64_t> axes;
  if (given_axes.axes().has_value())
    axes = *given_axes.axes();
  else
    for (int64_t axis = 0; axis < x.ndim(); ++axis) axes.push_back(axis);
  if (axes.size() == 1) return VectorNorm(x, AxisList(axes), keepdims, order);
  if (axes.size() != 2) {
    throw Error(ErrorCode::invalid_argument,
                absl::StrCat("norm: Improper number of dimensions to norm: ", axes.size()));
  }
  const int64_t rows = NormalizedAxis("norm", axes[0], x.ndim()),
                columns = NormalizedAxis("norm", axes[1], x.ndim());
  if (rows == columns)
    throw Error(ErrorCode::invalid_argument, absl::StrCat("norm: Duplicate axes given: ", rows));
  const Array result = MatrixNorm(x, rows, columns, order);
  return keepdims ? WithOnes(result, x, rows, columns) : result;
}

}  // namespace broadloom::linalg
