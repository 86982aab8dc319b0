// The checker that runs between passes.
#ifndef BROADLOOM_IR_VERIFY_H_
#define BROADLOOM_IR_VERIFY_H_

#include "absl/status/status.h"
#include "ir/graph.h"

namespace broadloom {

// Internal error, naming the node, where the graph breaks a law of docs/ir.md: types that do not
// follow from the op table, attributes that an operation does not take or lacks, inputs that are
// not older, a body that reads what it is not given.
absl::Status Verify(const Graph& graph);
// Of one node alone, without naming it.
absl::Status VerifyNode(const Graph& graph, NodeId id);

// Whether `integer_pow` takes the exponent: an integer from -16 to 16, but -1, 0 and 1.
bool IsIntegerPowExponent(double exponent);

// The same for a kernel's body that is to be scheduled or compiled: its domain `shape`, and what it
// has of a schedule (docs/ir.md, Kernels).
absl::Status VerifyBody(const Graph& body);

}  // namespace broadloom

#endif  // BROADLOOM_IR_VERIFY_H_
