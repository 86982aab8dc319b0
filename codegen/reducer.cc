// What each reduction does with an element, and the tree of blocks. The order of additions is the
// one ir/evaluate defines.
#include "codegen/reducer.h"

#include "ir/evaluate.h"
#include "llvm/IR/Intrinsics.h"

namespace broadloom {
namespace {

bool IsArg(Op op) { return op == Op::k_argmin || op == Op::k_argmax; }
bool IsMin(Op op) { return op == Op::k_min || op == Op::k_argmin; }
bool IsExtremum(Op op) { return op == Op::k_min || op == Op::k_max || IsArg(op); }

llvm::Type* Widen(llvm::Type* element, int width) {
  return width == 1 ? element : llvm::FixedVectorType::get(element, width);
}

}  // namespace

Reducer::Reducer(BodyEmitter& emitter, NodeId reduce, int width)
    : emitter_(emitter),
      id_(reduce),
      op_(emitter.body().node(reduce).op),
      width_(width),
      ordered_(emitter.body().node(reduce).info().Is(kOrdered)) {
  const Node& node = emitter.body().node(reduce);
  operand_ = IsArg(op_) ? emitter.body().node(node.inputs[0]).dtype() : node.dtype();
}

// Lanes as wide as the elements, 0 or all ones: what a vector comparison leaves in a register.
DType Reducer::NanMask() const { return operand_.size() == 4 ? DType::kInt32 : DType::kInt64; }

Reducer Reducer::AtWidth(int width) const { return Reducer(emitter_, id_, width); }

std::vector<DType> Reducer::PartDTypes() const {
  if (IsArg(op_)) return {operand_, DType::kInt64};
  if (TracksNan()) return {operand_, NanMask()};
  return {operand_};
}

std::vector<llvm::Type*> Reducer::PartTypes() const {
  std::vector<llvm::Type*> types;
  for (DType dtype : PartDTypes())
    types.push_back(Widen(ElementType(emitter_.builder().getContext(), dtype), width_));
  return types;
}

// The value that any element beats or equals.
llvm::Value* Reducer::Limit() const {
  const ScalarEmitter scalars = emitter_.Scalars(width_);
  if (operand_.is_floating()) {
    return llvm::ConstantFP::getInfinity(scalars.TypeOf(operand_), /*Negative=*/!IsMin(op_));
  }
  const int bits = operand_.is_bool() ? 1 : 8 * operand_.size();
  llvm::APInt limit = operand_.is_signed() ? (IsMin(op_) ? llvm::APInt::getSignedMaxValue(bits)
                                                         : llvm::APInt::getSignedMinValue(bits))
                                           : (IsMin(op_) ? llvm::APInt::getMaxValue(bits)
                                                         : llvm::APInt::getMinValue(bits));
  return llvm::ConstantInt::get(scalars.TypeOf(operand_), limit);
}

Parts Reducer::Identity() const {
  const std::vector<llvm::Type*> types = PartTypes();
  if (IsArg(op_)) return {Limit(), llvm::Constant::getAllOnesValue(types[1])};
  if (TracksNan()) return {Limit(), llvm::Constant::getNullValue(types[1])};
  if (IsExtremum(op_)) return {Limit()};
  if (op_ == Op::k_all) return {llvm::Constant::getAllOnesValue(types[0])};
  if (op_ == Op::k_prod)
    return {emitter_.Scalars(width_).Constant(MakeIntScalar(operand_, 1)).llvm};
  return {llvm::Constant::getNullValue(types[0])};
}

Parts Reducer::Element(Value element, llvm::Value* index) const {
  llvm::IRBuilder<>& b = emitter_.builder();
  if (IsArg(op_)) return {element.llvm, index};
  if (TracksNan()) {
    llvm::Value* nan = b.CreateFCmpUNO(element.llvm, element.llvm);
    return {element.llvm, b.CreateSExt(nan, PartTypes()[1])};
  }
  return {element.llvm};
}

Parts Reducer::ElementPair(Value first, Value second) const {
  llvm::IRBuilder<>& b = emitter_.builder();
  llvm::Value* nan = b.CreateFCmpUNO(first.llvm, second.llvm);
  Parts pair = Combine(Element(first, nullptr), Element(second, nullptr));
  pair[1] = b.CreateSExt(nan, PartTypes()[1]);
  return pair;
}

// Whether a candidate takes the place of the best so far: it is beyond it, or the first NaN, or
// equal with a smaller index.
llvm::Value* Reducer::Better(const Parts& candidate, const Parts& best) const {
  llvm::IRBuilder<>& b = emitter_.builder();
  llvm::Value *x = candidate[0], *y = best[0], *beyond, *same;
  if (operand_.is_floating()) {
    llvm::Value *x_nan = b.CreateFCmpUNO(x, x), *y_nan = b.CreateFCmpUNO(y, y);
    beyond = IsMin(op_) ? b.CreateFCmpOLT(x, y) : b.CreateFCmpOGT(x, y);
    beyond = b.CreateOr(beyond, b.CreateAnd(x_nan, b.CreateNot(y_nan)));
    same = b.CreateOr(b.CreateFCmpOEQ(x, y), b.CreateAnd(x_nan, y_nan));
  } else if (operand_.is_signed()) {
    beyond = IsMin(op_) ? b.CreateICmpSLT(x, y) : b.CreateICmpSGT(x, y);
    same = b.CreateICmpEQ(x, y);
  } else {
    beyond = IsMin(op_) ? b.CreateICmpULT(x, y) : b.CreateICmpUGT(x, y);
    same = b.CreateICmpEQ(x, y);
  }
  llvm::Value* none = llvm::Constant::getAllOnesValue(best[1]->getType());
  llvm::Value* first = b.CreateICmpEQ(best[1], none);
  // As unsigned numbers, "none" comes last.
  llvm::Value* earlier = b.CreateAnd(same, b.CreateICmpULT(candidate[1], best[1]));
  return b.CreateAnd(b.CreateOr(b.CreateOr(beyond, earlier), first),
                     b.CreateICmpNE(candidate[1], none));
}

bool Reducer::TracksNan() const { return IsExtremum(op_) && !IsArg(op_) && operand_.is_floating(); }

Parts Reducer::Combine(const Parts& older, const Parts& newer) const {
  llvm::IRBuilder<>& b = emitter_.builder();
  if (IsArg(op_)) return Select(Better(newer, older), newer, older);
  const bool floating = operand_.is_floating();
  switch (op_) {
    case Op::k_sum:
      return {floating ? b.CreateFAdd(older[0], newer[0]) : b.CreateAdd(older[0], newer[0])};
    case Op::k_prod:
      return {floating ? b.CreateFMul(older[0], newer[0]) : b.CreateMul(older[0], newer[0])};
    case Op::k_any: return {b.CreateOr(older[0], newer[0])};
    case Op::k_all: return {b.CreateAnd(older[0], newer[0])};
    default: break;
  }
  if (operand_.is_bool())
    return {IsMin(op_) ? b.CreateAnd(older[0], newer[0]) : b.CreateOr(older[0], newer[0])};
  if (floating) {
    // One maxps: the newer operand where either is NaN; the NaN itself is remembered apart.
    llvm::Value* beyond =
        IsMin(op_) ? b.CreateFCmpOLT(older[0], newer[0]) : b.CreateFCmpOGT(older[0], newer[0]);
    return {b.CreateSelect(beyond, older[0], newer[0]), b.CreateOr(older[1], newer[1])};
  }
  llvm::Intrinsic::ID id = operand_.is_signed()
                               ? (IsMin(op_) ? llvm::Intrinsic::smin : llvm::Intrinsic::smax)
                               : (IsMin(op_) ? llvm::Intrinsic::umin : llvm::Intrinsic::umax);
  return {b.CreateBinaryIntrinsic(id, older[0], newer[0])};
}

Parts Reducer::Select(llvm::Value* mask, const Parts& yes, const Parts& no) const {
  Parts result;
  for (size_t i = 0; i < yes.size(); ++i)
    result.push_back(emitter_.builder().CreateSelect(mask, yes[i], no[i]));
  return result;
}

Value Reducer::Finish(const Parts& parts) const {
  if (IsArg(op_)) return {parts[1], DType::kInt64};
  if (parts.size() == 1) return {parts[0], operand_};
  llvm::IRBuilder<>& b = emitter_.builder();
  llvm::Value* has_nan =
      b.CreateICmpNE(parts[1], llvm::Constant::getNullValue(parts[1]->getType()));
  llvm::Value* nan = llvm::ConstantFP::getNaN(parts[0]->getType());
  return {b.CreateSelect(has_nan, nan, parts[0]), operand_};
}

Parts Reducer::FoldLanes(const Parts& parts) const {
  llvm::IRBuilder<>& b = emitter_.builder();
  Parts folded = parts;
  for (int width = width_ / 2; width >= 1; width /= 2) {
    Parts low, high;
    std::vector<int> low_lanes(width), high_lanes(width);
    for (int i = 0; i < width; ++i) {
      low_lanes[i] = i;
      high_lanes[i] = width + i;
    }
    for (llvm::Value* part : folded) {
      low.push_back(width > 1 ? b.CreateShuffleVector(part, low_lanes)
                              : b.CreateExtractElement(part, uint64_t{0}));
      high.push_back(width > 1 ? b.CreateShuffleVector(part, high_lanes)
                               : b.CreateExtractElement(part, uint64_t{1}));
    }
    folded = AtWidth(width).Combine(low, high);
  }
  return folded;
}

// ---- the tree

Accumulator::Accumulator(BodyEmitter& emitter, const Reducer& reducer)
    : emitter_(emitter), reducer_(reducer) {
  llvm::IRBuilder<>& b = emitter.builder();
  for (llvm::Type* type : reducer.PartTypes()) current_.push_back(EmitVariable(b, type, "sum"));
  for (DType dtype : reducer.PartDTypes()) {
    llvm::Type* type = Widen(ElementType(b.getContext(), dtype), reducer.width());
    if (dtype.is_bool()) type = Widen(b.getInt8Ty(), reducer.width());
    stack_.push_back(EmitVariable(b, llvm::ArrayType::get(type, kLevels), "tree"));
  }
  count_ = EmitVariable(b, b.getInt64Ty(), "count");
  blocks_ = EmitVariable(b, b.getInt64Ty(), "blocks");
  Reset();
}

void Accumulator::Store(const Parts& parts) {
  for (size_t i = 0; i < parts.size(); ++i) emitter_.builder().CreateStore(parts[i], current_[i]);
}

Parts Accumulator::Current() const {
  Parts parts;
  for (llvm::AllocaInst* variable : current_) {
    parts.push_back(emitter_.builder().CreateLoad(variable->getAllocatedType(), variable));
  }
  return parts;
}

void Accumulator::Reset() {
  Store(reducer_.Identity());
  emitter_.builder().CreateStore(emitter_.Int(0), count_);
  emitter_.builder().CreateStore(emitter_.Int(0), blocks_);
}

void Accumulator::Add(const Parts& element, llvm::Value* mask) {
  llvm::IRBuilder<>& b = emitter_.builder();
  const Parts before = Current();
  Parts after = reducer_.Combine(before, element);
  if (mask != nullptr) after = reducer_.Select(mask, after, before);
  Store(after);
  if (!reducer_.ordered()) return;
  llvm::Value* count = b.CreateAdd(b.CreateLoad(b.getInt64Ty(), count_), emitter_.Int(1));
  b.CreateStore(count, count_);
  EmitIf(b, b.CreateICmpEQ(count, emitter_.Int(kBlockAdditions)),
         [&](llvm::Instruction*) { Push(); });
}

llvm::Value* Accumulator::StackSlot(size_t part, llvm::Value* level) const {
  return emitter_.builder().CreateGEP(stack_[part]->getAllocatedType(), stack_[part],
                                      {emitter_.Int(0), level});
}

void Accumulator::Push() {
  const Parts item = Current();
  PushItem(item);
  Store(reducer_.Identity());
  emitter_.builder().CreateStore(emitter_.Int(0), count_);
}

// Equal subtrees merge as the counter carries.
void Accumulator::PushItem(const Parts& item) {
  has_tree_ = true;
  llvm::IRBuilder<>& b = emitter_.builder();
  llvm::Type* i64 = b.getInt64Ty();
  llvm::Value* blocks = b.CreateLoad(i64, blocks_);
  llvm::AllocaInst* level = EmitVariable(b, i64, "level");
  std::vector<llvm::AllocaInst*> carried;
  for (llvm::Value* part : item) {
    carried.push_back(EmitVariable(b, part->getType(), "carried"));
    b.CreateStore(part, carried.back());
  }
  const auto load = [&] {
    Parts parts;
    for (llvm::AllocaInst* variable : carried)
      parts.push_back(b.CreateLoad(variable->getAllocatedType(), variable));
    return parts;
  };
  const std::vector<DType> dtypes = reducer_.PartDTypes();
  b.CreateStore(emitter_.Int(0), level);
  EmitWhile(
      b,
      [&] {
        llvm::Value* shifted = b.CreateLShr(blocks, b.CreateLoad(i64, level));
        return b.CreateTrunc(shifted, b.getInt1Ty());
      },
      [&] {
        llvm::Value* at = b.CreateLoad(i64, level);
        Parts older;
        for (size_t i = 0; i < dtypes.size(); ++i) older.push_back(LoadItem(i, at));
        const Parts merged = reducer_.Combine(older, load());
        for (size_t i = 0; i < merged.size(); ++i) b.CreateStore(merged[i], carried[i]);
        b.CreateStore(b.CreateAdd(at, emitter_.Int(1)), level);
      });
  llvm::Value* at = b.CreateLoad(i64, level);
  const Parts parts = load();
  for (size_t i = 0; i < parts.size(); ++i) StoreItem(i, at, parts[i]);
  b.CreateStore(b.CreateAdd(blocks, emitter_.Int(1)), blocks_);
}

// Items are stored unmasked: bools as bytes.
llvm::Value* Accumulator::LoadItem(size_t part, llvm::Value* level) const {
  llvm::IRBuilder<>& b = emitter_.builder();
  llvm::Type* type = stack_[part]->getAllocatedType()->getArrayElementType();
  llvm::Value* raw = b.CreateLoad(type, StackSlot(part, level));
  return reducer_.PartDTypes()[part].is_bool() ? b.CreateTrunc(raw, reducer_.PartTypes()[part])
                                               : raw;
}

void Accumulator::StoreItem(size_t part, llvm::Value* level, llvm::Value* value) {
  llvm::IRBuilder<>& b = emitter_.builder();
  llvm::Type* type = stack_[part]->getAllocatedType()->getArrayElementType();
  if (reducer_.PartDTypes()[part].is_bool()) value = b.CreateZExt(value, type);
  b.CreateStore(value, StackSlot(part, level));
}

// The started block, then the subtrees from the newest to the oldest.
Parts Accumulator::Total() {
  if (!has_tree_) return Current();
  llvm::IRBuilder<>& b = emitter_.builder();
  llvm::Type* i64 = b.getInt64Ty();
  llvm::AllocaInst* level = EmitVariable(b, i64, "level");
  llvm::Value* blocks = b.CreateLoad(i64, blocks_);
  b.CreateStore(emitter_.Int(0), level);
  EmitWhile(
      b,
      [&] {
        return b.CreateICmpNE(b.CreateLShr(blocks, b.CreateLoad(i64, level)), emitter_.Int(0));
      },
      [&] {
        llvm::Value* at = b.CreateLoad(i64, level);
        llvm::Value* present = b.CreateTrunc(b.CreateLShr(blocks, at), b.getInt1Ty());
        EmitIf(b, present, [&](llvm::Instruction*) {
          Parts older;
          for (size_t i = 0; i < stack_.size(); ++i) older.push_back(LoadItem(i, at));
          Store(reducer_.Combine(older, Current()));
        });
        b.CreateStore(b.CreateAdd(at, emitter_.Int(1)), level);
      });
  return Current();
}

// ---- reductions inside a body

llvm::Value* ReducedIndex(BodyEmitter& emitter, NodeId reduce) {
  llvm::IRBuilder<>& b = emitter.builder();
  const int vector_axis = emitter.schedule().vector_axis;
  llvm::Value* position = emitter.Int(0);
  const Shape& walked = emitter.body().node(emitter.body().node(reduce).inputs[0]).shape();
  for (int64_t axis : emitter.body().node(reduce).attrs.Ints(AttrName::k_axes)) {
    if (walked[axis].is(1)) continue;
    position = b.CreateAdd(b.CreateMul(position, emitter.Extent(axis)), emitter.Index(axis));
    if (axis != vector_axis || emitter.schedule().width == 1) continue;
    std::vector<llvm::Constant*> lanes;
    for (int lane = 0; lane < emitter.schedule().width; ++lane) lanes.push_back(emitter.Int(lane));
    position = b.CreateAdd(b.CreateVectorSplat(emitter.schedule().width, position),
                           llvm::ConstantVector::get(lanes));
  }
  return position;
}

namespace {

// Loops over the axes of a reduction from `depth` on; the innermost one in chunks where operands
// are packed along it.
void WalkAxes(BodyEmitter& emitter, const Axes& axes, size_t depth, const std::vector<int>& packed,
              absl::FunctionRef<void()> element) {
  if (depth == axes.size()) return element();
  const int axis = static_cast<int>(axes[depth]);
  const auto inner = [&] { WalkAxes(emitter, axes, depth + 1, packed, element); };
  if (depth + 1 < axes.size() || packed.empty())
    return emitter.Loop(axis, emitter.Int(0), emitter.Extent(axis), inner);
  llvm::IRBuilder<>& b = emitter.builder();
  EmitFor(b, emitter.Int(0), emitter.Extent(axis), BodyEmitter::kPackRows,
          [&](llvm::Value* begin, llvm::Instruction* entry) {
            emitter.Deeper(entry, {}, [&] {
              llvm::Value* chunk_end = b.CreateAdd(begin, emitter.Int(BodyEmitter::kPackRows));
              llvm::Value* end =
                  b.CreateBinaryIntrinsic(llvm::Intrinsic::smin, chunk_end, emitter.Extent(axis));
              llvm::Value* several =
                  b.CreateICmpSGT(emitter.Extent(axis), emitter.Int(BodyEmitter::kPackRows));
              EmitIf(b, several, [&](llvm::Instruction* branch) {
                emitter.Deeper(branch, {}, [&] {
                  for (int param : packed) emitter.Pack(param, axis, begin, end);
                });
              });
              emitter.SetPackBegin(begin);
              emitter.Loop(axis, begin, end, inner);
            });
          });
}

// The same for a reducer that tracks NaN: the innermost axis two by two.
void WalkPairs(BodyEmitter& emitter, const Axes& axes, size_t depth, const Reducer& reducer,
               absl::FunctionRef<Value()> element, absl::FunctionRef<void(const Parts&)> add) {
  const int axis = static_cast<int>(axes[depth]);
  llvm::Value* end = emitter.Extent(axis);
  if (depth + 1 < axes.size()) {
    return emitter.Loop(axis, emitter.Int(0), end,
                        [&] { WalkPairs(emitter, axes, depth + 1, reducer, element, add); });
  }
  llvm::IRBuilder<>& b = emitter.builder();
  llvm::Value* paired = b.CreateAnd(end, emitter.Int(-2));
  EmitFor(b, emitter.Int(0), paired, 2, [&](llvm::Value* i, llvm::Instruction* entry) {
    Value first, second;
    emitter.Deeper(entry, {{axis, i}}, [&] { first = element(); });
    llvm::Value* next = b.CreateAdd(i, emitter.Int(1));
    emitter.Deeper(entry, {{axis, next}}, [&] { second = element(); });
    add(reducer.ElementPair(first, second));
  });
  emitter.Loop(axis, paired, end, [&] { add(reducer.Element(element(), nullptr)); });
}

}  // namespace

Value EmitInlineReduce(BodyEmitter& emitter, NodeId id) {
  const Node& node = emitter.body().node(id);
  const NodeId operand = node.inputs[0];
  const int width = emitter.IsVector(id) ? emitter.schedule().width : 1;
  const Reducer reducer(emitter, id, width);
  Accumulator accumulator(emitter, reducer);
  const Axes& axes = node.attrs.Ints(AttrName::k_axes);
  std::vector<int> packed;
  for (size_t param = 0; param < emitter.body().params().size(); ++param) {
    const bool walked = !axes.empty() && emitter.VariesAlong(emitter.body().params()[param],
                                                             static_cast<int>(axes.back()));
    if (emitter.schedule().packed[param] && walked) packed.push_back(static_cast<int>(param));
  }
  const auto element_here = [&] {
    const Value element = emitter.ValueOf(operand);
    return width > 1 ? emitter.AsVector(element, operand) : element;
  };
  if (reducer.TracksNan() && packed.empty() && !axes.empty()) {
    WalkPairs(emitter, axes, 0, reducer, element_here,
              [&](const Parts& elements) { accumulator.Add(elements, nullptr); });
    return reducer.Finish(accumulator.Total());
  }
  WalkAxes(emitter, axes, 0, packed, [&] {
    const Value element = element_here();
    llvm::Value* index = nullptr;
    if (IsArg(node.op)) {
      index = ReducedIndex(emitter, id);
      if (width > 1) index = emitter.builder().CreateVectorSplat(width, index);
    }
    accumulator.Add(reducer.Element(element, index), nullptr);
  });
  return reducer.Finish(accumulator.Total());
}

}  // namespace broadloom
