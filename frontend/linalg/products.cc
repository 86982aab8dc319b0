// Products: nothing but other functions of arrays, so all of it is lazy.
#include <algorithm>
#include <numeric>

#include "absl/strings/str_cat.h"
#include "frontend/composed.h"
#include "frontend/convert.h"
#include "frontend/layout.h"
#include "frontend/linalg.h"
#include "frontend/linalg/batch.h"
#include "frontend/written.h"

namespace broadloom {
namespace {

using linalg::CountOf;
using linalg::MoveAxis;
using linalg::NormalizedAxis;
using linalg::ShapeText;

Error NotAligned(const char* function, const Array& x, const Array& y) {
  return {ErrorCode::invalid_argument,
          absl::StrCat(function, ": shapes ", ShapeText(x), " and ", ShapeText(y), " not aligned")};
}

// Whether all axes but the last ones broadcast.
bool StacksFit(const Array& x, int x_core, const Array& y, int y_core) {
  Shape a = ToShape(x.shape()), b = ToShape(y.shape());
  a.resize(x.ndim() - x_core);
  b.resize(y.ndim() - y_core);
  return BroadcastShapes({a, b}).has_value();
}

// (`conj` makes integers of bools, as NumPy's does; its vdot does not.)
Array Conjugated(const Array& x) { return linalg::IsComplex(x.dtype()) ? conj(x) : x; }

// Sums x * y along the last axis in the dtype of the product, that of float16 in float32.
Array SumOfProducts(const Array& x, const Array& y) {
  const DataType dtype = result_type(x.dtype(), y.dtype());
  const bool is_half = dtype == DataType::float16 || dtype == DataType::bfloat16;
  const DataType wide = is_half ? DataType::float32 : dtype;
  const Array product = multiply(is_half ? astype(x, wide) : x, is_half ? astype(y, wide) : y);
  if (dtype == DataType::bool_) return any(product, -1);
  const Array total = sum(product, -1, false, {.dtype = wide});
  return is_half ? astype(total, dtype) : total;
}

// An axis as Python's tuples take it, for errors of NumPy's that come from them.
int64_t TupleIndex(const char* function, int64_t axis, int ndim) {
  if (axis < -ndim || axis >= ndim) {
    throw Error(ErrorCode::out_of_range,
                absl::StrCat(function, ": axis ", axis, " is out of range for an array of ", ndim,
                             " dimensions"));
  }
  return axis < 0 ? axis + ndim : axis;
}

// An operand of a tensordot as a matrix: the axes that stay, and those that are summed over.
struct Contracted {
  Sizes kept;
  Array matrix;
};

Contracted ContractedOf(const Array& x, const std::vector<int64_t>& axes, bool summed_first) {
  const Sizes shape = x.shape();
  Sizes kept;
  std::vector<int64_t> order;
  for (int64_t axis = 0; axis < x.ndim(); ++axis) {
    if (std::find(axes.begin(), axes.end(), axis) != axes.end()) continue;
    order.push_back(axis);
    kept.push_back(shape[axis]);
  }
  order.insert(summed_first ? order.begin() : order.end(), axes.begin(), axes.end());
  int64_t summed = 1;
  for (int64_t axis : axes) summed *= shape[axis];
  const int64_t rows = CountOf(kept);
  const Array moved = permute_dims(x, order);
  return {kept, reshape(moved, summed_first ? Sizes{summed, rows} : Sizes{rows, summed})};
}

void CheckDistinct(std::vector<int64_t> axes) {
  std::sort(axes.begin(), axes.end());
  if (std::adjacent_find(axes.begin(), axes.end()) != axes.end())
    throw Error(ErrorCode::invalid_argument, "tensordot: duplicate axes are not allowed");
}

Array Component(const Array& x, int64_t i) { return index(x, {Ellipsis(), i}); }

// One component of a cross product.
Array Minor(const Array& x, const Array& y, int64_t i, int64_t j) {
  return subtract(multiply(Component(x, i), Component(y, j)),
                  multiply(Component(x, j), Component(y, i)));
}

// The first two components of a cross product. What a vector of two elements lacks is 0, and adds
// nothing.
Array Crossed(const Array& x, const Array& y, int64_t i, int64_t j) {
  const bool x_has = x.shape().back() == 3, y_has = y.shape().back() == 3;
  if (x_has && y_has) return Minor(x, y, i, j);
  const int64_t plain = i == 2 ? j : i;  // the component that both have
  const Array product = x_has ? multiply(Component(x, 2), Component(y, plain))
                              : multiply(Component(x, plain), Component(y, 2));
  return x_has == (i == 2) ? product : negative(product);
}

void CheckVectors(const Array& x, const Array& y) {
  const auto fits = [](int64_t extent) { return extent == 2 || extent == 3; };
  if (fits(x.shape().back()) && fits(y.shape().back())) return;
  throw Error(ErrorCode::invalid_argument,
              absl::StrCat("cross: incompatible dimensions: vectors of ", x.shape().back(), " and ",
                           y.shape().back(), " elements, not of 2 or 3"));
}

}  // namespace

Array outer(const Array& x, const Array& y) {
  return multiply(expand_dims(reshape(x, {-1}), 1), expand_dims(reshape(y, {-1}), 0));
}

namespace {

// By a number: in C order where NumPy leaves it to BLAS.
Array TimesNumber(const Array& x, const Array& y) {
  const Array product = multiply(x, y);
  const bool by_blas = product.dtype() >= DataType::float32 && product.ndim() <= 2;
  const Array& array = x.ndim() > 0 ? x : y;
  if (!by_blas && array.dtype() != product.dtype())
    OrderAs(*ExprOf(product), OrderOfCopy(*ExprOf(array)));
  if (!by_blas) return product;
  AxisOrder order(static_cast<size_t>(product.ndim()));
  std::iota(order.begin(), order.end(), int8_t{0});
  OrderAs(*ExprOf(product), std::move(order));
  return product;
}

}  // namespace

Array inner(const Array& x, const Array& y) {
  if (x.ndim() == 0 || y.ndim() == 0) return TimesNumber(x, y);
  if (x.shape().back() != y.shape().back()) throw NotAligned("inner", x, y);
  return tensordot(x, y, {-1}, {-1});
}

Array dot(const Array& x, const Array& y) {
  if (x.ndim() == 0 || y.ndim() == 0) return TimesNumber(x, y);
  const int64_t y_axis = y.ndim() == 1 ? 0 : y.ndim() - 2;
  if (x.shape().back() != y.shape()[y_axis]) throw NotAligned("dot", x, y);
  const FunctionScope scope({"dot"});
  if (y.ndim() <= 2) return matmul(x, y);
  return tensordot(x, y, {-1}, {y_axis});
}

Array vdot(const Array& x, const Array& y) {
  if (x.size() != y.size()) throw NotAligned("vdot", x, y);
  return SumOfProducts(Conjugated(reshape(x, {-1})), reshape(y, {-1}));
}

Array vecdot(const Array& x, const Array& y, int64_t axis) {
  if (x.ndim() == 0 || y.ndim() == 0) throw NotAligned("vecdot", x, y);
  const int64_t x_axis = NormalizedAxis("vecdot", axis, x.ndim()),
                y_axis = NormalizedAxis("vecdot", axis, y.ndim());
  if (x.shape()[x_axis] != y.shape()[y_axis]) throw NotAligned("vecdot", x, y);
  const FunctionScope scope({"vecdot"});
  return SumOfProducts(Conjugated(MoveAxis(x, x_axis, x.ndim() - 1)),
                       MoveAxis(y, y_axis, y.ndim() - 1));
}

Array matvec(const Array& x, const Array& y) {
  if (x.ndim() < 2 || y.ndim() == 0 || x.shape().back() != y.shape().back() ||
      !StacksFit(x, 2, y, 1))
    throw NotAligned("matvec", x, y);
  const FunctionScope scope({"matvec"});
  return squeeze(matmul(x, expand_dims(y, -1)), -1);
}

Array vecmat(const Array& x, const Array& y) {
  if (x.ndim() == 0 || y.ndim() < 2 || x.shape().back() != y.shape()[y.ndim() - 2] ||
      !StacksFit(x, 1, y, 2))
    throw NotAligned("vecmat", x, y);
  const FunctionScope scope({"vecmat"});
  return squeeze(matmul(expand_dims(Conjugated(x), -2), y), -2);
}

Array tensordot(const Array& x, const Array& y, const std::vector<int64_t>& x_axes,
                const std::vector<int64_t>& y_axes) {
  CheckDistinct(x_axes);
  CheckDistinct(y_axes);
  std::vector<int64_t> left, right;
  if (x_axes.size() != y_axes.size())
    throw Error(ErrorCode::invalid_argument, "tensordot: as many axes of x as of y are needed");
  for (size_t i = 0; i < x_axes.size(); ++i) {
    left.push_back(TupleIndex("tensordot", x_axes[i], x.ndim()));
    right.push_back(TupleIndex("tensordot", y_axes[i], y.ndim()));
    if (x.shape()[left.back()] != y.shape()[right.back()]) throw NotAligned("tensordot", x, y);
  }
  CheckDistinct(left);  // once more: -1 and 1 may be the same axis
  CheckDistinct(right);
  const Contracted a = ContractedOf(x, left, false), b = ContractedOf(y, right, true);
  Sizes shape = a.kept;
  shape.insert(shape.end(), b.kept.begin(), b.kept.end());
  const FunctionScope scope({"dot"});
  return reshape(matmul(a.matrix, b.matrix), shape);
}

Array tensordot(const Array& x, const Array& y, int64_t count) {
  std::vector<int64_t> left(std::max<int64_t>(count, 0)), right(left.size());
  std::iota(left.begin(), left.end(), -count);
  std::iota(right.begin(), right.end(), 0);
  return tensordot(x, y, left, right);
}

// The axes of both alternate: (m, 1, n, 1) times (1, p, 1, q) is (m, p, n, q).
Array kron(const Array& x, const Array& y) {
  if (x.ndim() == 0 || y.ndim() == 0) return multiply(x, y);
  const size_t rank = static_cast<size_t>(std::max(x.ndim(), y.ndim()));
  Sizes a = x.shape(), b = y.shape(), a_wide, b_wide, shape;
  a.insert(a.begin(), rank - a.size(), 1);
  b.insert(b.begin(), rank - b.size(), 1);
  for (size_t axis = 0; axis < rank; ++axis) {
    a_wide.insert(a_wide.end(), {a[axis], 1});
    b_wide.insert(b_wide.end(), {1, b[axis]});
    shape.push_back(a[axis] * b[axis]);
  }
  return reshape(multiply(reshape(x, a_wide), reshape(y, b_wide)), shape);
}

// Every element of the result picks its component, so that the whole is one kernel.
Array cross(const Array& x, const Array& y, int64_t x_axis, int64_t y_axis, int64_t axis) {
  if (x.ndim() == 0 || y.ndim() == 0)
    throw Error(ErrorCode::invalid_argument, "cross: At least one array has zero dimension");
  const Array a = MoveAxis(x, NormalizedAxis("cross", x_axis, x.ndim()), x.ndim() - 1),
              b = MoveAxis(y, NormalizedAxis("cross", y_axis, y.ndim()), y.ndim() - 1);
  CheckVectors(a, b);
  if (a.shape().back() == 2 && b.shape().back() == 2) return Minor(a, b, 0, 1);
  const auto component = [](const Array& c) { return expand_dims(c, -1); };
  const Array which = arange(0, 3, 1, DataType::int64, &x.context());
  const Array result =
      where(equal(which, 0), component(Crossed(a, b, 1, 2)),
            where(equal(which, 1), component(Crossed(a, b, 2, 0)), component(Minor(a, b, 0, 1))));
  return MoveAxis(result, result.ndim() - 1, NormalizedAxis("cross", axis, result.ndim()));
}

namespace linalg {

Array outer(const Array& x, const Array& y) {
  if (x.ndim() == 1 && y.ndim() == 1) return broadloom::outer(x, y);
  throw Error(ErrorCode::invalid_argument,
              absl::StrCat("outer: Input arrays must be one-dimensional, but they are ",
                           ShapeText(x), " and ", ShapeText(y)));
}

Array cross(const Array& x, const Array& y, int64_t axis) {
  const int64_t first = x.shape()[TupleIndex("cross", axis, x.ndim())],
                second = y.shape()[TupleIndex("cross", axis, y.ndim())];
  if (first != 3 || second != 3) {
    throw Error(ErrorCode::invalid_argument,
                absl::StrCat("cross: vectors of ", first, " and ", second, " elements, not of 3"));
  }
  return broadloom::cross(x, y, axis, axis, axis);
}

}  // namespace linalg
}  // namespace broadloom
