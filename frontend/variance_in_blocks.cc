#include "frontend/variance_in_blocks.h"

#include <algorithm>

#include "ir/status_macros.h"
#include "passes/build.h"

namespace broadloom {
namespace {

class Builder {
 public:
  Builder(Graph& graph, const Expr& expr, const BlockExtents& blocks)
      : graph_(graph), expr_(expr), blocks_(blocks) {}

  absl::StatusOr<NodeId> Build(NodeId operand) {
    BL_ASSIGN_OR_RETURN(const NodeId given, AddCast(graph_, operand, expr_.dtype));
    BL_ASSIGN_OR_RETURN(const NodeId x, AddCast(graph_, given, compute_));
    const Extent all = graph_.node(x).shape().back();
    const bool has_rest = !blocks_.rest.is(0);
    BL_ASSIGN_OR_RETURN(const Part blocked, PartOf(x, 0, blocks_.count, blocks_.size));
    Part rest;
    BL_ASSIGN_OR_RETURN(NodeId total, Sum(blocked.sum, Over::kBlocks));
    if (has_rest) {
      BL_ASSIGN_OR_RETURN(rest, PartOf(x, blocks_.blocked, 1, blocks_.rest));
      BL_ASSIGN_OR_RETURN(total, graph_.Add(Op::k_add, {total, rest.sum}, {}));
    }
    BL_ASSIGN_OR_RETURN(const NodeId mean, Quotient(total, all));
    BL_ASSIGN_OR_RETURN(NodeId squares, SquaresAbout(mean, blocked));
    if (has_rest) {
      BL_ASSIGN_OR_RETURN(const NodeId others, SquaresAbout(mean, rest));
      BL_ASSIGN_OR_RETURN(squares, graph_.Add(Op::k_add, {squares, others}, {}));
    }
    BL_ASSIGN_OR_RETURN(const NodeId divisor, Divisor(all));
    BL_ASSIGN_OR_RETURN(NodeId result, graph_.Add(Op::k_divide, {squares, divisor}, {}));
    if (expr_.op == Op::k_std) {
      BL_ASSIGN_OR_RETURN(result, graph_.Add(Op::k_sqrt, {result}, {}));
    }
    BL_ASSIGN_OR_RETURN(result, Squeezed(result));
    return AddCast(graph_, result, expr_.dtype);
  }

 private:
  enum class Over { kBlocks, kElements };

  // Of each block: nodes with axes of extent `count` and 1 in place of the row's.
  struct Part {
    NodeId sum = -1, mean = -1, squares = -1;  // squares about the block's mean
    Extent size;
  };

  int Row() const { return static_cast<int>(expr_.inputs[0]->shape.size()) - 1; }

  absl::StatusOr<NodeId> Cut(NodeId x, Extent start, Extent count, Extent size) {
    const Shape& from = graph_.node(x).shape();
    Shape starts(from.size(), Extent(0)), steps(from.size(), Extent(1)), sizes = from;
    starts.back() = start;
    sizes.back() = start.is(0) ? blocks_.blocked : blocks_.rest;
    Shape cut = from;
    cut.back() = count;
    cut.push_back(size);
    Axes groups;
    for (int axis = 0; axis < Row(); ++axis) groups.insert(groups.end(), {1, 1});
    groups.insert(groups.end(), {1, 2});
    if (!blocks_.rest.is(0)) {
      Attrs slice;
      slice.Set(AttrName::k_starts, starts)
          .Set(AttrName::k_steps, steps)
          .Set(AttrName::k_sizes, sizes);
      BL_ASSIGN_OR_RETURN(x, graph_.Add(Op::k_slice, {x}, std::move(slice)));
    }
    return AddReshape(graph_, x, std::move(groups), std::move(cut));
  }

  absl::StatusOr<Part> PartOf(NodeId x, Extent start, Extent count, Extent size) {
    Part part;
    part.size = size;
    BL_ASSIGN_OR_RETURN(const NodeId blocks, Cut(x, start, count, size));
    BL_ASSIGN_OR_RETURN(part.sum, Sum(blocks, Over::kElements));
    BL_ASSIGN_OR_RETURN(part.mean, Quotient(part.sum, size));
    BL_ASSIGN_OR_RETURN(const NodeId squares, SquaresOf(blocks, part.mean));
    BL_ASSIGN_OR_RETURN(part.squares, Sum(squares, Over::kElements));
    return part;
  }

  absl::StatusOr<NodeId> SquaresOf(NodeId x, NodeId mean) {
    BL_ASSIGN_OR_RETURN(const NodeId distance, graph_.Add(Op::k_subtract, {x, mean}, {}));
    return graph_.Add(Op::k_multiply, {distance, distance}, {});
  }

  absl::StatusOr<NodeId> SquaresAbout(NodeId mean, const Part& part) {
    BL_ASSIGN_OR_RETURN(NodeId between, SquaresOf(part.mean, mean));
    BL_ASSIGN_OR_RETURN(between, Sum(between, Over::kBlocks));
    BL_ASSIGN_OR_RETURN(const NodeId size, Number(part.size));
    BL_ASSIGN_OR_RETURN(between, graph_.Add(Op::k_multiply, {between, size}, {}));
    BL_ASSIGN_OR_RETURN(const NodeId within, Sum(part.squares, Over::kBlocks));
    return graph_.Add(Op::k_add, {within, between}, {});
  }

  // Over blocks, or over the elements of each.
  absl::StatusOr<NodeId> Sum(NodeId x, Over over) {
    Attrs attrs;
    attrs.Set(AttrName::k_axes, Axes{Row() + (over == Over::kElements ? 1 : 0)})
        .Set(AttrName::k_keepdims, int64_t{1})
        .Set(AttrName::k_order, std::string("lanes"));
    return graph_.Add(Op::k_sum, {x}, std::move(attrs));
  }

  absl::StatusOr<NodeId> Number(Extent extent) {
    BL_ASSIGN_OR_RETURN(const NodeId number, AddExtent(graph_, extent));
    return AddCast(graph_, number, compute_);
  }

  absl::StatusOr<NodeId> Quotient(NodeId sum, Extent count) {
    BL_ASSIGN_OR_RETURN(const NodeId number, Number(count));
    return graph_.Add(Op::k_divide, {sum, number}, {});
  }

  // max(count - correction, 0), counted in float64 and rounded once.
  absl::StatusOr<NodeId> Divisor(Extent all) {
    BL_ASSIGN_OR_RETURN(NodeId count, AddExtent(graph_, all));
    const AttrValue* const correction = expr_.attrs.Find(AttrName::k_correction);
    if (correction == nullptr || AsDouble(std::get<Scalar>(*correction)) == 0)
      return AddCast(graph_, count, compute_);
    BL_ASSIGN_OR_RETURN(count, AddCast(graph_, count, DType::kFloat64));
    BL_ASSIGN_OR_RETURN(const NodeId less, AddConstant(graph_, std::get<Scalar>(*correction)));
    BL_ASSIGN_OR_RETURN(const NodeId zero, AddConstant(graph_, MakeScalar(DType::kFloat64, 0)));
    BL_ASSIGN_OR_RETURN(count, graph_.Add(Op::k_subtract, {count, less}, {}));
    BL_ASSIGN_OR_RETURN(count, graph_.Add(Op::k_maximum, {count, zero}, {}));
    return AddCast(graph_, count, compute_);
  }

  absl::StatusOr<NodeId> Squeezed(NodeId x) {
    Axes axes = {Row() + 1};
    if (expr_.attrs.IntOr(AttrName::k_keepdims, 0) == 0) axes.insert(axes.begin(), Row());
    return graph_.Add(Op::k_squeeze, {x}, Attrs().Set(AttrName::k_axes, axes));
  }

  Graph& graph_;
  const Expr& expr_;
  const BlockExtents& blocks_;
  const DType compute_ = MachineType(expr_.dtype);
};

}  // namespace

std::optional<RowBlocks> BlocksOf(const Expr& expr) {
  constexpr int64_t kSize = 4096, kLeast = 1 << 18;  // a block is in the first-level cache
  if ((expr.op != Op::k_var && expr.op != Op::k_std) || expr.dtype.is_complex())
    return std::nullopt;
  const Expr& from = *expr.inputs[0];
  const Axes& axes = expr.attrs.Ints(AttrName::k_axes);
  const bool is_last =
      axes.size() == 1 && axes[0] == from.rank() - 1 && from.layout.order.back() == from.rank() - 1;
  const int64_t extent = is_last ? from.shape.back().value() : 0;
  if (extent < kLeast || NumElements(from.shape) != extent) return std::nullopt;
  return RowBlocks{extent / kSize, kSize, extent % kSize};
}

absl::StatusOr<NodeId> AddVarianceInBlocks(Graph& graph, NodeId operand, const Expr& expr,
                                           const BlockExtents& blocks) {
  return Builder(graph, expr, blocks).Build(operand);
}

}  // namespace broadloom
