// Orders of elements in memory, which NumPy's `order` arguments ask for.
#include <nanobind/stl/vector.h>

#include <algorithm>

#include "absl/strings/ascii.h"
#include "frontend/convert.h"
#include "frontend/layout.h"
#include "frontend/python/keywords.h"
#include "frontend/rearrange.h"
#include "frontend/storage.h"

namespace broadloom::python {

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

// A view of what nobody else sees.
Array Whole(const Array& view) { return Array(ExprOf(view)); }

// Copies keep the order of their operand, but a vector has only one.
Array InCOrder(const Array& x) {
  return IsInCOrder(x) ? x : Whole(reshape(copy(reshape(x, {x.size()})), x.shape()));
}

Array InFortransOrder(const Array& x) {
  return IsInFortransOrder(x) ? x : Whole(InCOrder(x.transpose()).transpose());
}

Array ReshapeInC(const Array& x, const Sizes& shape, std::optional<bool> copies) {
  if (copies == false && !reshape_is_view(x, shape))
    Raise(PyExc_ValueError, "reshape: unable to avoid a copy of the array of shape " +
                                std::string(nb::repr(nb::tuple(nb::cast(x.shape()))).c_str()));
  const bool is_view = reshape_is_view(x, shape);
  const Array result = reshape(x, shape);
  if (copies == true && is_view) return reshape(copy(reshape(x, {x.size()})), shape);
  return is_view ? result : WholeView(result);  // of a copy, in NumPy, that nobody else sees
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
    case 'F': return InFortransOrder(x);
    case 'A': return IsInFortransOrder(x) ? x : InCOrder(x);
    default: return x;
  }
}

nb::object OrderBeside(const Array& x, nb::handle order, std::string_view letters) {
  if (ToOrder(order, letters) != 'A') return nb::borrow(order);
  return nb::str(IsInFortransOrder(x) && !IsInCOrder(x) ? "F" : "C");
}

Array CopyInOrder(const Array& x, nb::handle order, std::string_view letters) {
  return InOrder(copy(x), OrderBeside(x, order, letters), letters);
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

namespace {

// In the order of memory: a view where that has no gaps.
Array RavelInMemory(const Array& x) {
  const AxisOrder order = OrderBySteps(ExprOf(x)->strides);
  const Array sorted = permute_dims(x, std::vector<int64_t>(order.begin(), order.end()));
  if (IsInCOrder(sorted)) return reshape(sorted, {x.size()});
  const Array flat = reshape(permute_dims(x, memory_order(x)), {x.size()});
  return flat.is_view() ? copy(flat) : flat;
}

}  // namespace

// A copy unless the elements lie one after another.
Array Ravel(const Array& x, nb::handle order) {
  const nb::object given = OrderBeside(x, order, "CFAK");
  const char letter = ToOrder(given, "CFAK");
  if (letter == 'K') return RavelInMemory(x);
  const Array from = letter == 'F' ? x.transpose() : x;
  const Array flat = reshape(from, {x.size()});
  return IsInCOrder(from) || !reshape_is_view(from, {x.size()}) ? flat : copy(flat);
}

}  // namespace broadloom::python
