// Extents that an operation's own rule makes equal are one symbol:
//
//     x (4,7), y (7,)    add x, y     ==>     add f64[s0,s1], f64[s1]
//     x (4,1), y (7,)    add x, y     ==>     add f64[s0,1], f64[s1]      broadcast, so the extent
//     is 1 for ever
//
// Two extents that happen to be equal stay two symbols: the plan then serves both cases.
#include "frontend/build_graph.h"

#include <algorithm>
#include <numeric>

#include "frontend/finite.h"
#include "frontend/layout.h"
#include "frontend/variance_in_blocks.h"
#include "ir/status_macros.h"

namespace broadloom {
namespace {

// Classes of equal numbers of the trace.
class Classes {
 public:
  explicit Classes(size_t size) : parent_(size), known_(size) {
    std::iota(parent_.begin(), parent_.end(), 0);
  }

  int Find(int number) {
    while (parent_[number] != number) number = parent_[number] = parent_[parent_[number]];
    return number;
  }
  void Unite(int a, int b) {
    a = Find(a);
    b = Find(b);
    parent_[std::max(a, b)] = std::min(a, b);
    known_[std::min(a, b)] = std::max(known_[a], known_[b]);
  }
  // What a plan is made for; 0: any number.
  void MakeKnown(int number, int64_t value) {
    int64_t& known = known_[Find(number)];
    known = std::max(known, value);
  }
  int64_t Known(int number) { return known_[Find(number)]; }
  void MakeOne(int number) { MakeKnown(number, 1); }
  bool IsOne(int number) { return Known(number) == 1; }

 private:
  std::vector<int> parent_;
  std::vector<int64_t> known_;
};

Axes Inverse(const Axes& axes) {
  const std::vector<int64_t> back = InversePermutation(axes);
  return Axes(back.begin(), back.end());
}

class Builder {
 public:
  explicit Builder(const Trace& trace) : trace_(trace), classes_(trace.numbers.size()) {}
  absl::StatusOr<BuiltGraph> Run();

 private:
  const TraceNode& Input(const TraceNode& node, int i) const {
    return trace_.nodes[trace_.inputs[node.first_input + i]];
  }
  static int AxisOf(const TraceNode& node, int axis) { return node.first_number + axis; }

  void Unify(const TraceNode& node);
  void UnifyBroadcast(const TraceNode& operand, const TraceNode& result, int operand_axes,
                      int result_axes);
  void UnifyInserted(const TraceNode& from, const TraceNode& to, const Axes& axes);
  void UnifyPermuted(const TraceNode& from, const TraceNode& to, const Axes& axes);
  void UnifyDiagonal(const TraceNode& from, const TraceNode& to, const Axes& axes);
  void UnifyReduce(const TraceNode& from, const TraceNode& to);
  void UnifyReshape(const TraceNode& from, const TraceNode& to);
  void UnifyMatmul(const TraceNode& node);
  void UnifyScatter(const TraceNode& node);

  Extent SymbolOf(int number);
  Extent ExtentOf(int number) {
    const int64_t known = classes_.Known(number);
    return known != 0 ? Extent(known) : SymbolOf(classes_.Find(number));
  }
  Shape ShapeOf(const TraceNode& node);
  std::string LettersOf(const TraceNode& node);
  Attrs AttrsOf(const TraceNode& node);
  absl::StatusOr<NodeId> Add(const TraceNode& node);
  absl::StatusOr<NodeId> AddInBlocks(const TraceNode& node, NodeId operand);
  absl::StatusOr<NodeId> AddInsert(const TraceNode& node, Inputs inputs);
  absl::StatusOr<NodeId> AddScatter(const TraceNode& node, Inputs inputs);
  absl::StatusOr<NodeId> Permuted(NodeId id, const Axes& axes);
  absl::StatusOr<NodeId> InMemoryOrder(const TraceNode& root, NodeId id);

  absl::Status AddParams();
  absl::StatusOr<NodeId> AddLeaf(const TraceNode& node);
  absl::StatusOr<NodeId> AddScalar(const TraceNode& node);

  const Trace& trace_;
  Classes classes_;
  std::vector<NodeId> leaves_, wholes_;  // parameters
  std::vector<int> symbols_;             // of each number; -1: none yet
  std::vector<NodeId> ids_;
  BuiltGraph built_;
};

absl::StatusOr<BuiltGraph> Builder::Run() {
  symbols_.assign(trace_.numbers.size(), -1);
  for (const TraceNode& node : trace_.nodes) {
    if (!node.is_leaf()) Unify(node);
  }
  BL_RETURN_IF_ERROR(AddParams());
  for (const TraceNode& node : trace_.nodes) {
    BL_ASSIGN_OR_RETURN(const NodeId id, Add(node));
    ids_.push_back(id);
  }
  std::vector<NodeId> outputs;
  for (int root : trace_.roots) {
    BL_ASSIGN_OR_RETURN(const NodeId id, InMemoryOrder(trace_.nodes[root], ids_[root]));
    outputs.push_back(id);
  }
  built_.graph.set_outputs(std::move(outputs));
  return std::move(built_);
}

void Builder::Unify(const TraceNode& node) {
  switch (InfoOf(node.expr->op).shape_rule) {
    case ShapeRule::kElementwise:
    case ShapeRule::kGather:
    case ShapeRule::kBroadcastTo:
      for (int i = 0; i < node.num_inputs; ++i) {
        const int axes = Input(node, i).expr->rank() - PickedAxesOf(node, i);
        UnifyBroadcast(Input(node, i), node, axes, node.expr->rank());
      }
      return;
    case ShapeRule::kExpandDims:
      return UnifyInserted(Input(node, 0), node, node.expr->attrs.Ints(AttrName::k_axes));
    case ShapeRule::kSqueeze:
      return UnifyInserted(node, Input(node, 0), node.expr->attrs.Ints(AttrName::k_axes));
    case ShapeRule::kPermute:
      return UnifyPermuted(Input(node, 0), node, node.expr->attrs.Ints(AttrName::k_axes));
    case ShapeRule::kDiagonal:
      return UnifyDiagonal(Input(node, 0), node, node.expr->attrs.Ints(AttrName::k_axes));
    case ShapeRule::kReduce: return UnifyReduce(Input(node, 0), node);
    case ShapeRule::kReshape:
      if (const int from = UndoneBy(trace_, node); from >= 0)
        return UnifyInserted(trace_.nodes[from], node, {});
      return UnifyReshape(Input(node, 0), node);
    case ShapeRule::kMatmul: return UnifyMatmul(node);
    case ShapeRule::kSlice:
      for (int axis = 0; axis < node.expr->rank(); ++axis) {
        const bool whole = SliceClass(*Input(node, 0).expr, node.expr->attrs, axis) == 'w';
        if (whole) classes_.Unite(AxisOf(Input(node, 0), axis), AxisOf(node, axis));
      }
      return;
    case ShapeRule::kInsert:
      for (int axis = 0; axis < node.expr->rank(); ++axis) {
        classes_.Unite(AxisOf(Input(node, 0), axis), AxisOf(node, axis));
        const bool whole = SliceClass(*Input(node, 0).expr, node.expr->attrs, axis) == 'w';
        if (whole) classes_.Unite(AxisOf(Input(node, 1), axis), AxisOf(node, axis));
      }
      return;
    case ShapeRule::kScatter: return UnifyScatter(node);
    default: return;
  }
}

// Leading axes of both, aligned at the right.
void Builder::UnifyBroadcast(const TraceNode& operand, const TraceNode& result, int operand_axes,
                             int result_axes) {
  for (int axis = 0; axis < operand_axes; ++axis) {
    const int to = result_axes - operand_axes + axis;
    if (IsBroadcast(operand.expr->shape[axis], result.expr->shape[to]))
      classes_.MakeOne(AxisOf(operand, axis));
    else
      classes_.Unite(AxisOf(operand, axis), AxisOf(result, to));
  }
}

// `to` has the axes of `from` and, of extent 1, `axes`. A squeeze is that read backwards.
void Builder::UnifyInserted(const TraceNode& from, const TraceNode& to, const Axes& axes) {
  int next = 0;
  for (int axis = 0; axis < to.expr->rank(); ++axis) {
    if (std::find(axes.begin(), axes.end(), axis) != axes.end())
      classes_.MakeOne(AxisOf(to, axis));
    else
      classes_.Unite(AxisOf(from, next++), AxisOf(to, axis));
  }
}

void Builder::UnifyPermuted(const TraceNode& from, const TraceNode& to, const Axes& axes) {
  for (size_t axis = 0; axis < axes.size(); ++axis)
    classes_.Unite(AxisOf(from, axes[axis]), AxisOf(to, axis));
}

void Builder::UnifyDiagonal(const TraceNode& from, const TraceNode& to, const Axes& axes) {
  for (int axis = 0; axis < from.expr->rank(); ++axis) {
    if (axis != axes[1]) classes_.Unite(AxisOf(from, axis), AxisOf(to, axis));
  }
  classes_.Unite(AxisOf(from, axes[0]), AxisOf(from, axes[1]));
  classes_.MakeOne(AxisOf(to, axes[1]));
}

void Builder::UnifyReduce(const TraceNode& from, const TraceNode& to) {
  const Axes& axes = to.expr->attrs.Ints(AttrName::k_axes);
  const bool keepdims = to.expr->attrs.IntOr(AttrName::k_keepdims, 0) != 0;
  if (const int64_t extent = UnrolledExtent(trace_, to); extent > 0)
    classes_.MakeKnown(AxisOf(from, axes[0]), extent);
  int next = 0;
  for (int axis = 0; axis < from.expr->rank(); ++axis) {
    const bool reduced = std::find(axes.begin(), axes.end(), axis) != axes.end();
    if (!reduced)
      classes_.Unite(AxisOf(from, axis), AxisOf(to, next));
    else if (keepdims)
      classes_.MakeOne(AxisOf(to, next));
    next += !reduced || keepdims;
  }
}

void Builder::UnifyReshape(const TraceNode& from, const TraceNode& to) {
  const Axes& groups = to.expr->attrs.Ints(AttrName::k_groups);
  int i = 0, j = 0;
  for (size_t g = 0; g < groups.size(); g += 2) {
    if (groups[g] == 1 && groups[g + 1] == 1) classes_.Unite(AxisOf(from, i), AxisOf(to, j));
    if (groups[g] == 0 && groups[g + 1] == 1) classes_.MakeOne(AxisOf(to, j));
    if (groups[g] == 1 && groups[g + 1] == 0) classes_.MakeOne(AxisOf(from, i));
    i += static_cast<int>(groups[g]);
    j += static_cast<int>(groups[g + 1]);
  }
}

void Builder::UnifyMatmul(const TraceNode& node) {
  const TraceNode& a = Input(node, 0);
  const TraceNode& b = Input(node, 1);
  const int a_rank = a.expr->rank(), b_rank = b.expr->rank(), rank = node.expr->rank();
  classes_.Unite(AxisOf(a, a_rank - 1), AxisOf(b, std::max(0, b_rank - 2)));
  if (a_rank > 1) classes_.Unite(AxisOf(a, a_rank - 2), AxisOf(node, rank - 1 - (b_rank > 1)));
  if (b_rank > 1) classes_.Unite(AxisOf(b, b_rank - 1), AxisOf(node, rank - 1));
  const int batch = rank - (a_rank > 1) - (b_rank > 1);
  if (a_rank > 2) UnifyBroadcast(a, node, a_rank - 2, batch);
  if (b_rank > 2) UnifyBroadcast(b, node, b_rank - 2, batch);
}

void Builder::UnifyScatter(const TraceNode& node) {
  const TraceNode &base = Input(node, 0), &rows = Input(node, 1);
  const Axes& axes = node.expr->attrs.Ints(AttrName::k_axes);
  int next = 1;
  for (int axis = 0; axis < node.expr->rank(); ++axis) {
    classes_.Unite(AxisOf(base, axis), AxisOf(node, axis));
    if (std::find(axes.begin(), axes.end(), axis) == axes.end())
      classes_.Unite(AxisOf(rows, next++), AxisOf(node, axis));
  }
  const bool is_masked = Input(node, 2).expr->dtype.is_bool();
  for (size_t k = 0; is_masked && k < axes.size(); ++k)
    classes_.Unite(AxisOf(Input(node, 2), k), AxisOf(node, axes[k]));
  for (int i = 2; !is_masked && i < node.num_inputs; ++i)
    classes_.Unite(AxisOf(rows, 0), AxisOf(Input(node, i), 0));
}

Extent Builder::SymbolOf(int number) {
  if (symbols_[number] < 0) {
    symbols_[number] = static_cast<int>(built_.bindings.size());
    built_.bindings.push_back(number);
  }
  return Extent::Symbol(symbols_[number]);
}

Shape Builder::ShapeOf(const TraceNode& node) {
  Shape shape;
  for (int axis = 0; axis < node.expr->rank(); ++axis)
    shape.push_back(ExtentOf(AxisOf(node, axis)));
  return shape;
}

// An axis of extent 1 for ever does not move, and nothing is joint with it.
std::string Builder::LettersOf(const TraceNode& node) {
  std::string letters =
      LayoutLetters(node.expr->shape, trace_.arrays[node.leaf].strides, node.expr->dtype.size());
  for (int axis = 0; axis < node.expr->rank(); ++axis) {
    if (!classes_.IsOne(AxisOf(node, axis))) continue;
    letters[axis] = '0';
    if (axis > 0 && letters[axis - 1] == 'j') letters[axis - 1] = 's';
  }
  return letters;
}

Attrs Builder::AttrsOf(const TraceNode& node) {
  const Expr& expr = *node.expr;
  if (expr.op == Op::k_gather) return {};  // its axes are for errors only
  Attrs attrs = expr.attrs;
  if (attrs.Has(AttrName::k_shape)) attrs.Set(AttrName::k_shape, ShapeOf(node));
  if (InfoOf(expr.op).is_reduce() && WalksColumns(trace_, node))
    attrs.Set(AttrName::k_columns, int64_t{1});
  const bool is_insert = expr.op == Op::k_insert;
  if (expr.op != Op::k_slice && !is_insert) return attrs;
  Shape starts, steps;
  for (int axis = 0; axis < expr.rank(); ++axis) {
    const char kind = SliceClass(*Input(node, 0).expr, expr.attrs, axis);
    const int64_t known = kind == 'w' ? 0 : is_insert ? -1 : KnownStart(trace_, node, axis);
    starts.push_back(known >= 0 ? Extent(known) : SymbolOf(AxisOf(node, expr.rank() + axis)));
    steps.push_back(kind != 's' ? Extent(1) : SymbolOf(AxisOf(node, 2 * expr.rank() + axis)));
  }
  attrs.Set(AttrName::k_starts, starts)
      .Set(AttrName::k_steps, steps)
      .Set(AttrName::k_sizes, ShapeOf(is_insert ? Input(node, 1) : node));
  return attrs;
}

// Leaves in their order, then what some of them are slices of.
absl::Status Builder::AddParams() {
  for (int leaf : trace_.leaves) {
    const TraceNode& node = trace_.nodes[leaf];
    BL_ASSIGN_OR_RETURN(leaves_.emplace_back(),
                        built_.graph.AddParam({node.expr->dtype, ShapeOf(node)}, LettersOf(node),
                                              trace_.finite[node.leaf]));
  }
  for (const WholeLeaf& whole : trace_.wholes) {
    Shape shape;
    for (size_t axis = 0; axis < whole.shape.size(); ++axis)
      shape.push_back(SymbolOf(whole.first_number + static_cast<int>(axis)));
    BL_ASSIGN_OR_RETURN(
        wholes_.emplace_back(),
        built_.graph.AddParam({whole.dtype, shape},
                              LayoutLetters(whole.shape, whole.array.strides, whole.dtype.size())));
  }
  return absl::OkStatus();
}

absl::StatusOr<NodeId> Builder::AddLeaf(const TraceNode& node) {
  if (trace_.shifted.empty() || trace_.shifted[node.leaf].whole < 0) return leaves_[node.leaf];
  const ShiftedLeaf& leaf = trace_.shifted[node.leaf];
  const Shape starts(leaf.starts.begin(), leaf.starts.end()), steps(starts.size(), Extent(1));
  Attrs attrs;
  attrs.Set(AttrName::k_starts, starts).Set(AttrName::k_steps, steps);
  attrs.Set(AttrName::k_sizes, ShapeOf(node));
  return built_.graph.Add(Op::k_slice, {wholes_[leaf.whole]}, std::move(attrs));
}

// All of them, in their order, though nothing reads those that equal others.
absl::StatusOr<NodeId> Builder::AddScalar(const TraceNode& node) {
  const size_t number = built_.graph.scalars().size();
  BL_ASSIGN_OR_RETURN(const NodeId id,
                      built_.graph.AddScalar(node.expr->dtype, IsFinite(node.expr->scalar)));
  return trace_.equals.empty() ? id : built_.graph.scalars()[trace_.equals[number]];
}

absl::StatusOr<NodeId> Builder::Add(const TraceNode& node) {
  if (node.is_leaf()) return AddLeaf(node);
  if (node.expr->op == Op::k_scalar) return AddScalar(node);
  if (const int from = UndoneBy(trace_, node); from >= 0) return ids_[from];
  Inputs inputs;
  for (int input : trace_.InputsOf(node)) inputs.push_back(ids_[input]);
  if (node.expr->op == Op::k_insert) return AddInsert(node, std::move(inputs));
  if (node.expr->op == Op::k_scatter) return AddScatter(node, std::move(inputs));
  if (node.first_block_number >= 0) return AddInBlocks(node, inputs[0]);
  return built_.graph.Add(node.expr->op, std::move(inputs), AttrsOf(node));
}

absl::StatusOr<NodeId> Builder::AddInBlocks(const TraceNode& node, NodeId operand) {
  const int first = node.first_block_number;
  const bool has_rest = trace_.numbers[first + 3] > 0;
  const RowBlocks blocks{SymbolOf(first), SymbolOf(first + 1), SymbolOf(first + 2),
                         has_rest ? SymbolOf(first + 3) : Extent(0)};
  return AddVarianceInBlocks(built_.graph, operand, *node.expr, blocks);
}

// Results of steps are stored in C order, so this is done in the order of memory.
absl::StatusOr<NodeId> Builder::AddInsert(const TraceNode& node, Inputs inputs) {
  const auto& order = node.expr->layout.order;
  const Axes axes(order.begin(), order.end());
  Attrs attrs = AttrsOf(node);
  if (std::is_sorted(axes.begin(), axes.end()))
    return built_.graph.Add(Op::k_insert, std::move(inputs), std::move(attrs));
  for (NodeId& input : inputs) {
    BL_ASSIGN_OR_RETURN(input, Permuted(input, axes));
  }
  for (AttrName name : {AttrName::k_starts, AttrName::k_steps, AttrName::k_sizes}) {
    const Shape numbers = attrs.Dims(name);
    Shape permuted;
    for (int64_t axis : axes) permuted.push_back(numbers[axis]);
    attrs.Set(name, permuted);
  }
  BL_ASSIGN_OR_RETURN(const NodeId id,
                      built_.graph.Add(Op::k_insert, std::move(inputs), std::move(attrs)));
  return Permuted(id, Inverse(axes));
}

// The same. Rows have a first axis of their own, then those that no index picks along.
absl::StatusOr<NodeId> Builder::AddScatter(const TraceNode& node, Inputs inputs) {
  const auto& order = node.expr->layout.order;
  const Axes axes(order.begin(), order.end());
  const Axes& picked = node.expr->attrs.Ints(AttrName::k_axes);
  const Axes back = Inverse(axes);
  Axes moved, places(axes.size()), of_rows = {0};
  for (int64_t axis : picked) moved.push_back(back[axis]);
  int64_t next = 1;  // of the axes of a row
  for (int64_t axis = 0; axis < node.expr->rank(); ++axis)
    places[axis] = std::find(picked.begin(), picked.end(), axis) == picked.end() ? next++ : 0;
  for (int64_t axis : axes) {
    if (places[axis] > 0) of_rows.push_back(places[axis]);
  }
  BL_ASSIGN_OR_RETURN(inputs[0], Permuted(inputs[0], axes));
  BL_ASSIGN_OR_RETURN(inputs[1], Permuted(inputs[1], of_rows));
  BL_ASSIGN_OR_RETURN(const NodeId id, built_.graph.Add(Op::k_scatter, std::move(inputs),
                                                        Attrs().Set(AttrName::k_axes, moved)));
  return Permuted(id, back);
}

absl::StatusOr<NodeId> Builder::Permuted(NodeId id, const Axes& axes) {
  if (std::is_sorted(axes.begin(), axes.end())) return id;
  return built_.graph.Add(Op::k_permute_dims, {id}, Attrs().Set(AttrName::k_axes, axes));
}

// Results are stored in C order, so their axes are put in the order in which they are to lie.
absl::StatusOr<NodeId> Builder::InMemoryOrder(const TraceNode& root, NodeId id) {
  const auto& order = root.expr->layout.order;
  return Permuted(id, Axes(order.begin(), order.end()));
}

}  // namespace

absl::StatusOr<BuiltGraph> BuildGraph(const Trace& trace) { return Builder(trace).Run(); }

}  // namespace broadloom
