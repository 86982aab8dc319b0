// Writes that are done together: their operands are kept until the last one.
#include <utility>

#include "frontend/plan_runner.h"
#include "ir/status_macros.h"

namespace broadloom {

const BufferAssignment::Together* PlanRunner::TogetherOf(NodeId id) const {
  const auto found = assignment_.together_of.find(id);
  return found == assignment_.together_of.end() ? nullptr : &assignment_.together[found->second];
}

// All of a kernel's launch but the result.
absl::Status PlanRunner::PutOff(NodeId id) {
  const Node& node = graph().node(id);
  const Graph& body = node.attrs.Body();
  const PlannedKernel& kernel = *plan_.kernels.at(id);
  OrbitWrite& write = put_off_[id];
  BL_RETURN_IF_ERROR(AddOperands(kernel, body, node.inputs, write.args));
  AddScalars(absl::MakeConstSpan(node.inputs).subspan(body.params().size()), write.args);
  BL_ASSIGN_OR_RETURN(write.kernel, kernel.Load(context_));
  write.facts = &kernel.facts;
  return absl::OkStatus();
}

absl::StatusOr<StepResult> PlanRunner::InsertTogether(NodeId id,
                                                      const BufferAssignment::Together& together) {
  const Node& node = graph().node(id);
  BL_ASSIGN_OR_RETURN(StridedArray base, ArrayOf(node.inputs[0]));
  for (const auto& [kernel, insert] : together.writes) {
    if (insert != id || kernel >= 0) continue;
    BL_ASSIGN_OR_RETURN(put_off_[id].from, ArrayOf(node.inputs[1]));
  }
  if (id == together.writes.back().insert) BL_RETURN_IF_ERROR(StoreTogether(together, base));
  return StepResult{false, {}, {std::move(base)}};
}

absl::Status PlanRunner::StoreTogether(const BufferAssignment::Together& together,
                                       const StridedArray& base) {
  std::vector<OrbitWrite> writes;
  const int64_t itemsize = graph().node(together.writes.back().insert).dtype().size();
  for (const auto& [kernel, insert] : together.writes) {
    const Node& node = graph().node(insert);
    OrbitWrite write = std::move(put_off_.at(kernel < 0 ? insert : kernel));
    BL_ASSIGN_OR_RETURN(write.place, ApplyView(Op::k_slice, numbers_.Of(node.attrs), itemsize,
                                               numbers_.Of(node.shape()), base));
    const Node& value = graph().node(node.inputs[1]);
    if (kernel >= 0)
      write.args.Add(write.place, value.shape(), numbers_.Of(value.shape()), itemsize);
    writes.push_back(std::move(write));
  }
  return LaunchOrbits(context_, together.orbits, itemsize, writes, flags_);
}

// A kernel whose result fills the memory that it reads.
absl::Status PlanRunner::TurnOver(NodeId id, const StridedArray& result) {
  BL_RETURN_IF_ERROR(PutOff(id));
  std::vector<OrbitWrite> writes(1);
  writes[0] = std::move(put_off_.at(id));
  const Graph& body = graph().node(id).attrs.Body();
  const Node& made = body.node(body.outputs()[0]);
  writes[0].place = result;
  writes[0].args.Add(result, made.shape(), numbers_.Of(made.shape()), made.dtype().size());
  return LaunchOrbits(context_, TogetherOf(id)->orbits, made.dtype().size(), writes, flags_);
}

}  // namespace broadloom
