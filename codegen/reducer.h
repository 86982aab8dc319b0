// Accumulators: how each reduction starts, combines and ends, and the tree of blocks that orders
// its additions.
#ifndef BROADLOOM_CODEGEN_REDUCER_H_
#define BROADLOOM_CODEGEN_REDUCER_H_

#include <vector>

#include "codegen/body_emitter.h"

namespace broadloom {

// The running values of one reduction, `width` lanes each: the value itself and, for some, a second
// part (argmin and argmax: the index; min and max of floats: whether a NaN was seen).
using Parts = std::vector<llvm::Value*>;

class Reducer {
 public:
  // How indices of argmin and argmax come: in any order, where all ones stand for none; or one
  // after another from 0 on, so that an equal element never counts, in 64 bits or in 32.
  enum class Indices { kAny, kInSequence, kNarrowInSequence };

  Reducer(BodyEmitter& emitter, NodeId reduce, int width, Indices indices = Indices::kAny);

  std::vector<llvm::Type*> PartTypes() const;  // in registers
  std::vector<DType> PartDTypes() const;       // in memory
  Parts Identity() const;
  // What one element contributes; `index` is its position in the reduced space (int64, scalar or
  // vector).
  Parts Element(Value element, llvm::Value* index) const;
  // Two elements that are as well told by one comparison whether they hold a NaN.
  Parts ElementPair(Value first, Value second) const;
  bool TracksNan() const;   // min and max of floats
  bool NeedsIndex() const;  // argmin and argmax
  Parts Combine(const Parts& older, const Parts& newer) const;
  Parts Select(llvm::Value* mask, const Parts& yes, const Parts& no) const;
  Value Finish(const Parts& parts) const;     // at the width of the parts
  Parts FoldLanes(const Parts& parts) const;  // to width 1, by halves
  bool ordered() const { return ordered_; }
  int width() const { return width_; }

 private:
  Reducer AtWidth(int width) const;
  DType NanMask() const;
  DType IndexType() const;
  llvm::Value* Better(const Parts& candidate, const Parts& best) const;
  llvm::Value* Beyond(const Parts& candidate, const Parts& best) const;
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

// Position of the bound indices in the reduced space of `reduce`, row-major in the order of its
// axes. The vector axis gives a vector.
llvm::Value* ReducedIndex(BodyEmitter& emitter, NodeId reduce);

}  // namespace broadloom

#endif  // BROADLOOM_CODEGEN_REDUCER_H_
