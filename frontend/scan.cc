// The result is walked as (outer, extent, inner): for each outer index, `inner` lines side by side.
// Lines are cut over the threads, never along the axis, so the sequence is NumPy's whatever their
// number.
#include "frontend/scan.h"

#include <immintrin.h>

#include <algorithm>
#include <cmath>
#include <complex>

#include "absl/strings/str_cat.h"
#include "frontend/dense.h"
#include "frontend/layout.h"
#include "frontend/memory.h"
#include "ir/arithmetic.h"
#include "ir/half.h"

namespace broadloom {
namespace {

struct Lines {
  int64_t outer = 1, extent, inner = 1;
};

Lines LinesOf(const Shape& shape, int axis) {
  Lines lines{.extent = shape[axis].value()};
  for (int i = 0; i < static_cast<int>(shape.size()); ++i) {
    if (i != axis) (i < axis ? lines.outer : lines.inner) *= shape[i].value();
  }
  return lines;
}

// A half as it lies, rounded after each step.
template <DType::Kind kKind>
struct Half {
  uint16_t bits;
  static float Wide(Half x) { return FromHalfBits(kKind, x.bits); }
  template <typename F>
  friend Half Apply(F f, Half a, Half b) {
    const float wide = f(Wide(a), Wide(b));
    const Half result{ToHalfBits(kKind, wide)};
    // The conversion is made of integers, which raise nothing.
    if (std::isinf(Wide(result)) && !std::isinf(wide))
      _mm_setcsr(_mm_getcsr() | _MM_EXCEPT_OVERFLOW);
    return result;
  }
};

template <typename F, typename T>
T Apply(F f, T a, T b) {
  return f(a, b);
}

template <typename T>
constexpr bool kIsComplex =
    std::is_same_v<T, std::complex<float>> || std::is_same_v<T, std::complex<double>>;

struct Sum {
  template <typename T>
  T operator()(T a, T b) const {
    if constexpr (kIsComplex<T>)
      return a + b;
    else
      return Add(a, b);
  }
};
struct Product {
  template <typename T>
  T operator()(T a, T b) const {
    if constexpr (kIsComplex<T>)
      return {a.real() * b.real() - a.imag() * b.imag(), a.real() * b.imag() + a.imag() * b.real()};
    else
      return Multiply(a, b);
  }
};
struct Largest {
  template <typename T>
  T operator()(T a, T b) const {
    return Maximum(a, b);
  }
};
struct Smallest {
  template <typename T>
  T operator()(T a, T b) const {
    return Minimum(a, b);
  }
};
struct LogSum {
  template <typename T>
  T operator()(T a, T b) const {
    return LogAddExp(a, b);
  }
};

// Where the values are, in C order, and where the results go: perhaps to the same place.
struct Data {
  const char* from;
  char* to;
};

constexpr int64_t kTogether = 4;     // lines
constexpr int64_t kPiece = 1 << 16;  // elements

// Lines of neighbouring elements, some at a time, so that no addition waits for the one before; in
// pieces that whoever hears of them finds in the cache.
template <typename T, typename F>
class LineScan {
 public:
  LineScan(const Shape& shape, int axis, Data data, F f, const BlockDone* done)
      : shape_(shape),
        axis_(axis),
        extent_(shape[axis].value()),
        from_(reinterpret_cast<const T*>(data.from)),
        to_(reinterpret_cast<T*>(data.to)),
        f_(f),
        done_(done) {}

  // Lines [begin, end).
  void Run(int64_t begin, int64_t end) {
    const int64_t row = axis_ > 0 ? shape_[axis_ - 1].value() : 1;
    for (int64_t count; begin < end && !error_.failed(); begin += count) {
      count = std::min(end - begin, row - begin % row);
      if (extent_ <= kPiece / kTogether) {
        count = std::min(count, kPiece / extent_);
        Whole(begin, count);
      } else if (count >= kTogether) {
        count = kTogether;
        InPieces<kTogether>(begin);
      } else {
        count = 1;
        InPieces<1>(begin);
      }
    }
  }
  absl::Status error() const { return error_.Get(); }

 private:
  void Whole(int64_t first, int64_t lines) {
    T running[kTogether], alone[1];
    int64_t line = 0;
    for (; line + kTogether <= lines; line += kTogether)
      Piece<kTogether>((first + line) * extent_, 0, extent_, running);
    for (; line < lines; ++line) Piece<1>((first + line) * extent_, 0, extent_, alone);
    Tell(first, lines, 0, extent_);
  }

  template <int kLines>
  void InPieces(int64_t first) {
    T running[kLines];
    for (int64_t begin = 0; begin < extent_ && !error_.failed(); begin += kPiece / kLines) {
      const int64_t end = std::min(extent_, begin + kPiece / kLines);
      Piece<kLines>(first * extent_, begin, end, running);
      Tell(first, kLines, begin, end);
    }
  }

  template <int kLines>
  void Piece(int64_t first, int64_t begin, int64_t end, T (&running)[kLines]) {
    const T* const from = from_ + first;
    T* const to = to_ + first;
    for (int line = 0; begin == 0 && line < kLines; ++line)
      to[line * extent_] = running[line] = from[line * extent_];
    for (int64_t i = std::max<int64_t>(begin, 1); i < end; ++i) {
#pragma GCC unroll kTogether
      for (int line = 0; line < kLines; ++line)
        to[line * extent_ + i] = running[line] = Apply(f_, running[line], from[line * extent_ + i]);
    }
  }

  void Tell(int64_t line, int64_t lines, int64_t piece_begin, int64_t piece_end) {
    if (done_ == nullptr) return;
    Dims begin(shape_.size(), 0), extents(shape_.size(), 1);
    for (int i = axis_; i-- > 0; line /= shape_[i].value()) begin[i] = line % shape_[i].value();
    if (axis_ > 0) extents[axis_ - 1] = lines;
    begin[axis_] = piece_begin;
    extents[axis_] = piece_end - piece_begin;
    error_.Update((*done_)(begin, extents));
  }

  const Shape& shape_;
  const int axis_;
  const int64_t extent_;
  const T* const from_;
  T* const to_;
  const F f_;
  const BlockDone* const done_;
  FirstError error_;
};

// Lines side by side: a few cache lines of each step.
template <typename T, typename F>
void ScanStrip(const Lines& lines, Data data, int64_t outer, int64_t begin, int64_t end, F f) {
  const int64_t first = outer * lines.extent * lines.inner;
  const T* from = reinterpret_cast<const T*>(data.from) + first;
  T* to = reinterpret_cast<T*>(data.to) + first;
  if (from != to) std::copy(from + begin, from + end, to + begin);
  for (int64_t i = 1; i < lines.extent; ++i) {
    T* const next = to + lines.inner;
    from += lines.inner;
    for (int64_t k = begin; k < end; ++k) next[k] = Apply(f, to[k], from[k]);
    to = next;
  }
}

// What a scan is of, and who hears of it.
struct ScanJob {
  Context& context;
  const Shape& shape;
  int axis;
  Data data;
  FloatFlags& flags;
  const BlockDone* done;
};

template <typename T, typename F>
absl::Status ScanLines(const ScanJob& job, F f) {
  constexpr int64_t kStrip = 256;
  const Lines lines = LinesOf(job.shape, job.axis);
  const int64_t strips = (lines.inner - 1) / kStrip + 1;
  const double cost =
      static_cast<double>(lines.extent) * static_cast<double>(std::min(lines.inner, kStrip));
  LineScan<T, F> alone(job.shape, job.axis, job.data, f, job.done);
  ParallelFor(job.context, lines.outer * strips, cost, [&](int64_t begin, int64_t end) {
    const FloatEnvironment environment(&job.flags);
    if (lines.inner == 1) return alone.Run(begin, end);
    for (int64_t i = begin; i < end; ++i) {
      const int64_t first = i % strips * kStrip;
      ScanStrip<T>(lines, job.data, i / strips, first, std::min(first + kStrip, lines.inner), f);
    }
  });
  return alone.error();
}

template <typename F>
absl::Status ScanOf(const ScanJob& job, DType dtype, F f) {
#define BL_CASE(kind, type) \
  case DType::kind: return ScanLines<type>(job, f);
  switch (dtype.kind()) {
    BL_CASE(kFloat16, Half<DType::kFloat16>)
    BL_CASE(kBFloat16, Half<DType::kBFloat16>)
    BL_CASE(kFloat32, float)
    BL_CASE(kFloat64, double)
    default: break;
  }
  if constexpr (!std::is_same_v<F, LogSum>) {
    switch (dtype.kind()) {
      BL_CASE(kBool, bool)
      BL_CASE(kInt8, int8_t)
      BL_CASE(kInt16, int16_t)
      BL_CASE(kInt32, int32_t)
      BL_CASE(kInt64, int64_t)
      BL_CASE(kUInt8, uint8_t)
      BL_CASE(kUInt16, uint16_t)
      BL_CASE(kUInt32, uint32_t)
      BL_CASE(kUInt64, uint64_t)
      default: break;
    }
  }
#undef BL_CASE
  if constexpr (std::is_same_v<F, Sum> || std::is_same_v<F, Product>) {
    if (dtype == DType::kComplex64) return ScanLines<std::complex<float>>(job, f);
    if (dtype == DType::kComplex128) return ScanLines<std::complex<double>>(job, f);
  }
  return absl::InternalError(absl::StrCat("no such cumulative function of ", dtype.name()));
}

}  // namespace

int64_t ElementsOfScanBlock(const Shape& shape, int axis) {
  const Lines lines = LinesOf(shape, axis);
  if (lines.inner != 1 || lines.extent == 0) return 0;
  const int64_t row = axis > 0 ? shape[axis - 1].value() : 1;
  return lines.extent * std::clamp<int64_t>(kPiece / lines.extent, 1, row);
}

absl::Status Scan(Context& context, Op op, DType dtype, const Shape& shape, int axis,
                  const StridedArray& operand, const StridedArray& result, FloatFlags& flags,
                  const BlockDone* done) {
  if (NumElements(shape) == 0) return absl::OkStatus();
  const bool in_order =
      IsInOrder(shape, operand.strides, dtype.size()) &&
      reinterpret_cast<uintptr_t>(AddressOf(operand)) % ComponentOf(dtype).size() == 0;
  if (!in_order)
    CopyInParallel(context, shape, dtype.size(), {AddressOf(result), result.strides},
                   {AddressOf(operand), operand.strides});
  const ScanJob job{context, shape,
                    axis,    {AddressOf(in_order ? operand : result), AddressOf(result)},
                    flags,   done};
  switch (op) {
    case Op::k_cumulative_sum: return ScanOf(job, dtype, Sum());
    case Op::k_cumulative_prod: return ScanOf(job, dtype, Product());
    case Op::k_cumulative_max: return ScanOf(job, dtype, Largest());
    case Op::k_cumulative_min: return ScanOf(job, dtype, Smallest());
    case Op::k_cumulative_logaddexp: return ScanOf(job, dtype, LogSum());
    default: return absl::InternalError("not a scan");
  }
}

}  // namespace broadloom
