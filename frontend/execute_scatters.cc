// Rows stored by indices or a mask.
#include "frontend/layout.h"
#include "frontend/memory.h"
#include "frontend/plan_runner.h"
#include "frontend/scatter_rows.h"
#include "ir/status_macros.h"

namespace broadloom {

// Rows, then indices or a mask: apart from what is written to, and masks dense.
absl::StatusOr<std::vector<StridedArray>> PlanRunner::ReadByScatter(const Node& node,
                                                                    const StridedArray& result) {
  std::vector<StridedArray> read;
  for (size_t i = 1; i < node.inputs.size(); ++i) {
    const DType dtype = graph().node(node.inputs[i]).dtype();
    const Shape shape = ShapeOf(node.inputs[i]);
    BL_ASSIGN_OR_RETURN(StridedArray array, ArrayOf(node.inputs[i]));
    const bool is_loose = i > 1 && dtype.is_bool() && !IsInOrder(shape, array.strides, 1);
    if (is_loose || array.buffer == result.buffer) {
      BL_ASSIGN_OR_RETURN(array, DenseCopy(shape, dtype, array));
    }
    read.push_back(std::move(array));
  }
  return read;
}

absl::StatusOr<StepResult> PlanRunner::Scatter(NodeId id) {
  const Node& node = graph().node(id);
  const Shape shape = numbers_.Of(node.shape());
  BL_ASSIGN_OR_RETURN(StridedArray result, ArrayOf(node.inputs[0]));
  if (!assignment_.in_place[id]) {
    BL_ASSIGN_OR_RETURN(result, DenseCopy(shape, node.dtype(), result));
  }
  BL_ASSIGN_OR_RETURN(const std::vector<StridedArray> read, ReadByScatter(node, result));
  const RowScatter scatter{AddressOf(result),
                           shape,
                           result.strides,
                           node.attrs.Ints(AttrName::k_axes),
                           AddressOf(read[0]),
                           read[0].strides,
                           ShapeOf(node.inputs[1])[0].value(),
                           node.dtype().size()};
  std::vector<IndexVector> vectors;
  for (size_t i = 1; i < read.size(); ++i)
    vectors.push_back({AddressOf(read[i]), read[i].strides[0]});
  const bool is_masked = graph().node(node.inputs[2]).dtype().is_bool();
  const auto mask = [&] {
    return Array(MakeReady(context_, DType::kBool, ShapeOf(node.inputs[2]), read[1]));
  };
  const bool fits = is_masked ? ScatterRowsWhere(scatter, TrueElements(mask()))
                              : ScatterRows(context_, scatter, vectors);
  if (!fits) return absl::OutOfRangeError("an index is out of bounds, or a mask is not like rows");
  return StepResult{false, {}, {std::move(result)}};
}

}  // namespace broadloom
