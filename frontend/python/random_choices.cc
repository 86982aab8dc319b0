// Generator's distributions of vectors, choices and permutations.
#include <string>
#include <vector>

#include "frontend/python/random.h"

namespace broadloom::python {
namespace {

using random::TransformMethod;

auto SizeArgument() { return nb::arg("size").none() = nb::none(); }

[[noreturn]] void RaiseNoLength(nb::handle object) {
  Raise(PyExc_TypeError,
        "object of type '" + std::string(Py_TYPE(object.ptr())->tp_name) + "' has no len()");
}

Array Multinomial(const Generator& g, nb::handle n, nb::handle pvals, nb::handle size) {
  const Operand trials = ToWhole(n), p = ToReal(pvals);
  if (p.array() == nullptr) Raise(PyExc_ValueError, "multinomial: pvals needs a dimension");
  const Size shape = ToSize(size);
  return Unlocked([&] { return g.multinomial(trials, *p.array(), shape); });
}

// How many there are of each colour.
std::vector<int64_t> ToColours(nb::handle colors) {
  const Array counts = ToArray(colors);
  if (counts.ndim() != 1 || (counts.size() > 0 && !IsInteger(counts.dtype())))
    Raise(PyExc_ValueError, "colors must be a one-dimensional sequence of nonnegative integers");
  const std::vector<int64_t> found = astype(counts, DataType::int64).to_vector<int64_t>();
  for (int64_t count : found) {
    if (count < 0) Raise(PyExc_ValueError, "colors must be nonnegative");
  }
  return found;
}

int64_t CheckedTotal(const std::vector<int64_t>& colours, int64_t nsample, nb::handle method) {
  const std::string how = nb::str(method).c_str();
  if (how != "count" && how != "marginals")
    Raise(PyExc_ValueError, "method must be \"count\" or \"marginals\"");
  int64_t total = 0;
  for (int64_t count : colours) {
    if (count >= 1'000'000'000 - total)
      Raise(how == "count" ? PyExc_NotImplementedError : PyExc_ValueError,
            "multivariate_hypergeometric: sum(colors) must be less than 1000000000");
    total += count;
  }
  if (nsample < 0) Raise(PyExc_ValueError, "nsample must be nonnegative");
  if (nsample > total) Raise(PyExc_ValueError, "nsample > sum(colors)");
  return total;
}

// Colour by colour, whatever the method: each among those that are left.
Array MultivariateHypergeometric(const Generator& g, nb::handle colors, nb::handle nsample,
                                 nb::handle size, nb::handle method) {
  const std::vector<int64_t> colours = ToColours(colors);
  const int64_t wanted = ToInt(nsample);
  int64_t others = CheckedTotal(colours, wanted, method);
  Sizes shape = ToSize(size).value_or(Sizes());
  Array left = full(shape, wanted, DataType::int64);
  std::vector<Array> drawn;
  for (size_t i = 0; i + 1 < colours.size(); ++i) {
    others -= colours[i];
    drawn.push_back(Unlocked([&] { return g.hypergeometric(colours[i], others, left, shape); }));
    left = left - drawn.back();
  }
  if (!colours.empty()) drawn.push_back(left);
  shape.push_back(0);
  return drawn.empty() ? zeros(shape, DataType::int64) : stack(drawn, -1);
}

Array Dirichlet(const Generator& g, nb::handle alpha, nb::handle size) {
  const Operand a = ToReal(alpha);
  if (a.array() == nullptr) RaiseNoLength(alpha);
  const Size shape = ToSize(size);
  return Unlocked([&] { return g.dirichlet(*a.array(), shape); });
}

TransformMethod ToMethod(nb::handle method) {
  const std::string name = nb::str(method).c_str();
  if (name == "svd") return TransformMethod::svd;
  if (name == "eigh") return TransformMethod::eigh;
  if (name == "cholesky") return TransformMethod::cholesky;
  Raise(PyExc_ValueError, "method must be one of {'eigh', 'svd', 'cholesky'}");
}

bool IsChecked(nb::handle check_valid) {
  const std::string how = nb::str(check_valid).c_str();
  if (how != "warn" && how != "raise" && how != "ignore")
    Raise(PyExc_ValueError, "check_valid must equal 'warn', 'raise', or 'ignore'");
  return how != "ignore";
}

void WarnOfCovariance(bool raises) {
  constexpr const char* kMessage = "covariance is not symmetric positive-semidefinite.";
  if (raises) Raise(PyExc_ValueError, kMessage);
  if (PyErr_WarnEx(PyExc_RuntimeWarning, kMessage, 1) < 0) throw nb::python_error();
}

Array ToRealArray(nb::handle object) {
  const Array x = ToArray(object);
  if (IsComplex(x.dtype())) Raise(PyExc_TypeError, "mean and cov must not be complex");
  return x.dtype() == DataType::float64 ? x : astype(x, DataType::float64);
}

Array MultivariateNormal(const Generator& g, nb::handle mean, nb::handle cov, nb::handle size,
                         nb::handle check_valid, double tol, nb::handle method) {
  const TransformMethod how = ToMethod(method);
  const Array centre = ToRealArray(mean), matrix = ToRealArray(cov);
  const Size shape = ToSize(size);
  if (centre.ndim() != 1) Raise(PyExc_ValueError, "mean must be 1 dimensional");
  if (matrix.ndim() != 2 || matrix.shape()[0] != matrix.shape()[1])
    Raise(PyExc_ValueError, "cov must be 2 dimensional and square");
  if (matrix.shape()[0] != centre.size())
    Raise(PyExc_ValueError, "mean and cov must have same length");
  const bool is_checked = IsChecked(check_valid);
  const random::Transform transform =
      Unlocked([&] { return random::CovarianceTransform(matrix, how, is_checked, tol); });
  if (transform.deviates) WarnOfCovariance(std::string(nb::str(check_valid).c_str()) == "raise");
  return Unlocked([&] { return g.multivariate_normal(centre, transform.matrix, shape); });
}

std::optional<Array> ToProbabilities(nb::handle p) {
  if (p.is_none()) return std::nullopt;
  const bool is_short = nb::isinstance<Array>(p) || IsNDArray(p);  // its dtype counts
  const Operand values = is_short ? Operand(ToArray(p)) : ToReal(p);
  if (values.array() == nullptr) RaiseNoLength(p);
  return *values.array();
}

Array Choice(const Generator& g, nb::handle a, nb::handle size, nb::handle replaced, nb::handle p,
             int axis, nb::handle shuffle) {
  const bool replace = IsTrue(replaced);
  static_cast<void>(shuffle);  // the order is random in any case
  const Size shape = ToSize(size);
  const std::optional<Array> weights = ToProbabilities(p);
  const auto choose = [&](int64_t count) {
    return Unlocked([&] { return g.choice(count, shape, replace, weights); });
  };
  if (IsInt(a)) return choose(ToInt(a));
  const bool is_sequence = nb::isinstance<Array>(a) || IsNDArray(a) || PySequence_Check(a.ptr());
  if (!is_sequence || PyUnicode_Check(a.ptr()))
    Raise(PyExc_ValueError, "choice: a must be a sequence or an integer, not " +
                                std::string(nb::repr(a.type()).c_str()));
  const Array x = ToArray(a);
  if (x.ndim() == 0) {
    if (!IsInteger(x.dtype()))
      Raise(PyExc_ValueError, "choice: a must be a sequence or an integer");
    return choose(x.item<int64_t>());
  }
  return Unlocked([&] { return g.choice(x, shape, replace, weights, axis); });
}

Array Permutation(const Generator& g, nb::handle x, int axis) {
  if (IsInt(x)) {
    const int64_t count = ToInt(x);
    return Unlocked([&] { return g.permutation(count); });
  }
  if (PyUnicode_Check(x.ptr()) || x.is_none()) {
    throw Error(ErrorCode::axis, "permutation: axis 0 is out of bounds: x has none");
  }
  const Array array = ToArray(x);
  return Unlocked([&] { return g.permutation(array, axis); });
}

nb::object Permuted(const Generator& g, nb::handle x, nb::handle axis, nb::handle out) {
  if (!out.is_none() && !IsArrayOut(out))
    Raise(PyExc_TypeError, "permuted: `out` must be an array");
  const Array array = ToArray(x);
  std::optional<int> along;
  if (!axis.is_none()) along = ToCInt(axis);
  const auto permute = [&] { return Unlocked([&] { return g.permuted(array, along); }); };
  return ReduceInto(out, "permuted", permute, Casting::safe);
}

// The handle gets another value, as with `out`.
void ShuffleArray(const Generator& g, Array& x, int axis) {
  if (x.ndim() == 0) Raise(PyExc_TypeError, "shuffle: len() of unsized object");
  const Array old = x;
  x = Unlocked([&] { return g.permutation(old, axis); });
}

void ShuffleNDArray(const Generator& g, nb::handle x, int axis) {
  const int rank = nb::cast<int>(x.attr("ndim"));
  if (rank == 0) Raise(PyExc_TypeError, "len() of unsized object");
  if (axis < -rank || axis >= rank)
    throw Error(ErrorCode::axis, "shuffle: axis " + std::to_string(axis) +
                                     " is out of bounds for array of dimension " +
                                     std::to_string(rank));
  const nb::object shape = x.attr("shape");
  const auto count = nb::cast<int64_t>(shape[axis < 0 ? axis + rank : axis]);
  const Array order = Unlocked([&] { return g.permutation(count); });
  x.attr("__setitem__")(nb::ellipsis(), x.attr("take")(ToNumPy(order), axis));
}

// Whatever has items that can be read and written.
void ShuffleSequence(const Generator& g, nb::handle x) {
  const Py_ssize_t count = PyObject_Size(x.ptr());
  if (count < 0) throw nb::python_error();
  if (count < 2) return;
  nb::list items;
  for (int64_t place : g.permutation(count).to_vector<int64_t>())
    items.append(nb::object(x[nb::int_(place)]));
  for (Py_ssize_t i = 0; i < count; ++i) {
    if (PyObject_SetItem(x.ptr(), nb::int_(i).ptr(), nb::object(items[i]).ptr()) != 0)
      throw nb::python_error();
  }
}

void Shuffle(const Generator& g, nb::handle x, int axis) {
  if (nb::isinstance<Array>(x)) return ShuffleArray(g, nb::cast<Array&>(x), axis);
  if (IsNDArray(x)) return ShuffleNDArray(g, x, axis);
  if (axis != 0)
    Raise(PyExc_NotImplementedError, "Axis argument is only supported on ndarray objects");
  ShuffleSequence(g, x);
}

}  // namespace

void BindVectors(nb::class_<Generator>& generator) {
  generator
      .def("multinomial", Multinomial, nb::arg("n"), nb::arg("pvals"), SizeArgument(),
           "How often each of the outcomes, of probabilities pvals, happens in n trials.", Line())
      .def("multivariate_hypergeometric", MultivariateHypergeometric, nb::arg("colors"),
           nb::arg("nsample"), SizeArgument(), nb::arg("method") = "marginals",
           "How many of each color are in a sample without replacement.", Line())
      .def("dirichlet", Dirichlet, nb::arg("alpha"), SizeArgument(),
           "Gamma numbers as parts of their sum.", Line())
      .def("multivariate_normal", MultivariateNormal, nb::arg("mean"), nb::arg("cov"),
           SizeArgument(), nb::arg("check_valid") = "warn", nb::arg("tol") = 1e-8, nb::kw_only(),
           nb::arg("method") = "svd",
           "Normal vectors of this mean and covariance. Lazy but for the covariance's factors.",
           Line());
}

void BindChoices(nb::class_<Generator>& generator) {
  generator
      .def("choice", Choice, nb::arg("a").none(), SizeArgument(), nb::arg("replace").none() = true,
           nb::arg("p").none() = nb::none(), nb::arg("axis") = 0, nb::arg("shuffle").none() = true,
           "Some of the slices of an array, or of range(a), with probabilities p. Integers with "
           "replacement\nand equal probabilities are lazy.",
           Line())
      .def("permutation", Permutation, nb::arg("x").none(), nb::arg("axis") = 0,
           "The slices of an array along an axis in random order, or range(x).", Line())
      .def("permuted", Permuted, nb::arg("x"), nb::kw_only(), nb::arg("axis").none() = nb::none(),
           nb::arg("out").none() = nb::none(),
           "The elements in random order, along an axis of each row by itself.", Line())
      .def("shuffle", Shuffle, nb::arg("x").none(), nb::arg("axis") = 0,
           "Puts the slices of an array, or the items of a list, in random order in place.",
           Line());
}

}  // namespace broadloom::python
