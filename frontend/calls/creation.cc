// New arrays.
#include "frontend/calls/arguments.h"
#include "frontend/calls/list.h"
#include "frontend/calls/tables.h"
#include "frontend/convert.h"
#include "frontend/joining.h"
#include "frontend/lines.h"
#include "frontend/rearrange.h"

namespace broadloom::calls {
namespace {

Array WithDType(const Array& x, const std::optional<DataType>& dtype) {
  return dtype && *dtype != x.dtype() ? astype(x, *dtype) : x;
}

// Arrays wrap around, but numbers that the dtype does not have are errors.
void CheckNumbers(absl::string_view function, const Value& value, DType dtype) {
  if (const Sequence* sequence = value.As<Sequence>())
    for (const Value& item : sequence->items) CheckNumbers(function, item, dtype);
  const Number* number = value.As<Number>();
  if (number == nullptr) return;
  if (number->kind() == Number::Kind::complex && !dtype.is_complex() && !dtype.is_bool())
    throw Error(ErrorCode::type_error,
                absl::StrCat(function, ": ", dtype.name(), " has no complex numbers"));
  ScalarOf(AsPythonStores(function, *number, dtype), dtype);
}

std::optional<DataType> DTypeOf(const Arguments& arguments) {
  const auto dtype = arguments.As<std::optional<DataType>>("dtype");
  if (dtype) CheckNumbers(arguments.name(), arguments[0], ToDType(*dtype));
  return dtype;
}

Value CallArray(const Arguments& arguments) {
  const Array x = arguments.As<Array>(0);
  const auto dtype = DTypeOf(arguments);
  const auto axes = arguments.As<int64_t>("ndmin");
  Array made = astype(x, dtype.value_or(x.dtype()));
  while (made.ndim() < axes) made = expand_dims(made, {0});
  return made;
}

Value CallAsArray(const Arguments& arguments) {
  const Array x = arguments.As<Array>(0);  // refuses lists that are too deep to be walked
  return WithDType(x, DTypeOf(arguments));
}

template <Array (*kFunction)(const Sizes&, DataType, Context*)>
Value Filled(const Arguments& arguments) {
  return kFunction(arguments.As<Sizes>("shape"), arguments.As<DataType>("dtype"),
                   arguments.context());
}

Value CallFull(const Arguments& arguments) {
  const Value& filler = arguments[1];
  const auto dtype = arguments.As<std::optional<DataType>>("dtype");
  const Sizes shape = arguments.As<Sizes>("shape");
  if (const Number* number = filler.As<Number>())
    return full(shape, *number, dtype, arguments.context());
  return copy(broadcast_to(WithDType(arguments.As<Array>(1), dtype), shape));
}

// In the memory order of the array where the shape has as many axes.
Array FilledLike(const Array& x, const Number& filler, const Arguments& arguments) {
  const DataType dtype = arguments.As<std::optional<DataType>>("dtype").value_or(x.dtype());
  const auto shape = arguments.As<std::optional<Sizes>>("shape");
  if (shape && shape->size() != x.shape().size())
    return full(*shape, filler, dtype, arguments.context());
  return full_like(x, filler, dtype, shape);
}

Value CallFullLike(const Arguments& arguments) {
  const Array x = arguments.As<Array>(0);
  const Array* filler = arguments[1].As<Array>();
  if (filler == nullptr || filler->ndim() == 0)
    return FilledLike(x, arguments.As<Number>(1), arguments);
  const DataType dtype = arguments.As<std::optional<DataType>>("dtype").value_or(x.dtype());
  const Sizes shape = arguments.As<std::optional<Sizes>>("shape").value_or(x.shape());
  return copy(broadcast_to(WithDType(*filler, dtype), shape));
}

template <int kFiller>
Value Like(const Arguments& arguments) {
  return FilledLike(arguments.As<Array>(0), kFiller, arguments);
}

// arange(stop), arange(start, stop), arange(start, stop, step).
Value CallArange(const Arguments& arguments) {
  const bool is_only_first = arguments[1].is_none();  // it is where to stop
  const bool has_start = !is_only_first && !arguments[0].is_none();
  const Number start = has_start ? arguments.As<Number>(0) : Number(0);
  return arange(start, arguments.As<Number>(is_only_first ? 0 : 1), arguments.As<Number>("step"),
                arguments.As<std::optional<DataType>>("dtype"), arguments.context());
}

Value CallLinspace(const Arguments& arguments) {
  const bool of_numbers =
      arguments[0].As<Number>() != nullptr && arguments[1].As<Number>() != nullptr;
  const auto num = arguments.As<int64_t>("num");
  const bool endpoint = arguments.As<bool>("endpoint");
  const auto dtype = arguments.As<std::optional<DataType>>("dtype");
  const Line line = linspace(arguments.As<Operand>(0), arguments.As<Operand>(1), num, endpoint,
                             dtype, arguments.As<int>("axis"));
  if (arguments.As<bool>("retstep")) return TupleOf(line.values, line.step);
  if (!of_numbers) return line.values;
  return linspace(arguments.As<Number>(0), arguments.As<Number>(1), num, endpoint, dtype,
                  arguments.context());
}

Value CallEye(const Arguments& arguments) {
  return eye(arguments.As<int64_t>(0), arguments.As<std::optional<int64_t>>("M"),
             arguments.As<int64_t>("k"), arguments.As<DataType>("dtype"), arguments.context());
}

Value CallIdentity(const Arguments& arguments) {
  return eye(arguments.As<int64_t>(0), {}, 0, arguments.As<DataType>("dtype"), arguments.context());
}

Value CallTri(const Arguments& arguments) {
  const auto rows = arguments.As<int64_t>(0);
  return tri(rows, arguments.As<std::optional<int64_t>>("M").value_or(rows),
             arguments.As<int64_t>("k"), arguments.As<DataType>("dtype"), arguments.context());
}

Value CallIndices(const Arguments& arguments) {
  const Sizes shape = arguments.As<Sizes>(0);
  const auto dtype = arguments.As<DataType>("dtype");
  if (!arguments.As<bool>("sparse")) return indices(shape, dtype, arguments.context());
  return ToValue(sparse_indices(shape, dtype, arguments.context()));
}

Value CallMeshgrid(const Arguments& arguments) {
  static constexpr std::pair<const char*, bool> kIndexing[] = {{"xy", true}, {"ij", false}};
  const bool xy = OneOf(kIndexing, arguments[arguments.IndexOf("indexing")],
                        arguments.slot(arguments.IndexOf("indexing")));
  return ToValue(meshgrid(arguments.As<std::vector<Array>>(0), xy, arguments.As<bool>("sparse"),
                          arguments.As<bool>("copy")));
}

constexpr char kGroup[] = "creation";
constexpr Function kTable[] = {
    {"array(object, dtype=None, *, copy=True, ndmin=0)",
     "an array of numbers, of lists of them, or of another's elements", CallArray, kGroup},
    {"asarray(a, dtype=None)", "the array itself, or one of numbers and lists", CallAsArray,
     kGroup},
    {"copy(a)", "the same elements in memory of their own", Bound<broadloom::copy>, kGroup},
    {"zeros(shape, dtype='float64')", "an array of zeros", Filled<zeros>, kGroup},
    {"ones(shape, dtype='float64')", "an array of ones", Filled<ones>, kGroup},
    {"empty(shape, dtype='float64')", "an array whose elements do not matter: zeros", Filled<zeros>,
     kGroup},
    {"full(shape, fill_value, dtype=None)", "an array of one value", CallFull, kGroup},
    {"zeros_like(a, dtype=None, *, shape=None)", "zeros in the shape and dtype of another array",
     Like<0>, kGroup},
    {"empty_like(a, dtype=None, *, shape=None)", "zeros in the shape and dtype of another array",
     Like<0>, kGroup},
    {"ones_like(a, dtype=None, *, shape=None)", "ones in the shape and dtype of another array",
     Like<1>, kGroup},
    {"full_like(a, fill_value, dtype=None, *, shape=None)",
     "one value in the shape and dtype of another array", CallFullLike, kGroup},
    {"arange(start=None, stop=None, step=1, dtype=None)",
     "numbers from start to before stop; of one argument from 0 to before it", CallArange, kGroup},
    {"linspace(start, stop, num=50, endpoint=True, retstep=False, dtype=None, axis=0)",
     "evenly spaced numbers from start to stop", CallLinspace, kGroup},
    {"logspace(start, stop, num=50, endpoint=True, base=10.0, dtype=None, axis=0)",
     "base ** linspace(start, stop, ...)", Bound<logspace>, kGroup},
    {"geomspace(start, stop, num=50, endpoint=True, dtype=None, axis=0)",
     "numbers from start to stop by one factor", Bound<geomspace>, kGroup},
    {"eye(N, M=None, k=0, dtype='float64')", "ones on a diagonal, zeros elsewhere", CallEye,
     kGroup},
    {"identity(n, dtype='float64')", "the identity matrix", CallIdentity, kGroup},
    {"tri(N, M=None, k=0, dtype='float64')", "ones on and below a diagonal", CallTri, kGroup},
    {"indices(dimensions, dtype='int64', sparse=False)", "the index along each axis of a grid",
     CallIndices, kGroup},
    {"meshgrid(*xi, copy=True, sparse=False, indexing='xy')", "coordinates of a grid from vectors",
     CallMeshgrid, kGroup},
    {"vander(x, N=None, increasing=False)", "powers of each element, the highest first",
     Bound<vander>, kGroup},
};

}  // namespace

Table CreationTable() { return kTable; }

}  // namespace broadloom::calls
