// Reductions of complex numbers that are not done part by part: products, and extrema in NumPy's
// lexicographic order. They run when they are called, in sequence along the reduced axes.
#include <complex>

#include "absl/strings/str_cat.h"
#include "frontend/complex.h"
#include "frontend/convert.h"
#include "frontend/dense.h"
#include "frontend/layout.h"

namespace broadloom {
namespace {

template <typename T>
bool IsNan(std::complex<T> z) {
  return std::isnan(z.real()) || std::isnan(z.imag());
}

// Whether `next` takes the place of `best`: it lies beyond, or is the first NaN.
template <typename T>
bool Takes(bool smallest, std::complex<T> next, std::complex<T> best) {
  if (IsNan(best)) return false;
  if (IsNan(next)) return true;
  const auto before = [](std::complex<T> a, std::complex<T> b) {
    return a.real() < b.real() || (a.real() == b.real() && a.imag() < b.imag());
  };
  return smallest ? before(next, best) : before(best, next);
}

template <typename T>
std::complex<T> Product(absl::Span<const std::complex<T>> row) {
  std::complex<T> product(1, 0);
  for (const std::complex<T> z : row)
    product = {product.real() * z.real() - product.imag() * z.imag(),
               product.real() * z.imag() + product.imag() * z.real()};
  return product;
}

template <typename T>
int64_t Extremum(bool smallest, absl::Span<const std::complex<T>> row) {
  int64_t best = 0;
  for (size_t i = 1; i < row.size(); ++i) {
    if (Takes(smallest, row[i], row[best])) best = static_cast<int64_t>(i);
  }
  return best;
}

bool IsIndex(Op op) { return op == Op::k_argmin || op == Op::k_argmax; }

template <typename T>
void FoldRow(Op op, absl::Span<const std::complex<T>> row, char* to) {
  const bool smallest = op == Op::k_min || op == Op::k_argmin;
  if (op == Op::k_prod) {
    *reinterpret_cast<std::complex<T>*>(to) = Product(row);
  } else if (IsIndex(op)) {
    *reinterpret_cast<int64_t*>(to) = Extremum(smallest, row);
  } else {
    *reinterpret_cast<std::complex<T>*>(to) = row[Extremum(smallest, row)];
  }
}

template <typename T>
void Fold(Op op, const Array& rows, const Fresh& result) {
  const auto* from = ElementsOf<std::complex<T>>(rows);
  const int64_t length = rows.shape()[1], size = itemsize(result.array.dtype());
  ParallelFor(rows.context(), rows.shape()[0], static_cast<double>(length),
              [&](int64_t begin, int64_t end) {
                for (int64_t i = begin; i < end; ++i)
                  FoldRow<T>(op, absl::MakeConstSpan(from + i * length, length),
                             result.data + i * size);
              });
}

// The kept axes, then the reduced ones.
std::vector<int64_t> KeptFirst(int rank, const Axes& reduced) {
  std::vector<int64_t> axes;
  for (const bool kept : {true, false}) {
    for (int axis = 0; axis < rank; ++axis) {
      const bool is_kept = std::find(reduced.begin(), reduced.end(), axis) == reduced.end();
      if (is_kept == kept) axes.push_back(axis);
    }
  }
  return axes;
}

Array FoldInOrder(Op op, const Array& x, const Axes& reduced, bool keepdims) {
  Sizes shape, with_ones = x.shape();
  int64_t count = 1, length = 1;
  for (int axis = 0; axis < x.ndim(); ++axis) {
    const bool is_reduced = std::find(reduced.begin(), reduced.end(), axis) != reduced.end();
    (is_reduced ? length : count) *= x.shape()[axis];
    if (is_reduced) with_ones[axis] = 1;
    if (!is_reduced) shape.push_back(x.shape()[axis]);
  }
  if (length == 0 && op != Op::k_prod)
    throw Error(ErrorCode::invalid_argument,
                absl::StrCat("zero-size array to reduction operation ", InfoOf(op).name,
                             " which has no identity"));
  const Array rows =
      Dense(reshape(permute_dims(x, KeptFirst(x.ndim(), reduced)), {count, length}), x.dtype());
  const Fresh result = MakeFresh(x.context(), IsIndex(op) ? DataType::int64 : x.dtype(), shape);
  if (x.dtype() == DataType::complex64)
    Fold<float>(op, rows, result);
  else
    Fold<double>(op, rows, result);
  return keepdims ? reshape(result.array, with_ones) : result.array;
}

}  // namespace

// The result lies in the memory order of x, as NumPy's does.
Array ComplexFold(Op op, const Array& x, const AxisList& axes, bool keepdims) {
  const Axes reduced = NormalizedAxes(axes, x.ndim(), InfoOf(op).name.data());
  if (IsIndex(op) && axes.axes().has_value() && reduced.size() != 1)
    throw Error(ErrorCode::type_error, absl::StrCat(InfoOf(op).name, " takes one axis or none"));
  const auto& order = ExprOf(x)->layout.order;
  if (IsIndex(op) || std::is_sorted(order.begin(), order.end()))
    return FoldInOrder(op, x, reduced, keepdims);
  Axes moved, kept;
  std::vector<int64_t> back;
  for (size_t i = 0; i < order.size(); ++i) {
    const bool is_reduced = std::find(reduced.begin(), reduced.end(), order[i]) != reduced.end();
    if (is_reduced) moved.push_back(static_cast<int64_t>(i));
    if (!is_reduced || keepdims) kept.push_back(order[i]);
  }
  for (int64_t axis : kept)
    back.push_back(std::count_if(kept.begin(), kept.end(), [&](int64_t k) { return k < axis; }));
  const Array inside = permute_dims(x, std::vector<int64_t>(order.begin(), order.end()));
  return permute_dims(FoldInOrder(op, inside, moved, keepdims), InversePermutation(back));
}

}  // namespace broadloom
