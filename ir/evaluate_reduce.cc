// Reductions. For sums and products this file defines the order of the additions
// (docs/numerics.md):
//
//   1. The elements of one output come as a sequence of chunks. In the order "rows" each element is
//   a chunk; in the
//      order "lanes" the innermost axis is cut into chunks of LanesOf(dtype) elements, the last of
//      a run may be short.
//   2. A chunk is added lane by lane to a group of accumulators that starts at the identity. After
//   kBlockAdditions
//      chunks the group is pushed on the tree and starts again.
//   3. The tree is a binary counter: two subtrees of the same number of blocks merge, older +
//   newer. At the end the
//      rest is folded from the newest subtree to the oldest.
//   4. The lanes fold by halves: lane i + lane i + L/2, and so on.
//
// min and max give the same bits in every order: +0 counts as larger than -0, and there is one NaN.
#include "ir/evaluate_reduce.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "absl/strings/str_cat.h"
#include "ir/status_macros.h"

namespace broadloom {
namespace {

using Lanes = std::vector<Scalar>;

class Accumulator {
 public:
  Accumulator(Op op, DType dtype, int lanes)
      : op_(op), identity_(lanes, MakeIntScalar(dtype, op == Op::k_prod)), block_(identity_) {}

  // `chunk` has at most one element a lane.
  void Add(absl::Span<const Scalar> chunk) {
    Combine(block_, chunk);
    if (++additions_ == kBlockAdditions) Push();
  }

  Scalar Finish() {
    if (additions_ != 0) Push();
    if (tree_.empty()) return FoldLanes(identity_);
    while (tree_.size() > 1) MergeLastTwo();
    return FoldLanes(tree_.back().lanes);
  }

 private:
  struct Subtree {
    int64_t blocks;
    Lanes lanes;
  };

  Scalar Apply(const Scalar& a, const Scalar& b) const {
    return EvaluateElementwise(op_ == Op::k_prod ? Op::k_multiply : Op::k_add, a.dtype, {a, b});
  }

  void Combine(Lanes& lanes, absl::Span<const Scalar> with) const {
    for (size_t i = 0; i < with.size(); ++i) lanes[i] = Apply(lanes[i], with[i]);
  }

  void Push() {
    tree_.push_back({1, block_});
    block_ = identity_;
    additions_ = 0;
    while (tree_.size() > 1 && tree_[tree_.size() - 2].blocks == tree_.back().blocks)
      MergeLastTwo();
  }

  void MergeLastTwo() {
    const Subtree newer = std::move(tree_.back());
    tree_.pop_back();
    tree_.back().blocks += newer.blocks;
    Combine(tree_.back().lanes, newer.lanes);
  }

  Scalar FoldLanes(Lanes lanes) const {
    for (size_t half = lanes.size() / 2; half > 0; half /= 2) {
      for (size_t i = 0; i < half; ++i) lanes[i] = Apply(lanes[i], lanes[i + half]);
    }
    return lanes[0];
  }

  Op op_;
  Lanes identity_;
  Lanes block_;
  int additions_ = 0;
  std::vector<Subtree> tree_;
};

bool RunsAlongLanes(const Node& node) {
  return node.info().Is(kOrdered) && node.attrs.Text(AttrName::k_order) == "lanes";
}

// The reduced elements of one output, in order.
Lanes Gather(const Tensor& operand, Walk walk, int64_t start) {
  walk.start = start;
  Lanes elements;
  ForEachOffset(walk, [&](int64_t offset) { elements.push_back(ElementOf(operand, offset)); });
  return elements;
}

// `run` is the extent of the innermost axis: no chunk crosses from one run to the next.
Scalar Accumulate(Op op, DType dtype, const Lanes& elements, int64_t run, int lanes) {
  Accumulator accumulator(op, dtype, lanes);
  const int64_t count = elements.size();
  for (int64_t first = 0; first < count; first += run) {
    for (int64_t i = first; i < first + run; i += lanes) {
      const int64_t size = std::min<int64_t>(lanes, first + run - i);
      accumulator.Add(absl::MakeConstSpan(elements).subspan(i, size));
    }
  }
  return accumulator.Finish();
}

bool IsNaN(const Scalar& x) { return x.dtype.is_floating() && std::isnan(AsDouble(x)); }

bool IsLess(const Scalar& a, const Scalar& b) {
  const Scalar less = EvaluateElementwise(Op::k_less, DType::kBool, {a, b});
  return less.bits != 0;
}

bool IsNegativeZero(const Scalar& x) {
  return x.dtype.is_floating() && AsDouble(x) == 0 && std::signbit(AsDouble(x));
}

Scalar Extreme(Op op, const Lanes& elements) {
  Scalar best = elements[0];
  for (const Scalar& x : elements) {
    if (IsNaN(x)) return MakeScalar(x.dtype, std::numeric_limits<double>::quiet_NaN());
    const Scalar& low = op == Op::k_min ? x : best;
    const Scalar& high = op == Op::k_min ? best : x;
    const bool tie = !IsLess(low, high) && !IsLess(high, low);
    if (tie ? IsNegativeZero(low) : IsLess(low, high)) best = x;
  }
  return best;
}

int64_t IndexOfExtreme(Op op, const Lanes& elements) {
  int64_t best = 0;
  for (int64_t i = 0; i < static_cast<int64_t>(elements.size()); ++i) {
    if (IsNaN(elements[i])) return i;
    const bool better = op == Op::k_argmin ? IsLess(elements[i], elements[best])
                                           : IsLess(elements[best], elements[i]);
    if (better) best = i;
  }
  return best;
}

Scalar AnyOrAll(Op op, const Lanes& elements) {
  const bool any = op == Op::k_any;
  const auto is_true = [](const Scalar& x) { return x.bits != 0; };
  const bool found = any ? std::any_of(elements.begin(), elements.end(), is_true)
                         : std::all_of(elements.begin(), elements.end(), is_true);
  return MakeIntScalar(DType::kBool, found);
}

Scalar ReduceOne(const Node& node, const Lanes& elements, int64_t run, int lanes) {
  switch (node.op) {
    case Op::k_min:
    case Op::k_max: return Extreme(node.op, elements);
    case Op::k_argmin:
    case Op::k_argmax: return MakeIntScalar(DType::kInt64, IndexOfExtreme(node.op, elements));
    case Op::k_any:
    case Op::k_all: return AnyOrAll(node.op, elements);
    default: return Accumulate(node.op, node.dtype(), elements, run, lanes);
  }
}

struct Nest {
  Walk kept;
  Walk reduced;  // in the order of `axes`
};

Nest SplitAxes(const Node& node, const Tensor& operand) {
  const Axes& axes = node.attrs.Ints(AttrName::k_axes);
  const std::vector<int64_t> strides = StridesOf(operand.shape);
  Nest nest;
  for (size_t axis = 0; axis < operand.shape.size(); ++axis) {
    if (std::find(axes.begin(), axes.end(), axis) != axes.end()) continue;
    nest.kept.sizes.push_back(operand.shape[axis]);
    nest.kept.strides.push_back(strides[axis]);
  }
  for (int64_t axis : axes) {
    nest.reduced.sizes.push_back(operand.shape[axis]);
    nest.reduced.strides.push_back(strides[axis]);
  }
  return nest;
}

absl::Status CheckNonEmpty(const Node& node, const Walk& reduced) {
  const bool empty =
      std::find(reduced.sizes.begin(), reduced.sizes.end(), 0) != reduced.sizes.end();
  if (!empty || !node.info().Is(kNonEmpty)) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat("zero-size array to reduction operation ",
                                                 node.info().name, " which has no identity"));
}

// Steps the odometer; false after the last position.
bool Advance(const Walk& walk, std::vector<int64_t>& index, int64_t& offset) {
  for (size_t axis = walk.sizes.size(); axis-- > 0;) {
    offset += walk.strides[axis];
    if (++index[axis] < walk.sizes[axis]) return true;
    offset -= walk.strides[axis] * walk.sizes[axis];
    index[axis] = 0;
  }
  return false;
}

// mean, var and std: the graph that the decompose pass writes for them.
class Composite {
 public:
  Composite(const Node& node, const Tensor& operand)
      : node_(node), operand_(operand), graph_("composite") {}

  absl::StatusOr<Tensor> Evaluate() {
    BL_ASSIGN_OR_RETURN(const NodeId result, Build());
    BL_ASSIGN_OR_RETURN(const NodeId output, Cast(result, node_.dtype()));
    graph_.set_outputs({output});
    Bindings bindings;
    bindings.params.push_back(operand_);
    BL_ASSIGN_OR_RETURN(std::vector<Tensor> results, broadloom::Evaluate(graph_, bindings));
    return std::move(results[0]);
  }

 private:
  absl::StatusOr<NodeId> Build() {
    const Shape shape(operand_.shape.begin(), operand_.shape.end());
    BL_ASSIGN_OR_RETURN(const NodeId param, graph_.AddParam({operand_.dtype, shape}, ""));
    BL_ASSIGN_OR_RETURN(const NodeId given, Cast(param, node_.dtype()));
    BL_ASSIGN_OR_RETURN(const NodeId x, Cast(given));
    if (node_.op == Op::k_mean) return Mean(x, KeepDims(), Count());
    BL_ASSIGN_OR_RETURN(const NodeId mean, Mean(x, /*keepdims=*/1, Count()));
    BL_ASSIGN_OR_RETURN(const NodeId distance, graph_.Add(Op::k_subtract, {x, mean}, {}));
    BL_ASSIGN_OR_RETURN(const NodeId square, graph_.Add(Op::k_multiply, {distance, distance}, {}));
    BL_ASSIGN_OR_RETURN(const NodeId variance, Mean(square, KeepDims(), Divisor()));
    if (node_.op == Op::k_var) return variance;
    BL_ASSIGN_OR_RETURN(const NodeId root, graph_.Add(Op::k_sqrt, {variance}, {}));
    return Cast(root);
  }

  // Of no effect on floats. A mean asked for in integers is divided as float64, then cast.
  absl::StatusOr<NodeId> Cast(NodeId x) { return Cast(x, compute_); }
  absl::StatusOr<NodeId> Cast(NodeId x, DType dtype) {
    return graph_.Add(Op::k_astype, {x}, Attrs().Set(AttrName::k_dtype, dtype));
  }

  absl::StatusOr<NodeId> Mean(NodeId x, int64_t keepdims, double divisor) {
    Attrs attrs;
    attrs.Set(AttrName::k_axes, node_.attrs.Ints(AttrName::k_axes));
    attrs.Set(AttrName::k_keepdims, keepdims).Set(AttrName::k_dtype, compute_);
    attrs.Set(AttrName::k_order, node_.attrs.Text(AttrName::k_order));
    BL_ASSIGN_OR_RETURN(const NodeId sum, graph_.Add(Op::k_sum, {x}, attrs));
    Attrs number;
    number.Set(AttrName::k_value, MakeScalar(compute_, divisor));
    BL_ASSIGN_OR_RETURN(const NodeId count, graph_.Add(Op::k_constant, {}, number));
    BL_ASSIGN_OR_RETURN(const NodeId quotient, graph_.Add(Op::k_divide, {sum, count}, {}));
    return Cast(quotient);
  }

  int64_t KeepDims() const { return node_.attrs.IntOr(AttrName::k_keepdims, 0); }

  double Count() const {
    int64_t count = 1;
    for (int64_t axis : node_.attrs.Ints(AttrName::k_axes)) count *= operand_.shape[axis];
    return static_cast<double>(count);
  }

  double Divisor() const {
    const bool corrected = node_.attrs.Has(AttrName::k_correction);
    const double correction = corrected ? AsDouble(node_.attrs.Value(AttrName::k_correction)) : 0.0;
    return std::max(Count() - correction, 0.0);
  }

  const Node& node_;
  const Tensor& operand_;
  const DType compute_ = MachineType(node_.dtype());
  Graph graph_;
};

}  // namespace

void ForEachOffset(const Walk& walk, absl::FunctionRef<void(int64_t offset)> visit) {
  if (std::find(walk.sizes.begin(), walk.sizes.end(), 0) != walk.sizes.end()) return;
  std::vector<int64_t> index(walk.sizes.size());
  int64_t offset = walk.start;
  do {
    visit(offset);
  } while (Advance(walk, index, offset));
}

std::vector<int64_t> StridesOf(const std::vector<int64_t>& shape) {
  std::vector<int64_t> strides(shape.size());
  if (std::find(shape.begin(), shape.end(), 0) != shape.end())
    return strides;  // other extents may overflow
  int64_t stride = 1;
  for (size_t axis = shape.size(); axis-- > 0;) {
    strides[axis] = stride;
    stride *= shape[axis];
  }
  return strides;
}

absl::Status EvaluateReduce(const Node& node, const Tensor& operand, Tensor& result) {
  const Nest nest = SplitAxes(node, operand);
  BL_RETURN_IF_ERROR(CheckNonEmpty(node, nest.reduced));
  const int lanes = RunsAlongLanes(node) ? LanesOf(node.dtype()) : 1;
  const int64_t run = nest.reduced.sizes.empty() ? 1 : nest.reduced.sizes.back();
  int64_t next = 0;
  ForEachOffset(nest.kept, [&](int64_t start) {
    const Lanes elements = Gather(operand, nest.reduced, start);
    SetElement(result, next++, ReduceOne(node, elements, run, lanes));
  });
  return absl::OkStatus();
}

absl::StatusOr<Tensor> EvaluateComposite(const Node& node, const Tensor& operand) {
  return Composite(node, operand).Evaluate();
}

}  // namespace broadloom
