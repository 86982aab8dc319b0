// jit(f): arguments and results are arrays inside of tuples, lists and dicts. Everything else in
// arguments counts by its value, a call with another one is traced anew.
#include "frontend/jit.h"

#include <nanobind/stl/vector.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "frontend/convert.h"
#include "frontend/python/objects.h"

namespace broadloom::python {
namespace {

constexpr size_t kMostTraced = 64;  // of a function; the oldest go first

// An argument or a result, taken apart: `form` tells how it is put together again, `a` an array
// (`s` one that is a number), `v` a value.
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

enum class Side { kArguments, kResults };

void TakeApart(nb::handle object, Side side, Parts& parts) {
  PyObject* const o = object.ptr();
  if (nb::isinstance<Array>(object)) return parts.AddArray(nb::borrow(object));
  if (PyTuple_CheckExact(o) || PyList_CheckExact(o)) {
    parts.form += PyTuple_CheckExact(o) ? '(' : '[';
    for (nb::handle item : object) TakeApart(item, side, parts);
    parts.form += ')';
  } else if (PyDict_CheckExact(o)) {
    parts.form += '{';
    for (const auto& [key, item] : nb::borrow<nb::dict>(object)) {
      parts.AddValue(key);
      TakeApart(item, side, parts);
    }
    parts.form += ')';
  } else if (side == Side::kResults || IsValue(object)) {
    parts.AddValue(object);
  } else if (IsNDArray(object)) {
    parts.AddArray(nb::cast(ToArray(object)));
  } else {
    Raise(PyExc_TypeError, std::string("jit: an argument is a ") + Py_TYPE(o)->tp_name +
                               ": arrays, numbers, strings, dtypes, functions and None can be "
                               "given, and tuples, lists and dicts of them");
  }
}

// Puts together what `parts` was taken from, with other arrays in it.
class Builder {
 public:
  Builder(const Parts& parts, const std::vector<nb::object>& arrays)
      : parts_(parts), arrays_(arrays) {}

  nb::object Next() {
    switch (parts_.form[at_++]) {
      case 'v': return parts_.values[value_++];
      case '(': return nb::tuple(Items());
      case '[': return Items();
      case '{': return Dict();
      default: return arrays_[array_++];
    }
  }

 private:
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
  for (const auto& [kind, index] : traced.recording.results()) {
    objects.push_back(kind == Recording::Kind::kComputed   ? computed[index]
                      : kind == Recording::Kind::kArgument ? arguments[index]
                                                           : traced.results.objects[index]);
  }
  return objects;
}

class Jitted {
 public:
  explicit Jitted(nb::object function) : function_(std::move(function)) {}

  nb::object Call(const nb::args& args, const nb::kwargs& kwargs) {
    TakeErrorState();
    if (TracingScope::Current() != 0 || !MayTrace()) return function_(*args, **kwargs);
    Parts given;
    TakeApart(args, Side::kArguments, given);
    TakeApart(kwargs, Side::kArguments, given);
    if (!std::ranges::all_of(given.arrays, &Array::is_evaluated)) Evaluate(given.arrays);
    const std::shared_ptr<const Traced> traced = TracedFor(given);
    std::vector<ExprPtr> exprs;
    for (const Array& array : given.arrays) exprs.push_back(ExprOf(array));
    const auto outcome = [&] {
      const nb::gil_scoped_release release;
      return traced->recording.Run(exprs);
    }();
    if (!outcome.has_value()) return CallNow(given);
    if (outcome->flags.has_value()) Report(given, *outcome->flags);
    return Builder(traced->results, ObjectsOf(*traced, *outcome, given.objects)).Next();
  }

  const nb::object& function() const { return function_; }
  void Clear() {
    function_.reset();
    traced_.clear();
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
    TakeApart(result, Side::kResults, parts);
    Evaluate(parts.arrays);
    return result;
  }

  void Report(const Parts& given, unsigned flags) const {
    Parts parts;
    TakeApart(CallWith(given, given.objects), Side::kResults, parts);
    Unlocked([&] { Recording::Report(parts.arrays, flags); });
  }

  std::shared_ptr<const Traced> TracedFor(const Parts& given) {
    for (size_t i = 0; i < traced_.size(); ++i) {  // comparing values may run Python code
      const std::shared_ptr<const Traced> traced = traced_[i];
      if (traced->arguments.form == given.form && AreSame(traced->arguments.values, given.values) &&
          traced->recording.Fits(given.arrays))
        return traced;
    }
    auto traced = Trace(given);
    if (traced_.size() >= kMostTraced) traced_.erase(traced_.begin());
    traced_.push_back(traced);
    return traced;
  }

  std::shared_ptr<const Traced> Trace(const Parts& given) const {
    std::vector<Array> stand_ins;
    std::vector<nb::object> objects;
    for (const Array& array : given.arrays) {
      stand_ins.push_back(StandIn(array));
      objects.push_back(nb::cast(stand_ins.back()));
    }
    const TracingScope scope;
    Parts results;
    TakeApart(CallWith(given, objects), Side::kResults, results);
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
  if (nb::inst_ready(self)) Py_VISIT(nb::inst_ptr<Jitted>(self)->function().ptr());
  return 0;
}

int Clear(PyObject* self) {
  nb::inst_ptr<Jitted>(self)->Clear();
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
      "A function that does what f does, at once, and calls f only once for arguments of the "
      "same dtypes, shapes and memory layouts, and of the same values where they are no "
      "arrays. f is called with arrays that have no elements: what depends on those, and "
      "random numbers, raise TypeError. Arguments and results may be tuples, lists and dicts "
      "of arrays. Whatever else f depends on counts as it was in that call.");
}

}  // namespace broadloom::python
