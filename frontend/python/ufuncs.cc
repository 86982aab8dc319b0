// Elementwise functions as objects with attributes, as NumPy's ufuncs are: `add.at(x, i, values)`.
// A call costs what that of the plain function does.
#include "frontend/python/keywords.h"

// After Python.h.
#include <structmember.h>

#include <cstddef>

namespace broadloom::python {
namespace {

struct Ufunc {
  PyObject_HEAD;
  vectorcallfunc call;
  PyObject *function, *at;
  int operands, results, both;
};

Ufunc* Of(PyObject* self) { return reinterpret_cast<Ufunc*>(self); }

PyObject* Call(PyObject* self, PyObject* const* args, size_t flagged, PyObject* names) {
  return PyObject_Vectorcall(Of(self)->function, args, flagged, names);
}

// Name, documentation and signature are the function's.
PyObject* GetAttribute(PyObject* self, PyObject* name) {
  const bool is_shown = PyUnicode_CompareWithASCIIString(name, "__doc__") == 0 ||
                        PyUnicode_CompareWithASCIIString(name, "__module__") == 0;
  if (!is_shown) {
    PyObject* const own = PyObject_GenericGetAttr(self, name);
    if (own != nullptr || !PyErr_ExceptionMatches(PyExc_AttributeError)) return own;
    PyErr_Clear();
  }
  return PyObject_GetAttr(Of(self)->function, name);
}

PyObject* NameOf(PyObject* self, PyObject* = nullptr) {
  return PyObject_GetAttrString(Of(self)->function, "__name__");
}

PyObject* Repr(PyObject* self) {
  PyObject* const name = NameOf(self);
  PyObject* const text = name == nullptr ? nullptr : PyUnicode_FromFormat("<ufunc %R>", name);
  Py_XDECREF(name);
  return text;
}

void Free(PyObject* self) {
  PyTypeObject* const type = Py_TYPE(self);
  Py_XDECREF(Of(self)->function);
  Py_XDECREF(Of(self)->at);
  type->tp_free(self);
  Py_DECREF(type);
}

PyMemberDef members[] = {
    {"__vectorcalloffset__", T_PYSSIZET, offsetof(Ufunc, call), READONLY, nullptr},
    {"at", T_OBJECT_EX, offsetof(Ufunc, at), READONLY, nullptr},
    {"nin", T_INT, offsetof(Ufunc, operands), READONLY, nullptr},
    {"nout", T_INT, offsetof(Ufunc, results), READONLY, nullptr},
    {"nargs", T_INT, offsetof(Ufunc, both), READONLY, nullptr},
    {},
};
PyMethodDef methods[] = {{"__reduce__", NameOf, METH_NOARGS, nullptr}, {}};

template <typename Function>
void* Slot(Function* function) {
  return reinterpret_cast<void*>(function);
}

PyType_Slot slots[] = {
    {Py_tp_call, Slot(PyVectorcall_Call)},
    {Py_tp_getattro, Slot(GetAttribute)},
    {Py_tp_repr, Slot(Repr)},
    {Py_tp_dealloc, Slot(Free)},
    {Py_tp_members, members},
    {Py_tp_methods, methods},
    {},
};
PyType_Spec spec = {
    "broadloom.ufunc", sizeof(Ufunc), 0,
    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_VECTORCALL | Py_TPFLAGS_DISALLOW_INSTANTIATION, slots};

void At(const char* name, nb::handle a, nb::handle indices, nb::handle b) {
  if (!nb::isinstance<Array>(a) && !IsNDArray(a))
    Raise(PyExc_TypeError, std::string(name) + ".at: the first operand must be an array");
  std::optional<Operand> values;
  if (!b.is(NotGiven())) values.emplace(ToArray(b));
  WithOut(a, [&](Array* target) {
    apply_at(name, *target, ToKey(indices).items, values);
    return *target;
  });
}

void Wrap(nb::module_& module, PyObject* type, const char* name, int operands) {
  nb::object at = nb::cpp_function(
      [name](nb::handle a, nb::handle indices, nb::handle b) { At(name, a, indices, b); },
      nb::name("at"), nb::arg("a"), nb::arg("indices").none(), nb::arg("b").none() = NotGiven(),
      "Changes the picked elements of `a` one after another: one that is picked twice changes "
      "twice.",
      nb::call_guard<UserLine>());
  PyObject* const self = PyType_GenericAlloc(reinterpret_cast<PyTypeObject*>(type), 0);
  if (self == nullptr) throw nb::python_error();
  Ufunc& ufunc = *Of(self);
  ufunc.call = Call;
  ufunc.function = nb::object(module.attr(name)).release().ptr();
  ufunc.at = at.release().ptr();
  ufunc.operands = operands, ufunc.results = 1, ufunc.both = operands + 1;
  module.attr(name) = nb::steal(self);
}

}  // namespace

void BindUfuncs(nb::module_& module) {
  const nb::object type = nb::steal(PyType_FromSpec(&spec));
  if (!type.is_valid()) throw nb::python_error();
#define BL_WRAP_kUnary(name) Wrap(module, type.ptr(), #name, 1);
#define BL_WRAP_kBinary(name) Wrap(module, type.ptr(), #name, 2);
#define BL_WRAP_kTernary(name)
#define BL_WRAP_kReduce(name)
#define BL_WRAP_kScan(name)
#define BL_WRAP_kLibrary(name)
#define BL_PUBLIC_OP(name, op_class, dtype_rule, doc) BL_WRAP_##op_class(name)
#include "ir/public_ops.def"
}

}  // namespace broadloom::python
