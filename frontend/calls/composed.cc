// Elementwise functions that are composed of others, and cumulative ones.
#include "frontend/composed.h"

#include "absl/strings/str_cat.h"
#include "frontend/calls/arguments.h"
#include "frontend/calls/tables.h"
#include "frontend/convert.h"
#include "frontend/error.h"

namespace broadloom::calls {
namespace {

// `out` is None, an array, or a tuple of one for each result.
std::vector<Array> OutsOf(const Arguments& arguments) {
  const Value& out = arguments[arguments.IndexOf("out")];
  if (out.is_none()) return {};
  if (out.As<Sequence>() != nullptr) return arguments.As<std::vector<Array>>("out");
  return {arguments.As<Array>("out")};
}

Value CallComposed(const Arguments& arguments) {
  std::vector<Operand> operands;
  for (size_t i = 0; i < arguments.IndexOf("out"); ++i)
    operands.push_back(arguments.As<Operand>(i));
  std::vector<Array> outs = OutsOf(arguments);
  std::vector<Array*> pointers;
  for (Array& out : outs) pointers.push_back(&out);
  const std::vector<Array> results =
      call_composed(std::string(arguments.name()), operands,
                    {.dtype = arguments.As<std::optional<DataType>>("dtype"),
                     .casting = arguments.As<Casting>("casting"),
                     .where = MaskOf(arguments)},
                    pointers);
  return results.size() == 1 ? Value(results[0]) : ToValue(results);
}

using SumLike = Array (*)(const Array&, std::optional<int>, std::optional<DataType>);
using MaxLike = Array (*)(const Array&, std::optional<int>);

template <SumLike kFunction>
Array Cumulated(const Arguments& arguments) {
  return kFunction(arguments.As<Array>(0), arguments.As<std::optional<int>>("axis"),
                   arguments.As<std::optional<DataType>>("dtype"));
}
template <SumLike kFunction>
Value Cumulative(const Arguments& arguments) {
  return Stored(arguments, Cumulated<kFunction>(arguments));
}

Array WithInitial(int initial, const Array& scanned, int axis) {
  Sizes shape = scanned.shape();
  shape[static_cast<size_t>(axis < 0 ? axis + scanned.ndim() : axis)] = 1;
  return concat({full(shape, initial, scanned.dtype()), scanned}, axis);
}

// The array API's: an axis is needed where there are several.
template <SumLike kFunction, int kInitial>
Value StandardCumulative(const Arguments& arguments) {
  const auto axis = arguments.As<std::optional<int>>("axis");
  if (!axis && arguments.As<Array>(0).ndim() > 1)
    throw Error(
        ErrorCode::invalid_argument,
        absl::StrCat(arguments.name(), ": an array of more than one dimension needs an axis"));
  const Array scanned = Cumulated<kFunction>(arguments);
  if (!arguments.As<bool>("include_initial")) return Stored(arguments, scanned);
  return Stored(arguments, WithInitial(kInitial, scanned, axis.value_or(0)));
}

// Integers are taken as floats.
Value CallComplex(const Arguments& arguments) {
  const Array real = arguments.As<Array>(0), imag = arguments.As<Array>(1);
  const DataType dtype = result_type({real.dtype(), imag.dtype(), DataType::float32});
  if (dtype >= DataType::complex64)
    throw Error(ErrorCode::type_error, "complex: parts must be real numbers");
  return Make(Op::k_complex, {ExprOf(astype(real, dtype)), ExprOf(astype(imag, dtype))});
}

Array NanToNum(const Array& x, bool /* copy: results are always new */, const Operand& nan,
               const std::optional<Operand>& posinf, const std::optional<Operand>& neginf) {
  return nan_to_num(x, nan, posinf, neginf);
}

#define BL_UFUNC_PARAMETERS "out=None, *, where=True, casting='same_kind', dtype=None)"

constexpr char kGroup[] = "elementwise", kCumulative[] = "cumulative";
constexpr Function kTable[] = {
    {"logaddexp(x, y, /, " BL_UFUNC_PARAMETERS, "log(exp(x) + exp(y)), without overflow on the way",
     CallComposed, kGroup},
    {"logaddexp2(x, y, /, " BL_UFUNC_PARAMETERS, "log2(2**x + 2**y), without overflow on the way",
     CallComposed, kGroup},
    {"float_power(x, y, /, " BL_UFUNC_PARAMETERS, "x to the y in float64, or complex128",
     CallComposed, kGroup},
    {"ldexp(x, exponent, /, " BL_UFUNC_PARAMETERS, "x * 2**exponent, rounded once", CallComposed,
     kGroup},
    {"divmod(x, y, /, " BL_UFUNC_PARAMETERS, "(floor_divide(x, y), remainder(x, y))", CallComposed,
     kGroup},
    {"lerp(x, y, weight, /, " BL_UFUNC_PARAMETERS,
     "x + weight * (y - x), exactly y for a weight of 1", CallComposed, kGroup},
    {"frexp(x, /, " BL_UFUNC_PARAMETERS, "(mantissa, exponent): x = mantissa * 2**exponent",
     CallComposed, kGroup},
    {"modf(x, /, " BL_UFUNC_PARAMETERS, "(fractional part, integral part), both signed as x",
     CallComposed, kGroup},
    {"spacing(x, /, " BL_UFUNC_PARAMETERS, "distance to the next number away from 0", CallComposed,
     kGroup},
    {"fabs(x, /, " BL_UFUNC_PARAMETERS, "absolute value, of integers as a float", CallComposed,
     kGroup},
    {"conj(x, /, " BL_UFUNC_PARAMETERS, "complex conjugate", CallComposed, kGroup},
    {"sinc(x)", "sin(pi x) / (pi x)", Bound<sinc>, kGroup},
    {"isposinf(x, out=None)", "whether x is infinite and positive", BoundWithOut<isposinf>, kGroup},
    {"isneginf(x, out=None)", "whether x is infinite and negative", BoundWithOut<isneginf>, kGroup},
    {"real(val)", "real part; of real numbers x itself", Bound<real_view>, kGroup},
    {"imag(val)", "imaginary part; of real numbers 0", Bound<imag_view>, kGroup},
    {"isreal(x)", "whether the imaginary part is 0", Bound<isreal>, kGroup},
    {"iscomplex(x)", "whether the imaginary part is not 0", Bound<iscomplex>, kGroup},
    {"angle(z, deg=False)", "angle of a complex number in radians, or degrees", Bound<angle>,
     kGroup},
    {"complex(real, imag)", "the complex number of two parts", CallComplex, kGroup},
    {"nan_to_num(x, copy=True, nan=0.0, posinf=None, neginf=None)",
     "numbers in place of NaN and infinities", Bound<NanToNum>, kGroup},
    {"isclose(a, b, rtol=1e-05, atol=1e-08, equal_nan=False)",
     "abs(a - b) <= atol + rtol * abs(b), or equal", Bound<isclose>, kGroup},
    {"allclose(a, b, rtol=1e-05, atol=1e-08, equal_nan=False)", "whether all elements are close",
     Bound<allclose>, "reduction"},
    {"array_equal(a1, a2, equal_nan=False)", "whether shapes and all elements are equal",
     Bound<array_equal>, "reduction"},
    {"array_equiv(a1, a2)", "whether all elements are equal, broadcast to each other",
     Bound<array_equiv>, "reduction"},
    {"cumulative_sum(x, /, *, axis=None, dtype=None, out=None, include_initial=False)",
     "sums up to each element", StandardCumulative<cumulative_sum, 0>, kCumulative},
    {"cumulative_prod(x, /, *, axis=None, dtype=None, out=None, include_initial=False)",
     "products up to each element", StandardCumulative<cumulative_prod, 1>, kCumulative},
    {"cumsum(a, axis=None, dtype=None, out=None)", "sums up to each element",
     Cumulative<cumulative_sum>, kCumulative},
    {"cumprod(a, axis=None, dtype=None, out=None)", "products up to each element",
     Cumulative<cumulative_prod>, kCumulative},
    {"logcumsumexp(x, axis=None, dtype=None, out=None)",
     "log(cumsum(exp(x))) without overflow on the way", Cumulative<logcumsumexp>, kCumulative},
    {"cumulative_max(x, axis=None)", "the largest up to each element", Bound<cumulative_max>,
     kCumulative},
    {"cumulative_min(x, axis=None)", "the smallest up to each element", Bound<cumulative_min>,
     kCumulative},
};

#undef BL_UFUNC_PARAMETERS

}  // namespace

Table ComposedTable() { return kTable; }

}  // namespace broadloom::calls
