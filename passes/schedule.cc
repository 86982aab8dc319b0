// Decides how each kernel loops and writes the decision into its body's attributes, where it is
// printed, tested and hashed.
//
//     kind="map"      every item is a block of the vector axis at one position of the other axes;
//     reductions in the body
//                     are loops of their own, one accumulator per result
//     kind="rows"     every item is one position of the outer axes; stages walk the `inner` axes
//     one after the other:
//                     one per reduction, the last one for outputs that have these axes
//     kind="partial"  reductions with too few results for the threads: slices of the reduced axes
//     first, then their tree
//
// `vector` is the axis along which most operands and the first output have unit stride; `width`
// gives a group of 128 bytes to reductions, whose order of additions is made of such groups, and
// two registers to plain maps. `pack` names operands that a map's inner loops read across the
// vector axis: they are copied to unit stride once per block. A costly value that a rows kernel
// needs in two stages is kept in the row of an output (`keep`). Nothing here changes a bit of a
// result.
#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "ir/evaluate.h"
#include "ir/rewrite.h"
#include "ir/status_macros.h"
#include "ir/verify.h"
#include "passes/pass.h"

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

// Whether all reductions walk one space, none inside another, with results along at most one axis.
bool IsPartial(const Graph& body, const std::vector<NodeId>& reductions) {
  if (reductions.empty() || IsOuterProduct(body)) return false;
  const Node& first = body.node(reductions[0]);
  const auto results =
      std::count_if(first.shape().begin(), first.shape().end(), [](Extent e) { return !e.is(1); });
  if (results > 1) return false;
  for (NodeId id : reductions) {
    const Node& reduce = body.node(id);
    if (reduce.attrs.Ints(AttrName::k_axes) != first.attrs.Ints(AttrName::k_axes)) return false;
    if (!(body.node(reduce.inputs[0]).shape() == body.node(first.inputs[0]).shape())) return false;
    if (ReadsReduction(body, id)) return false;
  }
  return true;
}

// One number, added up in rows order: nothing to lay vectors along.
bool IsSerial(const Graph& body) {
  const Shape& result = body.node(body.outputs()[0]).shape();
  return !body.attrs().Has(AttrName::k_inner) &&
         std::all_of(result.begin(), result.end(), [](Extent e) { return e.is(1); });
}

std::string KindOf(const Graph& body, const std::vector<NodeId>& reductions) {
  if (body.attrs().Has(AttrName::k_inner)) {
    const Node& stage = body.node(reductions[0]);
    const bool one_result =
        std::all_of(stage.shape().begin(), stage.shape().end(), [](Extent e) { return e.is(1); });
    return one_result ? "partial" : "rows";
  }
  return !IsSerial(body) && IsPartial(body, reductions) ? "partial" : "map";
}

// Indices have no say in what vectors lie along: they are read once for many elements, or one by
// one with them.
bool IsOnlyIndex(const Graph& body, NodeId param) {
  bool is_index = false;
  for (NodeId id = 0; id < body.size(); ++id) {
    const Inputs& inputs = body.node(id).inputs;
    for (size_t i = 0; i < inputs.size(); ++i) {
      if (inputs[i] != param) continue;
      if (!body.node(id).info().is_gather() || i == 0) return false;
      is_index = true;
    }
  }
  return is_index;
}

// The axis with the most unit strides among the allowed ones; ties go to the last axis.
int VectorAxis(const Graph& body, const std::vector<bool>& allowed) {
  int best = -1, best_score = -1;
  for (int axis = static_cast<int>(allowed.size()) - 1; axis >= 0; --axis) {
    if (!allowed[axis]) continue;
    int score = 0;
    for (NodeId param : body.params())
      score +=
          body.node(param).attrs.Text(AttrName::k_layout)[axis] == 'u' && !IsOnlyIndex(body, param);
    if (score > best_score) {
      best = axis;
      best_score = score;
    }
  }
  return std::max(best, 0);
}

int VectorAxis(const Graph& body) {
  const Shape& domain = body.attrs().Dims(AttrName::k_shape);
  if (body.attrs().Has(AttrName::k_inner))
    return static_cast<int>(body.attrs().Ints(AttrName::k_inner).back());
  const Shape& result = body.node(body.outputs()[0]).shape();
  std::vector<bool> allowed(domain.size());
  for (size_t axis = 0; axis < domain.size(); ++axis) allowed[axis] = !result[axis].is(1);
  return VectorAxis(body, allowed);
}

int WidestElement(const Graph& body) {
  int widest = 1;
  for (NodeId id = 0; id < body.size(); ++id) {
    const Node& node = body.node(id);
    const bool is_index = node.op == Op::k_argmin || node.op == Op::k_argmax;
    if (!is_index && (node.rank() > 0 || node.op == Op::k_scalar))
      widest = std::max(widest, node.dtype().size());
  }
  return widest;
}

// Minimum and maximum of floats keep three registers for each vector of results
// (codegen/reducer.h).
bool FillsRegisters(const Graph& body, NodeId reduce) {
  const Op op = body.node(reduce).op;
  return (op == Op::k_min || op == Op::k_max) && body.node(reduce).dtype().is_floating();
}

// A reduction whose order has lanes needs exactly its group; others take what keeps four registers
// busy, or two where these are many.
int Width(const Graph& body, const std::vector<NodeId>& reductions, const MachineModel& machine) {
  if (body.attrs().Has(AttrName::k_inner)) {
    int lanes = 0;
    for (NodeId id : reductions) {
      const Node& reduce = body.node(id);  // sums of integers have no order to keep
      if (reduce.info().Is(kOrdered) && reduce.dtype().is_floating())
        lanes = LanesOf(reduce.dtype());
    }
    if (lanes > 0) return lanes;
  }
  if (!reductions.empty() && IsSerial(body)) return 1;
  const bool few = std::any_of(reductions.begin(), reductions.end(),
                               [&](NodeId id) { return FillsRegisters(body, id); });
  const int bytes = reductions.empty() || (few && !body.attrs().Has(AttrName::k_inner))
                        ? 2 * machine.vector_bytes
                        : kLaneBytes;
  return std::max(1, bytes / WidestElement(body));
}

bool AreVectors(const Graph& body, int vector) {
  return std::all_of(body.outputs().begin(), body.outputs().end(), [&](NodeId id) {
    const Node& output = body.node(id);
    return output.rank() > vector && !output.shape()[vector].is(1);
  });
}

// Reads along the vector axis that are not unit stride and belong to an inner loop: worth a copy
// that many items share. Items are vectors of results.
Axes Packed(const Graph& body, const std::vector<NodeId>& reductions, int vector) {
  Axes packed;
  if (!AreVectors(body, vector)) return packed;
  const std::vector<int> picked = PickedAxes(body);
  for (size_t index = 0; index < body.params().size(); ++index) {
    const Node& param = body.node(body.params()[index]);
    if (param.rank() == 0 || picked[index] > 0 ||
        param.attrs.Text(AttrName::k_layout)[vector] == 'u' || param.shape()[vector].is(1))
      continue;
    for (NodeId id : reductions) {
      const int64_t walked = body.node(id).attrs.Ints(AttrName::k_axes).back();
      int varying = 0;
      for (int axis = 0; axis < param.rank(); ++axis) varying += !param.shape()[axis].is(1);
      if (varying == 2 && walked != vector && !param.shape()[walked].is(1)) {
        packed.push_back(index);
        break;
      }
    }
  }
  return packed;
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
  const std::string kind = KindOf(in, Reductions(in));
  const std::vector<int64_t> kept =
      kind == "rows" ? KeptIn(in, Reductions(in)) : std::vector<int64_t>(in.size(), -1);
  BL_ASSIGN_OR_RETURN(Graph body, InsertKeeps(in, kept));
  const std::vector<NodeId> reductions = Reductions(body);
  if (kind == "partial" && !body.attrs().Has(AttrName::k_inner)) {
    body.attrs().Set(AttrName::k_inner, body.node(reductions[0]).attrs.Ints(AttrName::k_axes));
    const Shape& result = body.node(reductions[0]).shape();
    std::vector<bool> allowed(result.size());
    for (size_t axis = 0; axis < result.size(); ++axis) allowed[axis] = !result[axis].is(1);
    body.attrs().Set(AttrName::k_vector, static_cast<int64_t>(VectorAxis(body, allowed)));
  } else {
    body.attrs().Set(AttrName::k_vector, static_cast<int64_t>(VectorAxis(body)));
  }
  const int vector = static_cast<int>(body.attrs().Int(AttrName::k_vector));
  body.attrs().Set(AttrName::k_kind, kind);
  if (options.fast) body.attrs().Set(AttrName::k_fast, int64_t{1});
  body.attrs().Set(AttrName::k_width,
                   static_cast<int64_t>(Width(body, reductions, options.machine)));
  body.attrs().Set(AttrName::k_results, ResultOrder(body));
  if (kind == "map") {
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
