// A stack is walked matrix by matrix; as many threads as there is scratch memory for do so at once.
#include "frontend/linalg/batch.h"

#include <atomic>
#include <cmath>
#include <condition_variable>
#include <mutex>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "frontend/convert.h"

namespace broadloom::linalg {
namespace {

// Equal pieces of scratch memory. Whoever asks while all are taken waits; a taken one always comes
// back, because its owner waits for nothing.
class Pieces {
 public:
  Pieces(Context& context, int64_t count, int64_t bytes)
      : memory_(MakeFresh(context, DataType::uint8, {count, bytes})) {
    for (int64_t i = 0; i < count; ++i) free_.push_back(memory_.data + i * bytes);
  }

  char* Take() {
    std::unique_lock lock(mutex_);
    returned_.wait(lock, [this] { return !free_.empty(); });
    char* const piece = free_.back();
    free_.pop_back();
    return piece;
  }

  void Return(char* piece) {
    {
      const std::lock_guard lock(mutex_);
      free_.push_back(piece);
    }
    returned_.notify_one();
  }

 private:
  const Fresh memory_;
  std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<char*> free_;
};

constexpr int64_t kAlignment = 64;

}  // namespace

DataType RealDType(DataType dtype) {
  if (dtype == DataType::complex64) return DataType::float32;
  return dtype == DataType::complex128 ? DataType::float64 : dtype;
}

DataType CommonDType(const char* function, std::initializer_list<const Array*> arrays) {
  bool is_single = true, is_complex = false;
  for (const Array* array : arrays) {
    const DataType dtype = array->dtype();
    if (dtype == DataType::float16 || dtype == DataType::bfloat16) {
      throw Error(ErrorCode::type_error, absl::StrCat(function, ": array type ", to_string(dtype),
                                                      " is unsupported in linalg"));
    }
    is_complex = is_complex || IsComplex(dtype);
    is_single = is_single && (dtype == DataType::float32 || dtype == DataType::complex64);
  }
  if (is_complex) return is_single ? DataType::complex64 : DataType::complex128;
  return is_single ? DataType::float32 : DataType::float64;
}

Array Rounded(const Array& x, DataType dtype) {
  return (x.dtype() == dtype ? x : astype(x, dtype)).eval();
}

Sizes Stack::With(std::initializer_list<int64_t> extents) const {
  Sizes sizes = batch;
  sizes.insert(sizes.end(), extents.begin(), extents.end());
  return sizes;
}

std::string ShapeText(const Array& x) {
  return absl::StrCat("(", absl::StrJoin(x.shape(), ", "), ")");
}

int64_t CountOf(const Sizes& sizes) {
  int64_t count = 1;
  for (int64_t extent : sizes) count *= extent;
  return count;
}

Stack StackOf(const char* function, const Array& x) {
  Sizes shape = x.shape();
  if (shape.size() < 2) {
    throw Error(ErrorCode::linalg,
                absl::StrCat(function, ": ", shape.size(),
                             "-dimensional array given. Array must be at least two-dimensional"));
  }
  const int64_t columns = shape.back(), rows = shape[shape.size() - 2];
  if (std::max(rows, columns) > lapack::kMaxExtent) {
    throw Error(ErrorCode::unimplemented,
                absl::StrCat(function, ": a matrix (", rows, ", ", columns, ") beyond 2^31"));
  }
  shape.resize(shape.size() - 2);
  const int64_t count = CountOf(shape);
  return {std::move(shape), rows, columns, count};
}

Stack SquareStackOf(const char* function, const Array& x) {
  const Stack stack = StackOf(function, x);
  if (stack.rows == stack.columns) return stack;
  throw Error(ErrorCode::linalg,
              absl::StrCat(function, ": Last 2 dimensions of the array must be square, not (",
                           stack.rows, ", ", stack.columns, ")"));
}

BroadcastIndex::BroadcastIndex(const Sizes& batch, const Sizes& operand)
    : batch_(batch), strides_(batch.size(), 0) {
  int64_t stride = 1;
  for (size_t back = 1; back <= operand.size(); ++back) {
    const int64_t extent = operand[operand.size() - back];
    if (extent != 1) strides_[batch.size() - back] = stride;
    stride *= extent;
  }
}

int64_t BroadcastIndex::operator()(int64_t index) const {
  int64_t position = 0;
  for (size_t axis = batch_.size(); axis-- > 0;) {
    position += index % batch_[axis] * strides_[axis];
    index /= batch_[axis];
  }
  return position;
}

int64_t ScratchLayout::Reserve(int64_t itemsize, int64_t rows, int64_t columns) {
  const int64_t offset = bytes_;
  int64_t bytes = 0;
  if (__builtin_mul_overflow(rows, columns, &bytes) ||
      __builtin_mul_overflow(bytes, itemsize, &bytes) ||
      __builtin_add_overflow(bytes, bytes_ + kAlignment - 1, &bytes)) {
    throw Error(ErrorCode::invalid_argument,
                absl::StrCat("array is too big: a matrix (", rows, ", ", columns, ")"));
  }
  bytes_ = bytes / kAlignment * kAlignment;
  return offset;
}

bool ForEachMatrix(Context& context, int64_t count, double flops, const ScratchLayout& layout,
                   const std::function<bool(int64_t index, char* scratch)>& body) {
  if (count == 0) return true;
  const int64_t threads = std::clamp<int64_t>(num_threads(&context), 1, count);
  Pieces pieces(context, threads, std::max(layout.bytes(), kAlignment));
  std::atomic<bool> all_well = true;
  const double nanoseconds = 1000 + flops / 2;  // a call of LAPACK, and its arithmetic
  ParallelFor(context, count, nanoseconds, [&](int64_t begin, int64_t end) {
    char* const scratch = pieces.Take();
    for (int64_t i = begin; i < end; ++i)
      if (!body(i, scratch)) all_well = false;
    pieces.Return(scratch);
  });
  return all_well;
}

bool AllFinite(const Array& dense) {
  const auto* values = static_cast<const double*>(dense.data());
  const int64_t count = dense.size() * (IsComplex(dense.dtype()) ? 2 : 1);
  return std::all_of(values, values + count, [](double value) { return std::isfinite(value); });
}

int64_t NormalizedAxis(const char* function, int64_t axis, int ndim) {
  return broadloom::NormalizedAxes({axis}, ndim, function)[0];
}

Array MoveAxis(const Array& x, int64_t from, int64_t to) {
  if (from == to) return x;
  std::vector<int64_t> axes;
  for (int64_t axis = 0; axis < x.ndim(); ++axis)
    if (axis != from) axes.push_back(axis);
  axes.insert(axes.begin() + to, from);
  return permute_dims(x, axes);
}

}  // namespace broadloom::linalg
