// Typing: the dtype and shape rules of the op table, written once for numbers and for symbols.
#ifndef BROADLOOM_IR_INFER_H_
#define BROADLOOM_IR_INFER_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "ir/attrs.h"
#include "ir/dtype.h"
#include "ir/op.h"
#include "ir/shape.h"

namespace broadloom {

struct ValueType {
  DType dtype;
  Shape shape;
  friend bool operator==(const ValueType&, const ValueType&) = default;
};
std::string ToString(const ValueType& type);  // "f32[7,s0]"

// The type of `op(inputs) {attrs}`. InvalidArgument names the operation, its operands' types and
// the axis at fault; FailedPrecondition a dtype that the operation is not for. `kernel` and
// `result` are typed by Graph::Add, which sees bodies.
absl::StatusOr<ValueType> InferType(Op op, absl::Span<const ValueType> inputs, const Attrs& attrs);

// The dtype in which `op` computes each operand: what NumPy would cast them to first. `where` keeps
// its condition apart.
struct ComputeTypes {
  DType operands;
  DType result;
};
absl::StatusOr<ComputeTypes> InferDTypes(Op op, absl::Span<const ValueType> inputs,
                                         const Attrs& attrs);

// The nesting of `axes` of an operand of this shape: those of extent 1 outside, for they are no
// walk. `lanes` suits it where the innermost one is the operand's last axis that is longer than 1.
Axes NestReduced(const Axes& axes, const Shape& operand);
bool SuitsLanes(const Axes& nested, const Shape& operand);
// Writes into the attributes of a sum or product what holds where no `order` is given.
void SetDefaultOrder(const Shape& operand, Attrs& attrs);

// How a reshape splits and merges axes: pairs (operand axes, result axes), greedily the shortest;
// one pair where there are no elements, or not as many. Literal shapes only.
Axes ReshapeGroups(const Shape& from, const Shape& to);

}  // namespace broadloom

#endif  // BROADLOOM_IR_INFER_H_
