// NumPy's generalized ufuncs of two operands: products of vectors and matrices, over core axes.
#include <algorithm>
#include <numeric>

#include "absl/strings/str_cat.h"
#include "frontend/linalg.h"
#include "frontend/python/keywords.h"
#include "frontend/rearrange.h"

namespace broadloom::python {
namespace {

std::vector<int64_t> LastAxes(size_t count) {
  std::vector<int64_t> axes(count);
  std::iota(axes.begin(), axes.end(), -static_cast<int64_t>(count));
  return axes;
}

std::vector<int64_t> ToCoreAxes(const char* name, nb::handle item, size_t count) {
  const bool is_tuple = nb::isinstance<nb::tuple>(item);
  const std::vector<int64_t> axes = is_tuple ? ToInts(item) : std::vector<int64_t>{ToInt(item)};
  if (axes.size() != count)
    throw Error(ErrorCode::axis,
                absl::StrCat(name, ": an item of `axes` has ", axes.size(),
                             " axes where the operand has ", count, " of its own"));
  return axes;
}

Array CastFactor(const char* name, const Array& x, DataType to, Casting casting) {
  if (!can_cast(x.dtype(), to, casting))
    Raise(PyExc_TypeError, std::string(name) + ": cannot cast an operand from " +
                               to_string(x.dtype()) + " to " + to_string(to));
  return x.dtype() == to ? x : astype(x, to);
}

Array CoreLast(const Array& x, const std::vector<int64_t>& axes) {
  const std::vector<int64_t> last = LastAxes(axes.size());
  const bool has_core = x.shape().size() >= axes.size();  // or the product complains
  return axes == last || !has_core ? x : moveaxis(x, axes, last);
}

Array CoreBack(const Array& x, const std::vector<int64_t>& axes) {
  const std::vector<int64_t> last = LastAxes(axes.size());
  return axes == last ? x : moveaxis(x, last, axes);
}

// A result whose core axes are the last goes where those of `out` are.
Array BroadcastToOut(const char* name, const Array& value, const Array* out,
                     const std::vector<int64_t>& axes) {
  if (out == nullptr) return value;
  const Sizes to = CoreLast(*out, axes).shape(), from = value.shape();
  const auto core = static_cast<int64_t>(axes.size());
  if (to.size() < from.size() || !std::equal(from.end() - core, from.end(), to.end() - core))
    Raise(PyExc_ValueError, std::string(name) + ": `out` has not the shape of the result");
  return broadcast_to(value, to);
}

}  // namespace

CoreAxes ToAxesOfProduct(const char* name, nb::handle axes, size_t x, size_t y, size_t result) {
  if (axes.is_none()) return {LastAxes(x), LastAxes(y), LastAxes(result)};
  if (!nb::isinstance<nb::list>(axes))
    Raise(PyExc_TypeError, absl::StrCat(name, ": `axes` must be a list"));
  if (nb::len(axes) != 3)
    Raise(PyExc_ValueError,
          absl::StrCat(name, ": `axes` must have an item for each operand and the result"));
  return {ToCoreAxes(name, axes[0], x), ToCoreAxes(name, axes[1], y),
          ToCoreAxes(name, axes[2], result)};
}

nb::object CallProduct(const char* name, const Array& x, const Array& y, const Keywords& keywords,
                       const CoreAxes& axes, const ProductFn& product) {
  if (!keywords.given())
    return nb::cast(CoreBack(product(CoreLast(x, axes.x), CoreLast(y, axes.y)), axes.result));
  const CallOptions options = OptionsOf(keywords);
  const DataType dtype = options.dtype.value_or(result_type(x.dtype(), y.dtype()));
  const Array left = CoreLast(CastFactor(name, x, dtype, options.casting), axes.x);
  const Array right = CoreLast(CastFactor(name, y, dtype, options.casting), axes.y);
  return WithOut(
      keywords.out,
      [&](Array* out) {
        const Array value = BroadcastToOut(name, product(left, right), out, axes.result);
        CallOptions stored = options;
        stored.out = out;
        return store(CoreBack(value, axes.result), stored, name);
      },
      keywords.order);
}

}  // namespace broadloom::python
