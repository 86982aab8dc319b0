// The result is walked as (outer, extent, inner): for each outer index, `inner` lines side by side.
// Lines are cut over the threads; where they are few and there is other work to be done for each
// block, threads take turns along the axis. The sequence is NumPy's whatever their number.
#include "frontend/scan.h"

#include <immintrin.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <complex>
#include <thread>

#include "absl/strings/str_cat.h"
#include "frontend/layout.h"
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

constexpr int64_t kTogether = 4;          // lines
constexpr int64_t kPiece = 1 << 15;       // elements of a block
constexpr int64_t kOwn = kPiece / 4 * 5;  // with what keeps lines apart
constexpr int64_t kTurn = 1 << 14;        // elements of a block of a line that threads share

// Waits for a number that another thread writes.
class Turns {
 public:
  // False where `given_up` becomes true before.
  template <typename GivenUp>
  bool WaitFor(int64_t turn, GivenUp given_up) const {
    constexpr int kSpins = 1 << 10;
    for (int spin = 0; turn_.load(std::memory_order_acquire) != turn; ++spin) {
      if (given_up()) return false;
      if (spin < kSpins)
        _mm_pause();
      else
        std::this_thread::yield();
    }
    return true;
  }
  void Next(int64_t turn) { turn_.store(turn, std::memory_order_release); }

 private:
  alignas(64) std::atomic<int64_t> turn_{0};  // nothing else is in its cache line
};

// Lines of neighbouring elements, some at a time, so that no addition waits for the one before; in
// blocks that whoever makes them, or hears of them, finds in the cache.
template <typename T, typename F>
class LineScan {
 public:
  // `own`: a block for each worker, where results of its lines go instead; null: there is none.
  LineScan(const Shape& shape, int axis, Data data, F f, const ScanBlocks& blocks, char* own)
      : shape_(shape),
        axis_(axis),
        extent_(shape[axis].value()),
        data_(data),
        f_(f),
        blocks_(blocks),
        own_(reinterpret_cast<T*>(own)) {}

  // Lines [begin, end).
  void Run(int64_t begin, int64_t end, int worker) {
    const int64_t row = axis_ > 0 ? shape_[axis_ - 1].value() : 1;
    for (int64_t count; begin < end && !error_.failed(); begin += count) {
      count = std::min(end - begin, row - begin % row);
      if (extent_ <= kPiece / kTogether) {
        count = std::min(count, kPiece / extent_);
        Whole(begin, count, worker);
      } else if (count >= kTogether) {
        count = kTogether;
        InPieces<kTogether>(begin, worker);
      } else {
        count = 1;
        InPieces<1>(begin, worker);
      }
    }
  }

  // A line, by all threads of a pool: a block is made and told of by one of them while others do
  // the same for other blocks, and scanned when those before it are.
  void InTurns(Executor& pool, FloatFlags& flags, int64_t line) {
    const int64_t pieces = (extent_ - 1) / kTurn + 1;
    std::atomic<int64_t> next{0};
    Turns turns;
    T running[1];
    pool.ParallelFor(pool.threads(), 1, [&](int64_t, int64_t, int) {
      const FloatEnvironment environment(&flags);
      for (int64_t piece; !error_.failed() && (piece = next.fetch_add(1)) < pieces;) {
        const int64_t begin = piece * kTurn;
        const Block block = BlockOf(line, 1, begin, std::min(extent_, begin + kTurn), nullptr);
        Tell(blocks_.wanted, block);
        if (!turns.WaitFor(piece, [&] { return error_.failed(); })) return;
        Scan<1>(block, 0, running);
        turns.Next(piece + 1);
        Tell(blocks_.done, block);
      }
    });
  }
  absl::Status error() const { return error_.Get(); }

 private:
  // Places [begin, end) of some lines: where they are read, and where the results go, each line
  // some elements behind the one before it.
  struct Block {
    int64_t line, lines, begin, end;
    const T* from;
    T* to;
    int64_t from_step, to_step;
  };
  Block BlockOf(int64_t line, int64_t lines, int64_t begin, int64_t end, T* own) const {
    const int64_t at = line * extent_ + begin;
    T* const result = reinterpret_cast<T*>(data_.to) + at;
    Block block{line,   lines,   begin,  end, reinterpret_cast<const T*>(data_.from) + at,
                result, extent_, extent_};
    if (own != nullptr) block.to = own, block.to_step = StepApart(end - begin);
    if (blocks_.wanted != nullptr) block.from = block.to, block.from_step = block.to_step;
    return block;
  }

  // Lines that are some pages apart would share few places of the first-level cache.
  static int64_t StepApart(int64_t length) {
    constexpr int64_t kLine = 64 / sizeof(T), kFew = 8;
    return length % (kFew * kLine) == 0 ? length + kLine : length;
  }

  T* OwnOf(int worker) const { return own_ == nullptr ? nullptr : own_ + worker * kOwn; }

  // Has the operand's elements where the results will be.
  void Fetch(Block& block) const {
    for (int64_t line = 0; line < block.lines; ++line)
      std::copy_n(block.from + line * block.from_step, block.end - block.begin,
                  block.to + line * block.to_step);
    block.from = block.to;
    block.from_step = block.to_step;
  }

  void Whole(int64_t first, int64_t lines, int worker) {
    Block block = BlockOf(first, lines, 0, extent_, OwnOf(worker));
    if (own_ != nullptr && blocks_.wanted == nullptr) Fetch(block);
    Tell(blocks_.wanted, block);
    T running[kTogether], alone[1];
    int64_t line = 0;
    for (; line + kTogether <= lines; line += kTogether) Scan<kTogether>(block, line, running);
    for (; line < lines; ++line) Scan<1>(block, line, alone);
    Tell(blocks_.done, block);
  }

  template <int kLines>
  void InPieces(int64_t first, int worker) {
    T running[kLines];
    for (int64_t begin = 0; begin < extent_ && !error_.failed(); begin += kPiece / kLines) {
      const int64_t end = std::min(extent_, begin + kPiece / kLines);
      Block block = BlockOf(first, kLines, begin, end, OwnOf(worker));
      if (own_ != nullptr && blocks_.wanted == nullptr) Fetch(block);
      Tell(blocks_.wanted, block);
      Scan<kLines>(block, 0, running);
      Tell(blocks_.done, block);
    }
  }

  // Some lines of a block. `before`: their last results, which are then those of this block.
  template <int kLines>
  void Scan(const Block& block, int64_t first, T (&before)[kLines]) {
    const int64_t from_step = block.from_step, to_step = block.to_step;
    const T* const from = block.from + first * from_step;
    T* const to = block.to + first * to_step;
    T running[kLines];  // of its own: in registers
    for (int line = 0; line < kLines; ++line) {
      if (block.begin == 0) to[line * to_step] = before[line] = from[line * from_step];
      running[line] = before[line];
    }
    for (int64_t i = block.begin == 0 ? 1 : 0; i < block.end - block.begin; ++i) {
#pragma GCC unroll kTogether
      for (int line = 0; line < kLines; ++line)
        to[line * to_step + i] = running[line] =
            Apply(f_, running[line], from[line * from_step + i]);
    }
    for (int line = 0; line < kLines; ++line) before[line] = running[line];
  }

  void Tell(const ScanBlock* whom, const Block& block) {
    if (whom == nullptr || error_.failed()) return;
    Dims begin(shape_.size(), 0), extents(shape_.size(), 1), strides(shape_.size(), 0);
    for (int64_t i = axis_, line = block.line; i-- > 0; line /= shape_[i].value())
      begin[i] = line % shape_[i].value();
    if (axis_ > 0) extents[axis_ - 1] = block.lines, strides[axis_ - 1] = block.to_step;
    begin[axis_] = block.begin;
    extents[axis_] = block.end - block.begin;
    for (int i = 0; i < axis_; ++i) strides[i] *= sizeof(T);
    for (size_t i = axis_; i < shape_.size(); ++i) strides[i] = sizeof(T);
    error_.Update((*whom)(begin, extents, reinterpret_cast<char*>(block.to), strides));
  }

  const Shape& shape_;
  const int axis_;
  const int64_t extent_;
  const Data data_;
  const F f_;
  const ScanBlocks blocks_;
  T* const own_;
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
  ScanBlocks blocks;
  char* own;  // a block for each worker, or null
};

template <typename T, typename F>
absl::Status ScanLines(const ScanJob& job, F f) {
  constexpr int64_t kStrip = 256;
  constexpr int64_t kChunk = 100'000;  // results: well above what handing them over costs
  const Lines lines = LinesOf(job.shape, job.axis);
  Executor& pool = job.context.pool;
  LineScan<T, F> alone(job.shape, job.axis, job.data, f, job.blocks, job.own);
  const bool is_shared = job.blocks.wanted != nullptr || job.blocks.done != nullptr;
  if (is_shared && lines.extent > 2 * kTurn && lines.outer < pool.threads()) {
    for (int64_t line = 0; line < lines.outer; ++line) alone.InTurns(pool, job.flags, line);
    return alone.error();
  }
  const int64_t strips = (lines.inner - 1) / kStrip + 1;
  const int64_t cost = lines.extent * std::min(lines.inner, kStrip);
  const auto run = [&](int64_t begin, int64_t end, int worker) {
    const FloatEnvironment environment(&job.flags);
    if (lines.inner == 1) return alone.Run(begin, end, worker);
    for (int64_t i = begin; i < end; ++i) {
      const int64_t first = i % strips * kStrip;
      ScanStrip<T>(lines, job.data, i / strips, first, std::min(first + kStrip, lines.inner), f);
    }
  };
  const int64_t count = lines.outer * strips, grain = std::max<int64_t>(1, kChunk / cost);
  if (count <= grain)
    run(0, count, 0);
  else
    pool.ParallelFor(count, grain, run);
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

int64_t BytesOfScanBlocks(DType dtype, int threads) { return kOwn * dtype.size() * threads; }

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
  std::shared_ptr<Buffer> own;
  if (blocks.done != nullptr) {
    BL_ASSIGN_OR_RETURN(
        own, context.allocator.Allocate(BytesOfScanBlocks(dtype, context.pool.threads())));
  }
  const ScanJob job{context,
                    shape,
                    axis,
                    {AddressOf(in_order ? operand : result), AddressOf(result)},
                    flags,
                    blocks,
                    own == nullptr ? nullptr : own->data()};
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
