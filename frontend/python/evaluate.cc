// Expressions as texts: what bl.evaluate (broadloom/_evaluate.py) parses and computes.
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "frontend/calls/arguments.h"
#include "frontend/python/dtypes.h"
#include "frontend/script/expression.h"

namespace broadloom::python {
namespace {

using calls::Value;
using script::ScriptError;

// The text with the fault marked, as the class that Python has for it.
[[noreturn]] void RaiseAt(const ScriptError& error, std::string_view text) {
  PyObject* const exception = error.is_syntax() && error.code() != ErrorCode::overflow
                                  ? PyExc_SyntaxError
                                  : ExceptionOf(error.code());
  Raise(exception, "evaluate:\n" + script::Explained(error, {text.data(), text.size()}));
}

// What a variable is in the text: a number, None, a text, a dtype, or an array of it.
Value ToValue(nb::handle object) {
  if (object.is_none()) return {};
  if (IsPythonNumber(object)) return ToNumber(object);
  if (PyUnicode_Check(object.ptr())) return std::string(ToText(object));
  if (PyType_Check(object.ptr()) || IsDTypeObject(object)) return ToDType(object);
  return ToArray(object);
}

// Of a tuple its items; numbers and lists become arrays.
nb::object ToPython(const Value& value) {
  if (value.is_none()) return nb::none();
  if (const DataType* dtype = value.As<DataType>()) return ToPythonDType(*dtype);
  const calls::Sequence* sequence = value.As<calls::Sequence>();
  if (sequence == nullptr || sequence->is_list)
    return nb::cast(calls::From<Array>::Of(value, {"evaluate", "ex", nullptr}));
  nb::list items;
  for (const Value& item : sequence->items) items.append(ToPython(item));
  return nb::tuple(items);
}

class Expression {
 public:
  Expression(nb::handle text, size_t length, int depth, int64_t nodes)
      : text_(ToText(text)), expression_([&] {
          try {
            return script::Expression(
                text_, {.length = length, .depth = depth, .nodes = nodes, .attributes = false});
          } catch (const ScriptError& error) {
            RaiseAt(error, text_);
          }
        }()) {}

  const std::vector<std::string>& names() const { return expression_.names(); }

  // Pending.
  nb::object Compute(const nb::dict& values) const {
    script::Variables variables;
    for (const auto& [name, value] : values)
      variables.emplace(std::string(ToText(name)), ToValue(value));
    try {
      return ToPython(expression_.Evaluate(default_context(), std::move(variables)));
    } catch (const ScriptError& error) {
      RaiseAt(error, text_);
    }
  }

 private:
  const std::string text_;
  const script::Expression expression_;
};

// (signature, what it does, group) of all functions that texts may call.
nb::list Functions() {
  nb::list rows;
  for (const calls::Function* function : calls::Functions())
    rows.append(nb::make_tuple(function->signature, function->doc, function->group));
  return rows;
}

}  // namespace

void BindEvaluate(nb::module_& module) {
  nb::class_<Expression>(module, "_Expression")
      .def(nb::init<nb::handle, size_t, int, int64_t>(), nb::arg("text"), nb::arg("length"),
           nb::arg("depth"), nb::arg("nodes"))
      .def_prop_ro("names", &Expression::names)
      .def_static("is_constant",
                  [](const std::string& name) { return script::Expression::IsConstant(name); })
      .def("compute", &Expression::Compute, nb::arg("values"), nb::call_guard<UserLine>());
  module.def("_functions", Functions);
}

}  // namespace broadloom::python
