// NumPy's keyword arguments of elementwise functions and reductions.
#include "frontend/python/keywords.h"

#include <string_view>

namespace broadloom::python {
namespace {

void CheckOrder(nb::handle order) {
  const bool text = PyUnicode_Check(order.ptr()) && PyUnicode_GetLength(order.ptr()) == 1;
  const char letter = text ? PyUnicode_AsUTF8(order.ptr())[0] : '?';
  if (letter == 'K' || letter == 'A') return;
  if (letter == 'C' || letter == 'F')
    Raise(PyExc_NotImplementedError, "only order='K', the operands' own, is supported yet");
  Raise(PyExc_ValueError, "order must be one of 'C', 'F', 'A', or 'K'");
}

// What is no array yet is converted; an array must be one of bools.
Array ToMask(nb::handle where) {
  const Array mask = ToArray(where);
  return nb::isinstance<Array>(where) || IsNDArray(where) ? mask : astype(mask, DataType::bool_);
}

nb::handle OnlyOut(nb::handle out) {
  if (!nb::isinstance<nb::tuple>(out)) return out;
  if (nb::len(out) != 1)
    Raise(PyExc_ValueError, "The 'out' tuple must have exactly one entry per output");
  return out[0].ptr();
}

}  // namespace

Casting ToCasting(nb::handle object) {
  constexpr std::string_view kNames[] = {"no", "equiv", "safe", "same_kind", "unsafe"};
  if (!PyUnicode_Check(object.ptr())) Raise(PyExc_TypeError, "casting must be a string");
  const std::string_view name = PyUnicode_AsUTF8(object.ptr());
  for (size_t i = 0; i < std::size(kNames); ++i) {
    if (name == kNames[i]) return static_cast<Casting>(i);
  }
  Raise(PyExc_ValueError,
        std::string("casting must be one of 'no', 'equiv', 'safe', 'same_kind', 'unsafe' (got ") +
            nb::repr(object).c_str() + ")");
}

bool Keywords::given() const {
  return !out.is_none() || !where.is(Py_True) || !dtype.is_none() ||
         !is_default(casting, "same_kind") || !is_default(order, "K");
}

bool Keywords::is_default(nb::handle object, const char* text) {
  return PyUnicode_Check(object.ptr()) && PyUnicode_CompareWithASCIIString(object.ptr(), text) == 0;
}

nb::object WithOut(nb::handle given, const std::function<Array(Array* out)>& compute) {
  const nb::handle out = OnlyOut(given);
  if (out.is_none()) return nb::cast(compute(nullptr));
  if (nb::isinstance<Array>(out)) {
    compute(&nb::cast<Array&>(out));
    return nb::borrow(out);
  }
  if (!IsNDArray(out)) Raise(PyExc_TypeError, "return arrays must be of ArrayType");
  Array lent = ToArray(out);
  compute(&lent);
  numpy().module.attr("copyto")(out, ToNumPy(lent));
  return nb::borrow(out);
}

nb::object CallWithKeywords(const char* name, const std::vector<Operand>& operands,
                            const Keywords& keywords) {
  CheckOrder(keywords.order);
  CallOptions options;
  options.casting = ToCasting(keywords.casting);
  options.dtype = ToOptionalDType(keywords.dtype);
  if (!keywords.where.is(Py_True)) options.where = ToMask(keywords.where);
  return WithOut(keywords.out, [&](Array* out) {
    options.out = out;
    return call(name, operands, options);
  });
}

nb::object ReduceInto(nb::handle out, const char* name, const std::function<Array()>& compute) {
  return WithOut(out, [&](Array* target) {
    const Array value = compute();
    if (target == nullptr) return value;
    if (target->shape() != value.shape())
      Raise(PyExc_ValueError, std::string(name) + ": `out` has not the shape of the result");
    return store(value, {.casting = Casting::unsafe, .out = target}, name);
  });
}

}  // namespace broadloom::python
