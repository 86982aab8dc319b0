// What is known of a value's strides before any number is: one letter an axis (attribute `layout`,
// docs/ir.md).
#ifndef BROADLOOM_PASSES_LAYOUT_H_
#define BROADLOOM_PASSES_LAYOUT_H_

#include <optional>
#include <string>

#include "ir/graph.h"

namespace broadloom {

// Whether a view shows all elements of its operand, each once.
inline bool OnlyMoves(Op op) {
  return op == Op::k_permute_dims || op == Op::k_reshape || op == Op::k_expand_dims ||
         op == Op::k_squeeze;
}

// Letters of an operand, of views of it, or of a stored result (dense, in C order). nullopt where a
// reshape merges axes that are not joint: such a value exists only after a copy.
std::optional<std::string> LayoutOf(const Graph& graph, NodeId id);

// The letters of `reshape {groups}` of a value with these letters and this shape.
std::optional<std::string> ReshapeLayout(const std::string& letters, const Shape& from,
                                         const Axes& groups, const Shape& to);

}  // namespace broadloom

#endif  // BROADLOOM_PASSES_LAYOUT_H_
