// The laws of a body that has a domain: what fusion promises the schedule, and the schedule the
// code that loops.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "ir/status_macros.h"
#include "ir/verify.h"

namespace broadloom {
namespace {

template <typename... Parts>
absl::Status Broken(const Parts&... parts) {
  return absl::InternalError(absl::StrCat(parts...));
}

// Every value has the axes of the domain, with its extent or 1; plain numbers have none. Halves are
// moved and converted, never computed with.
absl::Status CheckNode(const Graph& body, NodeId id, const Shape& domain, int picked) {
  const Node& node = body.node(id);
  const bool computes =
      (node.info().is_elementwise() || node.info().is_reduce()) && !node.info().Is(kOnBits);
  for (NodeId input : node.inputs) {
    const DType dtype = body.node(input).dtype();
    if (computes && dtype.is_half())
      return Broken("node ", id, " (", node.info().name, ") computes ", dtype.name(),
                    "; make-explicit writes it in float32");
  }
  const bool is_number = node.rank() == 0 && node.op != Op::k_param;
  if (is_number) return absl::OkStatus();
  const auto fits = [](Extent extent, Extent of_domain) {
    return extent.is(1) || extent == of_domain;
  };
  if (node.rank() == static_cast<int>(domain.size()) + picked &&
      std::equal(node.shape().begin(), node.shape().end() - picked, domain.begin(), fits))
    return absl::OkStatus();
  return Broken("node ", id, " (", node.info().name, ") has the shape ", ToString(node.shape()),
                " in the domain ", ToString(domain));
}

// A gather picks from a param that has just the axes that it picks behind those of the domain.
absl::Status CheckTables(const Graph& body) {
  std::vector<int> tables(body.size());
  const std::vector<int> picked = PickedAxes(body);
  for (size_t i = 0; i < picked.size(); ++i) tables[body.params()[i]] = picked[i];
  for (NodeId id = 0; id < body.size(); ++id) {
    const Node& node = body.node(id);
    const int own = node.info().is_gather() ? static_cast<int>(node.inputs.size()) - 1 : 0;
    for (size_t i = 0; i < node.inputs.size(); ++i) {
      if (tables[node.inputs[i]] != (i == 0 ? own : 0))
        return Broken(
            "node ", id, " (", node.info().name, ") ",
            own > 0 ? "does not pick from a param of its own" : "reads what a gather picks from");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckOutputs(const Graph& body, const Shape& domain) {
  for (NodeId id : body.outputs()) {
    if (body.node(id).rank() != static_cast<int>(domain.size()))
      return Broken("output ", id, " does not have the axes of the domain");
  }
  return absl::OkStatus();
}

absl::Status CheckAxes(const Axes& axes, AttrName name, size_t rank) {
  Axes sorted = axes;
  std::sort(sorted.begin(), sorted.end());
  const bool distinct = std::adjacent_find(sorted.begin(), sorted.end()) == sorted.end();
  const bool in_range = sorted.empty() || (sorted.front() >= 0 && sorted.back() < int64_t(rank));
  return distinct && in_range ? absl::OkStatus()
                              : Broken(InfoOf(name).name, " names no distinct axes of the domain");
}

// A walk that makes one number is not followed by another one in the same kernel.
absl::Status CheckOneWalk(const Graph& body) {
  std::vector<bool> walked(body.size());  // behind a reduction to one number
  for (NodeId id = 0; id < body.size(); ++id) {
    const Node& node = body.node(id);
    const Shape& shape = node.shape();
    const bool to_one = node.info().is_reduce() &&
                        std::all_of(shape.begin(), shape.end(), [](Extent e) { return e.is(1); });
    for (NodeId input : node.inputs) walked[id] = walked[id] || walked[input];
    if (to_one && walked[id])
      return Broken("node ", id, " (", node.info().name,
                    ") walks after another walk to one number");
    walked[id] = walked[id] || to_one;
  }
  return absl::OkStatus();
}

// All reductions of a walk are over its axes, and a result has all of them or none.
absl::Status CheckInner(const Graph& body, const Shape& domain) {
  const Axes& inner = body.attrs().Ints(AttrName::k_inner);
  BL_RETURN_IF_ERROR(CheckAxes(inner, AttrName::k_inner, domain.size()));
  const std::vector<bool> live = LiveNodes(body);
  int reductions = 0;
  for (NodeId id = 0; id < body.size(); ++id) {
    const Node& node = body.node(id);
    if (!node.info().is_reduce()) continue;
    reductions += live[id];
    if (node.attrs.Ints(AttrName::k_axes) != inner)
      return Broken("node ", id, " (", node.info().name, ") is not over the inner axes");
  }
  BL_RETURN_IF_ERROR(CheckOneWalk(body));
  if (reductions == 0 || inner.empty()) return Broken("inner axes, but no reduction over them");
  for (NodeId id : body.outputs()) {
    const auto count = std::count_if(inner.begin(), inner.end(), [&](int64_t axis) {
      return body.node(id).shape()[axis] == domain[axis];
    });
    if (count > 0 && count < static_cast<int64_t>(inner.size()))
      return Broken("output ", id, " has some of the inner axes");
  }
  return absl::OkStatus();
}

// Operands that are turned vary along both axes.
absl::Status CheckTurned(const Graph& body, int64_t vector, int64_t rank) {
  const int64_t across = body.attrs().Int(AttrName::k_across);
  if (across < 0 || across >= rank || across == vector)
    return Broken("operands cannot be turned across the axis ", across);
  for (int64_t param : body.attrs().Ints(AttrName::k_pack)) {
    const Shape& shape = body.node(body.params()[param]).shape();
    if (shape[across].is(1) || shape[vector].is(1))
      return Broken("param ", param, " is turned, and has no squares");
  }
  return absl::OkStatus();
}

// Packed operands are read by vectors of results only.
absl::Status CheckPack(const Graph& body, int64_t vector, int64_t rank) {
  BL_RETURN_IF_ERROR(
      CheckAxes(body.attrs().Ints(AttrName::k_pack), AttrName::k_pack, body.params().size()));
  if (body.attrs().Has(AttrName::k_across)) return CheckTurned(body, vector, rank);
  for (NodeId id : body.outputs()) {
    const Node& output = body.node(id);
    if (output.rank() <= vector || output.shape()[vector].is(1))
      return Broken("operands are packed, and output ", id, " has no vectors");
  }
  return absl::OkStatus();
}

// What is not written down as loops is reduced without them.
absl::Status CheckUnrolled(const Graph& body, const Shape& domain) {
  const int64_t axis = body.attrs().Int(AttrName::k_unroll);
  if (axis < 1 || axis + 1 != static_cast<int64_t>(domain.size()) || domain[axis].is_symbol() ||
      body.attrs().IntOr(AttrName::k_vector, 0) != axis - 1)
    return Broken("the axis ", axis, " cannot be unrolled");
  for (NodeId id = 0; id < body.size(); ++id) {
    const Node& node = body.node(id);
    if (node.info().is_reduce() && node.attrs.Ints(AttrName::k_axes) != Axes{axis})
      return Broken("node ", id, " (", node.info().name, ") is not over the unrolled axis alone");
  }
  return absl::OkStatus();
}

absl::Status CheckNumbers(const Graph& body, const Shape& domain) {
  const Attrs& attrs = body.attrs();
  const int64_t rank = static_cast<int64_t>(domain.size());
  const int64_t vector = attrs.IntOr(AttrName::k_vector, 0);
  if (vector < 0 || vector >= std::max<int64_t>(rank, 1))
    return Broken("the vector axis ", vector, " is out of range");
  const int64_t width = attrs.IntOr(AttrName::k_width, 1);
  if (width < 1 || width > 256 || (width & (width - 1)) != 0)
    return Broken("the width ", width, " is no power of two up to 256");
  const int64_t tile = attrs.IntOr(AttrName::k_tile, 1);
  if (tile < 1 || tile > 8 || (tile & (tile - 1)) != 0)
    return Broken("the tile of ", tile, " rows is no power of two up to 8");
  if (attrs.Has(AttrName::k_unroll)) BL_RETURN_IF_ERROR(CheckUnrolled(body, domain));
  return attrs.Has(AttrName::k_pack) ? CheckPack(body, vector, rank) : absl::OkStatus();
}

absl::Status CheckKeeps(const Graph& body, const Shape& domain) {
  for (NodeId id = 0; id < body.size(); ++id) {
    const Node& keep = body.node(id);
    if (keep.op != Op::k_keep) continue;
    const int64_t index = keep.attrs.Int(AttrName::k_index);
    if (index < 0 || index >= static_cast<int64_t>(body.outputs().size()))
      return Broken("node ", id, " (keep): there is no output ", index);
    const Node& output = body.node(body.outputs()[index]);
    if (output.type != keep.type || keep.shape() != domain)
      return Broken("node ", id, " (keep) does not have the type of output ", index);
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status VerifyBody(const Graph& body) {
  if (!body.attrs().Has(AttrName::k_shape))
    return Broken("graph @", body.name(), ": a body without a domain: fuse gives it its shape");
  const Shape& domain = body.attrs().Dims(AttrName::k_shape);
  const auto check = [&]() -> absl::Status {
    BL_RETURN_IF_ERROR(CheckTables(body));
    const std::vector<int> picked = PickedAxes(body);
    for (NodeId id = 0; id < body.size(); ++id) {
      const Node& node = body.node(id);
      const bool is_param = node.op == Op::k_param;
      BL_RETURN_IF_ERROR(
          CheckNode(body, id, domain, is_param ? picked[node.attrs.Int(AttrName::k_index)] : 0));
    }
    BL_RETURN_IF_ERROR(CheckOutputs(body, domain));
    if (body.attrs().Has(AttrName::k_inner)) BL_RETURN_IF_ERROR(CheckInner(body, domain));
    BL_RETURN_IF_ERROR(CheckNumbers(body, domain));
    return CheckKeeps(body, domain);
  };
  const absl::Status status = check();
  return status.ok() ? status : Broken("graph @", body.name(), ": ", status.message());
}

}  // namespace broadloom
