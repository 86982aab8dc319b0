// jit(f): arguments and results are arrays inside of tuples, lists and dicts. Everything else in
// arguments counts by its value, a call with another one is traced anew.
#include "frontend/jit.h"

#include <nanobind/stl/vector.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "frontend/convert.h"
#include "frontend/python/objects.h"

namespace broadloom::python {
namespace {

// An argument or a result, taken apart: `form` tells how it is put together again, `a` an array
// (`s` one that is a number), `v` a value, `<` a named tuple, whose class is the value before it.
struct Parts {
  std::string form;
  std::vector<Array> arrays;
  std::vector<nb::object> objects;  // the arrays, as Python has them
  std::vector<nb::object> values;   // keys of dicts among them

  void AddArray(nb::object object) {
    arrays.push_back(nb::cast<const Array&>(object));
    objects.push_back(std::move(object));
    form += arrays.back().is_scalar() ? 's' : 'a';
  }
  void AddValue(nb::handle object) {
    values.push_back(nb::borrow(object));
    form += 'v';
  }
};

// Immutable, and equal to others of their kind where they mean the same.
bool IsValue(nb::handle object) {
  PyObject* const o = object.ptr();
  return object.is_none() || PyBool_Check(o) || PyLong_CheckExact(o) || PyFloat_CheckExact(o) ||
         PyComplex_CheckExact(o) || PyUnicode_CheckExact(o) || PyBytes_CheckExact(o) ||
         o == Py_Ellipsis || PySlice_Check(o) || PyRange_Check(o) || PyType_Check(o) ||
         PyFunction_Check(o) || PyCFunction_Check(o) || IsNumPyScalar(object) ||
         (numpy_if_there() != nullptr && nb::isinstance(object, numpy().dtype)) ||
         object.type().is(OwnDType(DataType::bool_).type());
}

// Containers may hold themselves.
class Deeper {
 public:
  Deeper() {
    if (Py_EnterRecursiveCall(" in a container that jit takes apart") != 0)
      throw nb::python_error();
  }
  ~Deeper() { Py_LeaveRecursiveCall(); }
};

// `what`: "an argument" or "a result".
void TakeApart(nb::handle object, const char* what, Parts& parts) {
  PyObject* const o = object.ptr();
  if (nb::isinstance<Array>(object)) return parts.AddArray(nb::borrow(object));
  const bool is_named = PyTuple_Check(o) && nb::hasattr(object, "_fields");
  if (PyTuple_CheckExact(o) || PyList_CheckExact(o) || is_named) {
    const Deeper deeper;
    if (is_named) parts.AddValue(object.type());
    parts.form += is_named ? '<' : PyTuple_CheckExact(o) ? '(' : '[';
    for (nb::handle item : object) TakeApart(item, what, parts);
    parts.form += ')';
  } else if (PyDict_CheckExact(o)) {
    const Deeper deeper;
    parts.form += '{';
    for (const auto& [key, item] : nb::borrow<nb::dict>(object)) {
      parts.AddValue(key);
      TakeApart(item, what, parts);
    }
    parts.form += ')';
  } else if (IsNDArray(object)) {
    parts.AddArray(nb::cast(ToArray(object)));
  } else if (IsValue(object)) {
    parts.AddValue(object);
  } else {
    Raise(PyExc_TypeError, std::string("jit: ") + what + " is a " + Py_TYPE(o)->tp_name +
                               ": there may be arrays, numbers, strings, dtypes, functions and "
                               "None, and tuples, lists and dicts of them");
  }
}

// Puts together what `parts` was taken from, with other arrays in it.
class Builder {
 public:
  Builder(const Parts& parts, const std::vector<nb::object>& arrays)
      : parts_(parts), arrays_(arrays) {}

  nb::object Next() {
    const Deeper deeper;
    switch (parts_.form[at_++]) {
      case 'v': return Value();
      case '(': return nb::tuple(Items());
      case '[': return Items();
      case '{': return Dict();
      default: return arrays_[array_++];
    }
  }

 private:
  nb::object Value() {
    nb::object value = parts_.values[value_++];
    if (parts_.form[at_] != '<') return value;
    ++at_;
    return value.attr("_make")(Items());
  }
  bool IsAtEnd() { return parts_.form[at_] == ')' && ++at_ > 0; }
  nb::list Items() {
    nb::list items;
    while (!IsAtEnd()) items.append(Next());
    return items;
  }
  nb::dict Dict() {
    nb::dict dict;
    while (!IsAtEnd()) {
      const nb::object key = Next();
      dict[key] = Next();
    }
    return dict;
  }

  const Parts& parts_;
  const std::vector<nb::object>& arrays_;
  size_t at_ = 0, value_ = 0, array_ = 0;
};

bool HaveSameBits(double a, double b) { return std::memcmp(&a, &b, sizeof a) == 0; }

// -0.0 is not 0.0, and True not 1.
bool IsSame(nb::handle a, nb::handle b) {
  if (a.is(b)) return true;
  if (Py_TYPE(a.ptr()) != Py_TYPE(b.ptr())) return false;
  if (PyFloat_CheckExact(a.ptr()))
    return HaveSameBits(PyFloat_AS_DOUBLE(a.ptr()), PyFloat_AS_DOUBLE(b.ptr()));
  if (PyComplex_CheckExact(a.ptr()) || IsNumPyScalar(a)) return nb::repr(a).equal(nb::repr(b));
  return a.equal(b);
}

bool AreSame(const std::vector<nb::object>& a, const std::vector<nb::object>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), IsSame);
}

struct Traced {
  Traced(Parts arguments, Parts results, std::vector<Array> stand_ins, std::vector<Array> arrays)
      : arguments(std::move(arguments)),
        results(std::move(results)),
        recording(std::move(stand_ins), std::move(arrays)) {}

  Parts arguments;  // without arrays
  Parts results;    // as the function returned them
  Recording recording;
};

std::vector<nb::object> ObjectsOf(const Traced& traced, const Recording::Outcome& outcome,
                                  const std::vector<nb::object>& arguments) {
  std::vector<nb::object> computed, objects;
  for (const Array& array : outcome.computed) computed.push_back(nb::cast(array));
  for (const auto& [from, index] : traced.recording.results()) {
    objects.push_back(from == Recording::From::kComputed   ? computed[index]
                      : from == Recording::From::kArgument ? arguments[index]
                                                           : traced.results.objects[index]);
  }
  return objects;
}

class Jitted {
 public:
  explicit Jitted(nb::object function) : function_(std::move(function)) {}

  nb::object Call(const nb::args& args, const nb::kwargs& kwargs) {
    if (!function_.is_valid()) Raise(PyExc_RuntimeError, "jit: the function is gone");
    TakeErrorState();
    if (TracingScope::Current() != 0 || !MayTrace()) return function_(*args, **kwargs);
    Parts given;
    TakeApart(args, "an argument", given);
    TakeApart(kwargs, "an argument", given);
    std::vector<Argument> arguments = ArgumentsIn(given.arrays);
    if (!AreReady(arguments)) {
      Evaluate(given.arrays);
      arguments = ArgumentsIn(given.arrays);
      Unlocked([&] { Compute(arguments); });
    }
    const std::shared_ptr<const Traced> traced = TracedFor(given, arguments);
    const auto outcome = [&] {
      const nb::gil_scoped_release release;
      return traced->recording.Run(arguments);
    }();
    if (!outcome.has_value()) return CallNow(given);
    if (outcome->flags.has_value()) Report(given, *outcome->flags);
    return Builder(traced->results, ObjectsOf(*traced, *outcome, given.objects)).Next();
  }

  int Traverse(visitproc visit, void* arg) const {
    Py_VISIT(function_.ptr());
    for (const auto& traced : traced_) {
      for (const Parts* parts : {&traced->arguments, &traced->results}) {
        for (const nb::object& object : parts->objects) Py_VISIT(object.ptr());
        for (const nb::object& value : parts->values) Py_VISIT(value.ptr());
      }
    }
    return 0;
  }
  void Clear() {
    const nb::object function = std::move(function_);
    const auto traced = std::exchange(traced_, {});
  }

 private:
  nb::object CallWith(const Parts& given, const std::vector<nb::object>& arrays) const {
    Builder builder(given, arrays);
    const nb::object args = builder.Next(), kwargs = builder.Next();
    return function_(*nb::borrow<nb::args>(args), **nb::borrow<nb::kwargs>(kwargs));
  }

  nb::object CallNow(const Parts& given) const {
    nb::object result = CallWith(given, given.objects);
    Parts parts;
    TakeApart(result, "a result", parts);
    Evaluate(parts.arrays);
    return result;
  }

  void Report(const Parts& given, unsigned flags) const {
    Parts parts;
    TakeApart(CallWith(given, given.objects), "a result", parts);
    Unlocked([&] { Recording::Report(parts.arrays, flags); });
  }

  std::shared_ptr<const Traced> TracedFor(const Parts& given,
                                          const std::vector<Argument>& arguments) {
    for (size_t i = 0; i < traced_.size(); ++i) {  // comparing values may run Python code
      const std::shared_ptr<const Traced> traced = traced_[i];
      if (traced->arguments.form == given.form && AreSame(traced->arguments.values, given.values) &&
          traced->recording.Fits(arguments))
        return traced;
    }
    auto traced = Trace(given, arguments);
    if (traced_.size() >= kMostTraced) traced_.erase(traced_.begin());
    traced_.push_back(traced);
    return traced;
  }

  std::shared_ptr<const Traced> Trace(const Parts& given,
                                      const std::vector<Argument>& arguments) const {
    std::vector<Array> stand_ins;
    std::vector<nb::object> objects;
    for (const Argument& argument : arguments) {
      stand_ins.push_back(StandIn(argument));
      objects.push_back(nb::cast(stand_ins.back()));
    }
    const TracingScope scope;
    Parts results;
    TakeApart(CallWith(given, objects), "a result", results);
    std::vector<Array> arrays = results.arrays;
    return std::make_shared<const Traced>(Parts{given.form, {}, {}, given.values},
                                          std::move(results), std::move(stand_ins),
                                          std::move(arrays));
  }

  nb::object function_;
  std::vector<std::shared_ptr<const Traced>> traced_;  // guarded by the GIL
};

int Traverse(PyObject* self, visitproc visit, void* arg) {
  Py_VISIT(Py_TYPE(self));
  if (PyObject** const attributes = _PyObject_GetDictPtr(self)) Py_VISIT(*attributes);
  return nb::inst_ready(self) ? nb::inst_ptr<Jitted>(self)->Traverse(visit, arg) : 0;
}

int Clear(PyObject* self) {
  if (PyObject** const attributes = _PyObject_GetDictPtr(self)) Py_CLEAR(*attributes);
  if (nb::inst_ready(self)) nb::inst_ptr<Jitted>(self)->Clear();
  return 0;
}

PyType_Slot slots[] = {{Py_tp_traverse, reinterpret_cast<void*>(Traverse)},
                       {Py_tp_clear, reinterpret_cast<void*>(Clear)},
                       {0, nullptr}};

nb::object Jit(nb::handle function) {
  if (PyCallable_Check(function.ptr()) == 0)
    Raise(PyExc_TypeError,
          std::string("jit() takes a function, not ") + Py_TYPE(function.ptr())->tp_name);
  const nb::object jitted = nb::cast(Jitted(nb::borrow(function)));
  return nb::module_::import_("functools").attr("update_wrapper")(jitted, function);
}

}  // namespace

void BindJit(nb::module_& module) {
  nb::class_<Jitted>(module, "_Jitted", nb::dynamic_attr(), nb::type_slots(slots))
      .def("__call__", &Jitted::Call)
      .def("__get__", [](nb::handle self, nb::handle instance, nb::handle) -> nb::object {
        if (instance.is_none()) return nb::borrow(self);
        return nb::module_::import_("types").attr("MethodType")(self, instance);
      });
  module.def(
      "jit", Jit, nb::arg("f"),
      "A function that does what f does, at once, and calls f only once for arguments of the same "
      "dtypes, shapes and memory layouts, and of the same values where they are no arrays. f is "
      "called with arrays that have no elements: what depends on those, and random numbers, raise "
      "TypeError. Arguments and results may be tuples, lists and dicts of arrays; results share no "
      "memory with each other. f must not depend on anything else that changes: it counts as it "
      "was in that call, unless f is called again, to tell of a floating-point error or of an "
      "index, or each time, for a result that is a view of an argument.");
}

}  // namespace broadloom::python
