// One Gemm for each matrix of the batch. An operand that BLAS cannot take as it lies is copied,
// matrix by matrix.
#include "frontend/matmul.h"

#include <algorithm>
#include <complex>

#include "absl/strings/str_cat.h"
#include "frontend/memory.h"
#include "ir/status_macros.h"
#include "runtime/gemm.h"

namespace broadloom {
namespace {

// A matrix of an operand; a vector is a matrix with one row or one column.
struct Operand2D {
  char* data;
  int64_t rows, columns, row_stride, column_stride;
};

Operand2D AsMatrix(const Shape& shape, const StridedArray& array, bool is_left) {
  const size_t rank = shape.size();
  char* const data = array.buffer == nullptr ? nullptr : AddressOf(array);
  const int64_t last = shape[rank - 1].value(), stride = array.strides[rank - 1];
  if (rank > 1) return {data, shape[rank - 2].value(), last, array.strides[rank - 2], stride};
  return is_left ? Operand2D{data, 1, last, 0, stride} : Operand2D{data, last, 1, stride, 0};
}

template <typename T>
Matrix<T> ForBlas(const Operand2D& matrix) {
  return {reinterpret_cast<const T*>(matrix.data), matrix.row_stride, matrix.column_stride};
}

// f(T()) where T is the C++ type of a dtype that BLAS knows.
template <typename F>
auto WithBlasType(DType dtype, F f) {
  switch (dtype.kind()) {
    case DType::kFloat32: return f(float());
    case DType::kComplex64: return f(std::complex<float>());
    case DType::kComplex128: return f(std::complex<double>());
    default: return f(double());
  }
}

// Where an operand's matrix of this batch begins.
int64_t BatchOffset(const Shape& shape, const StridedArray& array, const Dims& index) {
  int64_t offset = 0;
  const int batch = static_cast<int>(shape.size()) - 2;
  for (int axis = 0; axis < batch; ++axis) {
    const int64_t i = index[index.size() - batch + axis];
    offset += shape[axis].is(1) ? 0 : i * array.strides[axis];
  }
  return offset;
}

// The matrices of an operand, one after another, each copied first where `BytesOfCopy` says so.
class Matrices {
 public:
  static absl::StatusOr<Matrices> Make(Context& context, DType dtype, const Shape& shape,
                                       const StridedArray& array, bool is_left) {
    Matrices matrices(dtype, shape, array, is_left);
    const int64_t bytes = BytesOfCopy(dtype, shape, array, is_left);
    if (bytes > 0) {
      BL_ASSIGN_OR_RETURN(matrices.copy_, context.allocator.Allocate(bytes));
    }
    return matrices;
  }

  // Valid until the next call.
  Operand2D At(const Dims& index) {
    Operand2D matrix = first_;
    matrix.data += BatchOffset(shape_, array_, index);
    return copy_ == nullptr ? matrix : Copied(matrix);
  }

 private:
  Matrices(DType dtype, const Shape& shape, const StridedArray& array, bool is_left)
      : itemsize_(dtype.size()),
        shape_(shape),
        array_(array),
        first_(AsMatrix(shape, array, is_left)) {}

  Operand2D Copied(const Operand2D& matrix) {
    const int64_t dense[] = {matrix.columns * itemsize_, itemsize_},
                  strides[] = {matrix.row_stride, matrix.column_stride};
    if (matrix.data != copied_) {
      CopyStrided({matrix.rows, matrix.columns}, itemsize_, {copy_->data(), dense},
                  {matrix.data, strides});
      copied_ = matrix.data;
    }
    return {copy_->data(), matrix.rows, matrix.columns, dense[0], dense[1]};
  }

  const int64_t itemsize_;
  const Shape& shape_;
  const StridedArray& array_;
  const Operand2D first_;
  std::shared_ptr<Buffer> copy_;
  const char* copied_ = nullptr;  // what copy_ holds
};

template <typename T>
absl::Status MultiplyOne(Context& context, const Operand2D& a, const Operand2D& b, char* c,
                         FloatFlags& flags) {
  return Gemm(a.rows, b.columns, a.columns, ForBlas<T>(a), ForBlas<T>(b), reinterpret_cast<T*>(c),
              b.columns * int64_t{sizeof(T)}, context.pool, &flags);
}

// The next index, like an odometer; false after the last one.
bool Advance(const Shape& extents, Dims& index) {
  for (int axis = static_cast<int>(index.size()) - 1; axis >= 0; --axis) {
    if (++index[axis] < extents[axis].value()) return true;
    index[axis] = 0;
  }
  return false;
}

}  // namespace

int64_t BytesOfCopy(DType dtype, const Shape& shape, const StridedArray& array, bool is_left) {
  const Operand2D matrix = AsMatrix(shape, array, is_left);
  const int64_t itemsize = dtype.size();
  const bool whole_steps = std::all_of(array.strides.begin(), array.strides.end(),
                                       [&](int64_t stride) { return stride % itemsize == 0; });
  const bool taken = WithBlasType(dtype, [&]<typename T>(T) {
    return BlasTakes(matrix.rows, matrix.columns, ForBlas<T>(matrix));
  });
  return whole_steps && taken ? 0 : matrix.rows * matrix.columns * itemsize;
}

absl::Status Multiply(Context& context, const Product& p, FloatFlags& flags) {
  if (NumElements(p.shape) == 0) return absl::OkStatus();
  if (!p.dtype.is_inexact() || p.dtype.is_half()) {
    return absl::InternalError(absl::StrCat("matmul of ", p.dtype.name(), " was not decomposed"));
  }
  const size_t batch_rank = p.shape.size() - (p.a_shape.size() > 1) - (p.b_shape.size() > 1);
  const Shape batch(p.shape.begin(), p.shape.begin() + batch_rank);
  BL_ASSIGN_OR_RETURN(Matrices lefts, Matrices::Make(context, p.dtype, p.a_shape, *p.a, true));
  BL_ASSIGN_OR_RETURN(Matrices rights, Matrices::Make(context, p.dtype, p.b_shape, *p.b, false));
  char* c = AddressOf(*p.result);
  Dims index(batch_rank, 0);
  do {
    const Operand2D a = lefts.At(index), b = rights.At(index);
    BL_RETURN_IF_ERROR(WithBlasType(
        p.dtype, [&]<typename T>(T) { return MultiplyOne<T>(context, a, b, c, flags); }));
    c += a.rows * b.columns * p.dtype.size();
  } while (Advance(batch, index));
  return absl::OkStatus();
}

}  // namespace broadloom
