// Accumulators: how each reduction starts, combines and ends, and the tree of blocks that orders
// its additions.
#ifndef BROADLOOM_CODEGEN_REDUCER_H_
#define BROADLOOM_CODEGEN_REDUCER_H_

#include <vector>

#include "codegen/body_emitter.h"

namespace broadloom {

// The running values of one reduction, `width` lanes each: the value itself and, for some, a second
// part (argmin and argmax: the index; min and max of floats: whether all were numbers).
using Parts = std::vector<llvm::Value*>;

class Reducer {
 public:
  // How indices of argmin and argmax come: in any order, where all ones stand for none; or one
  // after another in each lane, so that an equal element never counts. Of 64 bits or of 32; and
  // where elements are taken for numbers, with a part that tells if all were.
  enum class Indices { kAny, kInSequence, kNumbers, kNarrowNumbers };

  Reducer(BodyEmitter& emitter, NodeId reduce, int width, Indices indices = Indices::kAny);

  std::vector<llvm::Type*> PartTypes() const;  // in registers
  std::vector<DType> PartDTypes() const;       // in memory
  Parts Identity() const;
  // What one element contributes; `index` is its position in the reduced space (int64, scalar or
  // vector).
  Parts Element(Value element, llvm::Value* index) const;
  // Two elements that are as well told by one comparison whether they hold a NaN.
  Parts ElementPair(Value first, Value second) const;
  bool TracksNan() const;  // min and max of floats that may be NaN
  bool IsNarrow() const { return indices_ == Indices::kNarrowNumbers; }
  llvm::Value* AllNumbers(const Parts& parts) const;  // one bit, of argmin and argmax
  bool NeedsIndex() const;                            // argmin and argmax
  Parts Combine(const Parts& older, const Parts& newer) const;
  Parts Select(llvm::Value* mask, const Parts& yes, const Parts& no) const;
  Value Finish(const Parts& parts) const;     // at the width of the parts
  Parts FoldLanes(const Parts& parts) const;  // to width 1, by halves
  bool ordered() const { return ordered_; }
  int width() const { return width_; }

 private:
  Reducer AtWidth(int width) const;
  DType NanMask() const;
  DType IndexType() const { return IsNarrow() ? DType::kInt32 : DType::kInt64; }
  bool TakesNumbers() const;
  Parts IndexIdentity() const;
  Parts CombineIndices(const Parts& older, const Parts& newer) const;
  Parts FoldIndices(const Parts& low, const Parts& high) const;
  llvm::Value* Better(const Parts& candidate, const Parts& best) const;
  llvm::Value* Beyond(const Parts& candidate, const Parts& best) const;
  llvm::Value* IsFurther(llvm::Value* candidate, llvm::Value* best) const;
  llvm::Value* Further(llvm::Value* older, llvm::Value* newer) const;
  llvm::Value* Limit() const;

  BodyEmitter& emitter_;
  NodeId id_;
  Op op_;
  DType operand_;  // dtype of the elements as they are accumulated
  int width_;
  bool ordered_;
  Indices indices_;
};

// A reducer's state in local variables, with the binary-counter tree (docs/ir.md, "order").
class Accumulator {
 public:
  Accumulator(BodyEmitter& emitter, const Reducer& reducer);

  void Reset();                                       // nothing accumulated
  void Add(const Parts& element, llvm::Value* mask);  // one addition; null mask: all lanes
  void AddToBlock(const Parts& element);  // the same where the caller counts, and pushes
  void Push();                       // the accumulator becomes an item of the tree and restarts
  void PushItem(const Parts& item);  // an item made elsewhere
  Parts Total();                     // accumulator and tree
  Parts Current() const;

  static constexpr int kLevels = 48;

 private:
  llvm::Value* StackSlot(size_t part, llvm::Value* level) const;
  llvm::Value* LoadItem(size_t part, llvm::Value* level) const;
  void StoreItem(size_t part, llvm::Value* level, llvm::Value* value);
  void Store(const Parts& parts);

  BodyEmitter& emitter_;
  const Reducer& reducer_;
  std::vector<llvm::AllocaInst*> current_, stack_;
  llvm::AllocaInst* count_;   // additions since the last push
  llvm::AllocaInst* blocks_;  // items pushed
  bool has_tree_ = false;     // whether code that pushes was emitted
};

// A reduction as loops of its own, all its axes walked in order.
Value EmitInlineReduce(BodyEmitter& emitter, NodeId id);

// argmin or argmax by walks in sequence: one that takes all elements for numbers, with indices of
// 32 bits beside narrow elements, and where that cannot be, a careful one. `folds`: over lanes as
// well.
Value EmitIndexReduce(BodyEmitter& emitter, NodeId id, int width, bool folds,
                      absl::FunctionRef<Parts(const Reducer&)> walk);

// Position of the bound indices in the reduced space of `reduce`, row-major in the order of its
// axes, in 64 bits or in 32. The vector axis gives a vector.
llvm::Value* ReducedIndex(BodyEmitter& emitter, NodeId reduce, bool narrow = false);

}  // namespace broadloom

#endif  // BROADLOOM_CODEGEN_REDUCER_H_
