// Which transforms along which axes, and their dtypes, lengths and norms.
#include <cmath>

#include "absl/strings/str_cat.h"
#include "frontend/dense.h"
#include "frontend/fft.h"
#include "frontend/fft/axis.h"

namespace broadloom::fft {
namespace {

using fourier::Direction;

bool IsComplex(DataType dtype) { return dtype >= DataType::complex64; }

// The dtype in whose precision NumPy returns the transform of x.
DataType RealDType(DataType dtype) {
  if (dtype == DataType::complex64) return DataType::float32;
  const bool is_floating = dtype >= DataType::float16 && dtype <= DataType::float32;
  return is_floating ? dtype : DataType::float64;
}

// A dtype that `TransformAxis` reads.
DataType WorkingDType(DataType dtype) {
  if (IsComplex(dtype)) return dtype;
  return RealDType(dtype) == DataType::float64 ? DataType::float64 : DataType::float32;
}

int CheckedAxis(const char* what, int64_t axis, int rank) {
  if (axis < -rank || axis >= rank)
    throw Error(ErrorCode::axis, absl::StrCat(what, ": axis ", axis,
                                              " is out of bounds for array of dimension ", rank));
  return static_cast<int>(axis < 0 ? axis + rank : axis);
}

int64_t CheckedLength(const char* what, int64_t n) {
  if (n < 1)
    throw Error(ErrorCode::invalid_argument,
                absl::StrCat("Invalid number of FFT data points (", n, ") specified."));
  if (!fourier::IsSupported(n))
    throw Error(ErrorCode::unimplemented, absl::StrCat(what, ": ", n, " points are too many"));
  return n;
}

double ScaleOf(Norm norm, bool is_forward, int64_t n) {
  const auto points = static_cast<double>(n);
  if (norm == Norm::ortho) return 1 / std::sqrt(points);
  return (norm == Norm::forward) == is_forward ? 1 / points : 1;
}

Norm Swapped(Norm norm) {
  if (norm == Norm::ortho) return norm;
  return norm == Norm::backward ? Norm::forward : Norm::backward;
}

// One of the eight transforms: `is_forward` says what the norm divides, `direction` what the
// exponent's sign is; they differ in hfft and ihfft.
struct Transform {
  const char* what;
  Kind kind;
  bool is_forward;
  Direction direction;
};
constexpr Transform kFft = {"fft", Kind::complex, true, Direction::forward};
constexpr Transform kIfft = {"ifft", Kind::complex, false, Direction::inverse};
constexpr Transform kRfft = {"rfft", Kind::real_forward, true, Direction::forward};
constexpr Transform kIrfft = {"irfft", Kind::real_inverse, false, Direction::inverse};
constexpr Transform kHfft = {"hfft", Kind::real_inverse, false, Direction::forward};
constexpr Transform kIhfft = {"ihfft", Kind::real_forward, true, Direction::inverse};

void CheckDType(const Transform& transform, DataType dtype) {
  if (transform.kind == Kind::real_forward && IsComplex(dtype))
    throw Error(ErrorCode::type_error, absl::StrCat(transform.what, ": the input is ",
                                                    to_string(dtype), ", not of real numbers"));
}

// x and its transforms so far.
class Running {
 public:
  explicit Running(const Array& x) : x_(x) {}

  int64_t LengthOf(const Transform& transform, int64_t axis) const {
    const int place = CheckedAxis(transform.what, axis, x_.ndim());
    const int64_t length = x_.shape()[place];
    return transform.kind == Kind::real_inverse ? 2 * (length - 1) : length;
  }

  void Apply(const Transform& transform, std::optional<int64_t> n, int64_t axis, Norm norm) {
    const int64_t length =
        CheckedLength(transform.what, n.has_value() ? *n : LengthOf(transform, axis));
    const int place = CheckedAxis(transform.what, axis, x_.ndim());
    CheckDType(transform, x_.dtype());
    const DataType real = RealDType(x_.dtype());
    const double scale = ScaleOf(norm, transform.is_forward, length);
    x_ = TransformAxis(Dense(x_, WorkingDType(x_.dtype())),
                       {transform.kind, transform.direction, length, place, scale});
    if (transform.kind == Kind::real_inverse && real != x_.dtype())
      x_ = astype(x_, real);  // float16
  }

  const Array& result() const { return x_; }

 private:
  Array x_;
};

Array Along(const Transform& transform, const Array& x, std::optional<int64_t> n, int64_t axis,
            Norm norm) {
  Running running(x);
  running.Apply(transform, n, axis, norm);
  return running.result();
}

// Axes and how many numbers of each are transformed. Lengths that are not given are those of x,
// also where an axis comes twice; the last one is that of the result where this is to be real.
struct Lengths {
  Axes axes;
  Sizes n;
};
Lengths LengthsOf(const char* what, const Array& x, const std::optional<Sizes>& s,
                  const std::optional<Axes>& axes, bool to_real = false) {
  Lengths lengths;
  const Sizes shape = x.shape();
  if (axes.has_value()) {
    lengths.axes = *axes;
  } else {
    const auto count = static_cast<int64_t>(s.has_value() ? s->size() : shape.size());
    for (int64_t axis = -count; axis < 0; ++axis) lengths.axes.push_back(axis);
  }
  if (s.has_value() && s->size() != lengths.axes.size())
    throw Error(ErrorCode::invalid_argument, "Shape and axes have different lengths.");
  for (size_t i = 0; i < lengths.axes.size(); ++i) {
    const bool is_given = s.has_value() && (*s)[i] != -1;
    lengths.n.push_back(is_given ? (*s)[i] : shape[CheckedAxis(what, lengths.axes[i], x.ndim())]);
  }
  if (to_real && !s.has_value() && !lengths.n.empty())
    lengths.n.back() = 2 * (lengths.n.back() - 1);
  return lengths;
}

void CheckHasAxes(const char* what, const Lengths& lengths) {
  if (lengths.axes.empty())
    throw Error(ErrorCode::out_of_range, absl::StrCat(what, ": at least one axis is needed"));
}

// Complex transforms, the last axis first as in NumPy: each rounds what it stores.
Array ComplexAlong(const Transform& transform, const char* what, const Array& x,
                   const std::optional<Sizes>& s, const std::optional<Axes>& axes, Norm norm) {
  const Lengths lengths = LengthsOf(what, x, s, axes);
  Running running(x);
  for (size_t i = lengths.axes.size(); i-- > 0;)
    running.Apply(transform, lengths.n[i], lengths.axes[i], norm);
  return running.result();
}

Array Rolled(const char* what, const Array& x, int64_t axis, bool back) {
  const int place = CheckedAxis(what, axis, x.ndim());
  const int64_t length = x.shape()[place];
  const int64_t first = back ? length / 2 : length - length / 2;  // what comes to the front
  if (first == 0 || first == length) return x;
  std::vector<Index> head(place, Slice{}), tail(place, Slice{});
  head.emplace_back(Slice{{}, first});
  tail.emplace_back(Slice{first});
  return concat({index(x, tail), index(x, head)}, place);
}

Array Shifted(const Array& x, const std::optional<Axes>& given, bool back) {
  const char* const what = back ? "ifftshift" : "fftshift";
  Axes axes = given.value_or(Axes());
  for (int axis = 0; !given.has_value() && axis < x.ndim(); ++axis) axes.push_back(axis);
  if (axes.empty() && x.ndim() == 0)  // as in NumPy
    throw Error(ErrorCode::invalid_argument, absl::StrCat(what, ": a number has no axis"));
  Array shifted = x;
  for (int64_t axis : axes) shifted = Rolled(what, shifted, axis, back);
  return shifted.expr() == x.expr() ? copy(x) : shifted;
}

}  // namespace

Array fft(const Array& x, std::optional<int64_t> n, int64_t axis, Norm norm) {
  return Along(kFft, x, n, axis, norm);
}
Array ifft(const Array& x, std::optional<int64_t> n, int64_t axis, Norm norm) {
  return Along(kIfft, x, n, axis, norm);
}
Array rfft(const Array& x, std::optional<int64_t> n, int64_t axis, Norm norm) {
  return Along(kRfft, x, n, axis, norm);
}
Array irfft(const Array& x, std::optional<int64_t> n, int64_t axis, Norm norm) {
  return Along(kIrfft, x, n, axis, norm);
}
Array hfft(const Array& x, std::optional<int64_t> n, int64_t axis, Norm norm) {
  return Along(kHfft, x, n, axis, Swapped(norm));
}
Array ihfft(const Array& x, std::optional<int64_t> n, int64_t axis, Norm norm) {
  return Along(kIhfft, x, n, axis, Swapped(norm));
}

Array fftn(const Array& x, const std::optional<Sizes>& s, const std::optional<Axes>& axes,
           Norm norm) {
  return ComplexAlong(kFft, "fftn", x, s, axes, norm);
}
Array ifftn(const Array& x, const std::optional<Sizes>& s, const std::optional<Axes>& axes,
            Norm norm) {
  return ComplexAlong(kIfft, "ifftn", x, s, axes, norm);
}

Array rfftn(const Array& x, const std::optional<Sizes>& s, const std::optional<Axes>& axes,
            Norm norm) {
  const Lengths lengths = LengthsOf("rfftn", x, s, axes);
  CheckHasAxes("rfftn", lengths);
  Running running(x);
  for (size_t i = lengths.axes.size(); i-- > 0;) {
    const bool is_last = i + 1 == lengths.axes.size();
    running.Apply(is_last ? kRfft : kFft, lengths.n[i], lengths.axes[i], norm);
  }
  return running.result();
}

Array irfftn(const Array& x, const std::optional<Sizes>& s, const std::optional<Axes>& axes,
             Norm norm) {
  const Lengths lengths = LengthsOf("irfftn", x, s, axes, true);
  CheckHasAxes("irfftn", lengths);
  Running running(x);
  for (size_t i = 0; i < lengths.axes.size(); ++i) {
    const bool is_last = i + 1 == lengths.axes.size();
    running.Apply(is_last ? kIrfft : kIfft, lengths.n[i], lengths.axes[i], norm);
  }
  return running.result();
}

Array fft2(const Array& x, const std::optional<Sizes>& s, const Axes& axes, Norm norm) {
  return fftn(x, s, axes, norm);
}
Array ifft2(const Array& x, const std::optional<Sizes>& s, const Axes& axes, Norm norm) {
  return ifftn(x, s, axes, norm);
}
Array rfft2(const Array& x, const std::optional<Sizes>& s, const Axes& axes, Norm norm) {
  return rfftn(x, s, axes, norm);
}
Array irfft2(const Array& x, const std::optional<Sizes>& s, const Axes& axes, Norm norm) {
  return irfftn(x, s, axes, norm);
}

Array multiples(int64_t n, Number step, Context* context) {
  if (n < 0)
    throw Error(ErrorCode::invalid_argument, "fftfreq: negative dimensions are not allowed");
  const Array k = arange(Number(0), Number(n), Number(1), DataType::int64, context);
  return multiply(where(k < (n - 1) / 2 + 1, k, k - n), step);
}

Array half_multiples(int64_t n, Number step, Context* context) {
  const int64_t count = n < 0 ? 0 : n / 2 + 1;
  return multiply(arange(Number(0), Number(count), Number(1), DataType::int64, context), step);
}

Array fftfreq(int64_t n, double d, Context* context) {
  return multiples(n, 1 / (static_cast<double>(n) * d), context);
}
Array rfftfreq(int64_t n, double d, Context* context) {
  return half_multiples(n, 1 / (static_cast<double>(n) * d), context);
}

Array fftshift(const Array& x, const std::optional<Axes>& axes) { return Shifted(x, axes, false); }
Array ifftshift(const Array& x, const std::optional<Axes>& axes) { return Shifted(x, axes, true); }

}  // namespace broadloom::fft
