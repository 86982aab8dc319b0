// All products of a batch at once, in parts. An operand that BLAS cannot take as it lies is copied,
// matrix by matrix, and then one product follows the other.
#include "frontend/matmul.h"

#include <algorithm>
#include <complex>
#include <utility>

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

  bool are_copied() const { return copy_ != nullptr; }
  // Valid until the next call, where they are copied.
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

// Whether b is the transpose of a in the same memory, for every matrix of the batch.
bool IsTransposeOf(const Product& p) {
  const auto rank = static_cast<int>(p.a_shape.size());
  if (rank < 2 || p.b_shape.size() != p.a_shape.size() || AddressOf(*p.a) != AddressOf(*p.b))
    return false;
  for (int axis = 0; axis < rank; ++axis) {
    const int other = axis == rank - 1 ? rank - 2 : axis == rank - 2 ? rank - 1 : axis;
    if (p.a_shape[axis] != p.b_shape[other] || p.a->strides[axis] != p.b->strides[other])
      return false;
  }
  return true;
}

// Items of a batch that are one block: some along `axis`, with all of the axes behind it.
struct Group {
  int axis = 0;  // -1: all items are one
  int64_t behind = 1, some = 1;

  Group(const Shape& batch, int64_t most) : axis(static_cast<int>(batch.size()) - 1) {
    for (; axis >= 0 && behind * batch[axis].value() <= most; --axis) behind *= batch[axis].value();
    if (axis >= 0) some = std::clamp<int64_t>(most / behind, 1, batch[axis].value());
  }
};

// Items that are together worth a block, and leave blocks for the threads.
int64_t ItemsOfBlock(int64_t items, int64_t multiplications) {
  constexpr int64_t kWork = 1 << 21, kCall = 1 << 10;  // multiplications; what a call takes of them
  constexpr int64_t kBlocks = 8;
  return std::clamp<int64_t>(kWork / (multiplications + kCall), 1,
                             std::max<int64_t>(1, items / kBlocks));
}

Shape BatchOf(const Product& p) {
  const size_t rank = p.shape.size() - (p.a_shape.size() > 1) - (p.b_shape.size() > 1);
  return Shape(p.shape.begin(), p.shape.begin() + rank);
}

// Two matrices whose product has so few results, of sums over so many elements, that these are cut
// into pieces: each gives a product of its own, and the products are added up. By shape alone.
int64_t PiecesOfSum(const Shape& a, const Shape& b) {
  constexpr int64_t kFewResults = 1 << 10, kLeast = 512, kMost = 16;
  constexpr int64_t kTwoPieces = 1 << 18;  // multiplications: some 10 us each
  if (a.size() != 2 || b.size() != 2) return 1;
  const int64_t m = a[0].value(), k = a[1].value(), n = b[1].value();
  if (m == 1 || n == 1 || m * n > kFewResults || k < kLeast) return 1;
  return std::clamp<int64_t>(m * n * k / kTwoPieces * 2, 1, kMost);
}

// The products of a batch in blocks: a part of one product, or several products that are little
// work.
template <typename T>
class Batch {
 public:
  Batch(Context& context, const Product& p, FloatFlags& flags, const BlockDone* done)
      : context_(context), p_(p), flags_(flags), done_(done), batch_(BatchOf(p)) {}

  absl::Status Run() {
    BL_ASSIGN_OR_RETURN(Matrices lefts,
                        Matrices::Make(context_, p_.dtype, p_.a_shape, *p_.a, true));
    BL_ASSIGN_OR_RETURN(Matrices rights,
                        Matrices::Make(context_, p_.dtype, p_.b_shape, *p_.b, false));
    const int64_t items = *NumElements(batch_);
    if (!lefts.are_copied() && !rights.are_copied()) return Multiply(lefts, rights, 0, items);
    for (int64_t item = 0; item < items; ++item)
      BL_RETURN_IF_ERROR(Multiply(lefts, rights, item, item + 1));
    return absl::OkStatus();
  }

 private:
  // The index of an item along each axis of the batch.
  Dims IndexOf(int64_t item) const {
    Dims index(batch_.size());
    for (size_t axis = batch_.size(); axis-- > 0; item /= batch_[axis].value())
      index[axis] = item % batch_[axis].value();
    return index;
  }

  // Items [begin, end): one, or all.
  absl::Status Multiply(Matrices& lefts, Matrices& rights, int64_t begin, int64_t end) {
    const Operand2D a = lefts.At(IndexOf(begin)), b = rights.At(IndexOf(begin));
    const int64_t pieces = PiecesOfSum(p_.a_shape, p_.b_shape);
    if (pieces > 1) return AddPieces(a, b, pieces);
    BL_ASSIGN_OR_RETURN(
        const auto product,
        MatrixProduct<T>::Make(a.rows, b.columns, a.columns, ForBlas<T>(a), ForBlas<T>(b),
                               b.columns * int64_t{sizeof(T)}, IsTransposeOf(p_)));
    const int64_t parts = product.parts();
    const bool alone = parts > 1 || end - begin == 1;
    const Group group(batch_,
                      alone ? 1 : ItemsOfBlock(end - begin, a.rows * b.columns * a.columns));
    const int64_t line = end - begin == 1 || group.axis < 0 ? 1 : batch_[group.axis].value();
    const int64_t blocks = (line - 1) / group.some + 1;  // of a line of groups
    const int64_t lines = (end - begin) / (line * group.behind);
    context_.pool.ParallelFor(lines * blocks * parts, 1, [&](int64_t from, int64_t to, int) {
      const FloatEnvironment environment(&flags_);
      for (int64_t i = from; i < to && !error_.failed(); ++i) {
        const int64_t at = i / parts % blocks * group.some;
        const int64_t first = begin + (i / parts / blocks * line + at) * group.behind;
        Block(product, lefts, rights, first, group, std::min(group.some, line - at), i % parts);
      }
    });
    return error_.Get();
  }

  absl::Status AddPieces(const Operand2D& a, const Operand2D& b, int64_t pieces) {
    const int64_t size = a.rows * b.columns, each = (a.columns - 1) / pieces + 1;
    BL_ASSIGN_OR_RETURN(const std::shared_ptr<Buffer> sums,
                        context_.allocator.Allocate((pieces - 1) * size * int64_t{sizeof(T)}));
    T* const result = reinterpret_cast<T*>(AddressOf(*p_.result));
    const auto sum_of = [&](int64_t piece) {
      return piece == 0 ? result : reinterpret_cast<T*>(sums->data()) + (piece - 1) * size;
    };
    context_.pool.ParallelFor(pieces, 1, [&](int64_t from, int64_t to, int) {
      const FloatEnvironment environment(&flags_);
      for (int64_t piece = from; piece < to; ++piece)
        error_.Update(
            Piece(a, b, piece * each, std::min(a.columns, (piece + 1) * each), sum_of(piece)));
    });
    BL_RETURN_IF_ERROR(error_.Get());
    const FloatEnvironment environment(&flags_);
    for (int64_t piece = 1; piece < pieces; ++piece) {
      const T* const sum = sum_of(piece);
      for (int64_t i = 0; i < size; ++i) result[i] += sum[i];
    }
    if (done_ != nullptr) Tell(0, Group({}, 1), 1, {0, 0, a.rows, b.columns});
    return error_.Get();
  }

  // The product of columns [begin, end) of a and those rows of b.
  absl::Status Piece(Operand2D a, Operand2D b, int64_t begin, int64_t end, T* to) {
    a.data += begin * a.column_stride;
    b.data += begin * b.row_stride;
    const Matrix<T> left = ForBlas<T>(a), right = ForBlas<T>(b);
    BL_ASSIGN_OR_RETURN(const auto product,
                        MatrixProduct<T>::Make(a.rows, b.columns, end - begin, left, right,
                                               b.columns * int64_t{sizeof(T)}, IsTransposeOf(p_)));
    for (int64_t part = 0; part < product.parts(); ++part)
      product.Compute(part, left.data, right.data, to);
    return absl::OkStatus();
  }

  void Block(const MatrixProduct<T>& product, Matrices& lefts, Matrices& rights, int64_t first,
             const Group& group, int64_t some, int64_t part) {
    absl::InlinedVector<Tile, 2> tiles;
    for (int64_t item = first; item < first + some * group.behind; ++item) {
      const Dims index = IndexOf(item);
      const Operand2D a = lefts.At(index), b = rights.At(index);
      T* c = reinterpret_cast<T*>(AddressOf(*p_.result)) + item * a.rows * b.columns;
      tiles = product.Compute(part, ForBlas<T>(a).data, ForBlas<T>(b).data, c);
    }
    if (done_ == nullptr) return;
    for (const Tile& tile : tiles) Tell(first, group, some, tile);
  }

  void Tell(int64_t first, const Group& group, int64_t some, const Tile& tile) {
    Dims begin = IndexOf(first), extents(batch_.size(), 1);
    if (group.axis >= 0) extents[group.axis] = some;
    for (size_t axis = group.axis + 1; axis < batch_.size(); ++axis)
      extents[axis] = batch_[axis].value();
    if (p_.a_shape.size() > 1) begin.push_back(tile.row), extents.push_back(tile.rows);
    if (p_.b_shape.size() > 1) begin.push_back(tile.column), extents.push_back(tile.columns);
    error_.Update((*done_)(begin, extents));
  }

  Context& context_;
  const Product& p_;
  FloatFlags& flags_;
  const BlockDone* const done_;
  const Shape batch_;
  FirstError error_;
};

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

int64_t BytesOfPieces(DType dtype, const Shape& a_shape, const Shape& b_shape) {
  const int64_t pieces = PiecesOfSum(a_shape, b_shape);
  return pieces == 1 ? 0 : (pieces - 1) * a_shape[0].value() * b_shape[1].value() * dtype.size();
}

int64_t ElementsOfProductBlock(const Product& p) {
  const Operand2D a = AsMatrix(p.a_shape, *p.a, true), b = AsMatrix(p.b_shape, *p.b, false);
  const Shape batch = BatchOf(p);
  const int64_t of_part = ElementsOfPart(a.rows, b.columns, a.columns);
  const bool alone = of_part < a.rows * b.columns ||
                     BytesOfCopy(p.dtype, p.a_shape, *p.a, true) > 0 ||
                     BytesOfCopy(p.dtype, p.b_shape, *p.b, false) > 0;
  if (alone) return of_part;
  const Group group(batch, ItemsOfBlock(*NumElements(batch), a.rows * b.columns * a.columns));
  return of_part * group.some * group.behind;
}

absl::Status Multiply(Context& context, const Product& p, FloatFlags& flags,
                      const BlockDone* done) {
  if (NumElements(p.shape) == 0) return absl::OkStatus();
  if (!p.dtype.is_inexact() || p.dtype.is_half()) {
    return absl::InternalError(absl::StrCat("matmul of ", p.dtype.name(), " was not decomposed"));
  }
  return WithBlasType(p.dtype,
                      [&]<typename T>(T) { return Batch<T>(context, p, flags, done).Run(); });
}

}  // namespace broadloom
