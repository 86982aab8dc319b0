// The result is walked as (outer, extent, inner): for each outer index, `inner` lines side by side.
// Lines are cut over the threads; along the only one threads take turns, where there is other work
// to be done for each block. The sequence is NumPy's whatever their number.
#include "frontend/scan.h"

#include <immintrin.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <complex>

#include "absl/strings/str_cat.h"
#include "frontend/layout.h"
#include "frontend/line_scan.h"
#include "frontend/memory.h"
#include "ir/arithmetic.h"
#include "ir/half.h"
#include "ir/status_macros.h"

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

// Lines side by side: a few cache lines of each step.
template <typename T, typename F>
void ScanStrip(const Lines& lines, ScanData data, int64_t outer, int64_t begin, int64_t end, F f) {
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
  ScanData data;
  FloatFlags& flags;
  ScanBlocks blocks;
};

// Whether threads take turns along one line, for what they do for each block besides.
bool IsInTurns(const Lines& lines, const Executor& pool) {
  return lines.outer == 1 && lines.inner == 1 && lines.extent > 2 * kScanTurn &&
         pool.threads() > 1 && pool.runs_together();
}

// How work is cut: chunks of so many lines, or strips of lines, for so many threads at most.
struct Chunks {
  int64_t lines, count;
  int lanes;

  Chunks(int64_t all, int64_t results_each, int threads)
      : lines(std::max<int64_t>(1, kResults / results_each)),
        count((all - 1) / lines + 1),
        lanes(static_cast<int>(std::min<int64_t>(threads, count))) {}

 private:
  static constexpr int64_t kResults = 100'000;  // well above what handing them over costs
};

template <typename T, typename F>
absl::Status ScanLines(const ScanJob& job, F f) {
  constexpr int64_t kStrip = 256;
  const Lines lines = LinesOf(job.shape, job.axis);
  Executor& pool = job.context.pool;
  const int threads = pool.threads();
  LineScan<T, F> alone(job.shape, job.axis, job.data, f, job.blocks);
  const bool is_shared = job.blocks.wanted != nullptr || job.blocks.done != nullptr;
  if (is_shared && IsInTurns(lines, pool)) {
    alone.InTurns(pool, job.flags);
    return alone.error();
  }
  const int64_t strips = (lines.inner - 1) / kStrip + 1, all = lines.outer * strips;
  const Chunks chunks(all, lines.extent * std::min(lines.inner, kStrip), threads);
  const int64_t bytes = BytesOfScanBlocks(job.shape, job.axis, sizeof(T), pool);
  std::shared_ptr<Buffer> own;
  if (job.blocks.done != nullptr && bytes > 0) {
    BL_ASSIGN_OR_RETURN(own, job.context.allocator.Allocate(bytes));
  }
  std::atomic<int64_t> next{0};
  pool.ParallelFor(chunks.lanes, 1, [&](int64_t lane, int64_t, int) {
    const FloatEnvironment environment(&job.flags);
    T* const block = own == nullptr ? nullptr : reinterpret_cast<T*>(own->data()) + lane * kScanOwn;
    for (int64_t chunk; (chunk = next.fetch_add(1)) < chunks.count;) {
      const int64_t begin = chunk * chunks.lines, end = std::min(all, begin + chunks.lines);
      if (lines.inner == 1) alone.Run(begin, end, block);
      for (int64_t i = begin; lines.inner > 1 && i < end; ++i) {
        const int64_t first = i % strips * kStrip;
        ScanStrip<T>(lines, job.data, i / strips, first, std::min(first + kStrip, lines.inner), f);
      }
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
  return lines.extent * std::clamp<int64_t>(kScanPiece / lines.extent, 1, row);
}

int64_t BytesOfScanBlocks(const Shape& shape, int axis, int64_t itemsize, const Executor& pool) {
  constexpr int64_t kShare = 4;  // of the result they are at most one in so many
  const Lines lines = LinesOf(shape, axis);
  if (lines.inner != 1 || lines.extent == 0 || IsInTurns(lines, pool)) return 0;
  const int64_t blocks = Chunks(lines.outer, lines.extent, pool.threads()).lanes * kScanOwn;
  return blocks <= lines.outer * lines.extent / kShare ? blocks * itemsize : 0;
}

absl::Status Scan(Context& context, Op op, DType dtype, const Shape& shape, int axis,
                  const StridedArray& operand, const StridedArray& result, FloatFlags& flags,
                  const ScanBlocks& blocks) {
  if (NumElements(shape) == 0) return absl::OkStatus();
  const bool in_order =
      IsInOrder(shape, operand.strides, dtype.size()) &&
      reinterpret_cast<uintptr_t>(AddressOf(operand)) % ComponentOf(dtype).size() == 0;
  if (!in_order && blocks.wanted == nullptr)
    CopyInParallel(context, shape, dtype.size(), {AddressOf(result), result.strides},
                   {AddressOf(operand), operand.strides});
  const char* const from = AddressOf(in_order ? operand : result);
  const ScanJob job{context, shape, axis, {from, AddressOf(result)}, flags, blocks};
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
