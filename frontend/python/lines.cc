// Evenly spaced numbers, grids of indices and of powers.
#include "frontend/lines.h"

#include "frontend/python/linalg.h"
#include "frontend/rearrange.h"

namespace broadloom::python {
namespace {

using Spaced = broadloom::Line;

Operand ToEnd(nb::handle object) {
  return IsWeakNumber(object) ? Operand(ToNumber(object)) : Operand(ToArray(object));
}

nb::object Linspace(nb::handle start, nb::handle stop, nb::handle samples, Truthy endpoint,
                    Truthy retstep, nb::handle dtype, nb::handle axis, nb::handle device) {
  CheckDevice(device);
  const int64_t num = ToInt(samples, PyExc_ValueError);
  const int along = ToCInt(axis);
  const std::optional<DataType> type = ToOptionalDType(dtype);
  const bool plain = (along == 0 || along == -1) && !retstep;
  if (IsWeakNumber(start) && IsWeakNumber(stop) && plain)
    return nb::cast(linspace(ToNumber(start), ToNumber(stop), num, endpoint, type));
  const Spaced line = linspace(ToEnd(start), ToEnd(stop), num, endpoint, type, along);
  if (!retstep) return nb::cast(line.values);
  return nb::make_tuple(line.values, line.step);
}

Array Logspace(nb::handle start, nb::handle stop, nb::handle num, Truthy endpoint, nb::handle base,
               nb::handle dtype, nb::handle axis) {
  return logspace(ToEnd(start), ToEnd(stop), ToInt(num, PyExc_ValueError), endpoint, ToEnd(base),
                  ToOptionalDType(dtype), ToCInt(axis));
}

Array Geomspace(nb::handle start, nb::handle stop, nb::handle samples, Truthy endpoint,
                nb::handle dtype, nb::handle axis) {
  const Operand first = ToEnd(start), last = ToEnd(stop);
  const int64_t num = ToInt(samples, PyExc_ValueError);
  const std::optional<DataType> type = ToOptionalDType(dtype);
  const int along = ToCInt(axis);
  return Unlocked([&] { return geomspace(first, last, num, endpoint, type, along); });
}

nb::object Indices(nb::handle dimensions, nb::handle dtype, Truthy sparse) {
  const Sizes shape = ToInts(dimensions, PyExc_ValueError);
  const DataType type = dtype.is_none() ? DataType::float64 : ToDType(dtype);
  if (!sparse) return nb::cast(indices(shape, type));
  nb::list parts;
  for (const Array& part : sparse_indices(shape, type)) parts.append(part);
  return nb::tuple(parts);
}

Array Vander(nb::handle x, nb::handle columns, Truthy increasing) {
  const std::optional<int64_t> count =
      columns.is_none() ? std::nullopt : std::optional(ToInt(columns, PyExc_ValueError));
  return vander(ToArray(x), count, increasing);
}

}  // namespace

void BindLines(nb::module_& module) {
  const auto a_dtype = [] { return nb::arg("dtype").none() = nb::none(); };
  const nb::object int_type = nb::borrow(reinterpret_cast<PyObject*>(&PyLong_Type));
  module.def("linspace", Linspace, nb::arg("start"), nb::arg("stop"), nb::arg("num") = 50,
             nb::arg("endpoint") = true, nb::arg("retstep") = false, a_dtype(), nb::arg("axis") = 0,
             nb::kw_only(), nb::arg("device").none() = nb::none(),
             "num evenly spaced values from start to stop; with retstep=True the step, too.",
             Line());
  module.def("logspace", Logspace, nb::arg("start"), nb::arg("stop"), nb::arg("num") = 50,
             nb::arg("endpoint") = true, nb::arg("base") = 10.0, a_dtype(), nb::arg("axis") = 0,
             "base to the power of num evenly spaced values.", Line());
  module.def("geomspace", Geomspace, nb::arg("start"), nb::arg("stop"), nb::arg("num") = 50,
             nb::arg("endpoint") = true, a_dtype(), nb::arg("axis") = 0,
             "num values from start to stop, each the same factor larger than the one before.",
             Line());
  module.def("indices", Indices, nb::arg("dimensions"), nb::arg("dtype").none() = int_type,
             nb::arg("sparse") = false,
             "The indices along each axis of a grid, in one array or as a tuple of sparse ones.",
             Line());
  module.def("vander", Vander, nb::arg("x"), nb::arg("N").none() = nb::none(),
             nb::arg("increasing") = false, "Powers of the elements, a column for each.", Line());
}

}  // namespace broadloom::python
