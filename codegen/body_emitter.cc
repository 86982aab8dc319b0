// Levels and values. Code is put where its inputs vary, so there is nothing to hoist afterwards.
#include "codegen/body_emitter.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "codegen/lanes.h"
#include "codegen/pipes.h"
#include "ir/emission_order.h"
#include "ir/evaluate.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/Intrinsics.h"
#include "runtime/kernel.h"

namespace broadloom {
BodySchedule::BodySchedule(const Graph& body)
    : domain(body.attrs().Dims(AttrName::k_shape)),
      kind(body.attrs().Text(AttrName::k_kind)),
      vector_axis(static_cast<int>(body.attrs().Int(AttrName::k_vector))),
      width(static_cast<int>(body.attrs().Int(AttrName::k_width))),
      tile(static_cast<int>(body.attrs().IntOr(AttrName::k_tile, 1))),
      packed(body.params().size()) {
  if (body.attrs().Has(AttrName::k_inner)) inner = body.attrs().Ints(AttrName::k_inner);
  if (body.attrs().Has(AttrName::k_pack)) {
    for (int64_t param : body.attrs().Ints(AttrName::k_pack)) packed[param] = true;
  }
  if (domain.empty()) width = 1;
  unrolled = static_cast<int>(body.attrs().IntOr(AttrName::k_unroll, -1));
  if (unrolled >= 0) tile = static_cast<int>(domain[unrolled].value());
  for (int axis = 0; axis < static_cast<int>(domain.size()); ++axis) {
    const bool in_result =
        std::any_of(body.outputs().begin(), body.outputs().end(),
                    [&](NodeId output) { return !body.node(output).shape()[axis].is(1); });
    const bool walked = std::find(inner.begin(), inner.end(), axis) != inner.end();
    if (in_result && !walked && axis != vector_axis && axis != unrolled) outer.push_back(axis);
  }
  across = static_cast<int>(body.attrs().IntOr(AttrName::k_across, -1));
  if (const auto last = std::find(outer.begin(), outer.end(), across); last != outer.end())
    std::rotate(last, last + 1, outer.end());
  for (NodeId id = 0; id < body.size(); ++id) {
    if (body.node(id).info().is_reduce()) reductions.push_back(id);
  }
}

namespace {

absl::string_view AttributeOf(const llvm::Function& function, const char* name) {
  const llvm::StringRef value = function.getFnAttribute(name).getValueAsString();
  return {value.data(), value.size()};
}

}  // namespace

BodyEmitter::BodyEmitter(const Graph& body, const BodySchedule& schedule,
                         llvm::IRBuilder<>& builder, llvm::Function* function, int vector_bytes)
    : body_(body),
      schedule_(schedule),
      registers_(RegistersFor(body)),
      numbers_(KnownNumbers(body)),
      on_multipliers_(OnMultipliers(body, AttributeOf(*function, "target-cpu"))),
      builder_(builder),
      function_(function),
      vector_bytes_(vector_bytes),
      masks_bytes_(absl::StrContains(AttributeOf(*function, "target-features"), "+avx512bw")),
      index_(schedule.domain.size() + 1),
      level_of_axis_(schedule.domain.size() + 1, -1),
      picked_(PickedAxes(body)) {
  llvm::BasicBlock* start = llvm::BasicBlock::Create(builder.getContext(), "start", function);
  entry_end_ = builder.CreateBr(start);
  builder.SetInsertPoint(start);
  levels_.resize(1);
  users_.resize(body.size());
  for (NodeId id = 0; id < body.size(); ++id) {
    for (NodeId input : body.node(id).inputs) users_[input].push_back(id);
  }
  if (schedule.unrolled >= 0) {
    index_[schedule.unrolled] = Int(0);
    level_of_axis_[schedule.unrolled] = 0;
  }
  partials_ = AtEntry([&] { return LoadArg(kPartials, nullptr, 0, "partials"); });
}

ScalarEmitter BodyEmitter::Scalars(int width) const {
  const bool fast = body_.attrs().IntOr(AttrName::k_fast, 0) != 0;
  return ScalarEmitter{builder_, *function_->getParent(), width, vector_bytes_, fast};
}

llvm::Value* BodyEmitter::AtEntry(absl::FunctionRef<llvm::Value*()> emit) {
  llvm::IRBuilder<>::InsertPointGuard guard(builder_);
  builder_.SetInsertPoint(entry_end_);
  return emit();
}

// args->field, or args->field[index] where a type is given.
llvm::Value* BodyEmitter::LoadArg(int field, llvm::Type* type, int64_t index, const char* name) {
  llvm::Type* pointer = builder_.getPtrTy();
  llvm::Value* slot = builder_.CreateConstGEP1_64(pointer, function_->getArg(0), field);
  llvm::Value* value = builder_.CreateLoad(pointer, slot, name);
  if (type == nullptr) return value;
  return builder_.CreateLoad(type, builder_.CreateConstGEP1_64(builder_.getInt64Ty(), value, index),
                             name);
}

llvm::Value* BodyEmitter::Extent(int axis) {
  // Rows of a plain map may be joined when it is launched.
  if (axis < static_cast<int>(schedule_.domain.size()) &&
      (schedule_.domain[axis].is(1) ||
       (!schedule_.domain[axis].is_symbol() && !schedule_.reductions.empty())))
    return Int(schedule_.domain[axis].value());
  llvm::Value*& extent = extents_[axis];
  if (extent == nullptr)
    extent = AtEntry([&] { return LoadArg(kExtents, builder_.getInt64Ty(), axis, "extent"); });
  return extent;
}

llvm::Value* BodyEmitter::Tuning(int slot) {
  llvm::Value*& value = tunings_[slot];
  if (value == nullptr)
    value = AtEntry([&] { return LoadArg(kTuning, builder_.getInt64Ty(), slot, "tuning"); });
  return value;
}

// ---- levels

bool BodyEmitter::VariesAlong(NodeId id, int axis) const {
  const Node& node = body_.node(id);
  return axis < node.rank() && !node.shape()[axis].is(1);
}

int BodyEmitter::LevelOf(NodeId id) const {
  int level = 0;
  for (int axis = 0; axis < body_.node(id).rank(); ++axis) {
    if (VariesAlong(id, axis)) level = std::max(level, level_of_axis_[axis]);
  }
  return level;
}

void BodyEmitter::Deeper(llvm::Instruction* entry, const std::vector<Bound>& bound,
                         absl::FunctionRef<void()> emit) {
  llvm::Instruction* outer_entry = levels_.back().entry;
  levels_.back().entry = entry;
  levels_.emplace_back();
  std::vector<std::pair<llvm::Value*, int>> saved;
  for (const Bound& b : bound) {
    saved.emplace_back(index_[b.axis], level_of_axis_[b.axis]);
    index_[b.axis] = b.index;
    level_of_axis_[b.axis] = Innermost();
  }
  emit();
  for (size_t i = 0; i < bound.size(); ++i)
    std::tie(index_[bound[i].axis], level_of_axis_[bound[i].axis]) = saved[i];
  levels_.pop_back();
  levels_.back().entry = outer_entry;
}

void BodyEmitter::Loop(int axis, llvm::Value* begin, llvm::Value* end,
                       absl::FunctionRef<void()> emit) {
  EmitFor(builder_, begin, end, 1,
          [&](llvm::Value* i, llvm::Instruction* entry) { Deeper(entry, {{axis, i}}, emit); });
}

void BodyEmitter::TileLoop(llvm::Value* begin, llvm::Value* end, absl::FunctionRef<void()> emit) {
  const int axis = schedule_.outer.back();
  run_end_ = end;
  if (schedule_.tile == 1 || schedule_.unrolled >= 0) return Loop(axis, begin, end, emit);
  EmitFor(builder_, begin, end, schedule_.tile, [&](llvm::Value* i, llvm::Instruction* entry) {
    Deeper(entry, {{axis, i}}, [&] {
      llvm::Value* const last = builder_.CreateSub(end, Int(1));
      tile_rows_.clear();
      for (int row = 1; row < schedule_.tile; ++row)
        tile_rows_.push_back(builder_.CreateBinaryIntrinsic(llvm::Intrinsic::smin,
                                                            builder_.CreateAdd(i, Int(row)), last));
      emit();
    });
  });
}

void BodyEmitter::VectorLoop(llvm::Value* begin, llvm::Value* end, absl::FunctionRef<void()> emit,
                             bool stream) {
  const int axis = schedule_.vector_axis;
  const int64_t width = schedule_.width;
  if (stream) {
    llvm::Value* head = ElementsToLine(begin, end);
    MaskedVector(begin, head, emit);
    begin = builder_.CreateAdd(begin, head);
  }
  llvm::Value* count = builder_.CreateSub(end, begin);
  llvm::Value* whole = builder_.CreateAdd(begin, builder_.CreateAnd(count, Int(-width)));
  EmitFor(builder_, begin, whole, width,
          [&](llvm::Value* i, llvm::Instruction* entry) { Deeper(entry, {{axis, i}}, emit); });
  if (width > 1) MaskedVector(whole, builder_.CreateSub(end, whole), emit);
}

// One vector of which the first `count` lanes live; none where that is 0.
void BodyEmitter::MaskedVector(llvm::Value* begin, llvm::Value* count,
                               absl::FunctionRef<void()> emit) {
  EmitIf(builder_, builder_.CreateICmpNE(count, Int(0)), [&](llvm::Instruction* entry) {
    active_ = count;
    mask_ = nullptr;
    Deeper(entry, {{schedule_.vector_axis, begin}}, emit);
    active_ = nullptr;
  });
}

// How far `begin` is from a cache line's beginning in the outputs: they all are equally far where
// the launch chooses to stream.
llvm::Value* BodyEmitter::ElementsToLine(llvm::Value* begin, llvm::Value* end) {
  const auto streamed = [&](NodeId id) {
    return IsVector(id) && IsUnitStride(body_.node(id).shape());
  };
  size_t output = 0;
  while (output < body_.outputs().size() && !streamed(body_.outputs()[output])) ++output;
  if (output == body_.outputs().size()) return Int(0);
  const Node& node = body_.node(body_.outputs()[output]);
  llvm::Value* row = AddressOf(static_cast<int>(body_.params().size() + output), node.shape());
  llvm::Value* address = builder_.CreateAdd(builder_.CreatePtrToInt(row, builder_.getInt64Ty()),
                                            builder_.CreateMul(begin, Int(node.dtype().size())));
  const int64_t boundary =
      std::min<int64_t>(kLineBytes, int64_t{schedule_.width} * node.dtype().size());
  llvm::Value* bytes = builder_.CreateAnd(builder_.CreateNeg(address), Int(boundary - 1));
  llvm::Value* elements = builder_.CreateUDiv(bytes, Int(node.dtype().size()));
  return builder_.CreateBinaryIntrinsic(llvm::Intrinsic::smin, elements,
                                        builder_.CreateSub(end, begin));
}

llvm::Value* BodyEmitter::Mask() {
  return mask_ != nullptr ? mask_ : LanesBefore(active_, schedule_.width);
}

llvm::Value* BodyEmitter::LanesBefore(llvm::Value* end, int lanes) {
  std::vector<llvm::Constant*> numbers;
  for (int lane = 0; lane < lanes; ++lane) numbers.push_back(builder_.getInt32(lane));
  llvm::Value* const bound = builder_.CreateTrunc(end, builder_.getInt32Ty());
  return builder_.CreateICmpSLT(llvm::ConstantVector::get(numbers),
                                builder_.CreateVectorSplat(lanes, bound));
}

// Emits at an outer level: deeper ones are out of sight meanwhile.
Value BodyEmitter::EmitAt(int level, absl::FunctionRef<Value()> emit) {
  if (level == Innermost()) return emit();
  llvm::IRBuilder<>::InsertPointGuard guard(builder_);
  builder_.SetInsertPoint(levels_[level].entry);
  std::vector<Level> deeper(std::make_move_iterator(levels_.begin() + level + 1),
                            std::make_move_iterator(levels_.end()));
  levels_.resize(level + 1);
  const auto index = index_;
  const auto level_of_axis = level_of_axis_;
  const bool out_of_vector = level_of_axis_[schedule_.vector_axis] > level;
  llvm::Value* const active = active_;
  if (out_of_vector) active_ = nullptr;
  for (int& axis_level : level_of_axis_) axis_level = axis_level > level ? -1 : axis_level;
  const Value value = emit();
  index_ = index;
  level_of_axis_ = level_of_axis;
  active_ = active;
  std::move(deeper.begin(), deeper.end(), std::back_inserter(levels_));
  return value;
}

Value BodyEmitter::ValueOf(NodeId id) {
  const int level = LevelOf(id);
  const auto found = levels_[level].values.find({id, RowOf(id)});
  if (found != levels_[level].values.end()) return found->second;
  const Value value = EmitAt(level, [&] { return Compute(id); });
  levels_[level].values[{id, RowOf(id)}] = value;
  if (level == Innermost() && IsScarce(id)) EmitUsersOf(id);
  return value;
}

// There are few registers for masks.
bool BodyEmitter::IsScarce(NodeId id) const {
  return body_.node(id).dtype().is_bool() && IsVector(id) && schedule_.kind == "map" &&
         schedule_.reductions.empty();
}

const Value* BodyEmitter::Emitted(NodeId id) const {
  const Level& level = levels_[LevelOf(id)];
  const auto found = level.values.find({id, RowOf(id)});
  return found == level.values.end() ? nullptr : &found->second;
}

// How many values must be computed for a node, itself among them; more than `most`: too many.
int BodyEmitter::Missing(NodeId id, int most) const {
  if (Emitted(id) != nullptr || body_.node(id).rank() == 0) return 0;
  const Node& node = body_.node(id);
  int missing = 1;
  for (size_t i = node.op == Op::k_gather; i < node.inputs.size() && missing <= most; ++i)
    missing += Missing(node.inputs[i], most - missing);
  return missing;
}

// At once, where little else is missing, so that the value need not wait for all of them.
void BodyEmitter::EmitUsersOf(NodeId id) {
  constexpr int kLittle = 4;
  for (NodeId user : users_[id]) {
    if (Missing(user, kLittle) <= kLittle) ValueOf(user);
  }
}

void BodyEmitter::SetValue(NodeId id, Value value) {
  levels_.back().values[{id, RowOf(id)}] = value;
}

int BodyEmitter::LanesOf(NodeId id) const {
  if (IsTiled(id) && schedule_.unrolled < 0) return schedule_.tile * schedule_.width;
  return IsVector(id) ? schedule_.width : 1;
}

Value BodyEmitter::AsVector(Value value, NodeId id) { return AsLanes(value, id, schedule_.width); }

Value BodyEmitter::AsLanes(Value value, NodeId id, int lanes) {
  const auto* type = llvm::dyn_cast<llvm::FixedVectorType>(value.llvm->getType());
  const int count = type == nullptr ? 1 : static_cast<int>(type->getNumElements());
  if (count == lanes) return value;
  const int level = LevelOf(id);
  const std::tuple key(id, RowOf(id), lanes);
  Value& known = levels_[level].splats[key];
  if (known.llvm != nullptr) return known;
  const Value made = EmitAt(level, [&] {
    const auto repeated = [&](llvm::Value* part) -> llvm::Value* {
      if (part == nullptr) return nullptr;
      if (count == 1) return builder_.CreateVectorSplat(lanes, part);
      std::vector<int> chosen(lanes);
      for (int lane = 0; lane < lanes; ++lane) chosen[lane] = lane % count;
      return builder_.CreateShuffleVector(part, chosen);
    };
    return Value{repeated(value.llvm), value.dtype, repeated(value.imaginary)};
  });
  levels_[level].splats[key] = made;
  return made;
}

// ---- values

Value BodyEmitter::Compute(NodeId id) {
  const Node& node = body_.node(id);
  if (node.info().is_reduce()) return inline_reduce_(id);
  switch (node.op) {
    case Op::k_param:
      if (IsTiled(id)) return schedule_.unrolled < 0 ? LoadRows(id) : LoadRow(id);
      return LikeFirstLane(LoadOperand(id));
    case Op::k_constant: return Scalars(1).Constant(node.attrs.Value(AttrName::k_value));
    case Op::k_iota: return LikeFirstLane(ComputeIota(id));
    case Op::k_keep: return ComputeKeep(id);
    case Op::k_gather: return ComputeGather(id);
    case Op::k_copy: return ValueOf(node.inputs[0]);
    case Op::k_broadcast_to: return AsLanes(ValueOf(node.inputs[0]), node.inputs[0], LanesOf(id));
    case Op::k_scalar: {
      llvm::Type* type = MemoryType(node.dtype(), 1);
      return FromMemory(LoadArg(kScalars, type, node.attrs.Int(AttrName::k_index), "scalar"),
                        node.dtype());
    }
    default: return ComputeElementwise(id);
  }
}

// From where it is copied to, if it is.
Value BodyEmitter::LoadOperand(NodeId id) {
  if (!schedule_.packed[body_.node(id).attrs.Int(AttrName::k_index)]) return LoadParam(id);
  if (schedule_.across < 0) return LoadPacked(id);
  return turning_ ? LoadTurned(id) : LoadParam(id);
}

Value BodyEmitter::ComputeElementwise(NodeId id) {
  const Node& node = body_.node(id);
  const int lanes = LanesOf(id);
  if (FloatsAreOfSteps(id)) return FloatsOfSteps(id);
  for (NodeId input : EmissionOrder(node, registers_)) ValueOf(input);
  if (const Value* const meanwhile = Emitted(id)) return *meanwhile;
  std::vector<Value> operands;
  for (NodeId input : node.inputs) operands.push_back(AsLanes(ValueOf(input), input, lanes));
  if (on_multipliers_[id] > 0 && lanes > 1) return AddByMultiplier(id, operands, lanes);
  const bool is_extremum = node.op == Op::k_maximum || node.op == Op::k_minimum;
  if (is_extremum && node.dtype().is_floating() && !MayBeNan(node.inputs[0]))
    return EmitExtremumOfNumber(Scalars(lanes), node.op, operands);
  return EmitElementwise(Scalars(lanes), node.op, node.dtype(), operands);
}

// A number that LLVM does not know, or it would make a plain sum again.
llvm::Value* BodyEmitter::One(DType dtype, int lanes) {
  llvm::Value*& one = ones_[dtype.size()];
  const int native = vector_bytes_ / dtype.size();
  if (one == nullptr) {
    one = AtEntry([&]() -> llvm::Value* {
      llvm::Type* const type =
          llvm::FixedVectorType::get(ElementType(builder_.getContext(), dtype), native);
      auto* const opaque = llvm::InlineAsm::get(llvm::FunctionType::get(type, {type}, false), "",
                                                "=v,0", /*hasSideEffects=*/false);
      return builder_.CreateCall(opaque, {llvm::ConstantFP::get(type, 1.0)});
    });
  }
  if (lanes <= native) return EmitLanes(builder_, one, 0, lanes);
  return EmitJoined(builder_, std::vector<llvm::Value*>(lanes / native, one));
}

// x * 1 + y, and y * 1 - x as (-x) * 1 + y; every second register, or all.
Value BodyEmitter::AddByMultiplier(NodeId id, const std::vector<Value>& operands, int lanes) {
  const Node& node = body_.node(id);
  const auto by_multiplier = [&](llvm::Value* x, llvm::Value* y, int count) -> llvm::Value* {
    if (node.op == Op::k_subtract) {
      std::swap(x, y);
      x = builder_.CreateFNeg(x);
    }
    return builder_.CreateIntrinsic(llvm::Intrinsic::fma, {x->getType()},
                                    {x, One(node.dtype(), count), y});
  };
  llvm::Value *const x = operands[0].llvm, *const y = operands[1].llvm;
  if (on_multipliers_[id] == 2) return {by_multiplier(x, y, lanes), node.dtype()};
  const int native = NativeLanes(node.dtype());
  if (lanes < 2 * native) return EmitElementwise(Scalars(lanes), node.op, node.dtype(), operands);
  std::vector<llvm::Value*> registers;
  for (int first = 0; first < lanes; first += native) {
    llvm::Value *const a = EmitLanes(builder_, x, first, native), *const b = EmitLanes(
                                                                      builder_, y, first, native);
    const std::vector<Value> both = {{a, node.dtype()}, {b, node.dtype()}};
    registers.push_back(registers.size() % 2 == 1
                            ? by_multiplier(a, b, native)
                            : EmitElementwise(Scalars(native), node.op, node.dtype(), both).llvm);
  }
  return {EmitJoined(builder_, std::move(registers)), node.dtype()};
}

Value BodyEmitter::ComputeIota(NodeId id) {
  const int axis = static_cast<int>(body_.node(id).attrs.Int(AttrName::k_axis));
  if (!VariesAlong(id, axis)) return {Int(0), DType::kInt64};
  if (!IsVector(id) || schedule_.width == 1) return {index_[axis], DType::kInt64};
  std::vector<llvm::Constant*> lanes;
  for (int lane = 0; lane < schedule_.width; ++lane) lanes.push_back(Int(lane));
  llvm::Value* first = builder_.CreateVectorSplat(schedule_.width, index_[axis]);
  if (axis != schedule_.vector_axis) return {first, DType::kInt64};
  return {builder_.CreateAdd(first, llvm::ConstantVector::get(lanes)), DType::kInt64};
}

// Written to the kept row by the first stage that needs it, read back by later ones.
Value BodyEmitter::ComputeKeep(NodeId id) {
  const Node& keep = body_.node(id);
  const int outputs = static_cast<int>(body_.outputs().size());
  const int pointer = static_cast<int>(body_.params().size()) + outputs +
                      static_cast<int>(keep.attrs.Int(AttrName::k_index));
  const auto [entry, first] = kept_in_stage_.try_emplace(id, stage_);
  if (first || entry->second == stage_) {
    const Value value = ValueOf(keep.inputs[0]);
    StoreAt(pointer, keep.shape(), AsVector(value, id), /*stream=*/false);
    return value;
  }
  llvm::Value* address = AddressOf(pointer, keep.shape());
  return LikeFirstLane(
      IsUnitStride(keep.shape())
          ? LoadVector(address, keep.dtype(), schedule_.width)
          : LoadStrided(address, Stride(pointer, schedule_.vector_axis), keep.dtype()));
}

// Idle lanes compute what the first one does, so that they raise no floating-point flag of their
// own.
Value BodyEmitter::LikeFirstLane(Value value) {
  if (active_ == nullptr || !value.llvm->getType()->isVectorTy()) return value;
  const auto fill = [&](llvm::Value* part) -> llvm::Value* {
    if (part == nullptr) return nullptr;
    llvm::Value* first = builder_.CreateExtractElement(part, uint64_t{0});
    return builder_.CreateSelect(Mask(), part, builder_.CreateVectorSplat(schedule_.width, first));
  };
  return {fill(value.llvm), value.dtype, fill(value.imaginary)};
}

}  // namespace broadloom
