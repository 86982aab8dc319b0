// Decides how each kernel loops and writes the decision into its body's attributes, where it is
// printed, tested and hashed.
//
//     map       every item is a block of the vector axis at one position of the other axes;
//               reductions in the body are loops of their own, one accumulator per result
//     columns   reductions over many elements that lie far apart, with results along several axes:
//               every item is a block of the vector axis, whose rows are added up one by one
//     rows      every item is one position of the outer axes; stages walk the `inner` axes, one for
//               each reduction, the last one for outputs that have these axes
//     partial   reductions with too few results for the threads: slices of the reduced axes first,
//               then their tree
//
// `vector` is the axis along which most operands and the first output have unit stride; `width`
// gives a group of 128 bytes to reductions, whose order of additions is made of such groups, and
// two registers to plain maps, more to long chains. `pack` names operands that a map's inner loops
// read across the vector axis: they are copied to unit stride once per block. `across` is an axis
// along which some operands have unit stride instead of the vector axis, where stores are: these
// are turned, tile by tile, and it is the innermost loop around the vectors. `tile` rows are
// computed together where they share an operand and their running values fit in registers; a last
// axis of few positions is computed together as a whole (`unroll`). A costly value that a rows
// kernel needs in two stages is kept in the row of an output (`keep`). Nothing here changes a bit
// of a result.
#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "ir/evaluate.h"
#include "ir/rewrite.h"
#include "ir/status_macros.h"
#include "ir/verify.h"
#include "passes/copied_operands.h"
#include "passes/pass.h"
#include "passes/unrolling.h"
#include "passes/vectors.h"

namespace broadloom {
namespace {

std::vector<NodeId> Reductions(const Graph& body) {
  std::vector<NodeId> found;
  for (NodeId id = 0; id < body.size(); ++id) {
    if (body.node(id).info().is_reduce()) found.push_back(id);
  }
  return found;
}

// Some operands vary only along one axis, others only along another: a small input makes a large
// space.
bool IsOuterProduct(const Graph& body) {
  const int rank = static_cast<int>(body.attrs().Dims(AttrName::k_shape).size());
  const auto varies = [&](NodeId param, int axis) { return !body.node(param).shape()[axis].is(1); };
  for (NodeId a : body.params()) {
    for (NodeId b : body.params()) {
      bool only_a = false, only_b = false;
      for (int axis = 0; axis < rank; ++axis) {
        only_a |= varies(a, axis) && !varies(b, axis);
        only_b |= varies(b, axis) && !varies(a, axis);
      }
      if (only_a && only_b) return true;
    }
  }
  return false;
}

bool ReadsReduction(const Graph& body, NodeId id) {
  std::vector<bool> reads(body.size());
  for (NodeId node = 0; node <= id; ++node) {
    for (NodeId input : body.node(node).inputs)
      reads[node] = reads[node] || reads[input] || body.node(input).info().is_reduce();
  }
  return reads[id];
}

// Whether all reductions walk one space, none inside another.
bool WalkOnce(const Graph& body, const std::vector<NodeId>& reductions) {
  if (reductions.empty() || IsOuterProduct(body)) return false;
  const Node& first = body.node(reductions[0]);
  if (first.attrs.Ints(AttrName::k_axes).empty()) return false;
  for (NodeId id : reductions) {
    const Node& reduce = body.node(id);
    if (reduce.attrs.Ints(AttrName::k_axes) != first.attrs.Ints(AttrName::k_axes)) return false;
    if (!(body.node(reduce.inputs[0]).shape() == body.node(first.inputs[0]).shape())) return false;
    if (ReadsReduction(body, id)) return false;
  }
  return true;
}

// Results along at most one axis.
bool IsPartial(const Graph& body, const std::vector<NodeId>& reductions) {
  if (!WalkOnce(body, reductions)) return false;
  const Shape& shape = body.node(reductions[0]).shape();
  return std::count_if(shape.begin(), shape.end(), [](Extent e) { return !e.is(1); }) <= 1;
}

bool IsColumns(const Graph& body, const std::vector<NodeId>& reductions) {
  if (!WalkOnce(body, reductions)) return false;
  const Shape& shape = body.node(reductions[0]).shape();
  return std::all_of(reductions.begin(), reductions.end(),
                     [&](NodeId id) { return body.node(id).attrs.Has(AttrName::k_columns); }) &&
         std::all_of(body.outputs().begin(), body.outputs().end(),
                     [&](NodeId id) { return body.node(id).shape() == shape; });
}

std::string KindOf(const Graph& body, const std::vector<NodeId>& reductions) {
  if (body.attrs().Has(AttrName::k_inner)) {
    const Node& stage = body.node(reductions[0]);
    const bool one_result =
        std::all_of(stage.shape().begin(), stage.shape().end(), [](Extent e) { return e.is(1); });
    return one_result ? "partial" : "rows";
  }
  if (IsSerial(body)) return "map";
  if (IsPartial(body, reductions)) return "partial";
  return IsColumns(body, reductions) ? "columns" : "map";
}

// Outputs are dense, in C order.
Axes ResultOrder(const Graph& body) {
  const int rank = static_cast<int>(body.attrs().Dims(AttrName::k_shape).size());
  Axes all;
  for (size_t output = 0; output < body.outputs().size(); ++output) {
    for (int axis = 0; axis < rank; ++axis) all.push_back(axis);
  }
  return all;
}

// For each node the number of the first stage that needs it; the walk goes from results to
// operands. A node needed by two stages, costly and as long as a row, is kept.
std::vector<int64_t> KeptIn(const Graph& body, const std::vector<NodeId>& reductions) {
  const Shape& domain = body.attrs().Dims(AttrName::k_shape);
  std::vector<int64_t> kept(body.size(), -1);
  std::vector<int> stages(body.size(), 0);
  const auto mark = [&](NodeId root) {
    std::vector<bool> reached(body.size());
    reached[root] = true;
    for (NodeId id = root; id >= 0; --id) {
      if (!reached[id]) continue;
      ++stages[id];
      if (id != root && body.node(id).info().is_reduce()) continue;
      for (NodeId input : body.node(id).inputs) reached[input] = true;
    }
  };
  for (NodeId id : reductions) mark(id);
  std::vector<bool> used(body.outputs().size());
  for (NodeId output : body.outputs()) {
    if (body.node(output).shape() == domain) mark(output);
  }
  for (NodeId id = 0; id < body.size(); ++id) {
    const Node& node = body.node(id);
    if (!node.info().Is(kCostly) || stages[id] < 2 || !(node.shape() == domain) ||
        node.dtype().is_complex())
      continue;
    for (size_t index = 0; index < body.outputs().size(); ++index) {
      const Node& output = body.node(body.outputs()[index]);
      if (used[index] || output.dtype() != node.dtype() || !(output.shape() == domain)) continue;
      kept[id] = index;
      used[index] = true;
      break;
    }
  }
  return kept;
}

absl::StatusOr<Graph> InsertKeeps(const Graph& body, const std::vector<int64_t>& kept) {
  return Rewrite(
      body,
      [&](NodeId id, const Mapping& mapping, Graph& out) -> absl::StatusOr<std::optional<NodeId>> {
        if (kept[id] < 0) return std::optional<NodeId>();
        BL_ASSIGN_OR_RETURN(const NodeId copy, CopyNode(body, id, mapping, out));
        Attrs attrs;
        attrs.Set(AttrName::k_index, kept[id]);
        BL_ASSIGN_OR_RETURN(const NodeId keep, out.Add(Op::k_keep, {copy}, std::move(attrs)));
        return std::optional<NodeId>(keep);
      });
}

absl::StatusOr<Graph> ScheduleBody(const Graph& given, const PassOptions& options) {
  BL_RETURN_IF_ERROR(VerifyBody(given));
  const auto keep = [](NodeId, const Mapping&, Graph&) { return std::optional<NodeId>(); };
  BL_ASSIGN_OR_RETURN(Graph in, Rewrite(given, keep));  // a body made by hand may hold dead nodes
  if (in.attrs().Has(AttrName::k_kind)) return in;
  const int unrolled = UnrolledAxis(in);
  const std::string kind = unrolled >= 0 ? "map" : KindOf(in, Reductions(in));
  const std::vector<int64_t> kept =
      kind == "rows" ? KeptIn(in, Reductions(in)) : std::vector<int64_t>(in.size(), -1);
  BL_ASSIGN_OR_RETURN(Graph body, InsertKeeps(in, kept));
  const std::vector<NodeId> reductions = Reductions(body);
  if (unrolled >= 0) {
    body.attrs().Erase(AttrName::k_inner);
    body.attrs().Set(AttrName::k_unroll, static_cast<int64_t>(unrolled));
    body.attrs().Set(AttrName::k_vector, static_cast<int64_t>(unrolled - 1));
  } else if (kind == "columns" || (kind == "partial" && !body.attrs().Has(AttrName::k_inner))) {
    body.attrs().Set(AttrName::k_inner, body.node(reductions[0]).attrs.Ints(AttrName::k_axes));
    const Shape& result = body.node(reductions[0]).shape();
    std::vector<bool> allowed(result.size());
    for (size_t axis = 0; axis < result.size(); ++axis) allowed[axis] = !result[axis].is(1);
    body.attrs().Set(AttrName::k_vector, static_cast<int64_t>(VectorAxis(body, allowed)));
  } else {
    const int vector = VectorAxis(body);
    const bool plain = kind == "map" && reductions.empty();
    body.attrs().Set(AttrName::k_vector,
                     static_cast<int64_t>(plain ? AxisOfStores(body, vector) : vector));
  }
  const int vector = static_cast<int>(body.attrs().Int(AttrName::k_vector));
  body.attrs().Set(AttrName::k_kind, kind);
  if (options.fast) body.attrs().Set(AttrName::k_fast, int64_t{1});
  const int tile = kind == "map" && !reductions.empty() && unrolled < 0
                       ? TileRows(body, reductions, vector, options.machine)
                       : 1;
  if (tile > 1) body.attrs().Set(AttrName::k_tile, static_cast<int64_t>(tile));
  const int width = unrolled >= 0 ? UnrolledWidth(body, unrolled, options.machine)
                                  : VectorWidth(body, reductions, options.machine);
  body.attrs().Set(AttrName::k_width, static_cast<int64_t>(width));
  body.attrs().Set(AttrName::k_results, ResultOrder(body));
  const Turning turning =
      kind == "map" && !reductions.empty() ? Turning() : TurningOf(body, kind, vector);
  if (!turning.params.empty()) {
    body.attrs().Set(AttrName::k_pack, turning.params);
    body.attrs().Set(AttrName::k_across, static_cast<int64_t>(turning.across));
  } else if (kind == "map" && unrolled < 0) {
    const Axes packed = Packed(body, reductions, vector);
    if (!packed.empty()) body.attrs().Set(AttrName::k_pack, packed);
  }
  return body;
}

}  // namespace

absl::StatusOr<Graph> Schedule(const Graph& in, const PassOptions& options) {
  return Rewrite(
      in,
      [&](NodeId id, const Mapping& mapping, Graph& out) -> absl::StatusOr<std::optional<NodeId>> {
        const Node& node = in.node(id);
        if (node.op != Op::k_kernel) return std::optional<NodeId>();
        BL_ASSIGN_OR_RETURN(Graph body, ScheduleBody(node.attrs.Body(), options));
        Inputs inputs;
        for (NodeId input : node.inputs) inputs.push_back(mapping[input]);
        Attrs attrs = node.attrs;
        attrs.Set(AttrName::k_body,
                  std::shared_ptr<const Graph>(std::make_shared<Graph>(std::move(body))));
        BL_ASSIGN_OR_RETURN(const NodeId kernel,
                            out.Add(Op::k_kernel, std::move(inputs), std::move(attrs)));
        return std::optional<NodeId>(kernel);
      });
}

}  // namespace broadloom
