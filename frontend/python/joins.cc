// Arrays joined along an axis, and taken apart.
#include <nanobind/stl/vector.h>

#include <algorithm>

#include "frontend/joining.h"
#include "frontend/python/keywords.h"

namespace broadloom::python {
namespace {

using Line = nb::call_guard<UserLine>;

[[noreturn]] void RaiseNoSequence(nb::handle arrays) {
  Raise(PyExc_TypeError,
        std::string("a sequence of arrays is needed, not ") + Py_TYPE(arrays.ptr())->tp_name);
}

void CheckSequence(nb::handle arrays) {
  if (!PySequence_Check(arrays.ptr()) && !nb::isinstance<Array>(arrays)) RaiseNoSequence(arrays);
}

std::vector<Array> ToArrays(nb::handle sequence) {
  std::vector<Array> arrays;
  for (nb::handle item : sequence) arrays.push_back(ToArray(item));
  return arrays;
}

// Of those that NumPy only asks for items, and then iterates over.
std::vector<Array> ToStacked(nb::handle sequence) {
  if (!nb::hasattr(sequence, "__getitem__")) RaiseNoSequence(sequence);
  return ToArrays(sequence);
}

// The dtype that parts are joined in.
std::optional<DataType> JoinedDType(const std::vector<Array>& parts, nb::handle out,
                                    nb::handle dtype) {
  if (!dtype.is_none() || parts.empty()) return ToOptionalDType(dtype);
  if (IsArrayOut(out)) return DTypeOfOut(out);
  std::vector<DataType> dtypes;
  for (const Array& part : parts) dtypes.push_back(part.dtype());
  return result_type(dtypes);
}

using JoinFn = std::function<Array(const std::vector<Array>&)>;

// Along which axis of `out` the parts lie; none: they are flattened.
struct Along {
  std::optional<int> axis;
  bool is_new = false;
};

// One part after another, as NumPy stores them: a later one sees what an earlier one has
// overwritten.
void StoreInTurn(const Array& out, const std::vector<Array>& parts, const Along& along) {
  const int axis = along.axis.value_or(0), of_out = axis < 0 ? axis + out.ndim() : axis;
  int64_t at = 0;
  for (const Array& given : parts) {
    const Array part = along.is_new              ? expand_dims(given, axis)
                       : !along.axis.has_value() ? reshape(given, {-1})
                                                 : given;
    std::vector<Index> items(out.ndim(), Slice{});
    const int64_t extent = part.shape()[of_out];
    items[of_out] = Slice{at, at + extent, {}};
    assign(index(out, items), part);
    at += extent;
  }
}

// The parts as `dtype`, or that of `out`; what is joined goes into `out`.
nb::object Join(const char* name, std::vector<Array> parts, nb::handle out, nb::handle dtype,
                nb::handle casting, const Along& along, const JoinFn& join) {
  const std::vector<Array> given = parts;
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
    Array joined = Unlocked([&] { return join(parts); });
    if (target == nullptr) return joined;
    if (target->shape() != joined.shape())
      Raise(PyExc_ValueError, std::string(name) + ": `out` has not the shape of the result");
    const auto shares = [&](const Array& part) { return shares_memory(part, *target, true); };
    if (std::any_of(given.begin(), given.end(), shares)) {
      joined = Array();  // or it would want the old values
      parts.clear();
      StoreInTurn(*target, given, along);
      return *target;
    }
    return store(joined, {.casting = rule, .out = target}, name);
  });
}

void BindConcat(nb::module_& module) {
  module.def(
      "concat",
      [](nb::handle arrays, nb::handle axis, nb::handle out, nb::handle dtype, nb::handle casting) {
        CheckSequence(arrays);
        const auto along = axis.is_none() ? std::nullopt : std::optional(ToAxis(axis));
        // Numbers can only be flattened.
        std::vector<Array> parts = along.has_value() ? ToArrays(arrays) : ToPromotedArrays(arrays);
        return Join("concat", std::move(parts), out, dtype, casting, {along},
                    [&](const std::vector<Array>& x) { return concat(x, along); });
      },
      nb::arg("arrays"), nb::arg("axis").none() = 0, nb::arg("out").none() = nb::none(),
      nb::kw_only(), nb::arg("dtype").none() = nb::none(), nb::arg("casting") = "same_kind",
      "Joins arrays along an existing axis; None flattens them first.", Line());
  module.def(
      "stack",
      [](nb::handle arrays, nb::handle axis, nb::handle out, nb::handle dtype, nb::handle casting) {
        std::vector<Array> parts = ToStacked(arrays);
        const int along = ToCInt(axis);
        return Join("stack", std::move(parts), out, dtype, casting, {along, /*is_new=*/true},
                    [&](const std::vector<Array>& x) { return stack(x, along); });
      },
      nb::arg("arrays"), nb::arg("axis") = 0, nb::arg("out").none() = nb::none(), nb::kw_only(),
      nb::arg("dtype").none() = nb::none(), nb::arg("casting") = "same_kind",
      "Joins arrays of one shape along a new axis.", Line());
}

using Stack = Array (*)(const std::vector<Array>&);

void DefTypedStack(nb::module_& module, const char* name, Stack stack, const char* doc) {
  module.def(
      name,
      [=](nb::handle arrays, nb::handle dtype, nb::handle casting) {
        return Join(name, ToStacked(arrays), nb::none(), dtype, casting, {}, stack);
      },
      nb::arg("tup"), nb::kw_only(), nb::arg("dtype").none() = nb::none(),
      nb::arg("casting") = "same_kind", doc, Line());
}

void DefStack(nb::module_& module, const char* name, Stack stack, const char* doc) {
  module.def(
      name,
      [=](nb::handle arrays) {
        const std::vector<Array> parts = ToStacked(arrays);
        return Unlocked([&] { return stack(parts); });
      },
      nb::arg("tup"), doc, Line());
}

// Only lists are blocks of blocks. Deeper ones than any array has axes are not looked into.
Blocks ToBlocks(nb::handle object, int depth = 0) {
  if (nb::isinstance<nb::tuple>(object))
    Raise(PyExc_TypeError, "block: blocks are arranged by lists, not by tuples");
  if (!nb::isinstance<nb::list>(object)) return ToArray(object);
  constexpr int kDeepest = 64;
  if (depth == kDeepest) Raise(PyExc_ValueError, "block: lists are nested too deeply");
  std::vector<Blocks> blocks;
  for (nb::handle item : object) blocks.push_back(ToBlocks(item, depth + 1));
  return blocks;
}

void BindStacks(nb::module_& module) {
  DefTypedStack(module, "vstack", vstack, "Joins along the first axis; vectors are rows.");
  module.def(
      "row_stack",
      [](nb::handle arrays, nb::handle dtype, nb::handle casting) {
        if (PyErr_WarnEx(PyExc_DeprecationWarning, "row_stack is deprecated: use vstack", 1) != 0)
          throw nb::python_error();
        return Join("row_stack", ToStacked(arrays), nb::none(), dtype, casting, {}, vstack);
      },
      nb::arg("tup"), nb::kw_only(), nb::arg("dtype").none() = nb::none(),
      nb::arg("casting") = "same_kind", "vstack's old name.", Line());
  DefTypedStack(module, "hstack", hstack, "Joins along the second axis; vectors along their own.");
  DefStack(module, "dstack", dstack, "Joins along the third axis.");
  DefStack(module, "column_stack", column_stack,
           "Joins along the second axis; vectors are columns.");
  module.def(
      "append",
      [](nb::handle arr, nb::handle values, nb::handle axis) {
        const Array x = ToArray(arr), y = ToArray(values);
        const std::optional<int> along = ToOptionalAxis(axis);
        return Unlocked([&] { return append(x, y, along); });
      },
      nb::arg("arr"), nb::arg("values"), nb::arg("axis").none() = nb::none(),
      "Joins two arrays along an axis, or flattened.", Line());
  module.def(
      "block",
      [](nb::handle arrays) {
        const Blocks blocks = ToBlocks(arrays);
        return Unlocked([&] { return block(blocks); });
      },
      nb::arg("arrays"),
      "Joins nested lists of arrays: the innermost ones along the last axis, and so on.", Line());
}

}  // namespace

void BindJoins(nb::module_& module) {
  BindConcat(module);
  BindStacks(module);
}

}  // namespace broadloom::python
