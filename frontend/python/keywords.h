// NumPy's keyword arguments of elementwise functions and reductions.
#ifndef BROADLOOM_FRONTEND_PYTHON_KEYWORDS_H_
#define BROADLOOM_FRONTEND_PYTHON_KEYWORDS_H_

#include <functional>
#include <string_view>
#include <vector>

#include "frontend/python/binding.h"

namespace broadloom::python {

// The arguments that NumPy's elementwise functions have behind the operands.
#define BL_KEYWORD_ARGS nb::arg("out").none() = nb::none(), nb::kw_only(), BL_KEYWORDS_BUT_OUT
#define BL_KEYWORDS_BUT_OUT nb::arg("where").none() = true, BL_KEYWORDS_OF_ALL
#define BL_KEYWORDS_OF_PRODUCTS nb::arg("axes").none() = nb::none(), BL_KEYWORDS_OF_ALL
#define BL_KEYWORDS_OF_ALL                                         \
  nb::arg("casting") = "same_kind", nb::arg("order").none() = "K", \
  nb::arg("dtype").none() = nb::none(), nb::arg("subok") = true

// order.cc: one of the letters; None is the first. TypeError or ValueError.
char ToOrder(nb::handle order, std::string_view letters = "KACF");
// The same elements in C's or Fortran's order, or under K and A as they are.
bool IsInCOrder(const Array& x);
bool IsInFortransOrder(const Array& x);
Array InOrder(const Array& x, nb::handle order, std::string_view letters = "KACF");
// The order of a copy of x: 'A' is Fortran's or C's by what x lies in.
nb::object OrderBeside(const Array& x, nb::handle order, std::string_view letters = "KACF");
Array CopyInOrder(const Array& x, nb::handle order, std::string_view letters = "KACF");
Array Reshape(const Array& x, nb::handle shape, nb::handle order, nb::handle copy);
Array Ravel(const Array& x, nb::handle order);
Casting ToCasting(nb::handle name);  // "no", "equiv", "safe", "same_kind", "unsafe"

// Stands where an argument may be anything and was not given. Told by its identity.
nb::handle NotGiven();

// `where`: what is no array yet is converted, None is false; an array must be one of bools, as is
// checked later.
Array ToMask(nb::handle where);

// `initial` of a reduction, if it is given: None is the same as none but for sums and products,
// which have no identity then (CheckNoIdentity). ValueError for text and sequences.
std::optional<Number> ToInitial(nb::handle initial, DataType dtype);
// The same beside `out`, which holds it before anything is added: what is left of it there. NumPy
// computes in `dtype`, what x and `out` promote to unless one is given.
std::optional<Number> ToInitialIn(nb::handle out, nb::handle initial, DataType dtype);
// The elements of a maximum or minimum in what they and `out` promote to, where `initial` is given.
Array BesideInitial(nb::handle initial, const Array& x, nb::handle out);
// Under `initial=None` a sum or product needs an element: throws invalid_argument where there is
// none, or may be none for a mask. Without the GIL.
void CheckNoIdentity(const char* name, nb::handle initial, const ReduceOptions& options,
                     const Array& x, const Array& result);

// `ours`, or where x or y holds no numbers NumPy's function of that name, where it is there.
nb::object OrNumPys(const char* name, nb::handle x, nb::handle y,
                    const std::function<nb::object()>& ours);

struct Keywords {
  nb::handle out, where, casting, order, dtype;

  bool given() const;  // any of them

 private:
};

// `out` is None, an Array, a NumPy array or a tuple of one; it is what is returned if it is there;
// else a result in that order.
nb::object WithOut(nb::handle out, const std::function<Array(Array* out)>& compute,
                   nb::handle order = nb::none());

// Beside a dtype that is given all Python numbers are weak.
std::vector<Operand> ToWeakOperands(std::initializer_list<nb::handle> objects);

// Python numbers are of the dtype that the arrays beside them give them.
std::vector<Array> ToPromotedArrays(nb::handle sequence);

// An elementwise function of the table.
nb::object CallWithKeywords(const char* name, const std::vector<Operand>& operands,
                            const Keywords& keywords);

// One of composed.h. A function of two results takes and returns pairs.
nb::object CallComposed(const char* name, const std::vector<Operand>& operands,
                        const Keywords& keywords);

CallOptions OptionsOf(const Keywords& keywords);  // but for `out`

// Which axes a product of vectors or matrices is about, of its operands and of its result. The
// function has them last.
struct CoreAxes {
  std::vector<int64_t> x, y, result;
};
using ProductFn = std::function<Array(const Array& x, const Array& y)>;
// So many of each: `axes` is None, for the last ones, or a list with one or a tuple for each.
CoreAxes ToAxesOfProduct(const char* name, nb::handle axes, size_t x, size_t y, size_t result);
// The result broadcasts to `out`, but for its core axes.
nb::object CallProduct(const char* name, const Array& x, const Array& y, const Keywords& keywords,
                       const CoreAxes& axes, const ProductFn& product);

// A reduction's result or another whose shape must be that of `out`.
nb::object ReduceInto(nb::handle out, const char* name, const std::function<Array()>& compute,
                      Casting casting = Casting::unsafe);

// The error where a result has another shape than `out`.
[[noreturn]] void RaiseOutShape(const char* name, const Sizes& out, const Sizes& result);

bool IsArrayOut(nb::handle out);  // ours or NumPy's
DataType DTypeOfOut(nb::handle out);
// NumPy's sums and products are made in what `out` and the elements promote to, where no dtype is
// given.
std::optional<DataType> DTypeBeside(nb::handle out, const Array& x, nb::handle dtype);
// As NumPy does before it reduces in a real dtype into a complex `out`, of which it would read the
// real parts.
void WarnOfComplexOut(nb::handle out, std::optional<DataType> dtype);
// Means and variances of others than wide floats have dtypes of their own.
std::optional<DataType> MeanDTypeBeside(nb::handle out, const Array& x, nb::handle dtype);
// Whether a variance's squares, but not its mean, are added in another dtype than x's, for `out`.
bool AddsSquaresElsewhere(nb::handle out, const Array& x, nb::handle dtype);

// The dtype of `out` where that is another one than a mean or variance of real numbers has by
// itself: it holds the sums, and what they are divided to.
std::optional<DataType> DividesIn(nb::handle out, bool is_mean, const Array& x, nb::handle dtype);

// An index is stored as it is: TypeError for others than int64 and what it holds.
void CheckIndexOut(const char* name, nb::handle out);

// The correction of a variance, which has two names. ValueError where both are given.
double ToCorrection(double ddof, nb::handle correction);

// `keepdims` of NumPy's ufuncs: a bool or an integer.
struct KeepDims {
  bool value = false;
  operator bool() const { return value; }  // NOLINT: it is one
};

}  // namespace broadloom::python

template <>
struct nanobind::detail::type_caster<broadloom::python::KeepDims> {
  NB_TYPE_CASTER(broadloom::python::KeepDims, const_name("bool"))

  bool from_python(handle object, uint8_t, cleanup_list*) noexcept {
    if (!PyIndex_Check(object.ptr())) return false;
    const int truth = PyObject_IsTrue(object.ptr());
    if (truth < 0) PyErr_Clear();
    value.value = truth > 0;
    return truth >= 0;
  }
};

#endif  // BROADLOOM_FRONTEND_PYTHON_KEYWORDS_H_
