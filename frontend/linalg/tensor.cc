// Equations between arrays of more than two axes: those on one side are the rows of a matrix.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "frontend/linalg.h"
#include "frontend/linalg/batch.h"

namespace broadloom::linalg {
namespace {

// With these axes last, in this order.
Array MovedLast(const Array& a, const std::vector<int64_t>& axes) {
  std::vector<int64_t> order;
  for (int64_t axis = 0; axis < a.ndim(); ++axis) order.push_back(axis);
  for (int64_t axis : axes) {
    const auto found = std::find(order.begin(), order.end(), axis);
    if (found == order.end()) {
      throw Error(ErrorCode::invalid_argument,
                  absl::StrCat("tensorsolve: there is no axis ", axis, " among ", a.ndim()));
    }
    order.erase(found);
    order.push_back(axis);
  }
  return permute_dims(a, order);
}

}  // namespace

Array tensorsolve(const Array& given, const Array& b, const std::vector<int64_t>& axes) {
  const Array a = axes.empty() ? given : MovedLast(given, axes);
  const Sizes shape = a.shape();
  const int64_t unknowns = a.ndim() - b.ndim();
  const Sizes solution = unknowns > 0 ? Sizes(shape.end() - unknowns, shape.end()) : shape;
  const int64_t n = CountOf(solution);
  if (a.size() != n * n) {
    throw Error(ErrorCode::linalg,
                absl::StrCat("tensorsolve: ", a.size(), " coefficients for ", n,
                             " unknowns: prod(a.shape[b.ndim:]) == prod(a.shape[:b.ndim]) is "
                             "required"));
  }
  return reshape(solve(reshape(a, {n, n}), reshape(b, {-1})), solution);
}

Array tensorinv(const Array& a, int64_t count) {
  if (count <= 0)
    throw Error(ErrorCode::invalid_argument,
                absl::StrCat("tensorinv: Invalid ind argument: ", count));
  const Sizes shape = a.shape();
  const auto middle = shape.begin() + std::min<int64_t>(count, a.ndim());
  Sizes inverse(middle, shape.end());
  const int64_t columns = CountOf(inverse);
  inverse.insert(inverse.end(), shape.begin(), middle);
  return reshape(inv(reshape(a, {columns, -1})), inverse);
}

}  // namespace broadloom::linalg
