// One Gemm for each matrix of the batch. An operand that BLAS cannot take as it lies is copied,
// matrix by matrix.
#include "frontend/matmul.h"

#include "absl/strings/str_cat.h"
#include "frontend/memory.h"
#include "ir/status_macros.h"
#include "runtime/gemm.h"

namespace broadloom {
namespace {

// An operand as batches of matrices; a vector is a matrix with one row or one column.
struct Operand2D {
  char* data;
  int64_t rows, columns, row_stride, column_stride;
};

Operand2D AsMatrix(const Shape& shape, const StridedArray& array, bool is_left) {
  const size_t rank = shape.size();
  const int64_t last = shape[rank - 1].value(), stride = array.strides[rank - 1];
  if (rank > 1)
    return {AddressOf(array), shape[rank - 2].value(), last, array.strides[rank - 2], stride};
  return is_left ? Operand2D{AddressOf(array), 1, last, 0, stride}
                 : Operand2D{AddressOf(array), last, 1, stride, 0};
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

absl::StatusOr<std::shared_ptr<Buffer>> CopyDense(Context& context, Operand2D& matrix,
                                                  int64_t itemsize) {
  BL_ASSIGN_OR_RETURN(std::shared_ptr<Buffer> buffer,
                      context.allocator.Allocate(matrix.rows * matrix.columns * itemsize));
  const int64_t dense[] = {matrix.columns * itemsize, itemsize},
                strides[] = {matrix.row_stride, matrix.column_stride};
  CopyStrided({matrix.rows, matrix.columns}, itemsize, {buffer->data(), dense},
              {matrix.data, strides});
  matrix.data = buffer->data();
  matrix.row_stride = dense[0];
  matrix.column_stride = dense[1];
  return buffer;
}

template <typename T>
absl::Status MultiplyOne(Context& context, Operand2D a, Operand2D b, char* c) {
  const auto call = [&] {
    return Gemm(a.rows, b.columns, a.columns,
                Matrix<T>{reinterpret_cast<const T*>(a.data), a.row_stride, a.column_stride},
                Matrix<T>{reinterpret_cast<const T*>(b.data), b.row_stride, b.column_stride},
                reinterpret_cast<T*>(c), b.columns * int64_t{sizeof(T)}, context.pool);
  };
  const absl::Status status = call();
  if (!absl::IsInvalidArgument(status)) return status;
  BL_ASSIGN_OR_RETURN(const std::shared_ptr<Buffer> a_copy, CopyDense(context, a, sizeof(T)));
  BL_ASSIGN_OR_RETURN(const std::shared_ptr<Buffer> b_copy, CopyDense(context, b, sizeof(T)));
  return call();
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

absl::Status Multiply(Context& context, const Product& p) {
  if (NumElements(p.shape) == 0) return absl::OkStatus();
  const bool is_float = p.dtype == DType::kFloat32;
  if (!is_float && p.dtype != DType::kFloat64) {
    return absl::InternalError(absl::StrCat("matmul of ", p.dtype.name(), " was not decomposed"));
  }
  const size_t batch_rank = p.shape.size() - (p.a_shape.size() > 1) - (p.b_shape.size() > 1);
  const Shape batch(p.shape.begin(), p.shape.begin() + batch_rank);
  Operand2D a = AsMatrix(p.a_shape, *p.a, /*is_left=*/true),
            b = AsMatrix(p.b_shape, *p.b, /*is_left=*/false);
  char* const a_data = a.data;
  char* const b_data = b.data;
  char* c = AddressOf(*p.result);
  Dims index(batch_rank, 0);
  do {
    a.data = a_data + BatchOffset(p.a_shape, *p.a, index);
    b.data = b_data + BatchOffset(p.b_shape, *p.b, index);
    BL_RETURN_IF_ERROR(is_float ? MultiplyOne<float>(context, a, b, c)
                                : MultiplyOne<double>(context, a, b, c));
    c += a.rows * b.columns * p.dtype.size();
  } while (Advance(batch, index));
  return absl::OkStatus();
}

}  // namespace broadloom
