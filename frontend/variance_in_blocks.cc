#include "frontend/variance_in_blocks.h"

#include "ir/status_macros.h"
#include "passes/build.h"

namespace broadloom {
namespace {

class Builder {
 public:
  Builder(Graph& graph, const Expr& reduction, const RowBlocks& blocks, int row)
      : graph_(graph), reduction_(reduction), blocks_(blocks), row_(row) {}

  absl::StatusOr<NodeId> Build(NodeId operand) {
    BL_ASSIGN_OR_RETURN(const NodeId cast, AddCast(graph_, operand, reduction_.dtype));
    BL_ASSIGN_OR_RETURN(const NodeId x, AddCast(graph_, cast, compute_));
    BL_ASSIGN_OR_RETURN(std::vector<Part> parts, PartsOf(x));
    BL_ASSIGN_OR_RETURN(const NodeId total, Total(parts, &Part::sum));
    const Extent all = graph_.node(x).shape()[row_];
    BL_ASSIGN_OR_RETURN(const NodeId mean, Quotient(total, all));
    for (Part& part : parts) {
      BL_ASSIGN_OR_RETURN(part.joined, JoinedAbout(mean, part));
    }
    BL_ASSIGN_OR_RETURN(const NodeId squares, Total(parts, &Part::joined));
    const AttrValue* const given = reduction_.attrs.Find(AttrName::k_correction);
    const double correction = given == nullptr ? 0 : AsDouble(std::get<Scalar>(*given));
    BL_ASSIGN_OR_RETURN(const NodeId divisor, AddDivisor(graph_, {all}, correction, compute_));
    BL_ASSIGN_OR_RETURN(NodeId result, graph_.Add(Op::k_divide, {squares, divisor}, {}));
    if (reduction_.op == Op::k_std) {
      BL_ASSIGN_OR_RETURN(result, graph_.Add(Op::k_sqrt, {result}, {}));
    }
    BL_ASSIGN_OR_RETURN(result, Squeezed(result));
    return AddCast(graph_, result, reduction_.dtype);
  }

 private:
  enum class Over { kBlocks, kElements };

  // Of each block a number, along an axis of blocks and one of extent 1 in place of the row.
  struct Part {
    Extent size;
    NodeId sum = -1, mean = -1;
    NodeId distances = -1, squares = -1;  // sums about the mean
    NodeId joined = -1;                   // squares about the mean of all
  };

  absl::StatusOr<std::vector<Part>> PartsOf(NodeId x) {
    if (blocks_.rest.is(0)) {
      BL_ASSIGN_OR_RETURN(const Part all, PartOf(x, blocks_.count, blocks_.size));
      return std::vector<Part>{all};
    }
    BL_ASSIGN_OR_RETURN(const NodeId first, Slice(x, 0, blocks_.blocked));
    BL_ASSIGN_OR_RETURN(const NodeId last, Slice(x, blocks_.blocked, blocks_.rest));
    BL_ASSIGN_OR_RETURN(const Part blocked, PartOf(first, blocks_.count, blocks_.size));
    BL_ASSIGN_OR_RETURN(const Part rest, PartOf(last, 1, blocks_.rest));
    return std::vector<Part>{blocked, rest};
  }

  absl::StatusOr<NodeId> Slice(NodeId x, Extent start, Extent size) {
    Shape sizes = graph_.node(x).shape();
    Shape starts(sizes.size(), Extent(0)), steps(sizes.size(), Extent(1));
    starts[row_] = start;
    sizes[row_] = size;
    Attrs slice;
    slice.Set(AttrName::k_starts, starts)
        .Set(AttrName::k_steps, steps)
        .Set(AttrName::k_sizes, sizes);
    return graph_.Add(Op::k_slice, {x}, std::move(slice));
  }

  absl::StatusOr<Part> PartOf(NodeId x, Extent count, Extent size) {
    Shape shape = graph_.node(x).shape();
    shape[row_] = count;
    shape.push_back(size);
    Axes groups(2 * row_, 1);
    groups.insert(groups.end(), {1, 2});
    BL_ASSIGN_OR_RETURN(const NodeId blocks, AddReshape(graph_, x, groups, shape));
    Part part;
    part.size = size;
    BL_ASSIGN_OR_RETURN(part.sum, Sum(blocks, Over::kElements));
    BL_ASSIGN_OR_RETURN(part.mean, Quotient(part.sum, size));
    BL_ASSIGN_OR_RETURN(const NodeId distance, Binary(Op::k_subtract, blocks, part.mean));
    BL_ASSIGN_OR_RETURN(part.distances, Sum(distance, Over::kElements));
    BL_ASSIGN_OR_RETURN(const NodeId square, Binary(Op::k_multiply, distance, distance));
    BL_ASSIGN_OR_RETURN(part.squares, Sum(square, Over::kElements));
    return part;
  }

  // Where something overflows it is what two passes give: infinity, or NaN where x has one or is
  // infinite. The middle term is small beside the others, and is left out where it overflows; of a
  // block whose mean is infinite its own squares tell, unless infinities of both signs meet.
  absl::StatusOr<NodeId> JoinedAbout(NodeId mean, const Part& part) {
    BL_ASSIGN_OR_RETURN(const NodeId zero, AddConstant(graph_, MakeScalar(compute_, 0)));
    BL_ASSIGN_OR_RETURN(const NodeId away, Binary(Op::k_subtract, part.mean, mean));
    BL_ASSIGN_OR_RETURN(const NodeId twice, Binary(Op::k_add, away, away));
    BL_ASSIGN_OR_RETURN(const NodeId middle, Binary(Op::k_multiply, twice, part.distances));
    BL_ASSIGN_OR_RETURN(const NodeId rounding, Where(Op::k_isfinite, middle, middle, zero));
    BL_ASSIGN_OR_RETURN(const NodeId square, Binary(Op::k_multiply, away, away));
    BL_ASSIGN_OR_RETURN(const NodeId size, Number(part.size));
    BL_ASSIGN_OR_RETURN(const NodeId between, Binary(Op::k_multiply, square, size));
    BL_ASSIGN_OR_RETURN(const NodeId within, Binary(Op::k_add, part.squares, rounding));
    BL_ASSIGN_OR_RETURN(const NodeId joined, Binary(Op::k_add, within, between));
    BL_ASSIGN_OR_RETURN(const NodeId own, Where(Op::k_isnan, mean, mean, part.squares));
    return Where(Op::k_isfinite, part.mean, joined, own);
  }

  absl::StatusOr<NodeId> Where(Op test, NodeId tested, NodeId x, NodeId y) {
    BL_ASSIGN_OR_RETURN(const NodeId condition, graph_.Add(test, {tested}, {}));
    return graph_.Add(Op::k_where, {condition, x, y}, {});
  }
  absl::StatusOr<NodeId> Binary(Op op, NodeId x, NodeId y) { return graph_.Add(op, {x, y}, {}); }

  absl::StatusOr<NodeId> Sum(NodeId x, Over over) {
    Attrs attrs;
    attrs.Set(AttrName::k_axes, Axes{row_ + (over == Over::kElements ? 1 : 0)})
        .Set(AttrName::k_keepdims, int64_t{1})
        .Set(AttrName::k_order, std::string("lanes"));
    return graph_.Add(Op::k_sum, {x}, std::move(attrs));
  }

  absl::StatusOr<NodeId> Total(const std::vector<Part>& parts, NodeId Part::* what) {
    BL_ASSIGN_OR_RETURN(NodeId total, Sum(parts[0].*what, Over::kBlocks));
    if (parts.size() > 1) {
      BL_ASSIGN_OR_RETURN(total, Binary(Op::k_add, total, parts[1].*what));
    }
    return total;
  }

  absl::StatusOr<NodeId> Number(Extent extent) {
    return AddDivisor(graph_, {extent}, /*correction=*/0, compute_);
  }

  absl::StatusOr<NodeId> Quotient(NodeId sum, Extent count) {
    BL_ASSIGN_OR_RETURN(const NodeId number, Number(count));
    return Binary(Op::k_divide, sum, number);
  }

  absl::StatusOr<NodeId> Squeezed(NodeId x) {
    Axes axes = {row_ + 1};
    if (reduction_.attrs.IntOr(AttrName::k_keepdims, 0) == 0) axes.insert(axes.begin(), row_);
    return graph_.Add(Op::k_squeeze, {x}, Attrs().Set(AttrName::k_axes, axes));
  }

  Graph& graph_;
  const Expr& reduction_;
  const RowBlocks& blocks_;
  const int row_;  // the last axis
  const DType compute_ = MachineType(reduction_.dtype);
};

}  // namespace

std::optional<RowBlocks> BlocksOf(const Expr& reduction, const Expr& from) {
  constexpr int64_t kSize = 4096, kLeast = 1 << 18;  // a block is in the first-level cache
  const bool is_variance = reduction.op == Op::k_var || reduction.op == Op::k_std;
  if (!is_variance || reduction.dtype.is_complex()) return std::nullopt;
  const Axes& axes = reduction.attrs.Ints(AttrName::k_axes);
  const bool is_last =
      axes.size() == 1 && axes[0] == from.rank() - 1 && from.layout.order.back() == from.rank() - 1;
  const int64_t extent = is_last ? from.shape.back().value() : 0;
  if (extent < kLeast || NumElements(from.shape) != extent) return std::nullopt;
  return RowBlocks{extent / kSize, kSize, extent / kSize * kSize, extent % kSize};
}

absl::StatusOr<NodeId> AddVarianceInBlocks(Graph& graph, NodeId operand, const Expr& reduction,
                                           const RowBlocks& blocks) {
  return Builder(graph, reduction, blocks, graph.node(operand).rank() - 1).Build(operand);
}

}  // namespace broadloom
