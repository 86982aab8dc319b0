// Reductions whose results NumPy holds.
#include "frontend/python/extended.h"

#include <nanobind/stl/vector.h>

#include <algorithm>
#include <cstring>
#include <string_view>

#include "frontend/dense.h"
#include "frontend/extended.h"
#include "frontend/python/keywords.h"

namespace broadloom::python {
namespace {

ExtendedReduction ReductionOf(std::string_view name) {
  if (name == "sum") return ExtendedReduction::sum;
  if (name == "prod") return ExtendedReduction::prod;
  if (name == "mean") return ExtendedReduction::mean;
  return name == "var" ? ExtendedReduction::var : ExtendedReduction::std;
}

nb::object ToNumPy(const Extended& result) {
  nb::object array = numpy().module.attr("empty")(nb::tuple(nb::cast(result.shape)), "longdouble");
  Py_buffer view;
  if (PyObject_GetBuffer(array.ptr(), &view, PyBUF_WRITABLE) != 0) throw nb::python_error();
  std::memcpy(view.buf, result.values.data(), result.values.size() * sizeof(long double));
  PyBuffer_Release(&view);
  return array[nb::tuple()];  // a scalar where it has no axes
}

// Rounded to float64, for an `out` that is not NumPy's.
Array Rounded(const Extended& result, Context& context) {
  const Fresh fresh = MakeFresh(context, DataType::float64, result.shape);
  std::copy(result.values.begin(), result.values.end(), reinterpret_cast<double*>(fresh.data));
  return fresh.array;
}

}  // namespace

// numpy.longdouble, its dtype, or one of their names.
bool IsLongDouble(nb::handle dtype) {
  if (dtype.is_none() || numpy_if_there() == nullptr) return false;
  nb::object longdouble = numpy().module.attr("longdouble");
  if (dtype.is(longdouble)) return true;
  if (PyUnicode_Check(dtype.ptr())) {
    const std::string_view name = ToText(dtype);
    return name == "longdouble" || name == "float128" || name == "g" || name == "f16";
  }
  return nb::isinstance(dtype, numpy().module.attr("dtype")) && dtype.attr("type").is(longdouble);
}

nb::object ReduceExtended(const char* name, const Array& x, const AxisList& axes, bool keepdims,
                          const ReduceOptions& options, nb::handle out) {
  ExtendedOptions extended{axes, keepdims, options.where, {}, options.correction};
  if (options.initial.has_value()) extended.initial = options.initial->floating();
  const Extended result = Unlocked([&] { return reduce_extended(ReductionOf(name), x, extended); });
  if (nb::isinstance<Array>(out))
    return ReduceInto(out, name, [&] { return Rounded(result, x.context()); });
  nb::object value = ToNumPy(result);
  if (out.is_none()) return value;
  if (!IsNDArray(out)) Raise(PyExc_TypeError, std::string(name) + ": `out` is an array");
  if (!nb::object(out.attr("shape")).equal(nb::tuple(nb::cast(result.shape))))
    Raise(PyExc_ValueError, std::string(name) + ": `out` has not the shape of the result");
  out[nb::tuple()] = value;
  return nb::borrow(out);
}

}  // namespace broadloom::python
