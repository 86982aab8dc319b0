// einsum and einsum_path in NumPy's spellings.
#include "frontend/einsum.h"

#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "frontend/python/keywords.h"

namespace broadloom::python {
namespace {

using Line = nb::call_guard<UserLine>;
using Order = EinsumOptions::Order;

struct Call {
  std::string subscripts;
  std::vector<Array> operands;
};

// [0, 1, Ellipsis] is "AB...".
std::string LettersOf(nb::handle list) {
  if (!PySequence_Check(list.ptr()) || nb::isinstance<nb::str>(list))
    Raise(PyExc_TypeError, "einsum: subscripts of an operand must be a list");
  std::string letters;
  for (nb::handle item : list) {
    if (item.is(nb::handle(Py_Ellipsis))) {
      letters += "...";
      continue;
    }
    if (!PyIndex_Check(item.ptr()))
      Raise(PyExc_TypeError, "einsum: each subscript must be either an integer or an ellipsis");
    const int64_t number = ToInt(item);
    if (number < 0 || number >= 52)
      Raise(PyExc_ValueError, "einsum: subscript is not within the valid range [0, 52)");
    letters += static_cast<char>(number < 26 ? 'A' + number : 'a' + number - 26);
  }
  return letters;
}

// einsum(op0, [0, 1], op1, [1, 2], [0, 2])
Call CallWithLists(const nb::args& args) {
  Call call;
  for (size_t i = 0; i + 1 < args.size(); i += 2) {
    call.operands.push_back(ToArray(args[i]));
    call.subscripts += (i > 0 ? "," : "") + LettersOf(args[i + 1]);
  }
  if (args.size() % 2 == 1) call.subscripts += "->" + LettersOf(args[args.size() - 1]);
  return call;
}

std::string TextOf(nb::handle subscripts) {
  if (PyBytes_Check(subscripts.ptr()))
    return {PyBytes_AsString(subscripts.ptr()),
            static_cast<size_t>(PyBytes_Size(subscripts.ptr()))};
  return nb::cast<std::string>(subscripts);
}

Call CallOf(const nb::args& args) {
  if (args.size() == 0)
    Raise(PyExc_ValueError,
          "must specify the einstein sum subscripts string and at least one operand, or at least "
          "one operand and its corresponding subscripts list");
  if (!nb::isinstance<nb::str>(args[0]) && !PyBytes_Check(args[0].ptr())) {
    if (args.size() == 1)
      Raise(PyExc_ValueError, "must provide at least an operand and a subscripts list to einsum");
    return CallWithLists(args);
  }
  Call call{TextOf(args[0]), {}};
  for (size_t i = 1; i < args.size(); ++i) call.operands.push_back(ToArray(args[i]));
  return call;
}

[[noreturn]] void RaiseStrange(nb::handle optimize) {
  Raise(PyExc_TypeError, "Did not understand the path: " + std::string(nb::str(optimize).c_str()));
}

// A name matters only where there is something to order.
Order OrderNamed(const std::string& name, size_t operands) {
  if (name == "greedy") return Order::greedy;
  if (name == "optimal") return Order::optimal;
  if (operands > 2) Raise(PyExc_KeyError, "Path name " + name + " not found");
  return Order::automatic;
}

void SetOrder(EinsumOptions& options, nb::handle optimize, size_t operands) {
  if (optimize.is_none() || optimize.is(nb::handle(Py_False))) {
    options.order = Order::at_once;
  } else if (optimize.is(nb::handle(Py_True))) {
    options.order = Order::greedy;
  } else if (nb::isinstance<nb::str>(optimize)) {
    options.order = OrderNamed(nb::cast<std::string>(optimize), operands);
  } else if (!PySequence_Check(optimize.ptr()) || nb::len(optimize) == 0 ||
             !nb::isinstance<nb::str>(optimize[0])) {
    RaiseStrange(optimize);
  } else if (nb::cast<std::string>(optimize[0]) == "einsum_path") {
    options.order = Order::given;
    for (size_t i = 1; i < nb::len(optimize); ++i) options.path.push_back(ToInts(optimize[i]));
  } else if (nb::len(optimize) == 2 &&
             (PyLong_Check(optimize[1].ptr()) || PyFloat_Check(optimize[1].ptr()))) {
    options.order = OrderNamed(nb::cast<std::string>(optimize[0]), operands);
  } else {
    RaiseStrange(optimize);
  }
}

// Results have our own memory order.
void CheckMemoryOrder(const std::string& order) {
  if (order.size() != 1 || std::string("CFAKcfak").find(order) == std::string::npos)
    Raise(PyExc_ValueError, "order must be one of 'C', 'F', 'A', or 'K' (got '" + order + "')");
}

// NumPy computes in what the operands and `out` promote to.
std::optional<DataType> DTypeOf(const Call& call, nb::handle dtype, nb::handle out) {
  if (!dtype.is_none() || out.is_none()) return ToOptionalDType(dtype);
  std::vector<DataType> dtypes = {DTypeOfOut(out)};
  for (const Array& operand : call.operands) dtypes.push_back(operand.dtype());
  return result_type(dtypes);
}

nb::object Einsum(const nb::args& args, nb::handle out, nb::handle optimize, nb::handle dtype,
                  nb::handle casting, const std::string& order) {
  if (!out.is_none() && !IsArrayOut(out))
    Raise(PyExc_TypeError, "einsum: keyword parameter out must be an array");
  const Call call = CallOf(args);
  EinsumOptions options;
  SetOrder(options, optimize, call.operands.size());
  options.dtype = DTypeOf(call, dtype, out);
  options.casting = ToCasting(casting);
  CheckMemoryOrder(order);
  return WithOut(out, [&](Array* target) {
    const Array sum = einsum(call.subscripts, call.operands, options);
    if (target == nullptr) return sum;
    if (target->ndim() != sum.ndim()) RaiseOutShape("einsum", target->shape(), sum.shape());
    return store(sum, {.casting = options.casting, .out = target}, "einsum");
  });
}

nb::object Path(const nb::args& args, nb::handle optimize) {
  const Call call = CallOf(args);
  EinsumOptions options;
  SetOrder(options, optimize, call.operands.size());
  const EinsumPath path = einsum_path(call.subscripts, call.operands, options);
  nb::list steps;
  steps.append("einsum_path");
  for (const std::vector<int64_t>& step : path.path) steps.append(nb::tuple(nb::cast(step)));
  return nb::make_tuple(steps, path.text);
}

}  // namespace

void BindEinsum(nb::module_& module) {
  module.def("einsum", Einsum, nb::arg("operands"), nb::kw_only(),
             nb::arg("out").none() = nb::none(), nb::arg("optimize").none() = false,
             nb::arg("dtype").none() = nb::none(), nb::arg("casting") = "safe",
             nb::arg("order") = "K",
             "Sums of products by labels of axes, as numpy.einsum: einsum('ij,jk->ik', a, b). The "
             "order of contractions is chosen by cost unless optimize says otherwise.",
             Line());
  module.def("einsum_path", Path, nb::arg("operands"), nb::kw_only(),
             nb::arg("optimize").none() = "greedy",
             "The order of contractions as a list for einsum's `optimize`, and a table about it.");
}

}  // namespace broadloom::python
