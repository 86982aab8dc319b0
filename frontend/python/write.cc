// x[key] = value and what else writes to arrays.
#include <nanobind/stl/vector.h>

#include "frontend/python/keywords.h"
#include "frontend/python/writing.h"

namespace broadloom::python {
namespace {

using Line = nb::call_guard<UserLine>;

// What is no array takes the dtype on the way in: 300 does not become int8.
Operand ToValue(nb::handle object, DataType dtype) {
  if (IsWeakNumber(object)) return ToFill(object, dtype);
  if (nb::isinstance<Array>(object) || IsNDArray(object) || IsNumPyScalar(object))
    return ToArray(object);
  return ToTypedArray(object, dtype);
}

// x[mask] = value, where each element of the mask takes the same.
void AssignMasked(const Array& x, const Array& mask, const Operand& value) {
  const Sizes shape = x.shape(), of_mask = mask.shape();
  const size_t rank = of_mask.size();
  if (rank > shape.size())
    Raise(PyExc_IndexError, "too many indices for array: array is " + std::to_string(shape.size()) +
                                "-dimensional, but " + std::to_string(rank) + " were indexed");
  for (size_t axis = 0; axis < rank; ++axis) {
    if (shape[axis] != of_mask[axis])
      Raise(PyExc_IndexError,
            "boolean index did not match indexed array along axis " + std::to_string(axis) +
                "; size of axis is " + std::to_string(shape[axis]) +
                " but size of corresponding boolean axis is " + std::to_string(of_mask[axis]));
  }
  Sizes aligned = of_mask;
  aligned.resize(shape.size(), 1);
  assign_where(x, reshape(mask, aligned), value);
}

void SetItem(const Array& x, nb::handle key, nb::handle value) {
  const Operand operand = ToValue(value, x.dtype());
  const std::vector<Index> items = ToKey(key).items;
  const Array* const mask = items.size() == 1 ? std::get_if<Array>(&items[0]) : nullptr;
  if (mask != nullptr && mask->dtype() == DataType::bool_) {
    const int rest = x.ndim() - mask->ndim();
    const bool same_for_all = operand.array() == nullptr || operand.array()->ndim() <= rest;
    if (same_for_all) return AssignMasked(x, *mask, operand);
  }
  assign(x, items, operand);
}

void Fill(const Array& x, nb::handle value) {
  if (nb::isinstance<nb::list>(value) || nb::isinstance<nb::tuple>(value))
    Raise(IsInteger(x.dtype()) ? PyExc_TypeError : PyExc_ValueError,
          "setting an array element with a sequence.");
  const Operand number = ToValue(value, x.dtype());
  if (number.array() != nullptr && number.array()->ndim() > 0)
    Raise(PyExc_ValueError, "setting an array element with a sequence.");
  assign(x, number);
}

void CopyTo(nb::handle dst, nb::handle src, nb::handle casting, nb::handle where) {
  if (!nb::isinstance<Array>(dst) && !IsNDArray(dst))
    Raise(PyExc_TypeError,
          std::string("copyto() argument 1 must be an array, not ") + Py_TYPE(dst.ptr())->tp_name);
  const Array to = ToArray(dst);
  const Operand from = IsWeakNumber(src) ? Operand(ToFill(src, to.dtype())) : ToArray(src);
  const DataType dtype =
      from.array() != nullptr ? from.array()->dtype() : weak_dtype(to.dtype(), from.number());
  if (!can_cast(dtype, to.dtype(), ToCasting(casting)))
    Raise(PyExc_TypeError, std::string("Cannot cast array data from ") + to_string(dtype) + " to " +
                               to_string(to.dtype()) + " according to the rule '" +
                               nb::str(casting).c_str() + "'");
  where.is(Py_True) ? assign(to, from) : assign_where(to, ToMask(where), from);
}

}  // namespace

void StoreIn(const Array& x, nb::handle value) { assign(x, ToValue(value, x.dtype())); }

void BindWriting(nb::module_& module, nb::class_<Array>& array) {
  array.def("__setitem__", SetItem, nb::arg("key").none(), nb::arg("value").none(), Line())
      .def("fill", Fill, nb::arg("value").none(), "Sets all elements to one number.", Line());
  module.def("copyto", CopyTo, nb::arg("dst"), nb::arg("src").none(),
             nb::arg("casting") = "same_kind", nb::arg("where") = true,
             "Copies values into an array, where a mask holds.", Line());
}

}  // namespace broadloom::python
