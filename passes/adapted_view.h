// One view of a result as views of what the result is computed from. Internal to sink_views.cc.
#ifndef BROADLOOM_PASSES_ADAPTED_VIEW_H_
#define BROADLOOM_PASSES_ADAPTED_VIEW_H_

#include <optional>
#include <utility>

#include "ir/graph.h"

namespace broadloom {

// permute_dims, slice, diagonal, or reshape with groups.
struct View {
  Op op;
  Attrs attrs;
  friend bool operator==(const View&, const View&) = default;
};

View MakeReshape(Axes groups, Shape shape);

bool IsIdentity(const View& view, const Shape& from);

// The view that an operand of shape `operand` needs where the result, of shape `result`, has `view`
// applied; likewise what a gather picks from, and the operand of a reduction over `axes`, which are
// at `new_axes` afterwards. nullopt where there is none.
std::optional<View> ForOperand(const View& view, const Shape& result, const Shape& operand);
std::optional<View> ForSource(const View& view, const Node& gather, const Shape& source);
std::optional<View> ThroughReduce(const View& view, const Shape& operand, const Axes& axes,
                                  Axes& new_axes);

}  // namespace broadloom

#endif  // BROADLOOM_PASSES_ADAPTED_VIEW_H_
