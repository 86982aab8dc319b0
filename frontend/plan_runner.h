// The runner behind Execute (frontend/plan.h): one class in several files.
#ifndef BROADLOOM_FRONTEND_PLAN_RUNNER_H_
#define BROADLOOM_FRONTEND_PLAN_RUNNER_H_

#include <optional>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/inlined_vector.h"
#include "frontend/block_done.h"
#include "frontend/buffer_assignment.h"
#include "frontend/launch_args.h"
#include "frontend/plan.h"
#include "frontend/scan.h"

namespace broadloom {

// What a node stands for at run time: a number, or the arrays that a step has computed (others: one
// array).
struct StepResult {
  bool is_number = false;
  Scalar number;
  absl::InlinedVector<StridedArray, 1> arrays;
};

class PlanRunner {
 public:
  PlanRunner(Context& context, const Plan& plan, const Trace& trace, const Numbers& numbers,
             const BufferAssignment& assignment, const int32_t* cancelled, FloatFlags& flags,
             bool& overwrote)
      : context_(context),
        plan_(plan),
        trace_(trace),
        numbers_(numbers),
        assignment_(assignment),
        overwrote_(overwrote),
        cancelled_(cancelled),
        flags_(flags),
        values_(plan.graph.size()) {}
  absl::StatusOr<std::vector<StridedArray>> Run();

 private:
  const Graph& graph() const { return plan_.graph; }
  Shape ShapeOf(NodeId id) const { return numbers_.Of(graph().node(id).shape()); }

  // execute.cc
  absl::Status LoadAll();
  absl::Status BeginToOverwrite();
  absl::Status Step(NodeId id);
  absl::StatusOr<StepResult> Leaf(const Node& node);
  absl::StatusOr<StepResult> View(const Node& node);
  absl::StatusOr<StepResult> Iota(const Node& node);
  absl::StatusOr<StridedArray> ArrayOf(NodeId id);  // a number becomes an array of rank 0
  absl::StatusOr<StridedArray> Allocate(const Shape& shape, DType dtype);
  void DropInputs(NodeId id);

  // execute_kernels.cc
  absl::StatusOr<StepResult> Kernel(NodeId id);
  absl::Status Launch(NodeId id, StepResult& result, bool over);
  absl::Status Launch(const PlannedKernel& kernel, const Graph& body, LaunchArgs& args);
  absl::Status CopyOperands(NodeId kernel);
  absl::Status AddOperands(const PlannedKernel& kernel, const Graph& body, const Inputs& inputs,
                           LaunchArgs& args);
  void AddResults(const Graph& body, const StepResult& result, LaunchArgs& args);
  void AddScalars(absl::Span<const NodeId> inputs, LaunchArgs& args);
  absl::Status Run(const LoadedKernel& kernel, const Geometry& geometry, LaunchArgs& args);

  // execute_inserts.cc
  absl::StatusOr<StepResult> KernelInto(NodeId id, const BufferAssignment::Into& into);
  absl::Status StageInto(NodeId id, const StridedArray& place, const Stages& stages);
  absl::StatusOr<StepResult> Insert(NodeId id);
  absl::StatusOr<StepResult> Rotate(NodeId insert, const BufferAssignment::Rotation& rotation);
  absl::StatusOr<StridedArray> TargetOf(NodeId insert, const StridedArray& from);
  absl::StatusOr<StridedArray> DenseCopy(const Shape& shape, DType dtype, const StridedArray& from);

  // execute_scatters.cc
  absl::StatusOr<StepResult> Scatter(NodeId id);
  absl::StatusOr<std::vector<StridedArray>> ReadByScatter(const Node& node,
                                                          const StridedArray& result);

  // execute_blocks.cc
  // A step that the kernel behind it waits for block by block.
  struct PendingStep {
    NodeId id;
    absl::InlinedVector<StridedArray, 2> operands;
    StridedArray result;
  };
  // A kernel that makes what a scan behind it reads, block by block.
  struct Leading {
    NodeId kernel;
    LaunchArgs args;
  };
  absl::StatusOr<StepResult> Matmul(NodeId id);
  absl::StatusOr<StepResult> RunScan(NodeId id);
  absl::StatusOr<StepResult> BeginBlocks(PendingStep step);
  // Of a launch the operands and results, by pointer, that lie in a block of scratch memory.
  struct Elsewhere {
    absl::InlinedVector<size_t, 2> pointers;
    char* block = nullptr;
    absl::Span<const int64_t> strides;
  };
  bool IsScan(NodeId id) const;
  absl::Status Finish();
  absl::Status FinishProduct(const PendingStep& step, const BlockDone* done);
  absl::Status FinishScan(const PendingStep& step, const ScanBlock* done);
  absl::Status LaunchBlock(NodeId id, const LaunchArgs& args, const Elsewhere& elsewhere,
                           absl::Span<const int64_t> begin, absl::Span<const int64_t> extents);
  bool LeavesOperands(const StridedArray& array, const Shape& shape) const;
  bool LeavesLeader(const StridedArray& array, const Shape& shape) const;
  bool MayFollowBlocks(const StepResult& result) const;
  absl::Status FinishAndLaunch(NodeId id, const LaunchArgs& args);

  // execute_windows.cc
  struct WindowStep {
    const PlannedKernel* kernel;
    const LoadedKernel* loaded;
    const Graph* body;
    LaunchArgs args;  // everything that its launches have in common
  };
  // Of a step's last launch: most blocks are of one size.
  struct WindowGeometry {
    Dims extents;
    Geometry geometry;
  };
  absl::StatusOr<WindowStep> StepOfWindows(const WindowRows& rows, size_t number,
                                           const StepResult& result);
  absl::Status Window(const WindowRows& rows, const std::vector<WindowStep>& steps, int64_t begin,
                      int64_t end, char* scratch, std::vector<WindowGeometry>& last);
  absl::Status LaunchWindows(const StepResult& result);

  // execute_together.cc
  const BufferAssignment::Together* TogetherOf(NodeId id) const;
  absl::Status PutOff(NodeId id);
  absl::StatusOr<StepResult> InsertTogether(NodeId id, const BufferAssignment::Together& together);
  absl::Status StoreTogether(const BufferAssignment::Together& together, const StridedArray& base);
  absl::Status TurnOver(NodeId id, const StridedArray& result);

  Context& context_;
  const Plan& plan_;
  const Trace& trace_;
  const Numbers& numbers_;
  const BufferAssignment& assignment_;
  bool& overwrote_;
  const int32_t* cancelled_;
  FloatFlags& flags_;
  std::vector<StepResult> values_;
  std::optional<PendingStep> pending_;
  std::optional<Leading> leading_;
  absl::flat_hash_map<NodeId, StridedArray> placed_;  // by insert: its result, done by a kernel
  absl::flat_hash_map<NodeId, OrbitWrite> put_off_;   // by kernel, by insert of an array
};

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_PLAN_RUNNER_H_
