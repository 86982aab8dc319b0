// Results live from the step that makes them to their last reader, and so do copies of reshapes
// that strides cannot express; copies of operands that BLAS does not take as they lie, partial
// results and the threads' scratch live for one step.
#include "frontend/buffer_walk.h"

#include <algorithm>
#include <ranges>

#include "absl/strings/str_cat.h"
#include "frontend/float_errors.h"
#include "frontend/float_flags.h"
#include "frontend/layout.h"
#include "frontend/matmul.h"

namespace broadloom {

BufferWalk::BufferWalk(Context& context, const Plan& plan, const Trace& trace,
                       const Numbers& numbers)
    : plan_(plan),
      trace_(trace),
      numbers_(numbers),
      pool_(context.pool),
      threads_(pool_.threads()),
      forever_(static_cast<NodeId>(plan.graph.size())),
      arrays_(plan.graph.size()),
      until_(plan.last_use),
      memory_of_(plan.graph.size(), -1),
      dying_(plan.graph.size()) {
  result_.in_place.assign(plan.graph.size(), false);
  result_.covered.assign(plan.graph.size(), false);
  result_.unseen.assign(plan.graph.size(), false);
  result_.apart.assign(plan.graph.size(), false);
  result_.followed.assign(plan.graph.size(), false);
  result_.leads.assign(plan.graph.size(), false);
}

BufferAssignment BufferWalk::Run() {
  FindLastReaders();
  if (!trace_.donated.empty() && MaySpeak(trace_)) FindTellingSteps();
  for (position_ = 0; position_ < plan_.order.size(); ++position_) {
    const NodeId id = plan_.order[position_];
    const int64_t passing = Visit(id);
    result_.peak_bytes = std::max(result_.peak_bytes, AddBytes(live_, passing));
    live_ -= dying_[id];
  }
  for (NodeId output : plan_.graph.outputs()) {  // numbers
    const Node& node = NodeOf(output);
    if (node.info().is_leaf() && node.rank() == 0) Make(node.dtype().size(), forever_);
  }
  result_.peak_bytes = std::max(result_.peak_bytes, live_);
  return std::move(result_);
}

// Views keep the memory that they show.
void BufferWalk::FindLastReaders() {
  for (NodeId id : std::views::reverse(plan_.order)) {
    const Node& node = NodeOf(id);
    if (node.op == Op::k_result) {
      NodeId& until = results_[{node.inputs[0], node.attrs.Int(AttrName::k_index)}];
      until = std::max(until, until_[id]);
    } else if (node.info().is_view()) {
      until_[node.inputs[0]] = std::max(until_[node.inputs[0]], until_[id]);
    }
  }
  for (NodeId id : plan_.order) {
    if (NodeOf(id).op == Op::k_param) AddInput(id);
  }
}

// From which step on the flags of all tell their errors.
void BufferWalk::FindTellingSteps() {
  for (NodeId id : std::views::reverse(plan_.order)) {
    if (FlagsTell(plan_.graph, id)) continue;
    tells_from_ = id + 1;
    return;
  }
}

// Arrays in one buffer are one memory.
void BufferWalk::AddInput(NodeId id) {
  const int64_t leaf = NodeOf(id).attrs.Int(AttrName::k_index);
  arrays_[id] = trace_.ParamArray(leaf);
  const Buffer* const buffer = arrays_[id].buffer.get();
  const auto [found, added] = inputs_.emplace(buffer, static_cast<int>(memories_.size()));
  if (added) {
    const bool donated = leaf < static_cast<int64_t>(trace_.donated.size()) && trace_.donated[leaf];
    memories_.push_back({until_[id], buffer->size(), true, donated});
  }
  memory_of_[id] = found->second;
  Memory& memory = memories_[found->second];
  memory.until = std::max(memory.until, until_[id]);
}

int BufferWalk::Make(int64_t bytes, NodeId until, bool may_be_overwritten) {
  memories_.push_back({until, bytes, false, may_be_overwritten});
  Hold(bytes, until);
  return static_cast<int>(memories_.size()) - 1;
}

void BufferWalk::Hold(int64_t bytes, NodeId until) {
  live_ = AddBytes(live_, bytes);
  if (until == forever_)
    result_.output_bytes = AddBytes(result_.output_bytes, bytes);
  else
    dying_[until] = AddBytes(dying_[until], bytes);
}

// A step's result in the memory of an operand that it reads last.
void BufferWalk::Take(int memory, NodeId id, NodeId until) {
  Memory& taken = memories_[memory];
  if (taken.is_input) {
    NoteOverwritten(id);
  } else if (until != taken.until) {
    dying_[taken.until] -= taken.bytes;
    live_ -= taken.bytes;
    Hold(taken.bytes, until);
  }
  taken.until = until;
}

void BufferWalk::NoteOverwritten(NodeId id) {
  if (result_.overwrites_from < 0) result_.overwrites_from = id;
}

// Returns the bytes of this step alone.
int64_t BufferWalk::Visit(NodeId id) {
  if (plan_.IsWindow(id)) return VisitWindow(id);
  if (IsTogether(id)) return VisitTogether(id);
  const Node& node = NodeOf(id);
  if (node.op == Op::k_iota) {
    VisitIota(id);
  } else if (node.op == Op::k_result) {
    memory_of_[id] = kernels_.at(node.inputs[0])[node.attrs.Int(AttrName::k_index)];
    arrays_[id].strides = DenseStrides(ShapeOf(id), node.dtype().size());
  } else if (node.info().is_view()) {
    VisitView(id);
  } else if (node.op == Op::k_kernel) {
    return VisitKernel(id);
  } else if (node.op == Op::k_matmul) {
    return VisitMatmul(id);
  } else if (node.op == Op::k_insert) {
    return VisitInsert(id);
  } else if (node.op == Op::k_scatter) {
    return VisitScatter(id);
  } else if (node.info().op_class == OpClass::kScan) {
    VisitScan(id);
  } else if (node.info().is_call()) {
    MakeDense(id);
  }
  return 0;
}

// The scratch memory of all lanes, and of all steps' kernels.
int64_t BufferWalk::BytesOfWindows() {
  const WindowRows& rows = result_.window_rows.emplace(plan_, numbers_, threads_);
  int64_t bytes = MultiplyBytes(rows.scratch_bytes, rows.lanes);
  for (const Windows::Step& step : plan_.windows->steps) {
    const Graph& body = NodeOf(step.kernel).attrs.Body();
    const Geometry geometry = GeometryOf(*plan_.kernels.at(step.kernel), body);
    bytes = AddBytes(bytes, MultiplyBytes(geometry.scratch_bytes, threads_));
  }
  return bytes;
}

// Its rows are in scratch memory.
int64_t BufferWalk::VisitWindow(NodeId id) {
  const Node& node = NodeOf(id);
  if (node.op != Op::k_kernel) arrays_[id].strides = DenseStrides(ShapeOf(id), node.dtype().size());
  return 0;
}

void BufferWalk::MakeDense(NodeId id) {
  arrays_[id].strides = DenseStrides(ShapeOf(id), NodeOf(id).dtype().size());
  memory_of_[id] = Make(BytesOfNode(id), until_[id], true);
}

void BufferWalk::VisitScan(NodeId id) {
  if (WhyCopied(id) != nullptr) return MakeDense(id);
  const NodeId operand = NodeOf(id).inputs[0];
  result_.in_place[id] = true;
  memory_of_[id] = memory_of_[operand];
  arrays_[id].offset = arrays_[operand].offset;
  arrays_[id].strides = DenseStrides(ShapeOf(id), NodeOf(id).dtype().size());
  Take(memory_of_[id], id, until_[id]);
  Lead(id);
}

// One line, whatever its shape.
void BufferWalk::VisitIota(NodeId id) {
  const int64_t axis = NodeOf(id).attrs.Int(AttrName::k_axis);
  arrays_[id].strides = Dims(NodeOf(id).rank(), 0);
  arrays_[id].strides[axis] = sizeof(int64_t);
  memory_of_[id] = Make(BytesOf({ShapeOf(id)[axis]}, DType::kInt64), until_[id]);
}

void BufferWalk::VisitView(NodeId id) {
  const Node& node = NodeOf(id);
  const NodeId input = node.inputs[0];
  absl::StatusOr<StridedArray> view = ApplyView(
      node.op, numbers_.Of(node.attrs), node.dtype().size(), ShapeOf(input), arrays_[input]);
  if (view.ok()) {
    arrays_[id] = *std::move(view);
    memory_of_[id] = memory_of_[input];
    return;
  }
  MakeDense(id);
  const Shape shape = ShapeOf(id);
  result_.copies.push_back(
      {BytesOfNode(id), absl::StrCat("reshape of ", Describe(node.dtype(), ShapeOf(input)), " to ",
                                     ToString(shape), ": no strides express it")});
}

int64_t BufferWalk::VisitKernel(NodeId id) {
  const Node& node = NodeOf(id);
  const Graph& body = node.attrs.Body();
  const auto planned = plan_.kernels.find(id);
  const Geometry geometry =
      planned == plan_.kernels.end() ? Geometry() : GeometryOf(*planned->second, body);
  const int64_t own =
      plan_.windows.has_value()
          ? BytesOfWindows()
          : AddBytes(geometry.partial_bytes, MultiplyBytes(geometry.scratch_bytes, threads_));
  if (IsUnseen(id)) {
    result_.unseen[id] = true;
    kernels_[id] = {-1};
    return 0;
  }
  if (planned != plan_.kernels.end() && !plan_.windows.has_value()) {
    const std::optional<int64_t> staging = PlaceInto(id, *planned->second, geometry);
    if (staging.has_value()) return AddBytes(own, *staging);
  }
  std::vector<int>& memories = kernels_[id];
  for (size_t i = 0; i < body.outputs().size(); ++i) {
    const Node& output = body.node(body.outputs()[i]);
    const auto found = results_.find({id, i});
    const NodeId read = found == results_.end() ? 0 : found->second;
    const NodeId until = std::max({read, until_[id], id});
    const bool in_place =
        !geometry.writes_twice && planned != plan_.kernels.end() && !plan_.windows.has_value();
    int operand = in_place ? OverwrittenBy(id, *planned->second, i) : -1;
    if (operand < 0 && in_place) operand = TurnedOver(id, *planned->second);
    if (operand >= 0) {
      memories.push_back(memory_of_[node.inputs[operand]]);
      Take(memories.back(), id, until);
    } else {
      const int64_t bytes = BytesOf(numbers_.Of(output.shape()), output.dtype());
      memories.push_back(Make(bytes, until, true));
    }
    NoteOver(id, i, operand);
  }
  int64_t all = own;
  if (const auto copied = result_.copied.find(id); copied != result_.copied.end()) {
    for (int operand : copied->second) {
      const NodeId input = node.inputs[operand];
      all = AddBytes(all, BytesOfNode(input));
      result_.copies.push_back(
          {BytesOfNode(input),
           absl::StrCat("operand ", Describe(NodeOf(input).dtype(), ShapeOf(input)),
                        ": it lies in what is overwritten")});
    }
  }
  const auto turned = result_.together_of.find(id);
  if (turned != result_.together_of.end())
    return AddBytes(all, result_.together[turned->second].orbits.bytes);
  return planned == plan_.kernels.end() ? all : AddBytes(all, Follow(id));
}

void BufferWalk::NoteOver(NodeId id, size_t output, int operand) {
  if (operand < 0 && !result_.over.contains(id)) return;
  absl::InlinedVector<int, 1>& over = result_.over[id];
  over.resize(output, -1);
  over.push_back(operand);
}

Geometry BufferWalk::GeometryOf(const PlannedKernel& kernel, const Graph& body) const {
  std::vector<int64_t> extents;
  for (Extent extent : body.attrs().Dims(AttrName::k_shape)) extents.push_back(numbers_.Of(extent));
  return kernel.facts.For(extents);
}

int64_t BufferWalk::VisitMatmul(NodeId id) {
  MakeDense(id);
  for (int i : {0, 1}) {
    const int64_t bytes = CopyForBlas(id, i);
    if (bytes > 0)
      result_.copies.push_back(
          {bytes, absl::StrCat("operand ", i, " of matmul: BLAS does not take its strides")});
  }
  return BytesForBlas(id);
}

int64_t BufferWalk::BytesForBlas(NodeId matmul) const {
  const Node& node = NodeOf(matmul);
  const int64_t pieces =
      BytesOfPieces(node.dtype(), ShapeOf(node.inputs[0]), ShapeOf(node.inputs[1]));
  return AddBytes(pieces, AddBytes(CopyForBlas(matmul, 0), CopyForBlas(matmul, 1)));
}

int64_t BufferWalk::CopyForBlas(NodeId matmul, int operand) const {
  const NodeId id = NodeOf(matmul).inputs[operand];
  return BytesOfCopy(NodeOf(matmul).dtype(), ShapeOf(id), arrays_[id], operand == 0);
}

// What a step writes to is another array than its operand, which is copied there, if need be.
void BufferWalk::NoteCopied(NodeId id, const char* reason) {
  const Node& node = NodeOf(id);
  if (node.op == Op::k_insert && !made_for_.contains(id))
    memories_[memory_of_[id]].is_fresh = result_.covered[id] = IsCovered(id);
  if (result_.covered[id]) return;
  result_.copies.push_back(
      {BytesOfNode(id), absl::StrCat("what ", node.info().name, " writes to, ",
                                     Describe(node.dtype(), ShapeOf(id)), ": ", reason)});
}

// Whether a step writes to its first operand. If not, it writes to another array.
bool BufferWalk::WriteToFirst(NodeId id, const char* why_copied) {
  arrays_[id].strides = DenseStrides(ShapeOf(id), NodeOf(id).dtype().size());
  if (why_copied != nullptr) {
    arrays_[id].offset = 0;
    const auto made = made_for_.find(id);
    memory_of_[id] =
        made != made_for_.end() ? made->second : Make(BytesOfNode(id), until_[id], true);
    NoteCopied(id, why_copied);
    return false;
  }
  const NodeId base = NodeOf(id).inputs[0];
  arrays_[id].offset = arrays_[base].offset;
  memory_of_[id] = memory_of_[base];
  result_.in_place[id] = true;
  Take(memory_of_[id], id, until_[id]);
  return true;
}

int64_t BufferWalk::VisitInsert(NodeId id) {
  const char* const why_copied = WhyCopied(id);
  const bool is_made = made_for_.contains(id);
  arrays_[id].strides = DenseStrides(ShapeOf(id), NodeOf(id).dtype().size());
  if (why_copied != nullptr && !is_made && Rotate(id)) return 0;
  if (!WriteToFirst(id, why_copied)) return 0;
  const Node& node = NodeOf(id);
  const NodeId value = node.inputs[1];
  // What it stores may lie in the same memory; equal steps are copied in the right order.
  if (is_made || memory_of_[value] != memory_of_[id]) return 0;
  result_.apart[id] = IsApart(id);
  const absl::StatusOr<StridedArray> place = ApplyView(
      Op::k_slice, numbers_.Of(node.attrs), node.dtype().size(), ShapeOf(id), arrays_[id]);
  const bool in_step = HaveSameSteps(ShapeOf(value), place->strides, arrays_[value].strides);
  return in_step || result_.apart[id] ? 0 : BytesOfNode(value);
}

// Copies of what lies in the memory that is written to, and of masks that are not dense.
int64_t BufferWalk::VisitScatter(NodeId id) {
  const bool in_place = WriteToFirst(id, WhyCopied(id));
  const Inputs& inputs = NodeOf(id).inputs;
  int64_t copies = 0;
  for (size_t i = 1; i < inputs.size(); ++i) {
    const bool is_loose = NodeOf(inputs[i]).dtype().is_bool() && i > 1 &&
                          !IsInOrder(ShapeOf(inputs[i]), arrays_[inputs[i]].strides, 1);
    if (is_loose || (in_place && memory_of_[inputs[i]] == memory_of_[id]))
      copies = AddBytes(copies, BytesOfNode(inputs[i]));
  }
  return copies;
}

}  // namespace broadloom
