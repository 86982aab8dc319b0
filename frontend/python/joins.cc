// Arrays joined along an axis.
#include <nanobind/stl/vector.h>

#include "frontend/python/keywords.h"

namespace broadloom::python {
namespace {

using Line = nb::call_guard<UserLine>;

void CheckSequence(nb::handle arrays) {
  if (!PySequence_Check(arrays.ptr()) && !nb::isinstance<Array>(arrays))
    Raise(PyExc_TypeError,
          std::string("a sequence of arrays is needed, not ") + Py_TYPE(arrays.ptr())->tp_name);
}

std::vector<Array> ToArrays(nb::handle sequence) {
  CheckSequence(sequence);
  std::vector<Array> arrays;
  for (nb::handle item : sequence) arrays.push_back(ToArray(item));
  return arrays;
}

// The dtype that parts are joined in.
std::optional<DataType> JoinedDType(const std::vector<Array>& parts, nb::handle out,
                                    nb::handle dtype) {
  if (!dtype.is_none() || parts.empty()) return ToOptionalDType(dtype);
  if (IsArrayOut(out)) return DTypeOfOut(out);
  DataType type = parts[0].dtype();
  for (const Array& part : parts) type = result_type(type, part.dtype());
  return type;
}

// The parts as `dtype`, or that of `out`; what is joined goes into `out`.
nb::object Join(const char* name, std::vector<Array> parts, nb::handle out, nb::handle dtype,
                nb::handle casting, const std::function<Array(const std::vector<Array>&)>& join) {
  if (!out.is_none() && !dtype.is_none())
    Raise(PyExc_TypeError, std::string(name) + ": only one of `out` and `dtype` may be given");
  const Casting rule = ToCasting(casting);
  if (const std::optional<DataType> type = JoinedDType(parts, out, dtype)) {
    for (Array& part : parts) {
      if (!can_cast(part.dtype(), *type, rule))
        Raise(PyExc_TypeError, std::string(name) + ": cannot cast from " + to_string(part.dtype()) +
                                   " to " + to_string(*type));
      if (part.dtype() != *type) part = astype(part, *type);
    }
  }
  return WithOut(out, [&](Array* target) {
    const Array joined = join(parts);
    if (target == nullptr) return joined;
    if (target->shape() != joined.shape())
      Raise(PyExc_ValueError, std::string(name) + ": `out` has not the shape of the result");
    return store(joined, {.casting = rule, .out = target}, name);
  });
}

}  // namespace

void BindJoins(nb::module_& module) {
  module.def(
      "concat",
      [](nb::handle arrays, nb::handle axis, nb::handle out, nb::handle dtype, nb::handle casting) {
        CheckSequence(arrays);
        const auto along = axis.is_none() ? std::nullopt : std::optional(ToAxis(axis));
        // Numbers can only be flattened.
        std::vector<Array> parts = along.has_value() ? ToArrays(arrays) : ToPromotedArrays(arrays);
        return Join("concat", std::move(parts), out, dtype, casting,
                    [&](const std::vector<Array>& x) { return concat(x, along); });
      },
      nb::arg("arrays"), nb::arg("axis").none() = 0, nb::arg("out").none() = nb::none(),
      nb::kw_only(), nb::arg("dtype").none() = nb::none(), nb::arg("casting") = "same_kind",
      "Joins arrays along an existing axis; None flattens them first.", Line());
  module.def(
      "stack",
      [](nb::handle arrays, nb::handle axis, nb::handle out, nb::handle dtype, nb::handle casting) {
        return Join("stack", ToArrays(arrays), out, dtype, casting,
                    [&](const std::vector<Array>& parts) { return stack(parts, ToCInt(axis)); });
      },
      nb::arg("arrays"), nb::arg("axis") = 0, nb::arg("out").none() = nb::none(), nb::kw_only(),
      nb::arg("dtype").none() = nb::none(), nb::arg("casting") = "same_kind",
      "Joins arrays of one shape along a new axis.", Line());
}

}  // namespace broadloom::python
