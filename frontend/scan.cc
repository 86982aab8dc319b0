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

// One line by itself: what was computed last stays in a register.
template <typename T, typename F>
void ScanLine(const T* from, T* to, int64_t extent, F f) {
  T running = to[0] = from[0];
  for (int64_t i = 1; i < extent; ++i) to[i] = running = Apply(f, running, from[i]);
}

template <typename T, typename F>
void ScanLines(Context& context, const Lines& lines, Data data, FloatFlags& flags, F f) {
  const auto line = [&](int64_t outer, int64_t begin, int64_t end) {
    const int64_t first = outer * lines.extent * lines.inner;
    const T* from = reinterpret_cast<const T*>(data.from) + first;
    T* to = reinterpret_cast<T*>(data.to) + first;
    if (lines.inner == 1) return ScanLine(from, to, lines.extent, f);
    if (from != to) std::copy(from + begin, from + end, to + begin);
    for (int64_t i = 1; i < lines.extent; ++i) {
      T* const next = to + lines.inner;
      from += lines.inner;
      for (int64_t k = begin; k < end; ++k) next[k] = Apply(f, to[k], from[k]);
      to = next;
    }
  };
  constexpr int64_t kStrip = 256;  // of neighbouring lines: a few cache lines of each step
  const int64_t strips = (lines.inner - 1) / kStrip + 1;
  const double cost =
      static_cast<double>(lines.extent) * static_cast<double>(std::min(lines.inner, kStrip));
  ParallelFor(context, lines.outer * strips, cost, [&](int64_t begin, int64_t end) {
    const FloatEnvironment environment(&flags);
    for (int64_t i = begin; i < end; ++i) {
      const int64_t first = i % strips * kStrip;
      line(i / strips, first, std::min(first + kStrip, lines.inner));
    }
  });
}

template <typename F>
absl::Status ScanOf(Context& context, DType dtype, const Lines& lines, Data data, FloatFlags& flags,
                    F f) {
#define BL_CASE(kind, type) \
  case DType::kind: ScanLines<type>(context, lines, data, flags, f); return absl::OkStatus();
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
    if (dtype == DType::kComplex64)
      ScanLines<std::complex<float>>(context, lines, data, flags, f);
    else
      ScanLines<std::complex<double>>(context, lines, data, flags, f);
    return absl::OkStatus();
  }
  return absl::InternalError(absl::StrCat("no such cumulative function of ", dtype.name()));
}

}  // namespace

absl::Status Scan(Context& context, Op op, DType dtype, const Shape& shape, int axis,
                  const StridedArray& operand, const StridedArray& result, FloatFlags& flags) {
  if (NumElements(shape) == 0) return absl::OkStatus();
  const bool in_order =
      IsInOrder(shape, operand.strides, dtype.size()) &&
      reinterpret_cast<uintptr_t>(AddressOf(operand)) % ComponentOf(dtype).size() == 0;
  if (!in_order)
    CopyInParallel(context, shape, dtype.size(), {AddressOf(result), result.strides},
                   {AddressOf(operand), operand.strides});
  const Lines lines = LinesOf(shape, axis);
  const Data data{AddressOf(in_order ? operand : result), AddressOf(result)};
  switch (op) {
    case Op::k_cumulative_sum: return ScanOf(context, dtype, lines, data, flags, Sum());
    case Op::k_cumulative_prod: return ScanOf(context, dtype, lines, data, flags, Product());
    case Op::k_cumulative_max: return ScanOf(context, dtype, lines, data, flags, Largest());
    case Op::k_cumulative_min: return ScanOf(context, dtype, lines, data, flags, Smallest());
    case Op::k_cumulative_logaddexp: return ScanOf(context, dtype, lines, data, flags, LogSum());
    default: return absl::InternalError("not a scan");
  }
}

}  // namespace broadloom
