// Short spellings for nodes that passes make.
#ifndef BROADLOOM_PASSES_BUILD_H_
#define BROADLOOM_PASSES_BUILD_H_

#include <optional>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "ir/graph.h"

namespace broadloom {

absl::StatusOr<NodeId> AddConstant(Graph& graph, const Scalar& value);
absl::StatusOr<NodeId> AddExtent(Graph& graph, Extent extent);  // a number is an int64 constant
// The node itself where it has the dtype; a constant of a constant.
absl::StatusOr<NodeId> AddCast(Graph& graph, NodeId id, DType dtype);
// max(elements of a shape - correction, 0), counted in float64 and rounded once to the dtype.
absl::StatusOr<NodeId> AddDivisor(Graph& graph, const Shape& shape, double correction, DType dtype);
absl::StatusOr<NodeId> AddReshape(Graph& graph, NodeId id, Axes groups, Shape shape);

// The dtype in which a node computes its operand `i`.
absl::StatusOr<DType> OperandDType(const Graph& graph, const Node& node, int i);
// Whether all operands of an elementwise node have that dtype.
bool IsExplicit(const Graph& graph, const Node& node);

// The number that an elementwise operation has for operands of its compute dtype; nullopt where
// NumPy would warn, for then the warning is to come at run time.
std::optional<Scalar> EvaluateQuietly(Op op, DType result, absl::Span<const Scalar> operands);

// The value of an elementwise node, explicit and of constants, likewise.
std::optional<Scalar> ValueOf(const Graph& graph, NodeId id);

// The node whose memory a value is part of: itself, or what a chain of views looks at.
NodeId StorageOf(const Graph& graph, NodeId id);

// For passes that replace a node by one of its operands: an output of `after` that would now be an
// operand's memory, or another output's, and was not so in `before`, becomes a copy.
absl::Status KeepStoragesApart(const Graph& before, Graph& after);

}  // namespace broadloom

#endif  // BROADLOOM_PASSES_BUILD_H_
