// The text form: printer and parser are inverse (docs/ir.md is the grammar).
#ifndef BROADLOOM_IR_TEXT_H_
#define BROADLOOM_IR_TEXT_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "ir/graph.h"

namespace broadloom {

// Prints what the outputs need, with canonical numbering of nodes and symbols: equal text means
// equal graphs.
std::string Print(const Graph& graph);
// The nodes that are printed, by their numbers.
std::vector<NodeId> PrintedOrder(const Graph& graph);

// Reads one graph. Types may be left out after a node's name; a type that is given and wrong is an
// error. Errors are InvalidArgument and name line and column. `positions` receives for each node of
// the graph, but not of bodies, where in the text its operation or its operand stands first.
absl::StatusOr<Graph> Parse(absl::string_view text, std::vector<size_t>* positions = nullptr);

}  // namespace broadloom

#endif  // BROADLOOM_IR_TEXT_H_
