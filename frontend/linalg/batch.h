// What the factorisations of linalg_*.cc share: the dtype to compute in, the shape of a stack, and
// a loop over its matrices.
#ifndef BROADLOOM_FRONTEND_LINALG_BATCH_H_
#define BROADLOOM_FRONTEND_LINALG_BATCH_H_

#include <algorithm>
#include <complex>
#include <cstdint>
#include <functional>
#include <initializer_list>

#include "frontend/array.h"
#include "frontend/dense.h"
#include "runtime/lapack.h"

namespace broadloom::linalg {

inline bool IsComplex(DataType dtype) { return dtype >= DataType::complex64; }
DataType RealDType(DataType dtype);  // complex128 -> float64; real ones stay

// The dtype of a result, by NumPy's rule for these operands. Throws type_error for float16 and
// bfloat16.
DataType CommonDType(const char* function, std::initializer_list<const Array*> arrays);
// The dtype that LAPACK computes it in: float64 or complex128.
inline DataType WorkingDType(DataType dtype) {
  return IsComplex(dtype) ? DataType::complex128 : DataType::float64;
}
Array Rounded(const Array& x, DataType dtype);  // x in this dtype, ready

// Calls f(double()) or f(std::complex<double>()).
template <class Function>
auto WithType(DataType working, Function f) {
  return IsComplex(working) ? f(std::complex<double>()) : f(double());
}

// Matrices (rows, columns), `count` of them, one for each index of `batch`.
struct Stack {
  Sizes batch;
  int64_t rows, columns, count;

  int64_t rank() const { return std::min(rows, columns); }
  bool empty() const { return rows == 0 || columns == 0; }
  Sizes With(std::initializer_list<int64_t> extents) const;  // batch + extents
};
// Throws `linalg` where x has fewer than two axes; the second one also where matrices are not
// square.
Stack StackOf(const char* function, const Array& x);
Stack SquareStackOf(const char* function, const Array& x);

int64_t CountOf(const Sizes& sizes);
std::string ShapeText(const Array& x);  // for messages: (2, 3)

// Which matrix of an operand stands at an index of the batch that it broadcasts to.
class BroadcastIndex {
 public:
  BroadcastIndex(const Sizes& batch, const Sizes& operand);
  int64_t operator()(int64_t index) const;

 private:
  Sizes batch_, strides_;
};

// Scratch memory of one matrix, cut into parts.
template <class T>
struct Part {
  int64_t offset;
  T* In(char* scratch) const { return reinterpret_cast<T*>(scratch + offset); }
};
class ScratchLayout {
 public:
  template <class T>
  Part<T> Add(int64_t rows, int64_t columns = 1) {
    return {Reserve(sizeof(T), rows, columns)};
  }
  int64_t bytes() const { return bytes_; }

 private:
  int64_t Reserve(int64_t itemsize, int64_t rows, int64_t columns);  // throws where it overflows
  int64_t bytes_ = 0;
};

// LAPACK's scratch memory as parts.
template <class T>
class WorkParts {
 public:
  WorkParts(ScratchLayout& layout, const lapack::WorkSizes& sizes)
      : work_(layout.Add<T>(sizes.work)),
        rwork_(layout.Add<lapack::Real<T>>(sizes.rwork)),
        iwork_(layout.Add<int>(sizes.iwork)),
        sizes_(sizes) {}
  lapack::Work<T> In(char* scratch) const {
    return {work_.In(scratch), rwork_.In(scratch), iwork_.In(scratch), sizes_};
  }

 private:
  Part<T> work_;
  Part<lapack::Real<T>> rwork_;
  Part<int> iwork_;
  lapack::WorkSizes sizes_;
};

// Calls body(i, scratch) for each i below `count`, in parallel, with `layout.bytes()` of scratch
// memory that counts against the budget. Whether all of them returned true. `flops`: of one call,
// roughly.
bool ForEachMatrix(Context& context, int64_t count, double flops, const ScratchLayout& layout,
                   const std::function<bool(int64_t index, char* scratch)>& body);

// C order to Fortran's: to (columns, rows) becomes the transpose of from (rows, columns), both in C
// order.
template <class T>
void Transpose(int64_t rows, int64_t columns, const T* from, T* to) {
  constexpr int64_t kTile = 32;  // both sides of a tile stay in the cache
  for (int64_t i0 = 0; i0 < rows; i0 += kTile)
    for (int64_t j0 = 0; j0 < columns; j0 += kTile)
      for (int64_t i = i0; i < std::min(rows, i0 + kTile); ++i)
        for (int64_t j = j0; j < std::min(columns, j0 + kTile); ++j)
          to[j * rows + i] = from[i * columns + j];
}

template <class T>
void FillIdentity(int64_t n, T* matrix) {
  std::fill_n(matrix, n * n, T(0));
  for (int64_t i = 0; i < n; ++i) matrix[i * (n + 1)] = T(1);
}

template <class T>
T* DataOf(const Fresh& fresh) {
  return reinterpret_cast<T*>(fresh.data);
}

// Whether a dense array of a working dtype has neither infinities nor NaNs. Some of LAPACK's
// iterations do not end where there are any.
bool AllFinite(const Array& dense);

// The inverse in the working dtype, NaN where there is none. `singular`: whether there is such one.
Array InverseOrNaN(const char* function, const Array& a, bool* singular);

// The array's own axis, from 0. Throws `axis`.
int64_t NormalizedAxis(const char* function, int64_t axis, int ndim);
Array MoveAxis(const Array& x, int64_t from, int64_t to);  // both from 0

}  // namespace broadloom::linalg

#endif  // BROADLOOM_FRONTEND_LINALG_BATCH_H_
