// An axis is taken in blocks of a few rows beside each other: gathered into scratch memory as
// doubles, padded or cut, transformed row by row, scaled, and stored. Rows that lie as the
// transform wants them are read and written where they are.
#include "frontend/fft/axis.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <complex>
#include <new>
#include <type_traits>

#include "absl/strings/str_cat.h"
#include "frontend/context.h"
#include "frontend/dense.h"

namespace broadloom::fft {
namespace {

using fourier::Complex;
using fourier::Direction;

// The array as (outer, length, inner).
struct Extents {
  int64_t outer = 1, from, to, inner = 1;  // lengths of x and of the result
};

template <class T>
constexpr bool kIsReal = std::is_arithmetic_v<T>;

template <class T>
T Rounded(Complex z) {
  return T(static_cast<typename T::value_type>(z.real()),
           static_cast<typename T::value_type>(z.imag()));
}

// Transforms of In to Out: complex ones, of real numbers to all or half of a spectrum, and of half
// a spectrum to real numbers.
template <class In, class Out>
class AxisRun {
 public:
  AxisRun(const AxisTransform& how, const Extents& extents, const In* in, Out* out);
  void Run(Context& context) const;

 private:
  static constexpr bool kToReal = kIsReal<Out>;
  static constexpr bool kFromReal = kIsReal<In> && !kToReal;
  static constexpr int64_t kRows = 8;  // of a block: whole cache lines
  // What transforms read and write.
  using Source = std::conditional_t<kFromReal, double, Complex>;
  using Target = std::conditional_t<kToReal, double, Complex>;

  // One block: `rows` rows from `in` to `out`, beside each other.
  struct Block {
    const In* in;
    Out* out;
    int64_t rows;
    Source* source;  // scratch memory, one row after the other
    Target* target;
  };
  void RunBlock(int64_t number, Complex* memory) const;
  void Gather(const Block& block) const;
  void Transform(const Source* from, Target* to) const;
  void Store(const Block& block, const Target* from) const;

  const AxisTransform& how_;
  const Extents& extents_;
  const In* in_;
  Out* out_;
  int64_t rows_, blocks_;              // of a row of the outer axes
  int64_t read_, written_;             // numbers that a transform reads and writes
  int64_t source_step_, target_step_;  // between rows in scratch memory
  bool reads_directly_, writes_directly_;
};

// Rows of a power of two are moved apart, that they do not compete for the same places in a cache.
int64_t StepOf(int64_t length) { return (length + 3) / 4 * 4 + 4; }

template <class In, class Out>
AxisRun<In, Out>::AxisRun(const AxisTransform& how, const Extents& extents, const In* in, Out* out)
    : how_(how), extents_(extents), in_(in), out_(out) {
  const int64_t half = how.n / 2 + 1;
  rows_ = std::min(kRows, extents.inner);
  blocks_ = (extents.inner + rows_ - 1) / rows_;
  read_ = kToReal ? half : how.n;
  written_ = kFromReal ? half : how.n;
  const bool is_turned = kToReal && how.direction == Direction::forward;
  reads_directly_ =
      std::is_same_v<In, Source> && extents.inner == 1 && extents.from >= read_ && !is_turned;
  writes_directly_ = std::is_same_v<Out, Target> && extents.inner == 1;
  source_step_ = reads_directly_ ? 0 : StepOf(read_);
  target_step_ = writes_directly_ ? 0 : StepOf(written_);
}

template <class In, class Out>
void AxisRun<In, Out>::Gather(const Block& block) const {
  const int64_t taken = std::min(extents_.from, read_);
  const bool is_turned = kToReal && how_.direction == Direction::forward;
  for (int64_t k = 0; k < read_; ++k) {
    for (int64_t row = 0; row < block.rows; ++row) {
      Source value = 0;
      if (k < taken) value = static_cast<Source>(block.in[k * extents_.inner + row]);
      if constexpr (kToReal) value = is_turned ? std::conj(value) : value;
      block.source[row * source_step_ + k] = value;
    }
  }
}

template <class In, class Out>
void AxisRun<In, Out>::Transform(const Source* from, Target* to) const {
  if constexpr (kFromReal)
    fourier::TransformReal(how_.n, from, to);
  else if constexpr (kToReal)
    fourier::TransformToReal(how_.n, from, to);
  else
    fourier::Transform(how_.direction, how_.n, from, to);
}

// `from` may be where the result goes to. The second half of the spectrum of real numbers is the
// first one, conjugated.
template <class In, class Out>
void AxisRun<In, Out>::Store(const Block& block, const Target* from) const {
  const bool is_turned = kFromReal && how_.direction == Direction::inverse;
  const bool is_whole = kFromReal && how_.kind == Kind::complex;
  if (writes_directly_ && how_.scale == 1 && !is_turned && !is_whole) return;
  for (int64_t k = 0; k < written_; ++k) {
    for (int64_t row = 0; row < block.rows; ++row) {
      const Target value = from[row * target_step_ + k] * how_.scale;
      Out* const to = block.out + k * extents_.inner + row;
      if constexpr (kToReal) {
        *to = static_cast<Out>(value);
      } else {
        *to = Rounded<Out>(is_turned ? std::conj(value) : value);
        if (is_whole && k > 0 && 2 * k < how_.n)
          block.out[(how_.n - k) * extents_.inner + row] = std::conj(*to);
      }
    }
  }
}

template <class In, class Out>
void AxisRun<In, Out>::RunBlock(int64_t number, Complex* memory) const {
  const int64_t outer = number / blocks_, first = number % blocks_ * rows_;
  Block block;
  block.in = in_ + outer * extents_.from * extents_.inner + first;
  block.out = out_ + outer * extents_.to * extents_.inner + first;
  block.rows = std::min(rows_, extents_.inner - first);
  block.source = reinterpret_cast<Source*>(memory);
  block.target = reinterpret_cast<Target*>(memory + source_step_ * rows_);
  const Source* from = block.source;
  Target* to = block.target;
  if constexpr (std::is_same_v<In, Source>) {
    if (reads_directly_) from = block.in;
  }
  if constexpr (std::is_same_v<Out, Target>) {
    if (writes_directly_) to = block.out;
  }
  if (!reads_directly_) Gather(block);
  for (int64_t row = 0; row < block.rows; ++row)
    Transform(from + row * source_step_, to + row * target_step_);
  Store(block, to);
}

// Each thread takes its share of the blocks, with scratch memory of its own.
template <class In, class Out>
void AxisRun<In, Out>::Run(Context& context) const {
  const int64_t count = extents_.outer * blocks_;
  const int64_t shares = std::min<int64_t>(count, context.pool.threads());
  const int64_t size = (source_step_ + target_step_) * rows_;
  const Fresh memory = MakeFresh(context, DataType::complex128, {shares, size});
  const auto n = static_cast<double>(how_.n);
  const double cost = static_cast<double>(rows_) * n * (2 + std::log2(n));  // nanoseconds
  std::atomic<bool> has_failed = false;
  ParallelFor(context, shares, cost * static_cast<double>(count) / static_cast<double>(shares),
              [&](int64_t begin, int64_t end) {
                try {
                  Complex* const own = reinterpret_cast<Complex*>(memory.data) + begin * size;
                  for (int64_t i = count * begin / shares; i < count * end / shares; ++i)
                    RunBlock(i, own);
                } catch (const std::bad_alloc&) {
                  has_failed = true;
                }
              });
  if (has_failed)
    throw Error(ErrorCode::memory_budget,
                absl::StrCat("fft: no memory for the tables of transforms of ", how_.n, " points"));
}

template <class In, class Out>
void RunAxis(const Array& x, const AxisTransform& how, const Extents& extents, const Fresh& y) {
  AxisRun<In, Out>(how, extents, ElementsOf<In>(x), reinterpret_cast<Out*>(y.data))
      .Run(x.context());
}

template <class Real>
void RunAxisOf(const Array& x, const AxisTransform& how, const Extents& extents, const Fresh& y) {
  const bool from_real = x.dtype() == dtype_of<Real>();
  const bool to_real = how.kind == Kind::real_inverse;
  using Number = std::complex<Real>;
  if (from_real && to_real) return RunAxis<Real, Real>(x, how, extents, y);
  if (from_real) return RunAxis<Real, Number>(x, how, extents, y);
  if (to_real) return RunAxis<Number, Real>(x, how, extents, y);
  RunAxis<Number, Number>(x, how, extents, y);
}

}  // namespace

Array TransformAxis(const Array& x, const AxisTransform& how) {
  Sizes shape = x.shape();
  Extents extents;
  for (int i = 0; i < how.axis; ++i) extents.outer *= shape[i];
  for (size_t i = how.axis + 1; i < shape.size(); ++i) extents.inner *= shape[i];
  extents.from = shape[how.axis];
  extents.to = shape[how.axis] = how.kind == Kind::real_forward ? how.n / 2 + 1 : how.n;
  const bool is_single = x.dtype() == DataType::float32 || x.dtype() == DataType::complex64;
  const DataType real = is_single ? DataType::float32 : DataType::float64;
  const DataType number = is_single ? DataType::complex64 : DataType::complex128;
  const DataType dtype = how.kind == Kind::real_inverse ? real : number;
  const Fresh y = MakeFresh(x.context(), dtype, shape);
  if (extents.inner == 0 || extents.outer == 0) return y.array;
  is_single ? RunAxisOf<float>(x, how, extents, y) : RunAxisOf<double>(x, how, extents, y);
  return y.array;
}

}  // namespace broadloom::fft
