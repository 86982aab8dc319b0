// The walk behind frontend/buffer_assignment.h: as execute.cc does, with strides but without
// memory.
#ifndef BROADLOOM_FRONTEND_BUFFER_WALK_H_
#define BROADLOOM_FRONTEND_BUFFER_WALK_H_

#include <optional>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "frontend/buffer_assignment.h"
#include "frontend/bytes.h"

namespace broadloom {

class BufferWalk {
 public:
  BufferWalk(Context& context, const Plan& plan, const Trace& trace, const Numbers& numbers);
  BufferAssignment Run();

 private:
  struct Memory {
    NodeId until = 0;  // its last reader
    int64_t bytes = 0;
    bool is_input = false;
    bool may_be_overwritten = false;
    bool is_fresh = false;  // and what is written to it is written once
  };
  // Where a kernel is to write, or an insert (id -1) what is there.
  struct Place {
    NodeId id;
    size_t output;
    const PlannedKernel* kernel;
    StridedArray array;
    Shape shape;
    int64_t itemsize;
  };

  const Node& NodeOf(NodeId id) const { return plan_.graph.node(id); }
  Shape ShapeOf(NodeId id) const { return numbers_.Of(NodeOf(id).shape()); }
  int64_t BytesOfNode(NodeId id) const { return BytesOf(ShapeOf(id), NodeOf(id).dtype()); }

  // buffer_walk.cc: lifetimes, step by step. A Visit returns the bytes of its step alone.
  void FindLastReaders();
  void FindTellingSteps();
  void AddInput(NodeId id);
  int Make(int64_t bytes, NodeId until, bool may_be_overwritten = false);
  void Hold(int64_t bytes, NodeId until);
  void Take(int memory, NodeId id, NodeId until);
  void NoteOverwritten(NodeId id);
  int64_t Visit(NodeId id);
  int64_t VisitWindow(NodeId id);
  int64_t BytesOfWindows();
  void MakeDense(NodeId id);
  void VisitScan(NodeId id);
  void VisitIota(NodeId id);
  void VisitView(NodeId id);
  int64_t VisitKernel(NodeId id);
  void NoteOver(NodeId id, size_t output, int operand);
  Geometry GeometryOf(const PlannedKernel& kernel, const Graph& body) const;
  int64_t VisitMatmul(NodeId id);
  int64_t CopyForBlas(NodeId matmul, int operand) const;
  int64_t BytesForBlas(NodeId matmul) const;
  int64_t VisitInsert(NodeId id);
  int64_t VisitScatter(NodeId id);
  bool WriteToFirst(NodeId id, const char* why_copied);

  // buffer_walk_blocks.cc
  std::optional<NodeId> StepBefore(size_t& position) const;
  std::optional<NodeId> KernelBefore(NodeId scan, size_t& position) const;
  bool IsReadByBlocks(NodeId step, NodeId kernel) const;
  int64_t ElementsOfBlock(NodeId step) const;
  int64_t DyingOperands(NodeId step) const;
  int64_t Follow(NodeId kernel);
  void Lead(NodeId scan);

  // buffer_walk_in_place.cc
  int OverwrittenBy(NodeId id, const PlannedKernel& kernel, size_t output);
  bool Fits(NodeId id, int operand, size_t output) const;
  bool IsFree(NodeId value, NodeId reader, int64_t bytes) const;
  bool IsReadInPlace(NodeId id, int operand, int other, const PlannedKernel& kernel,
                     size_t output) const;
  bool MayBeCopied(NodeId id, int operand, int64_t overwritten) const;
  std::optional<std::vector<int>> CopiedFirst(NodeId id, int operand, const PlannedKernel& kernel,
                                              size_t output) const;
  const char* WhyCopied(NodeId id) const { return WhyCopied(id, id); }
  const char* WhyCopied(NodeId id, NodeId last) const;

  // buffer_walk_covered.cc: places by their indices along each axis.
  struct Box {
    Dims first, last;
    int64_t size() const;
    int64_t Shared(const Box& other) const;  // places that are in both
  };
  static std::optional<Box> BoxAround(const Shape& whole, const Shape& shape,
                                      const StridedArray& view, int64_t itemsize);
  std::optional<Box> BoxOf(NodeId insert) const;
  void FindUsers();
  bool SeesOnly(NodeId id, NodeId next, const Shape& whole, const StridedArray& view,
                const std::vector<Box>& boxes) const;
  std::vector<NodeId> ChainFrom(NodeId insert) const;
  bool WritesAll(const std::vector<NodeId>& chain);
  bool IsCovered(NodeId insert);
  bool IsUnseen(NodeId kernel);
  bool IsApart(NodeId insert) const;
  void NoteCopied(NodeId id, const char* reason);

  // buffer_walk_rotated.cc
  std::optional<StridedArray> ArrayOf(NodeId id) const;
  std::optional<Box> BoxIn(NodeId insert) const;
  std::optional<BufferAssignment::Rotation> RotationBy(NodeId insert);
  bool Rotate(NodeId insert);

  // buffer_walk_into.cc
  std::optional<NodeId> NextInsert(NodeId kernel) const;
  std::optional<NodeId> InsertOf(NodeId result) const;
  bool LeadsTo(NodeId from, NodeId to) const;
  std::optional<std::vector<NodeId>> InsertsOf(NodeId kernel, NodeId first) const;
  std::optional<int64_t> PlaceInto(NodeId id, const PlannedKernel& kernel,
                                   const Geometry& geometry);
  std::optional<int64_t> PlaceApart(NodeId id, const PlannedKernel& kernel, NodeId first);
  Place PlaceOf(NodeId id, size_t output, const PlannedKernel* kernel, NodeId insert,
                bool is_copied) const;
  void WriteInto(NodeId id, BufferAssignment::Into into, bool is_copied);
  bool StoresInOrder(const Place& at) const;
  bool HasUnitStep(const Place& at) const;
  std::optional<std::vector<int64_t>> DistancesFor(const Place& at, int memory) const;
  std::optional<Stages> StagesFor(const Place& at, const std::vector<int64_t>& distances) const;

  // buffer_walk_together.cc
  using Writes = std::vector<BufferAssignment::Together::Write>;
  bool IsTogether(NodeId id);
  int64_t VisitTogether(NodeId id);
  Writes WritesFrom(NodeId first);
  bool Continues(const Writes& writes, NodeId kernel, NodeId value, NodeId insert) const;
  void Suppose(NodeId id, StridedArray array, int memory);
  void TakeBack();
  bool LooksAhead(NodeId view);
  bool PutTogether(NodeId id, const Writes& writes);
  std::optional<Orbits> OrbitsOf(const Writes& writes, int memory) const;
  bool AddSymmetries(NodeId step, const std::vector<Place>& places, int memory,
                     std::vector<Symmetry>& symmetries) const;
  bool ComputesBlocks(const Place& at) const;
  void HoldUntil(int memory, NodeId until);
  int TurnedOver(NodeId id, const PlannedKernel& kernel);

  const Plan& plan_;
  const Trace& trace_;
  const Numbers& numbers_;
  const Executor& pool_;
  const int threads_;
  const NodeId forever_;  // the last reader of outputs, as in Plan
  std::vector<StridedArray> arrays_;
  struct Supposed {
    NodeId id;
    StridedArray array;  // what it was before
    int memory;
  };
  std::vector<Supposed> supposed_;
  std::vector<NodeId> until_;   // by node: the last reader of what was made for it, and its views
  std::vector<int> memory_of_;  // by node, of arrays: in memories_
  std::vector<Memory> memories_;
  absl::flat_hash_map<const Buffer*, int> inputs_;         // their memories
  absl::flat_hash_map<NodeId, std::vector<int>> kernels_;  // those of their results
  absl::flat_hash_map<NodeId, int> made_for_;              // by insert: what its kernel wrote to
  absl::flat_hash_map<std::pair<NodeId, int64_t>, NodeId> results_;  // until_, by kernel and result
  std::vector<std::vector<NodeId>> users_;  // by node, where FindUsers was called
  absl::flat_hash_map<NodeId, bool> covered_;
  std::vector<int64_t> dying_;  // by node: bytes that it reads last
  NodeId tells_from_ = 0;
  size_t position_ = 0;  // of the step in the plan's order
  int64_t live_ = 0;
  BufferAssignment result_;
};

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_BUFFER_WALK_H_
