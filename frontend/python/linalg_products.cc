// Products and diagonals: of the main module, and with numpy.linalg's signatures.
#include "frontend/linalg.h"
#include "frontend/python/keywords.h"
#include "frontend/python/linalg.h"

namespace broadloom::python {
namespace {

Sizes ToAxesOfOne(nb::handle object) {
  return PyIndex_Check(object.ptr()) ? Sizes{ToInt(object)} : ToInts(object);
}

// A number of axes, or a pair: axes of x and axes of y.
Array TensorDot(nb::handle a, nb::handle b, nb::handle axes) {
  const Array x = ToArray(a), y = ToArray(b);
  if (!nb::hasattr(axes, "__iter__")) return tensordot(x, y, ToInt(axes));
  nb::list pair;
  for (nb::handle side : axes) pair.append(side);
  if (pair.size() != 2)
    Raise(PyExc_ValueError, "tensordot: axes is a number or a pair of axes of a and axes of b");
  return tensordot(x, y, ToAxesOfOne(pair[0]), ToAxesOfOne(pair[1]));
}

int64_t ExtentOf(const Array& x, int64_t axis) {
  const int64_t at = axis < 0 ? axis + x.ndim() : axis;
  return at < 0 || at >= x.ndim() ? 0 : x.shape()[at];
}

Array CrossOf(const Array& x, const Array& y, int64_t axisa, int64_t axisb, int64_t axisc) {
  Array result = cross(x, y, axisa, axisb, axisc);
  const bool is_deprecated = ExtentOf(x, axisa) == 2 || ExtentOf(y, axisb) == 2;
  const char* const message = "cross: arrays of 2-dimensional vectors are deprecated";
  if (is_deprecated && PyErr_WarnEx(PyExc_DeprecationWarning, message, 1) != 0)
    throw nb::python_error();
  return result;
}

Array Cross(nb::handle a, nb::handle b, nb::handle axisa, nb::handle axisb, nb::handle axisc,
            nb::handle axis) {
  const Array x = ToArray(a), y = ToArray(b);
  const auto of = [&](nb::handle own) { return ToCInt(axis.is_none() ? own : axis); };
  return CrossOf(x, y, of(axisa), of(axisb), of(axisc));
}

// `axis` is that of all. An item for the result may be missing.
CoreAxes ToAxesOfVecdot(nb::handle axis, nb::handle axes, bool keepdims) {
  if (axis.is(NotGiven())) {
    if (!nb::isinstance<nb::list>(axes) || nb::len(axes) != 2)
      return ToAxesOfProduct("vecdot", axes, 1, 1, keepdims);
    nb::list all(axes);
    all.append(keepdims ? nb::make_tuple(-1) : nb::make_tuple());
    return ToAxesOfProduct("vecdot", all, 1, 1, keepdims);
  }
  if (!axes.is_none()) Raise(PyExc_TypeError, "vecdot: cannot specify both 'axis' and 'axes'");
  const std::vector<int64_t> all = {ToInt(axis)};
  return {all, all, keepdims ? all : std::vector<int64_t>()};
}

nb::object Vecdot(nb::handle x1, nb::handle x2, nb::handle out, nb::handle axis, KeepDims keepdims,
                  nb::handle axes, nb::handle casting, nb::handle order, nb::handle dtype, bool) {
  const auto product = [=](const Array& x, const Array& y) {
    return keepdims ? expand_dims(vecdot(x, y), {-1}) : vecdot(x, y);
  };
  return CallProduct("vecdot", ToArray(x1), ToArray(x2), {out, Py_True, casting, order, dtype},
                     ToAxesOfVecdot(axis, axes, keepdims), product);
}

void BindVectorProduct(nb::module_& m, const char* name,
                       Array (*product)(const Array&, const Array&), size_t x_axes,
                       const char* doc) {
  m.def(
      name,
      [=](nb::handle x1, nb::handle x2, nb::handle out, nb::handle axes, nb::handle casting,
          nb::handle order, nb::handle dtype, bool) {
        return CallProduct(name, ToArray(x1), ToArray(x2), {out, Py_True, casting, order, dtype},
                           ToAxesOfProduct(name, axes, x_axes, 3 - x_axes, 1), product);
      },
      nb::arg("x1"), nb::arg("x2"), nb::arg("out").none() = nb::none(), nb::kw_only(),
      BL_KEYWORDS_OF_PRODUCTS, doc, Line());
}

nb::object Dot(nb::handle a, nb::handle b, nb::handle out) {
  return DotInto("dot", dot(ToArray(a), ToArray(b)), out);
}

nb::object Outer(nb::handle a, nb::handle b, nb::handle out) {
  return ReduceInto(
      out, "outer", [&] { return outer(ToArray(a), ToArray(b)); }, Casting::same_kind);
}

nb::object Trace(nb::handle a, nb::handle offset, nb::handle axis1, nb::handle axis2,
                 nb::handle dtype, nb::handle out) {
  return ReduceInto(out, "trace", [&] {
    return trace(ToArray(a), ToCInt(offset), ToCInt(axis1), ToCInt(axis2), ToOptionalDType(dtype));
  });
}

void BindIntoOut(nb::module_& m, nb::class_<Array>& array) {
  const auto a_out = [] { return nb::arg("out").none() = nb::none(); };
  m.def("outer", Outer, nb::arg("a"), nb::arg("b"), a_out(),
        "The products of all elements of a with all of b.", Line());
  m.def("dot", Dot, nb::arg("a"), nb::arg("b"), a_out(),
        "Sums of products: last axis of a, last but one of b.", Line());
  array.def("dot", Dot, nb::arg("b"), a_out(), Line());
  m.def("vecdot", Vecdot, nb::arg("x1"), nb::arg("x2"), a_out(), nb::kw_only(),
        nb::arg("axis") = NotGiven(), nb::arg("keepdims") = false, BL_KEYWORDS_OF_PRODUCTS,
        "Sums of conj(x1) * x2 along an axis.", Line());
  BindVectorProduct(m, "matvec", matvec, 2, "Matrices of x1 times vectors of x2.");
  BindVectorProduct(m, "vecmat", vecmat, 1, "Vectors of x1, conjugated, times matrices of x2.");
  m.def("trace", Trace, nb::arg("a"), nb::arg("offset") = 0, nb::arg("axis1") = 0,
        nb::arg("axis2") = 1, nb::arg("dtype").none() = nb::none(), a_out(),
        "The sum of a diagonal.", Line());
  array.def("trace", Trace, nb::arg("offset") = 0, nb::arg("axis1") = 0, nb::arg("axis2") = 1,
            nb::arg("dtype").none() = nb::none(), a_out(), Line());
}

}  // namespace

nb::object DotInto(const char* name, const Array& result, nb::handle out) {
  if (IsArrayOut(out) && DTypeOfOut(out) != result.dtype())
    Raise(PyExc_ValueError, std::string(name) + ": `out` must be of the result's dtype, " +
                                to_string(result.dtype()) + ", not " + to_string(DTypeOfOut(out)));
  return ReduceInto(out, name, [&] { return result; });
}

void BindProducts(nb::module_& m, nb::class_<Array>& array) {
  BindIntoOut(m, array);
  Def2(m, "inner", inner, "a", "b", "Sums of products over the last axes of both.");
  Def2(m, "vdot", vdot, "a", "b", "The sum of conj(a) * b over all elements.");
  Def2(m, "kron", kron, "a", "b", "The Kronecker product.");
  Def1(m, "matrix_transpose", matrix_transpose, "x", "The last two axes exchanged.");
  m.def("tensordot", TensorDot, nb::arg("a"), nb::arg("b"), nb::arg("axes") = 2,
        "Sums of products over pairs of axes.", Line());
  m.def("cross", Cross, nb::arg("a"), nb::arg("b"), nb::arg("axisa") = -1, nb::arg("axisb") = -1,
        nb::arg("axisc") = -1, nb::arg("axis").none() = nb::none(),
        "The cross product of vectors of 3 (or 2) elements.", Line());
  m.def(
      "diagonal",
      [](nb::handle a, nb::handle offset, nb::handle axis1, nb::handle axis2) {
        return diagonal(ToArray(a), ToCInt(offset), ToCInt(axis1), ToCInt(axis2));
      },
      nb::arg("a"), nb::arg("offset") = 0, nb::arg("axis1") = 0, nb::arg("axis2") = 1,
      "The elements (i, i + offset) of two axes.", Line());
  m.def(
      "diag",
      [](nb::handle v, nb::handle k) {
        const Array x = ToArray(v);
        return diag(x, x.ndim() == 2 ? ToCInt(k) : ToInt(k, PyExc_ValueError));
      },
      nb::arg("v"), nb::arg("k") = 0, "Diagonal k of a matrix, or the matrix with a vector on it.",
      Line());
  m.def(
      "diagflat",
      [](nb::handle v, nb::handle k) { return diagflat(ToArray(v), ToInt(k, PyExc_ValueError)); },
      nb::arg("v"), nb::arg("k") = 0, "The matrix with all elements on diagonal k.", Line());
}

void BindStrictProducts(nb::module_& m) {
  Def2(m, "outer", linalg::outer, "x1", "x2", "The outer product of two vectors.");
  Def2(m, "matmul", linalg::matmul, "x1", "x2", "The product of matrices.");
  Def1(m, "matrix_transpose", matrix_transpose, "x", "The last two axes exchanged.");
  m.def(
      "cross",
      [](nb::handle x1, nb::handle x2, int64_t axis) {
        return linalg::cross(ToArray(x1), ToArray(x2), axis);
      },
      nb::arg("x1"), nb::arg("x2"), nb::kw_only(), nb::arg("axis") = -1,
      "The cross product of vectors of 3 elements.", Line());
  m.def(
      "vecdot",
      [](nb::handle x1, nb::handle x2, int64_t axis) {
        return vecdot(ToArray(x1), ToArray(x2), axis);
      },
      nb::arg("x1"), nb::arg("x2"), nb::kw_only(), nb::arg("axis") = -1,
      "Sums of conj(x1) * x2 along an axis.", Line());
  m.def("tensordot", TensorDot, nb::arg("x1"), nb::arg("x2"), nb::kw_only(), nb::arg("axes") = 2,
        "Sums of products over pairs of axes.", Line());
  m.def(
      "diagonal",
      [](nb::handle x, nb::handle offset) { return linalg::diagonal(ToArray(x), ToCInt(offset)); },
      nb::arg("x"), nb::kw_only(), nb::arg("offset") = 0, "Diagonals of the last two axes.",
      Line());
  m.def(
      "trace",
      [](nb::handle x, nb::handle offset, nb::handle dtype) {
        return linalg::trace(ToArray(x), ToCInt(offset), ToOptionalDType(dtype));
      },
      nb::arg("x"), nb::kw_only(), nb::arg("offset") = 0, nb::arg("dtype").none() = nb::none(),
      "Sums of diagonals of the last two axes.", Line());
}

}  // namespace broadloom::python
