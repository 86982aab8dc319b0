// The key holds structure and what decides which code is right: which axes are broadcast, stride
// classes, reduced axes. Extents, starts, strides and scalars are bound when the plan runs; what
// the key says of them are few facts that make better code, each where it is told below: short axes
// that are reduced, shifts of a stencil's steps, finite numbers, the turns of a loop, that a
// variance goes over blocks.
#include "frontend/plan_key.h"

#include <algorithm>
#include <numeric>
#include <shared_mutex>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "frontend/donation.h"
#include "frontend/finite.h"
#include "frontend/layout.h"
#include "frontend/memory.h"
#include "frontend/variance_in_blocks.h"
#include "passes/unrolling.h"

namespace broadloom {
namespace {

class Tracer {
 public:
  explicit Tracer(absl::Span<const Binding> bindings) : bindings_(bindings) {}
  Trace Run(absl::Span<const ExprPtr> roots);
  // What the operands are that it has met: if not all kept, the trace is worth nothing.
  Expr::Operands operands() const { return operands_; }
  bool lacks_elements() const { return lacks_elements_; }  // the same where it is so

 private:
  struct Frame {
    const ExprPtr* expr;
    size_t next;
  };
  // A node that only one other node holds cannot be met twice. Numbers are another one each time.
  static bool IsShared(const ExprPtr& expr) {
    return expr.use_count() > 1 && expr->op != Op::k_scalar;
  }
  int Visit(const ExprPtr& root);
  bool Seen(const ExprPtr& expr);
  int Number(const ExprPtr& expr, bool is_ready);
  std::optional<int> LeafLike(const Expr& view) const;
  StridedArray ElementsOf(const Expr& leaf);
  void WriteLeaf(const Expr& expr, const StridedArray& array);
  void WriteNode(TraceNode& node);
  void WriteShapeRule(TraceNode& node);
  void WriteBroadcasts(const TraceNode& node);
  void WriteMatmul(const TraceNode& node);
  void WriteBlocks(TraceNode& node);
  void NoteExtremum(const TraceNode& node);
  void WriteAttrs(const Attrs& attrs);
  void WriteSteps();
  // Numbers of which each equals that of a turn before.
  struct EqualRun {
    size_t turn = 0, length = 0;
  };
  EqualRun RunAt(size_t begin) const;
  void WriteEquals();
  void WriteFinite();
  void WriteMemories();

  const Scalar& ScalarAt(size_t i) const { return trace_.nodes[trace_.scalars[i]].expr->scalar; }
  const Expr& Input(const TraceNode& node, int i) const {
    return *trace_.nodes[trace_.inputs[node.first_input + i]].expr;
  }
  void Byte(int value) { trace_.key.push_back(static_cast<char>(value)); }
  template <typename T>
  void Write(T value) {
    trace_.key.append(reinterpret_cast<const char*>(&value), sizeof value);
  }

  const absl::Span<const Binding> bindings_;
  bool lacks_elements_ = false;
  Trace trace_;
  Expr::Operands operands_ = Expr::Operands::kept;
  int64_t most_pairs_ = 0;  // of a reduction whose operands' numbers are looked at
  absl::flat_hash_map<const Expr*, int> numbers_;  // of nodes that may be met again
  std::vector<int> done_;                          // numbered, not yet taken by their user
};

Trace Tracer::Run(absl::Span<const ExprPtr> roots) {
  static thread_local size_t last_nodes = 0, last_bytes = 0;  // programs ask for the same again
  trace_.nodes.reserve(last_nodes);
  trace_.numbers.reserve(last_nodes * 2);
  trace_.inputs.reserve(last_nodes * 2);
  trace_.key.reserve(last_bytes);
  for (const ExprPtr& root : roots) trace_.roots.push_back(Visit(root));
  for (const ExprPtr& root : roots) {
    Write(numbers_.at(root.get()));
    for (int8_t axis : root->layout.order) Byte(axis);
  }
  if (lacks_elements_) return {};
  FindShiftedLeaves(trace_);
  WriteSteps();
  WriteEquals();
  WriteFinite();
  WriteMemories();
  last_nodes = trace_.nodes.size();
  last_bytes = trace_.key.size();
  return std::move(trace_);
}

// The numbers of a node's inputs are the last ones on `done_` when the node itself is numbered.
int Tracer::Visit(const ExprPtr& root) {
  std::vector<Frame> stack = {{&root, 0}};
  while (!stack.empty()) {
    Frame& frame = stack.back();
    const ExprPtr& expr = *frame.expr;
    const bool is_shared = IsShared(expr);
    if (frame.next == 0 && is_shared && Seen(expr)) {
      stack.pop_back();
      continue;
    }
    const bool is_ready = expr->ready.load(std::memory_order_acquire);
    operands_ = std::max(operands_, StateOfOperands(*expr));
    if (!is_ready && frame.next < expr->inputs.size()) {
      stack.push_back({&expr->inputs[frame.next++], 0});
      continue;
    }
    const std::optional<int> like =
        is_ready && stack.size() > 1 ? LeafLike(*expr) : std::optional<int>();
    if (like.has_value()) trace_.twins.push_back({*like, expr});
    const int number = like.has_value() ? *like : Number(expr, is_ready);
    if (is_shared) numbers_.emplace(expr.get(), number);
    done_.push_back(number);
    stack.pop_back();
  }
  const int number = done_.back();
  done_.pop_back();
  numbers_.emplace(root.get(), number);
  return number;
}

bool Tracer::Seen(const ExprPtr& expr) {
  const auto found = numbers_.find(expr.get());
  if (found == numbers_.end()) return false;
  done_.push_back(found->second);
  return true;
}

// A leaf with the same elements at the same places; a look at the last ones will do.
std::optional<int> Tracer::LeafLike(const Expr& view) const {
  constexpr size_t kReach = 16;
  const size_t count = trace_.leaves.size();
  for (size_t back = 1; back <= std::min(count, kReach); ++back) {
    const int number = trace_.leaves[count - back];
    const Expr& leaf = *trace_.nodes[number].expr;
    if (leaf.storage.buffer == view.storage.buffer && leaf.storage.offset == view.storage.offset &&
        leaf.dtype == view.dtype && leaf.shape == view.shape &&
        leaf.storage.strides == view.storage.strides)
      return number;
  }
  return std::nullopt;
}

int Tracer::Number(const ExprPtr& expr, bool is_ready) {
  const int number = static_cast<int>(trace_.nodes.size());
  TraceNode& node = trace_.nodes.emplace_back();
  node.expr = expr;
  node.first_input = static_cast<int>(trace_.inputs.size());
  node.first_number = static_cast<int>(trace_.numbers.size());
  for (Extent extent : expr->shape) trace_.numbers.push_back(extent.value());
  if (is_ready) {
    node.leaf = static_cast<int>(trace_.leaves.size());
    trace_.leaves.push_back(number);
    StridedArray& array = trace_.arrays.emplace_back(ElementsOf(*expr));
    array.strides = NormalizedStrides(expr->shape, array.strides, expr->dtype.size());
    WriteLeaf(*expr, array);
    return number;
  }
  node.num_inputs = static_cast<int>(expr->inputs.size());
  trace_.inputs.insert(trace_.inputs.end(), done_.end() - node.num_inputs, done_.end());
  done_.resize(done_.size() - node.num_inputs);
  WriteNode(node);
  if (expr->op == Op::k_scalar) {
    trace_.scalars.push_back(number);
    Byte(IsFinite(expr->scalar));
  }
  return number;
}

StridedArray Tracer::ElementsOf(const Expr& leaf) {
  StridedArray array = leaf.storage;
  if (!array.buffer->is_absent()) return array;
  for (const Binding& binding : bindings_) {
    if (binding.absent != array.buffer.get()) continue;
    array.buffer = binding.array.buffer;
    array.offset += binding.array.offset;
    return array;
  }
  lacks_elements_ = true;
  return array;
}

void Tracer::WriteLeaf(const Expr& expr, const StridedArray& array) {
  Byte(static_cast<int>(Op::k_param));
  Byte(expr.dtype.kind());
  Byte(expr.rank());
  trace_.key += LayoutLetters(expr.shape, array.strides, expr.dtype.size());
}

void Tracer::WriteNode(TraceNode& node) {
  const Expr& expr = *node.expr;
  Byte(static_cast<int>(expr.op));
  Byte(expr.dtype.kind());
  Byte(expr.rank());
  for (int input : trace_.InputsOf(node)) Write(input);
  if (expr.op != Op::k_gather) WriteAttrs(expr.attrs);  // its axes are for errors only
  WriteShapeRule(node);
}

void Tracer::WriteShapeRule(TraceNode& node) {
  switch (InfoOf(node.expr->op).shape_rule) {
    case ShapeRule::kElementwise:
    case ShapeRule::kBroadcastTo: return WriteBroadcasts(node);
    case ShapeRule::kMatmul: return WriteMatmul(node);
    case ShapeRule::kGather: Byte(node.num_inputs); return WriteBroadcasts(node);
    case ShapeRule::kReshape: return Byte(UndoneBy(trace_, node) >= 0);
    case ShapeRule::kReduce:
      NoteExtremum(node);
      Byte(static_cast<int>(UnrolledExtent(trace_, node)));
      Byte(WalksColumns(trace_, node));
      return WriteBlocks(node);
    case ShapeRule::kSlice:
    case ShapeRule::kInsert: break;
    default: return;
  }
  const Expr& expr = *node.expr;
  for (int axis = 0; axis < expr.rank(); ++axis) Byte(SliceClass(Input(node, 0), expr.attrs, axis));
  for (AttrName name : {AttrName::k_starts, AttrName::k_steps}) {
    for (Extent number : expr.attrs.Dims(name)) trace_.numbers.push_back(number.value());
  }
}

void Tracer::WriteBroadcasts(const TraceNode& node) {
  const Shape& result = node.expr->shape;
  for (int i = 0; i < node.num_inputs; ++i) {
    const Shape& shape = Input(node, i).shape;
    const size_t axes = shape.size() - PickedAxesOf(node, i);
    const size_t missing = result.size() - axes;
    uint64_t mask = 0;
    for (size_t axis = 0; axis < axes; ++axis) {
      mask |= uint64_t{IsBroadcast(shape[axis], result[missing + axis])} << axis;
    }
    result.size() <= 8 ? Byte(static_cast<int>(mask)) : Write(mask);
  }
}

void Tracer::WriteMatmul(const TraceNode& node) {
  const Shape& result = node.expr->shape;
  const Shape& a = Input(node, 0).shape;
  const Shape& b = Input(node, 1).shape;
  const size_t batch = result.size() - (a.size() > 1) - (b.size() > 1);
  for (const Shape* shape : {&a, &b}) {
    for (size_t axis = 0; axis + 2 < shape->size(); ++axis) {
      Byte(IsBroadcast((*shape)[axis], result[batch - (shape->size() - 2) + axis]));
    }
  }
}

void Tracer::WriteBlocks(TraceNode& node) {
  const std::optional<RowBlocks> blocks = BlocksOf(*node.expr, Input(node, 0));
  Byte(!blocks.has_value() ? 0 : blocks->rest.is(0) ? 1 : 2);
  if (!blocks.has_value()) return;
  node.first_block_number = static_cast<int>(trace_.numbers.size());
  for (Extent number : {blocks->count, blocks->size, blocks->blocked, blocks->rest})
    trace_.numbers.push_back(number.value());
}

// An extremum over pairs of elements of two operands, where NaNs are costly to look for.
void Tracer::NoteExtremum(const TraceNode& node) {
  const Op op = node.expr->op;
  const Expr& from = Input(node, 0);
  if ((op == Op::k_max || op == Op::k_min) && from.layout.outer && from.dtype.is_floating())
    most_pairs_ = std::max(most_pairs_, NumElements(from.shape).value_or(0));
}

void Tracer::WriteSteps() {
  if (!trace_.has_steps) return;
  for (const TraceNode& node : trace_.nodes) {
    if (node.is_leaf() || node.expr->op != Op::k_slice) continue;
    for (int axis = 0; axis < node.expr->rank(); ++axis)
      Byte(static_cast<int>(KnownStart(trace_, node, axis)));
  }
  Write(static_cast<int>(trace_.wholes.size()));
  for (const WholeLeaf& whole : trace_.wholes)
    trace_.key += LayoutLetters(whole.shape, whole.array.strides, whole.dtype.size());
  for (const ShiftedLeaf& leaf : trace_.shifted) {
    Write(leaf.whole);
    for (int64_t start : leaf.starts) Byte(static_cast<int>(start));
  }
}

// A loop that was written out has the same numbers in every turn, which would fill all registers;
// what its turns compute for several results may lie in several runs. What is part of the key is
// where runs begin, how long they are and their turns: never which numbers happen to be equal.
void Tracer::WriteEquals() {
  constexpr size_t kMany = 8, kMostApart = 4;
  const size_t count = trace_.scalars.size();
  if (count <= kMany) return;
  std::vector<int> equals(count);
  std::iota(equals.begin(), equals.end(), 0);
  std::vector<size_t> runs;  // where one begins, its turn, how long it is
  size_t apart = 0;          // numbers of no run
  for (size_t i = 0; i < count;) {
    const EqualRun run = RunAt(i);
    if (run.turn == 0 && ++apart > kMostApart) return Write(0);
    if (run.turn > 0) runs.insert(runs.end(), {i, run.turn, run.length});
    for (size_t k = run.turn; k < run.length; ++k)
      equals[i + k] = static_cast<int>(i + k % run.turn);
    i += std::max<size_t>(run.length, 1);
  }
  Write(static_cast<int>(runs.size()));
  for (size_t number : runs) Write(static_cast<int>(number));
  trace_.equals = std::move(equals);
}

// The one with the shortest turn.
Tracer::EqualRun Tracer::RunAt(size_t begin) const {
  constexpr size_t kMostOfTurn = 8, kFewTurns = 4;
  for (size_t turn = 1; turn <= kMostOfTurn; ++turn) {
    size_t end = begin + turn;
    while (end < trace_.scalars.size() && ScalarAt(end) == ScalarAt(end - turn)) ++end;
    if (end - begin >= std::max(kFewTurns * turn, kMostOfTurn)) return {turn, end - begin};
  }
  return {};
}

void Tracer::WriteFinite() {
  constexpr int64_t kFew = 64;  // pairs of an element for which it is worth a look
  trace_.finite.resize(trace_.leaves.size());
  trace_.depends_on_elements = most_pairs_ > 0;
  for (size_t i = 0; most_pairs_ > 0 && i < trace_.leaves.size(); ++i) {
    const Expr& leaf = *trace_.nodes[trace_.leaves[i]].expr;
    trace_.finite[i] = *NumElements(leaf.shape) <= most_pairs_ / kFew &&
                       IsFinite(leaf.shape, leaf.dtype, trace_.arrays[i]);
    Byte(trace_.finite[i]);
  }
}

// Whether two leaves lie in one memory. Most evaluations have few.
bool ShareMemory(const std::vector<StridedArray>& arrays) {
  constexpr size_t kFew = 8;
  if (arrays.size() <= kFew) {
    for (size_t i = 0; i < arrays.size(); ++i) {
      for (size_t j = 0; j < i; ++j) {
        if (arrays[i].buffer == arrays[j].buffer) return true;
      }
    }
    return false;
  }
  absl::flat_hash_set<const Buffer*> buffers;
  return !std::all_of(arrays.begin(), arrays.end(), [&](const StridedArray& array) {
    return buffers.insert(array.buffer.get()).second;
  });
}

// Steps are ordered by what may be written over what (passes/order_steps.cc).
void Tracer::WriteMemories() {
  if (!ShareMemory(trace_.arrays)) return;
  absl::flat_hash_map<const Buffer*, int> first;
  for (size_t i = 0; i < trace_.arrays.size(); ++i) {
    const Buffer* const buffer = trace_.arrays[i].buffer.get();
    const Expr& leaf = *trace_.nodes[trace_.leaves[i]].expr;
    const int number = first.emplace(buffer, static_cast<int>(i)).first->second;
    const bool is_all = *NumElements(leaf.shape) * leaf.dtype.size() == buffer->size();
    trace_.memories.push_back({number, is_all});
    Write(number);
    Byte(is_all);
  }
}

// Dims are numbers that plans do not depend on, but for their classes above.
void Tracer::WriteAttrs(const Attrs& attrs) {
  for (const auto& [name, value] : attrs) {
    if (InfoOf(name).kind == AttrKind::kDims) continue;
    Byte(static_cast<int>(name));
    if (const auto* number = std::get_if<int64_t>(&value)) Write(*number);
    if (const auto* type = std::get_if<DType>(&value)) Byte(type->kind());
    if (const auto* scalar = std::get_if<Scalar>(&value))
      Byte(scalar->dtype.kind()), Write(scalar->bits);
    if (const auto* text = std::get_if<std::string>(&value))
      Byte(text->size()), trace_.key += *text;
    if (const auto* axes = std::get_if<Axes>(&value)) {
      Byte(axes->size());
      for (int64_t axis : *axes) Byte(axis);
    }
  }
}

}  // namespace

int UndoneBy(const Trace& trace, const TraceNode& node) {
  if (node.is_leaf() || node.expr->op != Op::k_reshape) return -1;
  const TraceNode& undone = trace.nodes[trace.InputsOf(node)[0]];
  if (undone.is_leaf() || undone.expr->op != Op::k_reshape) return -1;
  const int from = trace.InputsOf(undone)[0];
  return trace.nodes[from].expr->shape == node.expr->shape ? from : -1;
}

int64_t UnrolledExtent(const Trace& trace, const TraceNode& node) {
  const Axes& axes = node.expr->attrs.Ints(AttrName::k_axes);
  const Shape& shape = trace.nodes[trace.InputsOf(node)[0]].expr->shape;
  if (axes.size() != 1) return 0;
  const int64_t extent = shape[axes[0]].value();
  const bool pays = extent >= 2 && extent <= kMostUnrolled &&
                    NumElements(shape).value_or(kLeastUnrolled) >= kLeastUnrolled;
  return pays ? extent : 0;
}

bool WalksColumns(const Trace& trace, const TraceNode& node) {
  constexpr int64_t kLeastRows = 16, kLeastColumns = 256, kMostRows = int64_t{1} << 26;
  constexpr int64_t kLeastBytes = int64_t{1} << 16;  // of an item: more than the first cache has
  const Expr& from = *trace.nodes[trace.InputsOf(node)[0]].expr;
  const Axes& axes = node.expr->attrs.Ints(AttrName::k_axes);
  const bool is_index = node.expr->op == Op::k_argmin || node.expr->op == Op::k_argmax;
  if (from.rank() < 3 || from.layout.outer || is_index) return false;
  int64_t rows = 1;
  for (int64_t axis : axes) rows *= from.shape[axis].value();
  const int inner = from.layout.order.back();
  const int64_t columns = from.shape[inner].value();
  return std::find(axes.begin(), axes.end(), inner) == axes.end() && columns >= kLeastColumns &&
         rows >= kLeastRows && rows <= kMostRows &&
         rows * columns * from.dtype.size() >= kLeastBytes;
}

char SliceClass(const Expr& from, const Attrs& slice, int axis) {
  if (!slice.Dims(AttrName::k_steps)[axis].is(1)) return 's';
  const bool whole = slice.Dims(AttrName::k_starts)[axis].is(0) &&
                     from.shape[axis] == slice.Dims(AttrName::k_sizes)[axis];
  return whole ? 'w' : '1';
}

int64_t KnownStart(const Trace& trace, const TraceNode& slice, int axis) {
  const Attrs& attrs = slice.expr->attrs;
  const int64_t start = attrs.Dims(AttrName::k_starts)[axis].value();
  const bool is_known =
      trace.has_steps && start <= kMostKnownStart && attrs.Dims(AttrName::k_steps)[axis].is(1);
  return is_known ? start : -1;
}

absl::StatusOr<Trace> TraceRoots(Context& context, absl::Span<const ExprPtr> roots,
                                 absl::Span<const Binding> bindings) {
  std::shared_lock lock(context.publication);
  while (true) {
    Tracer tracer(bindings);
    Trace trace = tracer.Run(roots);
    if (tracer.lacks_elements()) return absl::FailedPreconditionError(kNoElements);
    switch (tracer.operands()) {
      case Expr::Operands::kept: return trace;
      case Expr::Operands::claimed: context.released.wait(lock); break;
      case Expr::Operands::lost:
        return absl::ResourceExhaustedError(
            "the operands are lost: memory ran out, or the process was forked, while they were "
            "overwritten");
    }
  }
}

}  // namespace broadloom
