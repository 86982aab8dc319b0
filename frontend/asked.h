// Which elements of its operations an evaluation asks for: what views of them lead to its roots.
#ifndef BROADLOOM_FRONTEND_ASKED_H_
#define BROADLOOM_FRONTEND_ASKED_H_

#include <vector>

#include "frontend/array.h"
#include "frontend/plan_key.h"
#include "frontend/storage.h"

namespace broadloom {

// Views of a node, one for each way to a root. Of what is asked for as a whole there is one,
// without steps.
using AskedViews = std::vector<ViewSteps>;

// For each node of the trace; none where no element is asked for. What is stored whatever is asked
// of its users (what is picked from, operands of library calls) is asked for as a whole.
std::vector<AskedViews> AskedOf(const Trace& trace);

inline bool IsWhole(const AskedViews& views) { return views.size() == 1 && views[0].empty(); }

// What one of these views shows of an array of the node's shape.
Array ShownBy(const ViewSteps& view, const Array& x);

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_ASKED_H_
