// clip and round: elementwise functions whose arguments are not those of all the others.
#include "frontend/python/keywords.h"

namespace broadloom::python {
namespace {

using Line = nb::call_guard<UserLine>;

nb::object Limit(DataType dtype, bool lowest) {
  const bool is_signed = dtype <= DataType::int64;
  const int bits = 8 * itemsize(dtype) - is_signed;
  if (lowest) return is_signed ? nb::int_(INT64_MIN >> (63 - bits)) : nb::int_(0);
  return nb::int_(UINT64_MAX >> (64 - bits));
}

// A Python integer that every element respects bounds nothing, even where the dtype cannot hold it.
bool Binds(nb::handle bound, const Array& x, bool is_low) {
  if (bound.is_none()) return false;
  if (!PyLong_Check(bound.ptr()) || PyBool_Check(bound.ptr()) || !IsInteger(x.dtype())) return true;
  nb::object end = Limit(x.dtype(), is_low);
  const int unbound = PyObject_RichCompareBool(bound.ptr(), end.ptr(), is_low ? Py_LE : Py_GE);
  if (unbound < 0) throw nb::python_error();
  return unbound == 0;
}

nb::object CallClip(nb::handle object, nb::handle low, nb::handle high, const Keywords& keywords) {
  const Array x = ToArray(object);
  const bool has_low = Binds(low, x, true), has_high = Binds(high, x, false);
  if (!has_low && !has_high) return CallWithKeywords("positive", {x}, keywords);
  nb::object keep = nb::cast(x);
  if (has_low && has_high) return CallWithKeywords("clip", ToOperands({keep, low, high}), keywords);
  return CallWithKeywords(has_low ? "maximum" : "minimum", ToOperands({keep, has_low ? low : high}),
                          keywords);
}

bool IsGiven(nb::handle bound) { return !bound.is(NotGiven()); }

nb::handle OrNone(nb::handle bound) { return IsGiven(bound) ? bound : nb::handle(Py_None); }

nb::object Clip(nb::handle x, nb::handle a_min, nb::handle a_max, nb::handle out, nb::handle min,
                nb::handle max, nb::handle where, nb::handle casting, nb::handle order,
                nb::handle dtype, bool) {
  const bool by_place = IsGiven(a_min);
  if (by_place != IsGiven(a_max))
    Raise(PyExc_TypeError, "clip: one of a_min and a_max is missing; it may be None");
  if (by_place && (IsGiven(min) || IsGiven(max)))
    Raise(PyExc_ValueError,
          "clip: min and max are other names of a_min and a_max; give one or the other");
  return CallClip(x, by_place ? a_min : OrNone(min), by_place ? a_max : OrNone(max),
                  {out, where, casting, order, dtype});
}

nb::object ClipMethod(nb::handle x, nb::handle min, nb::handle max, nb::handle out,
                      nb::handle where, nb::handle casting, nb::handle order, nb::handle dtype,
                      bool) {
  return CallClip(x, min, max, {out, where, casting, order, dtype});
}

// NumPy stores the rounded numbers as its ufuncs do.
nb::object Round(nb::handle x, nb::handle decimals, nb::handle out) {
  return ReduceInto(
      out, "round", [&] { return round(ToArray(x), ToCInt(decimals)); }, Casting::same_kind);
}

// round(x), an int, and round(x, digits), of a real number: as NumPy's scalars have it.
nb::object BuiltinRound(const Array& x, nb::handle digits) {
  if (x.ndim() > 0 || x.dtype() == DataType::bool_ || IsComplex(x.dtype()))
    Raise(PyExc_TypeError, "an array that is not one real number has no __round__");
  if (!digits.is_none()) return nb::cast(round(x, ToCInt(digits)));
  const nb::object number = ToPythonScalar(round(x));
  return nb::module_::import_("builtins").attr("int")(number);  // ValueError of NaN
}

}  // namespace

void BindClip(nb::module_& module, nb::class_<Array>& array) {
  const auto none = [](const char* name) { return nb::arg(name).none() = nb::none(); };
  const auto unset = [](const char* name) { return nb::arg(name).none() = NotGiven(); };
  module.def("clip", Clip, nb::arg("a"), unset("a_min"), unset("a_max"), none("out"), nb::kw_only(),
             unset("min"), unset("max"), BL_KEYWORDS_BUT_OUT,
             "Numbers outside of an interval become its ends.", Line());
  array.def("clip", ClipMethod, none("min"), none("max"), none("out"), nb::kw_only(),
            BL_KEYWORDS_BUT_OUT, Line());
  module.def("round", Round, nb::arg("a"), nb::arg("decimals") = 0, none("out"),
             "Nearest number with so many decimals, ties to even.", Line());
  array.def("round", Round, nb::arg("decimals") = 0, none("out"), Line())
      .def("__round__", BuiltinRound, none("ndigits"), Line());
}

}  // namespace broadloom::python
