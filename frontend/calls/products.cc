// Products of arrays.
#include "absl/strings/str_cat.h"
#include "frontend/calls/arguments.h"
#include "frontend/calls/tables.h"
#include "frontend/einsum.h"
#include "frontend/error.h"
#include "frontend/linalg.h"

namespace broadloom::calls {
namespace {

// `axes` is a number of axes, or a pair of axes or lists of them.
Value CallTensordot(const Arguments& arguments) {
  const Array a = arguments.As<Array>(0), b = arguments.As<Array>(1);
  const Sequence* pair = arguments[2].As<Sequence>();
  if (pair == nullptr) return tensordot(a, b, arguments.As<int64_t>(2));
  if (pair->items.size() != 2) WrongArgument(arguments.slot(2), "a pair of axes", arguments[2]);
  using Axes = std::vector<int64_t>;
  return tensordot(a, b, From<Axes>::Of(pair->items[0], arguments.slot(2)),
                   From<Axes>::Of(pair->items[1], arguments.slot(2)));
}

Value CallEinsum(const Arguments& arguments) {
  return Stored(arguments, einsum(arguments.As<std::string>(0), arguments.As<std::vector<Array>>(1),
                                  {.dtype = arguments.As<std::optional<DataType>>("dtype")}));
}

Array Cross(const Array& a, const Array& b, int64_t axisa, int64_t axisb, int64_t axisc,
            const std::optional<int64_t>& axis) {
  return axis ? cross(a, b, *axis, *axis, *axis) : cross(a, b, axisa, axisb, axisc);
}

Array Trace(const Array& a, int64_t offset, int64_t axis1, int64_t axis2,
            const std::optional<DataType>& dtype) {
  return trace(a, offset, axis1, axis2, dtype);
}

constexpr char kGroup[] = "products";
constexpr Function kTable[] = {
    {"matmul(x1, x2, /, out=None)", "matrix product over the last two axes",
     BoundWithOut<static_cast<Array (*)(const Array&, const Array&)>(matmul)>, kGroup},
    {"dot(a, b, out=None)", "sums over the last axis of a and the last but one of b",
     BoundWithOut<dot>, kGroup},
    {"vdot(a, b, /)", "sum over all elements, those of a conjugated", Bound<vdot>, kGroup},
    {"inner(a, b)", "sums over both last axes", Bound<inner>, kGroup},
    {"outer(a, b, out=None)", "products of all pairs of elements",
     BoundWithOut<static_cast<Array (*)(const Array&, const Array&)>(outer)>, kGroup},
    {"vecdot(x1, x2, /, out=None, *, axis=-1)", "sums of products along an axis",
     BoundWithOut<vecdot>, kGroup},
    {"matvec(x1, x2, /, out=None)", "matrices times vectors", BoundWithOut<matvec>, kGroup},
    {"vecmat(x1, x2, /, out=None)", "conjugated vectors times matrices", BoundWithOut<vecmat>,
     kGroup},
    {"tensordot(a, b, axes=2)", "sums over pairs of axes", CallTensordot, kGroup},
    {"kron(a, b)", "Kronecker product", Bound<kron>, kGroup},
    {"cross(a, b, axisa=-1, axisb=-1, axisc=-1, axis=None)", "cross product of vectors",
     Bound<Cross>, kGroup},
    {"trace(a, offset=0, axis1=0, axis2=1, dtype=None, out=None)", "sum of a diagonal",
     BoundWithOut<Trace>, kGroup},
    {"einsum(subscripts, *operands, out=None, dtype=None, optimize=True)", "Einstein summation",
     CallEinsum, kGroup},
};

}  // namespace

Table ProductTable() { return kTable; }

}  // namespace broadloom::calls
