// New arrays. Those with a pattern are expressions, so that they fuse away.
#include <algorithm>
#include <cmath>
#include <complex>

#include "absl/strings/str_cat.h"
#include "frontend/convert.h"
#include "frontend/layout.h"
#include "frontend/memory.h"
#include "frontend/storage.h"

namespace broadloom {
namespace {

int64_t CheckedBytes(const Shape& shape, DType dtype) {
  const std::optional<int64_t> count = NumElements(shape);
  int64_t bytes = 0;
  if (!count.has_value() || __builtin_mul_overflow(*count, int64_t{dtype.size()}, &bytes)) {
    throw Error(ErrorCode::invalid_argument, absl::StrCat("array is too big: ", ToString(shape)));
  }
  return bytes;
}

// Elements at `data`; empty strides mean C order.
struct Elements {
  Shape shape;
  Dims strides;
  int64_t bytes;
};
Elements CheckedElements(const void* data, DType dtype, const Sizes& sizes, const Sizes& strides) {
  Shape shape = CheckedShape(sizes);
  if (!strides.empty() && strides.size() != sizes.size()) {
    throw Error(ErrorCode::invalid_argument, "one stride is needed for each axis");
  }
  const int64_t bytes = CheckedBytes(shape, dtype);
  if (data == nullptr && bytes > 0)
    throw Error(ErrorCode::invalid_argument,
                absl::StrCat("an array of shape ", ToString(shape), " needs memory, not null"));
  Dims steps(strides.begin(), strides.end());
  if (strides.empty()) steps = DenseStrides(shape, dtype.size());
  return {std::move(shape), std::move(steps), bytes};
}

// The bytes from the first to behind the last of them.
Lender LenderOf(char* data, int64_t itemsize, const Elements& elements,
                std::function<void()> release) {
  char *begin = data, *end = data + (elements.bytes > 0 ? itemsize : 0);
  for (size_t axis = 0; axis < elements.shape.size() && elements.bytes > 0; ++axis) {
    const int64_t reach = elements.strides[axis] * (elements.shape[axis].value() - 1);
    (reach < 0 ? begin : end) += reach;
  }
  return {begin, end - begin, std::move(release)};
}

// 0 and 1 are part of the code, other numbers are not.
ExprPtr Constant(Context& context, const Scalar& value) {
  if (value.dtype.is_complex()) return NumberExpr(context, value);
  const bool literal =
      value == MakeIntScalar(value.dtype, 0) || value == MakeIntScalar(value.dtype, 1);
  if (!literal) return MakeScalarExpr(context, value);
  return LiteralExpr(context, value);
}

Array Filled(Context& context, const Sizes& shape, const Scalar& value) {
  CheckedBytes(CheckedShape(shape), value.dtype);
  return copy(broadcast_to(Array(Constant(context, value)), shape));
}

// 0, 1, ..., n - 1
Array Iota(Context& context, int64_t n) {
  CheckedBytes({n}, DType::kInt64);
  Attrs attrs;
  attrs.Set(AttrName::k_shape, Shape{n}).Set(AttrName::k_axis, int64_t{0});
  return Array(Unwrap(MakeExpr(context, Op::k_iota, {}, std::move(attrs))));
}

Array ScalarArray(Context& context, const Scalar& value) { return Array(Constant(context, value)); }

bool IsFloating(const Number& number) { return number.kind() == Number::Kind::floating; }

__int128 Exactly(const Number& number) {
  return number.kind() == Number::Kind::natural ? __int128{static_cast<uint64_t>(number.integer())}
                                                : __int128{number.integer()};
}

bool IsComplex(const Number& number) { return number.kind() == Number::Kind::complex; }

std::complex<double> Complex(const Number& number) {
  return {number.floating(), number.imaginary()};
}

Error TooLarge() {
  return Error(ErrorCode::invalid_argument, "arange: Maximum allowed size exceeded");
}

int64_t LengthOf(double steps) {
  const double length = std::ceil(steps);
  if (std::isnan(length)) throw Error(ErrorCode::invalid_argument, "arange: cannot compute length");
  if (length >= 9.2e18) throw TooLarge();
  return length > 0 ? static_cast<int64_t>(length) : 0;
}

// ceil((stop - start) / step), at least 0; of a complex number the smaller part.
int64_t LengthOf(const Number& start, const Number& stop, const Number& step) {
  if (Complex(step) == 0.0) throw Error(ErrorCode::invalid_argument, "arange: step is zero");
  if (IsComplex(start) || IsComplex(stop) || IsComplex(step)) {
    const std::complex<double> steps = (Complex(stop) - Complex(start)) / Complex(step);
    return std::min(LengthOf(steps.real()), LengthOf(steps.imag()));
  }
  if (!IsFloating(start) && !IsFloating(stop) && !IsFloating(step)) {
    const __int128 distance = Exactly(stop) - Exactly(start), stride = Exactly(step);
    if (distance == 0 || (distance < 0) != (stride < 0)) return 0;
    const __int128 length = (distance - (stride > 0 ? 1 : -1)) / stride + 1;
    if (length > INT64_MAX) throw TooLarge();
    return static_cast<int64_t>(length);
  }
  return LengthOf((stop.floating() - start.floating()) / step.floating());
}

Number Sum(const Number& a, const Number& b) {
  if (IsFloating(a) || IsFloating(b)) return a.floating() + b.floating();
  const __int128 sum = Exactly(a) + Exactly(b);
  if (sum >= INT64_MIN && sum <= INT64_MAX) return static_cast<int64_t>(sum);
  if (sum > 0 && sum <= UINT64_MAX) return static_cast<uint64_t>(sum);
  return static_cast<double>(sum);
}

// The dtype that NumPy gives to arange: int64 where it holds all three.
DType ArangeDType(const Number& start, const Number& stop, const Number& step) {
  DType dtype = DType::kInt64;
  for (const Number& number : {start, stop, step})
    dtype = PromoteTypes(dtype, DefaultDType(number));
  return dtype;
}

// In the arithmetic of the dtype.
Scalar Difference(const Scalar& a, const Scalar& b) {
  if (a.dtype == DType::kFloat32)
    return MakeScalar(a.dtype, static_cast<float>(AsDouble(a)) - static_cast<float>(AsDouble(b)));
  if (a.dtype.is_floating()) return MakeScalar(a.dtype, AsDouble(a) - AsDouble(b));
  return MakeIntScalar(a.dtype, static_cast<int64_t>(a.bits - b.bits));
}

// first, second, first + 2 * (second - first), ... as NumPy fills it, in the arithmetic of the
// dtype.
Array Line(Context& c, const Scalar& first, const Scalar& second, int64_t length) {
  const DType type = first.dtype;
  const Scalar delta = Difference(second, first);
  const Array numbers = Iota(c, length);
  Array index = type == DType::kInt64 ? numbers : astype(numbers, ToDataType(type));
  if (first == MakeIntScalar(type, 0) && delta == MakeIntScalar(type, 1)) return index;
  Array line = index * ScalarArray(c, delta) + ScalarArray(c, first);
  if (!type.is_floating()) return line;
  const double a = AsDouble(first), d = AsDouble(delta);
  const bool first_is_right = std::isfinite(a) && std::isfinite(d) && !(a == 0 && std::signbit(a));
  if (!first_is_right) line = where(numbers == 0, ScalarArray(c, first), line);
  return a + d == AsDouble(second) ? line : where(numbers == 1, ScalarArray(c, second), line);
}

// Halves by way of float32.
Array LineOf(Context& c, const Scalar& first, const Scalar& second, int64_t length) {
  const DType type = first.dtype;
  if (!type.is_half()) return Line(c, first, second, length);
  const auto wide = [&](const Scalar& s) { return MakeScalar(MachineType(type), AsDouble(s)); };
  return astype(Line(c, wide(first), wide(second), length), ToDataType(type));
}

Array ComplexLine(Context& c, DType type, const Number& start, const Number& step, int64_t length) {
  const auto part = [&](double first, double by) {
    const DType component = ComponentOf(type);
    return ExprOf(Line(c, MakeScalar(component, first), MakeScalar(component, first + by), length));
  };
  const ExprPtr re = part(start.floating(), step.floating());
  return Make(Op::k_complex, {re, part(start.imaginary(), step.imaginary())});
}

}  // namespace

Array lend(void* data, DataType dtype, const Sizes& shape, const Sizes& strides,
           std::function<void()> release, Context* context) {
  const DType type = ToDType(dtype);
  Elements elements = CheckedElements(data, type, shape, strides);
  char* const first = static_cast<char*>(data);
  Lender lender = LenderOf(first, type.size(), elements, std::move(release));
  return LendArray(OrDefault(context), std::move(lender), first, type, std::move(elements.shape),
                   std::move(elements.strides), false);
}

Array adopt(void* data, DataType dtype, const Sizes& shape, const Sizes& strides,
            std::function<void()> release, Context* context) {
  const DType type = ToDType(dtype);
  Elements elements = CheckedElements(data, type, shape, strides);
  auto buffer = Buffer::Adopt(data, elements.bytes, std::move(release));
  Array result(MakeReady(OrDefault(context), type, std::move(elements.shape),
                         {std::move(buffer), 0, std::move(elements.strides)}));
  result.set_scalar(false);
  return result;
}

Array array(const void* data, DataType dtype, const Sizes& shape, const Sizes& strides,
            Context* context) {
  Context& c = OrDefault(context);
  const DType type = ToDType(dtype);
  Elements elements = CheckedElements(data, type, shape, strides);
  auto lent = Buffer::Lend(const_cast<void*>(data), elements.bytes, nullptr);
  const ExprPtr from =
      MakeReady(c, type, std::move(elements.shape), {std::move(lent), 0, elements.strides});
  auto buffer = Unwrap(AllocateCounted(c, elements.bytes));
  const Dims dense = DenseStrides(from->shape, OrderOfCopy(*from), type.size());
  CopyStrided(from->shape, type.size(), {buffer->data(), dense},
              {AddressOf(from->storage), from->storage.strides});
  Array result(MakeReady(c, type, from->shape, {std::move(buffer), 0, dense}));
  result.set_scalar(false);
  return result;
}

Array scalar(Number value, DataType dtype, Context* context) {
  Array result(NumberExpr(OrDefault(context), ScalarOf(value, ToDType(dtype))));
  result.set_scalar(false);
  return result;
}

Array zeros(const Sizes& shape, DataType dtype, Context* context) {
  return full(shape, 0, dtype, context);
}
Array ones(const Sizes& shape, DataType dtype, Context* context) {
  return full(shape, 1, dtype, context);
}

namespace {

// Where no element is stored only the loss of imaginary parts is told.
Scalar ScalarFor(const Sizes& shape, const Number& value, DType dtype) {
  const bool is_empty = std::find(shape.begin(), shape.end(), 0) != shape.end();
  if (!is_empty || value.kind() == Number::Kind::complex) return WarnedScalarOf(value, dtype);
  return ScalarOf(value, dtype);
}

}  // namespace

Array full(const Sizes& shape, Number value, std::optional<DataType> dtype, Context* context) {
  const DType type = dtype.has_value() ? ToDType(*dtype) : DefaultDType(value);
  return Filled(OrDefault(context), shape, ScalarFor(shape, value, type));
}

Array zeros_like(const Array& x, std::optional<DataType> dtype) { return full_like(x, 0, dtype); }
Array ones_like(const Array& x, std::optional<DataType> dtype) { return full_like(x, 1, dtype); }

// In the memory order of x.
Array full_like(const Array& x, Number value, std::optional<DataType> dtype,
                const std::optional<Sizes>& shape) {
  const Sizes extents = shape.value_or(x.shape());
  if (extents.size() != x.shape().size())
    throw Error(ErrorCode::invalid_argument, "full_like: a shape with as many axes is needed");
  const Expr& like = *ExprOf(x);
  const AxisOrder order = OrderOfCopy(like);
  Sizes sizes;
  std::vector<int64_t> axes(like.rank());
  bool in_c_order = true;
  for (int k = 0; k < like.rank(); ++k) {
    const int axis = order[k];
    sizes.push_back(extents[axis]);
    axes[axis] = k;
    in_c_order = in_c_order && axis == k;
  }
  const DType type = dtype.has_value() ? ToDType(*dtype) : like.dtype;
  const Array dense = Filled(*like.context, sizes, ScalarFor(sizes, value, type));
  return in_c_order ? dense
                    : Array(ExprOf(permute_dims(dense, axes)));  // no view: all that there is
}

// The first two numbers are rounded to the dtype, the others follow from them.
Array arange(Number start, Number stop, Number step, std::optional<DataType> dtype,
             Context* context) {
  Context& c = OrDefault(context);
  const DType type = dtype.has_value() ? ToDType(*dtype) : ArangeDType(start, stop, step);
  const int64_t length = LengthOf(start, stop, step);
  if (type.is_complex()) return ComplexLine(c, type, start, step, length);
  if (IsComplex(start) || IsComplex(stop) || IsComplex(step))
    throw Error(ErrorCode::type_error,
                absl::StrCat("arange: complex numbers cannot be ", type.name()));
  if (type == DType::kBool && length > 2)
    throw Error(ErrorCode::type_error,
                "arange() is only supported for booleans when the result has at most length 2.");
  const Scalar first = length > 0 ? WarnedScalarOf(AsPythonStores("arange", start, type), type)
                                  : CastNumber(start, type);
  const Scalar second =
      length > 1 ? WarnedScalarOf(AsPythonStores("arange", Sum(start, step), type), type) : first;
  const ErrorStateScope ignored{ErrorState{}};  // NumPy does not look at the others
  return LineOf(c, first, second, length);
}

Array arange(Number stop) { return arange(0, stop); }

Array linspace(Number start, Number stop, int64_t num, bool endpoint, std::optional<DataType> dtype,
               Context* context) {
  if (IsComplex(start) || IsComplex(stop)) {
    const auto part = [&](double from, double to) {
      return ExprOf(linspace(from, to, num, endpoint, DataType::float64, context));
    };
    const Array line = Make(Op::k_complex, {part(start.floating(), stop.floating()),
                                            part(start.imaginary(), stop.imaginary())});
    return dtype.has_value() ? astype(line, *dtype) : line;
  }
  if (num < 0)
    throw Error(ErrorCode::invalid_argument,
                absl::StrCat("Number of samples, ", num, ", must be non-negative."));
  Context& c = OrDefault(context);
  const double first = start.floating(), last = stop.floating(), delta = last - first;
  const int64_t div = endpoint ? num - 1 : num;
  const double step = delta / static_cast<double>(div);
  const Array numbers = Iota(c, num);
  const Array index = astype(numbers, DataType::float64);
  Array line = div <= 0    ? index * delta
               : step == 0 ? index / static_cast<double>(div) * delta
                           : index * step;
  line = line + first;
  if (endpoint && num > 1) line = where(numbers == num - 1, last, line);
  if (!dtype.has_value() || *dtype == DataType::float64) return line;
  return astype(ToDType(*dtype).is_integer() ? floor(line) : line, *dtype);
}

Array eye(int64_t rows, std::optional<int64_t> columns, int64_t diagonal, DataType dtype,
          Context* context) {
  CheckedBytes(CheckedShape({rows, columns.value_or(rows)}), DType::kInt64);
  Context& c = OrDefault(context);
  Array row = expand_dims(Iota(c, rows), 1);
  if (diagonal != 0) row = row + diagonal;
  const Array column = expand_dims(Iota(c, columns.value_or(rows)), 0);
  return astype(row == column, dtype);
}

}  // namespace broadloom
