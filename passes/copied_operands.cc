#include "passes/copied_operands.h"

#include <algorithm>

#include "passes/vectors.h"

namespace broadloom {
namespace {

Turning TurningAcross(const Graph& body, int vector, int across) {
  Turning turning{across, {}};
  for (size_t index = 0; index < body.params().size(); ++index) {
    const Node& param = body.node(body.params()[index]);
    if (param.rank() == 0 || param.shape()[across].is(1) || param.shape()[vector].is(1)) continue;
    const std::string& layout = param.attrs.Text(AttrName::k_layout);
    if (layout[across] == 'u' && layout[vector] != 'u') turning.params.push_back(index);
  }
  return turning;
}

}  // namespace

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

// Across one of the axes around the vectors, that of most operands.
Turning TurningOf(const Graph& body, const std::string& kind, int vector) {
  const std::vector<int> picked = PickedAxes(body);
  const bool picks = std::any_of(picked.begin(), picked.end(), [](int axes) { return axes > 0; });
  Turning best;
  if (picks || kind == "partial" || kind == "columns") return best;
  const Axes inner =
      kind == "rows" ? body.attrs().Ints(AttrName::k_inner) : Axes{static_cast<int64_t>(vector)};
  if (inner.size() != 1) return best;
  const Shape& result = body.node(body.outputs()[0]).shape();
  for (int axis = 0; axis < static_cast<int>(result.size()); ++axis) {
    if (axis == vector || result[axis].is(1)) continue;
    Turning turning = TurningAcross(body, vector, axis);
    if (turning.params.size() > best.params.size()) best = std::move(turning);
  }
  return best;
}

int AxisOfStores(const Graph& body, int otherwise) {
  const Shape& result = body.node(body.outputs()[0]).shape();
  int last = static_cast<int>(result.size()) - 1;
  while (last > 0 && result[last].is(1)) --last;
  if (last <= 0 || last == otherwise || !AreVectors(body, last)) return otherwise;
  const auto lie_along = [&](int axis) {
    int score = 0;
    for (NodeId param : body.params())
      score +=
          body.node(param).attrs.Text(AttrName::k_layout)[axis] == 'u' ? WeightOf(body, param) : 0;
    return score;
  };
  const Turning turning = TurningOf(body, "map", last);
  int served = lie_along(last);
  for (int64_t param : turning.params) served += WeightOf(body, body.params()[param]);
  return !turning.params.empty() && served >= lie_along(otherwise) ? last : otherwise;
}

}  // namespace broadloom
