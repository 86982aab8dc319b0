// Diagonals and transposes: views, and lazy where a vector is put on the main diagonal.
#include <algorithm>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "frontend/convert.h"
#include "frontend/linalg.h"
#include "frontend/linalg/batch.h"
#include "frontend/storage.h"

namespace broadloom {
namespace {

using linalg::MoveAxis;
using linalg::NormalizedAxis;
using linalg::ShapeText;

void CheckMatrix(const char* function, const Array& x) {
  if (x.ndim() >= 2) return;
  throw Error(ErrorCode::invalid_argument,
              absl::StrCat(function, ": an array of at least two dimensions is needed, not ",
                           ShapeText(x)));
}

constexpr int64_t kFurthest = int64_t{1} << 40;  // no matrix has a diagonal there

// The largest square whose main diagonal it is.
Array SquareOf(const Array& x, int64_t offset, int64_t first, int64_t second) {
  const Sizes shape = x.shape();
  const int64_t row = std::clamp<int64_t>(-offset, 0, shape[first]),
                column = std::clamp<int64_t>(offset, 0, shape[second]);
  const int64_t length = std::min(shape[first] - row, shape[second] - column);
  std::vector<Index> items(shape.size(), Slice{});
  items[first] = Slice{row, row + length};
  items[second] = Slice{column, column + length};
  return index(x, items);
}

// A vector on a diagonal of its own matrix. Row i of the flat matrix begins at i (n + 1) - i.
Array PlacedOnDiagonal(const Array& x, int64_t given) {
  const int64_t offset = std::clamp(given, -kFurthest, kFurthest);
  const int64_t length = x.shape()[0], n = length + std::abs(offset);
  if (offset == 0)
    return where(eye(n, {}, 0, DataType::bool_, &x.context()), expand_dims(x, 0),
                 zeros({}, x.dtype(), &x.context()));
  const Array dense = Dense(x, x.dtype());
  const Fresh result = MakeFresh(x.context(), x.dtype(), {n, n});
  const int64_t size = itemsize(x.dtype()), first = offset > 0 ? offset : -offset * n;
  std::memset(result.data, 0, n * n * size);
  const char* const from = static_cast<const char*>(dense.data());
  for (int64_t i = 0; i < length; ++i)
    std::memcpy(result.data + (first + i * (n + 1)) * size, from + i * size, size);
  return result.array;
}

}  // namespace

Array diagonal(const Array& x, int64_t offset, int64_t axis1, int64_t axis2) {
  CheckMatrix("diagonal", x);
  const int64_t first = NormalizedAxis("diagonal: axis1", axis1, x.ndim()),
                second = NormalizedAxis("diagonal: axis2", axis2, x.ndim());
  if (first == second)
    throw Error(ErrorCode::invalid_argument, "diagonal: axis1 and axis2 cannot be the same");
  const int64_t shift = std::clamp(offset, -kFurthest, kFurthest);
  const Array square = SquareOf(x, shift, first, second);
  Array result =
      MoveAxis(DiagonalView(square, first, second), first - (first > second), x.ndim() - 2);
  result.set_read_only(true);  // as in NumPy
  return result;
}

Array trace(const Array& x, int64_t offset, int64_t axis1, int64_t axis2,
            std::optional<DataType> dtype) {
  return sum(diagonal(x, offset, axis1, axis2), -1, false, {.dtype = dtype});
}

Array diag(const Array& x, int64_t offset) {
  if (x.ndim() == 2) return diagonal(x, offset);
  if (x.ndim() == 1) return PlacedOnDiagonal(x, offset);
  throw Error(ErrorCode::invalid_argument,
              absl::StrCat("diag: Input must be 1- or 2-d., not ", ShapeText(x)));
}

Array diagflat(const Array& x, int64_t offset) {
  return PlacedOnDiagonal(reshape(x, {-1}), offset);
}

Array matrix_transpose(const Array& x) {
  CheckMatrix("matrix_transpose", x);
  return MoveAxis(x, x.ndim() - 1, x.ndim() - 2);
}

namespace linalg {

Array diagonal(const Array& x, int64_t offset) { return broadloom::diagonal(x, offset, -2, -1); }

Array trace(const Array& x, int64_t offset, std::optional<DataType> dtype) {
  return broadloom::trace(x, offset, -2, -1, dtype);
}

}  // namespace linalg
}  // namespace broadloom
