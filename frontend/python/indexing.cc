// x[...], iteration and `in`.
#include "frontend/python/binding.h"

namespace broadloom::python {
namespace {

nb::object Iterate(const Array& x) {
  if (x.ndim() == 0) Raise(PyExc_TypeError, "iteration over a 0-d array");
  Evaluate({x});  // once, not for each row
  nb::list rows;
  for (int64_t i = 0; i < x.shape()[0]; ++i) rows.append(index(x, {Index(i)}));
  return nb::iter(rows);
}

}  // namespace

void BindIndexing(nb::class_<Array>& array) {
  using Line = nb::call_guard<UserLine>;
  array.def("__getitem__", GetByKey, nb::arg("key").none(), Line())
      .def("__iter__", Iterate, Line())
      .def(
          "__contains__",
          [](const Array& x, nb::handle value) {
            const std::vector<Operand> operands = ToOperands({nb::cast(x), value});
            return nb::cast<bool>(ToPythonScalar(any(equal(operands[0], operands[1]))));
          },
          Line());
}

}  // namespace broadloom::python
