// Gathers that pick by bytes from one small table: what registers can hold.
#ifndef BROADLOOM_IR_BYTE_INDEX_H_
#define BROADLOOM_IR_BYTE_INDEX_H_

#include <optional>

#include "ir/graph.h"

namespace broadloom {

constexpr int kMostLookedUpBytes = 4;  // of an element

// The uint8 that a gather of a scheduled body picks by, where it picks along one axis, elements of
// so few bytes lie one behind the other there, and the table is the same in the whole domain.
std::optional<NodeId> ByteIndexOf(const Graph& body, NodeId gather);

}  // namespace broadloom

#endif  // BROADLOOM_IR_BYTE_INDEX_H_
