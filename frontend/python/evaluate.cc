// Expressions as texts: what bl.evaluate (broadloom/_evaluate.py) parses and computes.
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "frontend/calls/arguments.h"
#include "frontend/python/binding.h"
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

class Expression {
 public:
  Expression(const std::string& text, size_t length, int depth, int64_t nodes)
      : text_(text), expression_([&] {
          try {
            return script::Expression(
                text_, {.length = length, .depth = depth, .nodes = nodes, .attributes = false});
          } catch (const ScriptError& error) {
            RaiseAt(error, text_);
          }
        }()) {}

  const std::vector<std::string>& names() const { return expression_.names(); }

  // Pending.
  Array Compute(const nb::dict& values) const {
    script::Variables variables;
    for (const auto& [name, value] : values)
      variables.emplace(std::string(ToText(name)),
                        IsPythonNumber(value) ? Value(ToNumber(value)) : Value(ToArray(value)));
    try {
      const Value result = expression_.Evaluate(default_context(), std::move(variables));
      return calls::From<Array>::Of(result, {"evaluate", "ex", nullptr});
    } catch (const ScriptError& error) {
      RaiseAt(error, text_);
    }
  }

 private:
  const std::string text_;
  const script::Expression expression_;
};

}  // namespace

void BindEvaluate(nb::module_& module) {
  nb::class_<Expression>(module, "_Expression")
      .def(nb::init<const std::string&, size_t, int, int64_t>(), nb::arg("text"), nb::arg("length"),
           nb::arg("depth"), nb::arg("nodes"))
      .def_prop_ro("names", &Expression::names)
      .def("compute", &Expression::Compute, nb::arg("values"), nb::call_guard<UserLine>());
}

}  // namespace broadloom::python
