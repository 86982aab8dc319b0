#include "passes/unrolling.h"

#include <algorithm>
#include <string>

#include "ir/emission_order.h"
#include "passes/vectors.h"

namespace broadloom {
namespace {

// As rows one after another, or each position's elements one after another.
bool LoadsVectors(const Node& param, int along, int axis) {
  if (param.shape()[along].is(1) || param.shape()[axis].is(1)) return true;
  const std::string& layout = param.attrs.Text(AttrName::k_layout);
  return layout[along] == 'u' || (layout[along] == 'j' && layout[axis] == 'u');
}

}  // namespace

int UnrolledAxis(const Graph& body) {
  const Shape& domain = body.attrs().Dims(AttrName::k_shape);
  const int axis = static_cast<int>(domain.size()) - 1, along = axis - 1;
  const bool walks = along >= 0 && body.attrs().Has(AttrName::k_inner) &&
                     body.attrs().Ints(AttrName::k_inner) == Axes{int64_t{axis}};
  if (!walks || domain[axis].is_symbol() || domain[axis].value() < 2 ||
      domain[axis].value() > kMostUnrolled)
    return -1;
  const bool loads = std::all_of(body.params().begin(), body.params().end(), [&](NodeId id) {
    return LoadsVectors(body.node(id), along, axis);
  });
  return loads && IsPlain(body) && AreVectors(body, along) ? axis : -1;
}

int UnrolledWidth(const Graph& body, int axis, const MachineModel& machine) {
  const int64_t positions = body.attrs().Dims(AttrName::k_shape)[axis].value();
  const int64_t all = machine.vector_bytes == 64 ? 32 : 16;
  const std::vector<int> live = RegistersFor(body);
  const int most = *std::max_element(live.begin(), live.end());
  const int registers = 2 * positions * most <= all ? 2 : 1;
  return std::max(1, registers * machine.vector_bytes / WidestElement(body));
}

}  // namespace broadloom
