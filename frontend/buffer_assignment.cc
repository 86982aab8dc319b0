// Walks a plan as execute.cc does, with strides but without memory: results live from the step that
// makes them to their last reader, and so do copies of reshapes that strides cannot express; copies
// of operands that BLAS does not take as they lie, partial results and the threads' scratch live
// for one step.
#include "frontend/buffer_assignment.h"

#include <algorithm>
#include <optional>
#include <ranges>

#include "absl/strings/str_cat.h"
#include "frontend/bytes.h"
#include "frontend/float_errors.h"
#include "frontend/float_flags.h"
#include "frontend/layout.h"
#include "frontend/matmul.h"

namespace broadloom {
namespace {

struct Memory {
  NodeId until = 0;  // its last reader
  int64_t bytes = 0;
  bool is_input = false;
  bool may_be_overwritten = false;
};

class BufferWalk {
 public:
  BufferWalk(Context& context, const Plan& plan, const Trace& trace, const Numbers& numbers)
      : plan_(plan),
        trace_(trace),
        numbers_(numbers),
        threads_(context.pool.threads()),
        forever_(static_cast<NodeId>(plan.graph.size())),
        arrays_(plan.graph.size()),
        until_(plan.last_use),
        memory_of_(plan.graph.size(), -1),
        dying_(plan.graph.size()) {
    result_.in_place.assign(plan.graph.size(), false);
  }

  BufferAssignment Run() {
    FindLastReaders();
    if (MaySpeak(trace_)) FindTellingSteps();
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

 private:
  const Node& NodeOf(NodeId id) const { return plan_.graph.node(id); }
  Shape ShapeOf(NodeId id) const { return numbers_.Of(NodeOf(id).shape()); }
  int64_t BytesOfNode(NodeId id) const { return BytesOf(ShapeOf(id), NodeOf(id).dtype()); }

  // Views keep the memory that they show.
  void FindLastReaders() {
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
  void FindTellingSteps() {
    for (NodeId id : std::views::reverse(plan_.order)) {
      if (Tells(NodeOf(id))) continue;
      tells_from_ = id + 1;
      return;
    }
  }

  bool Tells(const Node& node) const {
    if (node.op == Op::k_kernel) return BodyTells(node.attrs.Body());
    if (node.info().op_class == OpClass::kScan)
      return FlagsTell(node.op, node.dtype(), node.dtype());
    return node.op == Op::k_insert || node.op == Op::k_result || node.info().is_view() ||
           node.info().is_leaf();
  }

  // It raises nothing.
  static bool IsExpOfDifferenceToMax(const Graph& body, const Node& node) {
    if (node.op != Op::k_exp || body.node(node.inputs[0]).op != Op::k_subtract) return false;
    const Inputs& terms = body.node(node.inputs[0]).inputs;
    const Node& largest = body.node(terms[1]);
    return largest.op == Op::k_max && largest.inputs[0] == terms[0];
  }

  static bool BodyTells(const Graph& body) {
    for (NodeId id = 0; id < body.size(); ++id) {
      const Node& node = body.node(id);
      const DType from = node.inputs.empty() ? node.dtype() : body.node(node.inputs[0]).dtype();
      if (!FlagsTell(node.op, from, node.dtype()) && !IsExpOfDifferenceToMax(body, node))
        return false;
    }
    return true;
  }

  // Arrays in one buffer are one memory.
  void AddInput(NodeId id) {
    const int64_t leaf = NodeOf(id).attrs.Int(AttrName::k_index);
    arrays_[id] = trace_.arrays[leaf];
    const Buffer* const buffer = arrays_[id].buffer.get();
    const auto [found, added] = inputs_.emplace(buffer, static_cast<int>(memories_.size()));
    if (added) {
      const bool donated = !trace_.donated.empty() && trace_.donated[leaf];
      memories_.push_back({until_[id], buffer->size(), true, donated});
    }
    memory_of_[id] = found->second;
    Memory& memory = memories_[found->second];
    memory.until = std::max(memory.until, until_[id]);
  }

  int Make(int64_t bytes, NodeId until, bool may_be_overwritten = false) {
    memories_.push_back({until, bytes, false, may_be_overwritten});
    Hold(bytes, until);
    return static_cast<int>(memories_.size()) - 1;
  }

  void Hold(int64_t bytes, NodeId until) {
    live_ = AddBytes(live_, bytes);
    if (until == forever_)
      result_.output_bytes = AddBytes(result_.output_bytes, bytes);
    else
      dying_[until] = AddBytes(dying_[until], bytes);
  }

  // A step's result in the memory of an operand that it reads last.
  void Take(int memory, NodeId id, NodeId until) {
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

  void NoteOverwritten(NodeId id) {
    if (result_.overwrites_from < 0) result_.overwrites_from = id;
  }

  // Returns the bytes of this step alone.
  int64_t Visit(NodeId id) {
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
    } else if (node.info().op_class == OpClass::kScan) {
      VisitScan(id);
    } else if (node.info().is_call()) {
      MakeDense(id);
    }
    return 0;
  }

  void MakeDense(NodeId id) {
    arrays_[id].strides = DenseStrides(ShapeOf(id), NodeOf(id).dtype().size());
    memory_of_[id] = Make(BytesOfNode(id), until_[id], true);
  }

  void VisitScan(NodeId id) {
    if (WhyCopied(id) != nullptr) return MakeDense(id);
    const NodeId operand = NodeOf(id).inputs[0];
    result_.in_place[id] = true;
    memory_of_[id] = memory_of_[operand];
    arrays_[id].offset = arrays_[operand].offset;
    arrays_[id].strides = DenseStrides(ShapeOf(id), NodeOf(id).dtype().size());
    Take(memory_of_[id], id, until_[id]);
  }

  // One line, whatever its shape.
  void VisitIota(NodeId id) {
    const int64_t axis = NodeOf(id).attrs.Int(AttrName::k_axis);
    arrays_[id].strides = Dims(NodeOf(id).rank(), 0);
    arrays_[id].strides[axis] = sizeof(int64_t);
    memory_of_[id] = Make(BytesOf({ShapeOf(id)[axis]}, DType::kInt64), until_[id]);
  }

  void VisitView(NodeId id) {
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
        {BytesOfNode(id), absl::StrCat("reshape of ", Describe(node.dtype(), ShapeOf(input)),
                                       " to ", ToString(shape), ": no strides express it")});
  }

  int64_t VisitKernel(NodeId id) {
    const Node& node = NodeOf(id);
    const Graph& body = node.attrs.Body();
    const auto planned = plan_.kernels.find(id);
    const Geometry geometry =
        planned == plan_.kernels.end() ? Geometry() : GeometryOf(*planned->second, body);
    const int64_t own =
        AddBytes(geometry.partial_bytes, MultiplyBytes(geometry.scratch_bytes, threads_));
    if (planned != plan_.kernels.end()) {
      const std::optional<int64_t> staging = PlaceInto(id, *planned->second, geometry);
      if (staging.has_value()) return AddBytes(own, *staging);
    }
    std::vector<int>& memories = kernels_[id];
    for (size_t i = 0; i < body.outputs().size(); ++i) {
      const Node& output = body.node(body.outputs()[i]);
      const auto found = results_.find({id, i});
      const NodeId read = found == results_.end() ? 0 : found->second;
      const NodeId until = std::max({read, until_[id], id});
      const int operand = geometry.writes_twice || planned == plan_.kernels.end()
                              ? -1
                              : OverwrittenBy(id, *planned->second, i);
      if (operand >= 0) {
        memories.push_back(memory_of_[node.inputs[operand]]);
        Take(memories.back(), id, until);
      } else {
        const int64_t bytes = BytesOf(numbers_.Of(output.shape()), output.dtype());
        memories.push_back(Make(bytes, until, true));
      }
      NoteOver(id, i, operand);
    }
    return own;
  }

  void NoteOver(NodeId id, size_t output, int operand) {
    if (operand < 0 && !result_.over.contains(id)) return;
    absl::InlinedVector<int, 1>& over = result_.over[id];
    over.resize(output, -1);
    over.push_back(operand);
  }

  Geometry GeometryOf(const PlannedKernel& kernel, const Graph& body) const {
    std::vector<int64_t> extents;
    for (Extent extent : body.attrs().Dims(AttrName::k_shape))
      extents.push_back(numbers_.Of(extent));
    return kernel.facts.For(extents);
  }

  // The operand in whose place a result of a kernel can be written; -1: none.
  int OverwrittenBy(NodeId id, const PlannedKernel& kernel, size_t output) const {
    for (int operand : kernel.in_place[output]) {
      if (Fits(id, operand, output) && IsReadInPlace(id, operand, kernel.in_place[output]))
        return operand;
    }
    return -1;
  }

  // Whether it lies as the result is to lie, in memory of its own that nobody reads later.
  bool Fits(NodeId id, int operand, size_t output) const {
    const NodeId input = NodeOf(id).inputs[operand];
    const Graph& body = NodeOf(id).attrs.Body();
    const Node& made = body.node(body.outputs()[output]);
    const Shape shape = numbers_.Of(made.shape());
    return IsFree(input, id, BytesOf(shape, made.dtype())) &&
           HaveSameSteps(shape, arrays_[input].strides,
                         StridesOfResult(body, output, shape, made.dtype().size()));
  }

  bool IsFree(NodeId value, NodeId reader, int64_t bytes) const {
    if (memory_of_[value] < 0) return false;  // a number
    const Memory& memory = memories_[memory_of_[value]];
    return memory.may_be_overwritten && memory.until == reader && memory.bytes == bytes &&
           bytes > 0 && !(memory.is_input && reader < tells_from_);
  }

  // Whether all operands in the memory of this one are the same elements at the same places.
  bool IsReadInPlace(NodeId id, int operand, const std::vector<int>& in_place) const {
    const Inputs& inputs = NodeOf(id).inputs;
    const NodeId own = inputs[operand];
    const Graph& body = NodeOf(id).attrs.Body();
    for (size_t i = 0; i < body.params().size(); ++i) {
      if (inputs[i] == own || memory_of_[inputs[i]] != memory_of_[own]) continue;
      const StridedArray &a = arrays_[inputs[i]], &b = arrays_[own];
      const bool is_pointwise =
          std::find(in_place.begin(), in_place.end(), static_cast<int>(i)) != in_place.end();
      if (!is_pointwise || ShapeOf(inputs[i]) != ShapeOf(own) || a.offset != b.offset ||
          !HaveSameSteps(ShapeOf(own), a.strides, b.strides))
        return false;
    }
    return true;
  }

  int64_t VisitMatmul(NodeId id) {
    const Node& node = NodeOf(id);
    MakeDense(id);
    int64_t copies = 0;
    for (int i : {0, 1}) {
      const NodeId operand = node.inputs[i];
      const int64_t bytes = BytesOfCopy(node.dtype(), ShapeOf(operand), arrays_[operand], i == 0);
      if (bytes > 0)
        result_.copies.push_back(
            {bytes, absl::StrCat("operand ", i, " of matmul: BLAS does not take its strides")});
      copies += bytes;
    }
    return copies;
  }

  int64_t VisitInsert(NodeId id) {
    const Node& node = NodeOf(id);
    const NodeId base = node.inputs[0], value = node.inputs[1];
    const Shape shape = ShapeOf(id);
    arrays_[id].strides = DenseStrides(shape, node.dtype().size());
    const char* const reason = WhyCopied(id);
    const auto made = made_for_.find(id);
    if (reason != nullptr) {
      memory_of_[id] =
          made != made_for_.end() ? made->second : Make(BytesOfNode(id), until_[id], true);
      result_.copies.push_back(
          {BytesOfNode(id),
           absl::StrCat("what insert writes to, ", Describe(node.dtype(), shape), ": ", reason)});
      return 0;
    }
    arrays_[id].offset = arrays_[base].offset;
    memory_of_[id] = memory_of_[base];
    result_.in_place[id] = true;
    Take(memory_of_[id], id, until_[id]);
    // What it stores may lie in the same memory; equal steps are copied in the right order.
    const bool moves = made == made_for_.end() && memory_of_[value] == memory_of_[id];
    const absl::StatusOr<StridedArray> place =
        ApplyView(Op::k_slice, numbers_.Of(node.attrs), node.dtype().size(), shape, arrays_[id]);
    return moves && !HaveSameSteps(ShapeOf(value), place->strides, arrays_[value].strides)
               ? BytesOfNode(value)
               : 0;
  }

  // The insert that is all that reads a kernel's only result, and comes next.
  std::optional<NodeId> NextInsert(NodeId kernel) const {
    NodeId value = -1;
    for (size_t next = position_ + 1; next < plan_.order.size(); ++next) {
      const NodeId id = plan_.order[next];
      const Node& node = NodeOf(id);
      if (node.op == Op::k_result && node.inputs[0] == kernel) {
        value = id;
      } else if (node.op == Op::k_insert && value >= 0) {
        const bool reads =
            node.inputs[1] == value && node.inputs[0] < kernel && until_[value] == id;
        return reads ? std::optional(id) : std::nullopt;
      } else if (!node.info().is_leaf()) {
        return std::nullopt;
      }
    }
    return std::nullopt;
  }

  // Lets a kernel write to the place of an insert, if it can: returns the bytes that this takes.
  std::optional<int64_t> PlaceInto(NodeId id, const PlannedKernel& kernel,
                                   const Geometry& geometry) {
    const Graph& body = NodeOf(id).attrs.Body();
    if (body.outputs().size() != 1 || geometry.writes_twice) return std::nullopt;
    const std::optional<NodeId> insert = NextInsert(id);
    if (!insert.has_value()) return std::nullopt;
    const Node& node = NodeOf(*insert);
    const NodeId base = node.inputs[0];
    const bool is_copied = WhyCopied(*insert) != nullptr;
    StridedArray target{nullptr, is_copied ? 0 : arrays_[base].offset,
                        DenseStrides(ShapeOf(*insert), node.dtype().size())};
    const absl::StatusOr<StridedArray> place = ApplyView(
        Op::k_slice, numbers_.Of(node.attrs), node.dtype().size(), ShapeOf(*insert), target);
    const Place at{id, &kernel, *place, numbers_.Of(body.node(body.outputs()[0]).shape()),
                   node.dtype().size()};
    const int memory = is_copied ? -1 : memory_of_[base];
    if (!is_copied && memories_[memory].is_input && id < tells_from_) return std::nullopt;
    const std::optional<std::vector<int64_t>> distances =
        is_copied ? std::vector<int64_t>() : DistancesFor(at, memory);
    if (!distances.has_value()) return std::nullopt;
    const bool stays =
        std::all_of(distances->begin(), distances->end(), [](int64_t d) { return d == 0; });
    const bool direct = stays && HasUnitStep(at);
    const std::optional<Stages> stages =
        direct || is_copied ? std::nullopt : StagesFor(at, *distances);
    if (!direct && !stages.has_value()) return std::nullopt;
    if (is_copied) {
      made_for_[*insert] = Make(BytesOfNode(*insert), until_[*insert], true);
      kernels_[id] = {made_for_[*insert]};
    } else {
      made_for_[*insert] = memory;
      kernels_[id] = {memory};
      if (memories_[memory].is_input) NoteOverwritten(id);
    }
    result_.into[id] = {*insert, !direct, direct ? Stages() : *stages};
    return direct ? 0 : stages->bytes;
  }

  // Where a kernel is to write.
  struct Place {
    NodeId id;
    const PlannedKernel* kernel;
    StridedArray array;
    Shape shape;
    int64_t itemsize;
  };

  // Results are stored as vectors along the kernel's vector axis, in C order.
  bool HasUnitStep(const Place& at) const {
    const Graph& body = NodeOf(at.id).attrs.Body();
    const int64_t axis = body.attrs().Int(AttrName::k_vector);
    return HaveSameSteps(at.shape, StridesOfResult(body, 0, at.shape, at.itemsize),
                         DenseStrides(at.shape, at.itemsize)) &&
           (at.shape[axis].value() <= 1 || at.array.strides[axis] == at.itemsize);
  }

  // In bytes, from the place to the operands in the memory that it is part of. None where they have
  // other steps, or the kernel needs them later.
  std::optional<std::vector<int64_t>> DistancesFor(const Place& at, int memory) const {
    const Inputs& inputs = NodeOf(at.id).inputs;
    const std::vector<int>& in_place = at.kernel->in_place[0];
    std::vector<int64_t> distances;
    for (size_t i = 0; i < NodeOf(at.id).attrs.Body().params().size(); ++i) {
      if (memory_of_[inputs[i]] != memory) continue;
      const StridedArray& operand = arrays_[inputs[i]];
      if (std::find(in_place.begin(), in_place.end(), static_cast<int>(i)) == in_place.end() ||
          !HaveSameSteps(at.shape, operand.strides, at.array.strides))
        return std::nullopt;
      distances.push_back(operand.offset - at.array.offset);
    }
    return distances;
  }

  std::optional<Stages> StagesFor(const Place& at, const std::vector<int64_t>& distances) const {
    const Graph& body = NodeOf(at.id).attrs.Body();
    const bool in_order = HaveSameSteps(at.shape, StridesOfResult(body, 0, at.shape, at.itemsize),
                                        DenseStrides(at.shape, at.itemsize));
    if (!at.kernel->is_pointwise || !in_order) return std::nullopt;
    return PlanStages(at.shape, at.array.strides, at.itemsize, distances, threads_);
  }

  // Why a step cannot write to its first operand; null where it can.
  const char* WhyCopied(NodeId id) const {
    const NodeId base = NodeOf(id).inputs[0];
    if (memory_of_[base] < 0) return "it is one number";
    const Memory& memory = memories_[memory_of_[base]];
    if (memory.is_input && !memory.may_be_overwritten)
      return "its old value is still wanted by others, or it is not ours";
    if (!memory.may_be_overwritten || memory.bytes != BytesOfNode(id) ||
        !HaveSameSteps(ShapeOf(id), arrays_[base].strides,
                       DenseStrides(ShapeOf(id), NodeOf(id).dtype().size())))
      return "it is part of something else, or lies in another order";
    if (memory.until != id) return "its old value is read later";
    if (memory.is_input && id < tells_from_)
      return "its old value may be needed to tell a floating-point error";
    return nullptr;
  }

  const Plan& plan_;
  const Trace& trace_;
  const Numbers& numbers_;
  const int threads_;
  const NodeId forever_;  // the last reader of outputs, as in Plan
  std::vector<StridedArray> arrays_;
  std::vector<NodeId> until_;   // by node: the last reader of what was made for it, and its views
  std::vector<int> memory_of_;  // by node, of arrays: in memories_
  std::vector<Memory> memories_;
  absl::flat_hash_map<const Buffer*, int> inputs_;         // their memories
  absl::flat_hash_map<NodeId, std::vector<int>> kernels_;  // those of their results
  absl::flat_hash_map<NodeId, int> made_for_;              // by insert: what its kernel wrote to
  absl::flat_hash_map<std::pair<NodeId, int64_t>, NodeId> results_;  // until_, by kernel and result
  std::vector<int64_t> dying_;  // by node: bytes that it reads last
  NodeId tells_from_ = 0;
  size_t position_ = 0;  // of the step in the plan's order
  int64_t live_ = 0;
  BufferAssignment result_;
};

}  // namespace

Dims StridesOfResult(const Graph& body, size_t output, const Shape& shape, int64_t itemsize) {
  const Axes& orders = body.attrs().Ints(AttrName::k_results);
  size_t first = 0;
  for (size_t i = 0; i < output; ++i) first += body.node(body.outputs()[i]).rank();
  const std::vector<int8_t> order(orders.begin() + first, orders.begin() + first + shape.size());
  return DenseStrides(shape, order, itemsize);
}

bool HaveSameSteps(const Shape& shape, const Dims& a, const Dims& b) {
  for (size_t axis = 0; axis < shape.size(); ++axis) {
    if (shape[axis].value() > 1 && a[axis] != b[axis]) return false;
  }
  return true;
}

BufferAssignment AssignBuffers(Context& context, const Plan& plan, const Trace& trace,
                               const Numbers& numbers) {
  return BufferWalk(context, plan, trace, numbers).Run();
}

}  // namespace broadloom
