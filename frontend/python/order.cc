// Orders of elements in memory, which NumPy's `order` arguments ask for.
#include <nanobind/stl/vector.h>

#include <algorithm>

#include "absl/strings/ascii.h"
#include "frontend/python/keywords.h"

namespace broadloom::python {
namespace {}  // namespace

bool IsInCOrder(const Array& x) {
  if (x.size() == 0) return true;
  const Sizes shape = x.shape(), strides = x.strides();
  int64_t step = itemsize(x.dtype());
  for (size_t axis = shape.size(); axis-- > 0; step *= shape[axis]) {
    if (shape[axis] != 1 && strides[axis] != step) return false;
  }
  return true;
}

bool IsInFortransOrder(const Array& x) { return IsInCOrder(x.transpose()); }

namespace {

// Copies keep the order of their operand, but a vector has only one.
Array InCOrder(const Array& x) {
  return IsInCOrder(x) ? x : reshape(copy(reshape(x, {x.size()})), x.shape());
}

Array ReshapeInC(const Array& x, const Sizes& shape, std::optional<bool> copies) {
  if (copies == false && !reshape_is_view(x, shape))
    Raise(PyExc_ValueError, "reshape: unable to avoid a copy of the array of shape " +
                                std::string(nb::repr(nb::tuple(nb::cast(x.shape()))).c_str()));
  const Array result = reshape(x, shape);
  return copies == true ? copy(result) : result;
}

}  // namespace

char ToOrder(nb::handle order, std::string_view letters) {
  if (order.is_none()) return letters[0];
  if (!PyUnicode_Check(order.ptr()))
    Raise(PyExc_TypeError,
          std::string("order must be a string, not ") + Py_TYPE(order.ptr())->tp_name);
  const std::string_view text = ToText(order);
  const char letter = text.size() == 1 ? absl::ascii_toupper(text[0]) : '?';
  if (letters.find(letter) != std::string_view::npos) return letter;
  Raise(PyExc_ValueError, "order must be one of the letters " + std::string(letters) + ", not " +
                              nb::repr(order).c_str());
}

Array InOrder(const Array& x, nb::handle order, std::string_view letters) {
  switch (ToOrder(order, letters)) {
    case 'C': return InCOrder(x);
    case 'F': return IsInFortransOrder(x) ? x : InCOrder(x.transpose()).transpose();
    case 'A': return IsInFortransOrder(x) ? x : InCOrder(x);
    default: return x;
  }
}

Array Reshape(const Array& x, nb::handle shape, nb::handle order, nb::handle copy) {
  const std::optional<bool> copies = ToCopy(copy);
  Sizes sizes = shape.is_none() ? x.shape() : ToShape(shape);
  const char letter = ToOrder(order, "CFA");
  const bool reversed = letter == 'F' || (letter == 'A' && !IsInCOrder(x) && IsInFortransOrder(x));
  if (!reversed) return ReshapeInC(x, sizes, copies);
  std::reverse(sizes.begin(), sizes.end());
  return ReshapeInC(x.transpose(), sizes, copies).transpose();
}

// In the order of memory, too, which is C's or Fortran's for all that is contiguous.
Array Ravel(const Array& x, nb::handle order) {
  const bool own = ToOrder(order, "CFAK") == 'K';
  if (own && x.ndim() > 1 && !IsInCOrder(x) && !IsInFortransOrder(x))
    Raise(PyExc_NotImplementedError,
          "order='K' is supported for arrays in C's and in Fortran's order only");
  return Reshape(x, nb::int_(-1), own ? nb::handle(nb::str("A")) : order, nb::none());
}

}  // namespace broadloom::python
