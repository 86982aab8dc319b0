// The rules of `Layout`, one function a class of operations. They see shapes and strides of
// operands as these were when the operation was written, so that evaluation can never change the
// order of somebody's additions.
#include "frontend/layout.h"

#include <algorithm>
#include <cstdlib>
#include <numeric>

namespace broadloom {
namespace {

using Order = AxisOrder;

int64_t WrappingProduct(int64_t a, int64_t b) {
  return static_cast<int64_t>(static_cast<uint64_t>(a) * static_cast<uint64_t>(b));
}

Order Identity(int rank) {
  Order order(rank);
  std::iota(order.begin(), order.end(), 0);
  return order;
}

// An operand as the result's axes see it.
struct Aligned {
  // But for its last `picked` axes.
  Aligned(const Expr& e, const Shape& result, int picked = 0)
      : expr(e), missing(static_cast<int>(result.size()) - e.rank() + picked) {
    for (int axis = 0; axis < static_cast<int>(result.size()); ++axis) {
      const int own = axis - missing;
      const bool moves = own >= 0 && !e.shape[own].is(1);
      strides.push_back(moves ? e.strides[own] : 0);
      broadcast.push_back(own < 0 || (!result[axis].is(1) && strides.back() == 0));
    }
  }
  // Whether two axes that it does not broadcast can be walked as one, q inside p.
  bool Joins(int p, int q) const {
    const auto& order = expr.layout.order;
    const auto at = std::find(order.begin(), order.end(), p - missing);
    return at + 1 != order.end() && *(at + 1) == q - missing &&
           expr.layout.joint[at - order.begin()];
  }

  const Expr& expr;
  int missing;
  Dims strides;  // 0 where it does not move
  absl::InlinedVector<bool, 4> broadcast;
};

// NumPy's iterator: whether `outer` must come inside of `inner`. Operands that do not move along
// both have no say; where others disagree C order wins.
enum class Verdict { kNone, kKeep, kSwap };
Verdict Compare(absl::Span<const Aligned> operands, int outer, int inner) {
  Verdict verdict = Verdict::kNone;
  for (const Aligned& operand : operands) {
    const int64_t a = std::abs(operand.strides[outer]), b = std::abs(operand.strides[inner]);
    if (a == 0 || b == 0) continue;
    if (b <= a) return Verdict::kKeep;
    verdict = Verdict::kSwap;
  }
  return verdict;
}

// Insertion from the innermost axis outwards, as npyiter_find_best_axis_ordering does it.
Order KOrder(absl::Span<const Aligned> operands, int rank) {
  Order inside;  // innermost first
  for (int axis = rank - 1; axis >= 0; --axis) {
    int position = static_cast<int>(inside.size());
    for (int i = position - 1; i >= 0; --i) {
      const Verdict verdict = Compare(operands, axis, inside[i]);
      if (verdict == Verdict::kKeep) break;
      if (verdict == Verdict::kSwap) position = i;
    }
    inside.insert(inside.begin() + position, axis);
  }
  return Order(inside.rbegin(), inside.rend());
}

bool Joint(absl::Span<const Aligned> operands, int p, int q) {
  return std::all_of(operands.begin(), operands.end(), [&](const Aligned& operand) {
    if (operand.broadcast[p] || operand.broadcast[q])
      return operand.broadcast[p] && operand.broadcast[q];
    return operand.Joins(p, q);
  });
}

// Whether a varies along an axis that b broadcasts.
bool VariesWhereNot(const Aligned& a, const Aligned& b, const Shape& result) {
  for (size_t axis = 0; axis < result.size(); ++axis) {
    if (!result[axis].is(1) && !a.broadcast[axis] && b.broadcast[axis]) return true;
  }
  return false;
}

bool IsOuter(absl::Span<const Aligned> operands, const Shape& result) {
  for (const Aligned& a : operands) {
    if (a.expr.layout.outer) return true;
    for (const Aligned& b : operands) {
      if (VariesWhereNot(a, b, result) && VariesWhereNot(b, a, result)) return true;
    }
  }
  return false;
}

bool Repeats(const Expr& expr) {
  for (int axis = 0; axis < expr.rank(); ++axis) {
    if (expr.strides[axis] == 0 && expr.shape[axis].value() > 1) return true;
  }
  return false;
}

// And not in C's, for which two axes must have changed places.
bool IsInFortransOrder(const Expr& expr) {
  if (std::is_sorted(expr.layout.order.begin(), expr.layout.order.end())) return false;
  const Shape shape(expr.shape.rbegin(), expr.shape.rend());
  const Dims strides(expr.strides.rbegin(), expr.strides.rend());
  return IsInOrder(shape, strides, expr.dtype.size());
}

Order Reversed(int rank) {
  Order order = Identity(rank);
  std::reverse(order.begin(), order.end());
  return order;
}

// Whether NumPy makes a result like its operands, in Fortran's order, where axes of extent 1 have
// their place, too. What has to be converted, or lies otherwise, it leaves to its iterator.
bool IsLikeFortrans(const Expr& result) {
  if (std::is_sorted(result.layout.order.begin(), result.layout.order.end())) return false;
  const Expr* first = nullptr;
  for (const ExprPtr& input : result.inputs) {
    if (input->rank() == 0) continue;
    if (first == nullptr) first = input.get();
    if (!IsInFortransOrder(*input) || input->dtype != first->dtype || input->shape != result.shape)
      return false;
  }
  if (first == nullptr) return false;
  const bool copies = result.op == Op::k_copy || result.op == Op::k_astype;
  return copies || result.dtype == first->dtype || result.dtype.is_bool() ||
         first->dtype.is_complex();
}

Dims StridesOf(const Expr& result) {
  return DenseStrides(result.shape,
                      IsLikeFortrans(result) ? Reversed(result.rank()) : result.layout.order,
                      result.dtype.size());
}

std::vector<Aligned> OperandsOf(const Expr& expr) {
  std::vector<Aligned> operands;
  for (const ExprPtr& input : expr.inputs) {
    if (input->rank() > 0) operands.emplace_back(*input, expr.shape);
  }
  return operands;
}

void SetOrder(Expr& expr, absl::Span<const Aligned> operands, Order order) {
  Layout& layout = expr.layout;
  layout.joint.clear();
  for (int k = 0; k + 1 < expr.rank(); ++k)
    layout.joint.push_back(Joint(operands, order[k], order[k + 1]));
  layout.order = std::move(order);
}

void DeriveElementwise(Expr& expr) {
  if (const Expr* common = CommonOperand(expr.inputs)) return LayOutLike(*common, expr);
  const std::vector<Aligned> operands = OperandsOf(expr);
  const bool copies = expr.op == Op::k_copy || expr.op == Op::k_astype;
  SetOrder(
      expr, operands,
      copies && expr.rank() > 0 ? OrderOfCopy(*expr.inputs[0]) : KOrder(operands, expr.rank()));
  expr.layout.outer = IsOuter(operands, expr.shape);
  expr.strides = StridesOf(expr);
}

void DeriveReduce(Expr& expr) {
  const Expr& from = *expr.inputs[0];
  const Axes& axes = expr.attrs.Ints(AttrName::k_axes);
  const bool keepdims = expr.attrs.IntOr(AttrName::k_keepdims, 0) != 0;
  const auto reduced = [&](int axis) {
    return std::find(axes.begin(), axes.end(), axis) != axes.end();
  };
  const auto renumbered = [&](int axis) {
    if (keepdims) return axis;
    return axis - static_cast<int>(
                      std::count_if(axes.begin(), axes.end(), [&](int64_t a) { return a < axis; }));
  };
  int previous = -1;  // position of the last axis taken
  for (int k = 0; k < from.rank(); ++k) {
    const int axis = from.layout.order[k];
    if (reduced(axis) && !keepdims) continue;
    if (previous >= 0) {
      const bool both = !reduced(axis) && !reduced(from.layout.order[previous]);
      expr.layout.joint.push_back(both && previous == k - 1 && from.layout.joint[previous]);
    }
    expr.layout.order.push_back(renumbered(axis));
    previous = k;
  }
  expr.layout.outer = from.layout.outer;
  expr.strides = DenseStrides(expr.shape, expr.layout.order, expr.dtype.size());
}

// The array that is written to stays where it lies.
void DeriveInsert(Expr& expr) {
  const Layout& layout = expr.inputs[0]->layout;
  expr.strides = DenseStrides(expr.shape, layout.order, expr.dtype.size());
  DeriveLeafLayout(expr);
}

void DeriveDense(Expr& expr) {
  expr.layout.order = Identity(expr.rank());
  expr.layout.joint.assign(std::max(0, expr.rank() - 1), true);
  expr.strides = DenseStrides(expr.shape, expr.dtype.size());
}

// Axes are joint where all that varies along either is so: indices, and what is not picked.
void DeriveGather(Expr& expr, Order order) {
  Layout& layout = expr.layout;
  layout.joint.assign(std::max(0, expr.rank() - 1), true);
  expr.strides = DenseStrides(expr.shape, order, expr.dtype.size());
  std::vector<Aligned> operands;
  operands.emplace_back(*expr.inputs[0], expr.shape, static_cast<int>(expr.inputs.size()) - 1);
  for (size_t i = 1; i < expr.inputs.size(); ++i)
    operands.emplace_back(*expr.inputs[i], expr.shape);
  for (int k = 0; k + 1 < expr.rank(); ++k)
    layout.joint[k] = Joint(operands, order[k], order[k + 1]);
  for (const ExprPtr& input : expr.inputs) layout.outer |= input->layout.outer;
  layout.order = std::move(order);
}

// What an axis of a view was: the operand's axes at its two ends (-1: none), and the reshape group
// it was split from.
struct Origin {
  int outer = -1, inner = -1, split = -1;
  bool whole = true;    // every element of the operand's axis, each once
  bool in_step = true;  // at distances of one step of the operand's axis
};

std::vector<Origin> OriginsOfReshape(const Expr& from, const Expr& expr) {
  std::vector<Origin> origins;
  const Axes groups = ReshapeGroups(from.shape, expr.shape);
  int source = 0;
  for (size_t g = 0; g < groups.size(); g += 2) {
    const int n = static_cast<int>(groups[g]), m = static_cast<int>(groups[g + 1]);
    for (int i = 0; i < m; ++i) {
      Origin origin;
      if (n == 1 && m > 1) origin.split = static_cast<int>(g);
      if (n > 0 && (n == 1 || m == 1)) {
        if (i == 0) origin.outer = source;
        if (i == m - 1) origin.inner = source + n - 1;
      }
      origins.push_back(origin);
    }
    source += n;
  }
  return origins;
}

Origin OriginOfSlice(const Expr& from, const Expr& expr, int axis) {
  Origin origin{axis, axis};
  origin.in_step = expr.attrs.Dims(AttrName::k_steps)[axis].is(1);
  origin.whole = origin.in_step && from.shape[axis] == expr.shape[axis];
  return origin;
}

std::vector<Origin> OriginsOf(const Expr& from, const Expr& expr) {
  if (expr.op == Op::k_reshape) return OriginsOfReshape(from, expr);
  std::vector<Origin> origins(expr.rank());
  const auto named = [&](int axis) {
    const Axes& axes = expr.attrs.Ints(AttrName::k_axes);
    return std::find(axes.begin(), axes.end(), axis) != axes.end();
  };
  int next = 0;  // of the operand, or of the result for squeeze
  for (int axis = 0; axis < expr.rank() && expr.op != Op::k_squeeze; ++axis) {
    const int missing = expr.rank() - from.rank();
    const auto same = [](int source) { return Origin{source, source}; };
    if (expr.op == Op::k_permute_dims)
      origins[axis] = same(expr.attrs.Ints(AttrName::k_axes)[axis]);
    if (expr.op == Op::k_diagonal && !named(axis)) origins[axis] = same(axis);
    if (expr.op == Op::k_slice) origins[axis] = OriginOfSlice(from, expr, axis);
    if (expr.op == Op::k_expand_dims && !named(axis)) origins[axis] = same(next++);
    const bool kept = axis >= missing && from.shape[axis - missing] == expr.shape[axis];
    if (expr.op == Op::k_broadcast_to && kept) origins[axis] = same(axis - missing);
  }
  for (int axis = 0; axis < from.rank() && expr.op == Op::k_squeeze; ++axis) {
    if (!named(axis)) origins[next++] = Origin{axis, axis};
  }
  return origins;
}

bool JointInView(const Layout& from, const Origin& p, const Origin& q) {
  if (p.split >= 0 && p.split == q.split) return true;
  if (p.inner < 0 || q.outer < 0 || !q.whole || !p.in_step) return false;
  const auto at = std::find(from.order.begin(), from.order.end(), p.inner);
  return at + 1 != from.order.end() && *(at + 1) == q.outer && from.joint[at - from.order.begin()];
}

void DeriveView(Expr& expr) {
  const Expr& from = *expr.inputs[0];
  const auto view =
      ApplyView(expr.op, expr.attrs, expr.dtype.size(), from.shape, {nullptr, 0, from.strides});
  if (!view.ok()) return DeriveDense(expr);  // a reshape that NumPy would copy
  expr.strides = view->strides;
  const Aligned self(expr, expr.shape);
  expr.layout.order = KOrder({&self, 1}, expr.rank());
  const std::vector<Origin> origins = OriginsOf(from, expr);
  for (int k = 0; k + 1 < expr.rank(); ++k) {
    const int p = expr.layout.order[k], q = expr.layout.order[k + 1];
    expr.layout.joint.push_back(JointInView(from.layout, origins[p], origins[q]));
  }
  expr.layout.outer = from.layout.outer;
}

}  // namespace

Dims DenseStrides(const Shape& shape, absl::Span<const int8_t> order, int64_t itemsize) {
  Dims strides(shape.size());
  int64_t stride = itemsize;
  for (int k = static_cast<int>(order.size()) - 1; k >= 0; --k) {
    strides[order[k]] = stride;
    stride = WrappingProduct(stride, std::max<int64_t>(1, shape[order[k]].value()));
  }
  return strides;
}

Dims DenseStrides(const Shape& shape, int64_t itemsize) {
  return DenseStrides(shape, Identity(static_cast<int>(shape.size())), itemsize);
}

const Expr* CommonOperand(const ExprList& inputs) {
  const auto repeats = [](const Expr& e) {
    return std::find(e.strides.begin(), e.strides.end(), 0) != e.strides.end();
  };
  const Expr* first = nullptr;
  for (const ExprPtr& input : inputs) {
    if (input->rank() == 0) continue;
    if (repeats(*input)) return nullptr;
    if (first == nullptr) first = input.get();
    if (first == input.get()) continue;
    const Layout &a = first->layout, &b = input->layout;
    if (input->shape != first->shape || a.order != b.order || a.joint != b.joint ||
        a.outer != b.outer)
      return nullptr;
  }
  return first;
}

void LayOutLike(const Expr& common, Expr& expr) {
  expr.layout = common.layout;
  expr.strides = StridesOf(expr);
}

void DeriveLeafLayout(Expr& expr) {
  const Aligned self(expr, expr.shape);
  expr.layout.order = KOrder({&self, 1}, expr.rank());
  int64_t inner = expr.dtype.size();  // the stride at which the axis outside joins
  expr.layout.joint.assign(std::max(0, expr.rank() - 1), false);
  for (int k = expr.rank() - 1; k >= 0; --k) {
    const int axis = expr.layout.order[k];
    const int64_t stride = expr.shape[axis].is(1) ? inner : expr.strides[axis];
    if (k + 1 < expr.rank()) expr.layout.joint[k] = stride == inner;
    inner = WrappingProduct(stride, expr.shape[axis].value());
  }
}

void DeriveLayout(Expr& expr) {
  const OpInfo& info = InfoOf(expr.op);
  if (info.is_elementwise()) return DeriveElementwise(expr);
  if (info.is_gather()) return DeriveGather(expr, Identity(expr.rank()));
  if (expr.op == Op::k_argmin || expr.op == Op::k_argmax) return DeriveDense(expr);
  if (info.is_reduce()) return DeriveReduce(expr);
  if (info.is_view()) return DeriveView(expr);
  if (expr.op == Op::k_insert || expr.op == Op::k_scatter) return DeriveInsert(expr);
  DeriveDense(expr);
}

AxisOrder OrderBySteps(const Dims& strides) {
  Order order = Identity(static_cast<int>(strides.size()));
  std::stable_sort(order.begin(), order.end(),
                   [&](int8_t a, int8_t b) { return std::abs(strides[a]) > std::abs(strides[b]); });
  return order;
}

AxisOrder OrderOfCopy(const Expr& expr) {
  if (Repeats(expr)) return OrderBySteps(expr.strides);
  return IsInFortransOrder(expr) ? Reversed(expr.rank()) : expr.layout.order;
}

AxisOrder OrderTogether(absl::Span<const ExprPtr> operands, const Shape& shape) {
  std::vector<Aligned> aligned;
  for (const ExprPtr& operand : operands) aligned.emplace_back(*operand, shape);
  return KOrder(aligned, static_cast<int>(shape.size()));
}

void OrderAs(Expr& result, AxisOrder order) {
  if (!InfoOf(result.op).is_elementwise() || result.ready.load()) return;
  const Dims strides = DenseStrides(result.shape, order, result.dtype.size());
  if (HaveSameSteps(result.shape, strides, result.strides)) return;
  SetOrder(result, OperandsOf(result), std::move(order));
  result.strides = strides;
}

void OrderPlainly(Expr& result, const Expr& like) {
  const int rank = result.rank();
  OrderAs(result, IsInFortransOrder(like) ? Reversed(rank) : Identity(rank));
}

void OrderGather(Expr& gather, AxisOrder order) { DeriveGather(gather, std::move(order)); }

Dims NormalizedStrides(const Shape& shape, const Dims& strides, int64_t itemsize) {
  Dims normalized = strides;
  int64_t inner = itemsize;
  for (int axis = static_cast<int>(shape.size()) - 1; axis >= 0; --axis) {
    if (shape[axis].value() <= 1) normalized[axis] = inner;
    inner = WrappingProduct(normalized[axis], std::max<int64_t>(1, shape[axis].value()));
  }
  return normalized;
}

Shape WithoutRepeats(const Shape& shape, const Dims& strides) {
  Shape apart = shape;
  for (size_t axis = 0; axis < shape.size(); ++axis) {
    if (strides[axis] == 0) apart[axis] = 1;
  }
  return apart;
}

bool IsInOrder(const Shape& shape, const Dims& strides, int64_t itemsize) {
  return HaveSameSteps(shape, strides, DenseStrides(shape, itemsize));
}

std::vector<int64_t> InversePermutation(absl::Span<const int64_t> axes) {
  std::vector<int64_t> back(axes.size());
  for (size_t i = 0; i < axes.size(); ++i) back[axes[i]] = static_cast<int64_t>(i);
  return back;
}

bool HaveSameSteps(const Shape& shape, const Dims& a, const Dims& b) {
  for (size_t axis = 0; axis < shape.size(); ++axis) {
    if (shape[axis].value() > 1 && a[axis] != b[axis]) return false;
  }
  return true;
}

std::string LayoutLetters(const Shape& shape, const Dims& strides, int64_t itemsize) {
  const int rank = static_cast<int>(shape.size());
  std::string letters(rank, 's');
  for (int axis = 0; axis < rank; ++axis) {
    if (strides[axis] == 0)
      letters[axis] = '0';
    else if (strides[axis] == itemsize)
      letters[axis] = 'u';
    else if (axis + 1 < rank && strides[axis + 1] != 0 &&
             strides[axis] == WrappingProduct(strides[axis + 1], shape[axis + 1].value()))
      letters[axis] = 'j';
    else if (strides[axis] % itemsize == 0 && strides[axis] >= 2 * itemsize &&
             strides[axis] <= 4 * itemsize)
      letters[axis] = static_cast<char>('0' + strides[axis] / itemsize);
  }
  return letters;
}

}  // namespace broadloom
