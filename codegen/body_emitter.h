// Emits the values of a kernel's body, each in the outermost loop where it can be computed.
#ifndef BROADLOOM_CODEGEN_BODY_EMITTER_H_
#define BROADLOOM_CODEGEN_BODY_EMITTER_H_

#include <array>
#include <functional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/types/span.h"
#include "codegen/loops.h"
#include "codegen/scalar_ops.h"
#include "codegen/value.h"
#include "ir/graph.h"
#include "ir/known_numbers.h"

namespace broadloom {

// The schedule, read out of the body's attributes.
struct BodySchedule {
  explicit BodySchedule(const Graph& body);

  Shape domain;
  std::string kind;
  int vector_axis;
  int width;
  Axes inner;                // reduced axes of rows and partial kernels
  std::vector<int> outer;    // parallel axes but for the vector axis of a map, outermost first
  int across = -1;           // the last of them, where operands that are turned have unit stride
  int unrolled = -1;         // the last axis, where all its positions are computed together
  int tile = 1;              // positions of the unrolled or the last outer axis computed together
  std::vector<bool> packed;  // by param
  std::vector<NodeId> reductions;
};

// Loops are levels, outermost first. A value is emitted at the deepest level that binds an axis it
// varies along; what varies along the vector axis is a vector of `width` elements, all else is one
// number. Where several rows are computed together (`tile`), what varies from row to row has the
// lanes of all of them, one row behind the other: a register tile, in which what rows share is
// loaded once.
class BodyEmitter {
 public:
  // Emits into `function`, a phase (runtime/kernel.h), whose entry block the builder stands in.
  BodyEmitter(const Graph& body, const BodySchedule& schedule, llvm::IRBuilder<>& builder,
              llvm::Function* function, int vector_bytes);

  llvm::IRBuilder<>& builder() { return builder_; }
  const Graph& body() const { return body_; }
  const BodySchedule& schedule() const { return schedule_; }
  ScalarEmitter Scalars(int width) const;
  llvm::ConstantInt* Int(int64_t value) { return builder_.getInt64(value); }

  // What a phase receives.
  llvm::Value* Extent(int axis);
  llvm::Value* Tuning(int slot);
  llvm::Value* Partials() { return partials_; }
  llvm::Value* Begin() { return function_->getArg(1); }
  llvm::Value* End() { return function_->getArg(2); }
  llvm::Value* Scratch() { return function_->getArg(3); }

  // Runs `emit` one level deeper, with some axes bound to indices. `entry` is where this level's
  // code may still go while the deeper one is being emitted.
  struct Bound {
    int axis;
    llvm::Value* index;
  };
  void Deeper(llvm::Instruction* entry, const std::vector<Bound>& bound,
              absl::FunctionRef<void()> emit);

  // for i in [begin, end): one level deeper with `axis` bound.
  void Loop(int axis, llvm::Value* begin, llvm::Value* end, absl::FunctionRef<void()> emit);
  // The same of the last outer axis, a tile at a time. Rows behind the end are the last one again.
  void TileLoop(llvm::Value* begin, llvm::Value* end, absl::FunctionRef<void()> emit);
  // Vectors over [begin, end) of the vector axis: whole ones in a loop, then what is left behind a
  // mask. `stream`: first, behind a mask, what lies before a cache line's beginning in the outputs.
  void VectorLoop(llvm::Value* begin, llvm::Value* end, absl::FunctionRef<void()> emit,
                  bool stream = false);

  Value ValueOf(NodeId id);
  void SetValue(NodeId id, Value value);  // at the current level
  Value AsVector(Value value,
                 NodeId id);  // splat where the node does not vary along the vector axis
  int LanesOf(NodeId id) const;
  Value AsLanes(Value value, NodeId id, int lanes);  // repeated, of fewer lanes
  bool IsVector(NodeId id) const { return VariesAlong(id, schedule_.vector_axis); }
  bool IsTiled(NodeId id) const;  // varies from row to row of a tile, or of the unrolled axis
  // The values of all rows of the unrolled axis; of one, where it does not vary along it.
  std::vector<Value> RowsOf(NodeId id);
  bool VariesAlong(NodeId id, int axis) const;
  bool MayBeNan(NodeId id) const { return numbers_[id] == Known::kNothing; }

  // Stores an output at the bound indices. `stream`: with non-temporal stores.
  void StoreOutput(int output, Value value, bool stream);
  bool Streams() const { return streams_; }  // whether a non-temporal store was emitted

  // Where an axis is unrolled: whether operands or results have it, whether they then lie row after
  // row, and whether all results begin at a cache line where the vectors do.
  bool Interleaves() const;
  llvm::Value* RowsLieDense();
  llvm::Value* OutputsLieAtLines(llvm::Value* begin);
  void set_interleaves(bool interleaves) { interleaves_ = interleaves; }  // from then on

  llvm::Type* MemoryType(DType dtype, int width) const;  // bools are bytes there
  // `count` elements in memory, unit stride; `active` null means all of them.
  Value LoadVector(llvm::Value* pointer, DType dtype, int width);
  void StoreVector(llvm::Value* pointer, Value value, int width, bool stream);
  llvm::Value* Active() const { return active_; }  // number of live lanes; null where all are
  llvm::Value* Mask();                             // lanes below Active()
  llvm::Value* LanesBefore(llvm::Value* end, int lanes);
  llvm::Value* Index(int axis) const {
    return index_[axis];
  }  // of a bound axis; the first lane's of the vector axis
  llvm::Value* VectorBegin() const { return index_[schedule_.vector_axis]; }

  // Copies a packed operand's elements (vector axis from VectorBegin(), `axis` in [begin, end)) to
  // its scratch.
  void Pack(int param, int axis, llvm::Value* begin, llvm::Value* end);
  static constexpr int kPackRows = 512;
  int64_t PackOffset(int param) const;  // bytes into scratch
  void SetPackBegin(llvm::Value* begin) { pack_begin_ = begin; }

  // Copies what operands that lie along another axis have in a tile of rows [first, last) and
  // elements [begin, end) of the vector axis, to be loaded from there.
  void TurnAll(llvm::Value* begin, llvm::Value* end, llvm::Value* first, llvm::Value* last);
  bool Turns() const { return schedule_.across >= 0 && turning_; }
  // What follows is emitted once more, for rows that are too long to be turned.
  void StopTurning();

  // Stages of a rows kernel: values kept in an earlier stage are loaded back from then on.
  void NextStage() { ++stage_; }

  // Emits a reduction as loops of its own at the level it belongs to (codegen/inline_reduce.cc).
  void set_inline_reduce(std::function<Value(NodeId)> emit) { inline_reduce_ = std::move(emit); }

 private:
  static constexpr int64_t kLineBytes = 64;  // of the cache
  enum ArgField : int {                      // of `Args`
    kPointers,
    kStrides,
    kExtents,
    kScalars,
    kTuning,
    kPartials,
    kTables = 7,
    kFault
  };

  struct Level {
    llvm::Instruction* entry = nullptr;  // of the next level; null at the innermost
    absl::flat_hash_map<std::pair<NodeId, int>, Value> values;         // by node and row
    absl::flat_hash_map<std::tuple<NodeId, int, int>, Value> splats;   // and lanes
    absl::flat_hash_map<int, llvm::Value*> addresses;                  // by pointer
    absl::flat_hash_map<std::pair<NodeId, int>, llvm::Value*> places;  // by gather and index
  };
  int LevelOf(NodeId id) const;
  int Innermost() const { return static_cast<int>(levels_.size()) - 1; }
  void MaskedVector(llvm::Value* begin, llvm::Value* count, absl::FunctionRef<void()> emit);
  llvm::Value* ElementsToLine(llvm::Value* begin, llvm::Value* end);
  bool IsScarce(NodeId id) const;
  const Value* Emitted(NodeId id) const;
  int Missing(NodeId id, int most) const;
  void EmitUsersOf(NodeId id);
  Value EmitAt(int level, absl::FunctionRef<Value()> emit);
  Value Compute(NodeId id);
  Value LoadOperand(NodeId id);
  Value LoadParam(NodeId id);
  Value LoadRows(NodeId id);
  bool IsInterleaved(int pointer) const;
  int Pointers() const { return static_cast<int>(body_.params().size() + body_.outputs().size()); }
  int NativeLanes(DType dtype) const;  // of a register
  int RowOf(NodeId id) const { return schedule_.unrolled >= 0 && IsTiled(id) ? row_ : 0; }
  Value LoadRow(NodeId id);
  Value LoadInterleaved(NodeId id);
  void StoreUnrolled(int pointer, NodeId id, bool stream);
  void StoreInterleaved(int pointer, const std::vector<Value>& rows, bool stream);
  void StoreRows(int pointer, NodeId id, Value value, bool stream);
  Value LoadPacked(NodeId id);
  struct Range {
    llvm::Value *begin, *end;
  };
  struct Lying {  // where elements are
    DType dtype;
    llvm::Value *address, *step_along, *step_across;  // bytes; constant: they are dense
  };
  void Prefetch(llvm::Value* address);
  void Turn(int param, Range along, Range across);
  void CopyTurned(const Lying& from, Range along, Range across, llvm::Value* to,
                  llvm::Value* pitch);
  Value LoadTurned(NodeId id);
  llvm::Value* TurnedBase(int param);
  llvm::Value* TurnPitch();
  bool HasMasks(DType dtype) const;  // whether its elements are loaded and stored behind them
  llvm::Value* LoadBefore(llvm::Value* pointer, llvm::Type* type, llvm::Align align,
                          llvm::Value* end);
  llvm::Value* LoadParts(llvm::Value* pointer, DType dtype, int width);
  Value LoadSteps(llvm::Value* pointer, int step, DType dtype);
  Value LoadStrided(llvm::Value* pointer, llvm::Value* stride, DType dtype);
  struct Picks {
    llvm::Value* base;
    llvm::Value *elements = nullptr, *bytes = nullptr;  // of the lanes, added up
  };
  Picks PicksOf(NodeId gather, int param, const Shape& others);
  int64_t RowsAhead(NodeId index) const;
  void PrefetchPicked(NodeId gather, int param, llvm::Value* base);
  Value ComputeGather(NodeId id);
  llvm::Value* PlaceOf(NodeId gather, int picked);
  llvm::Value* Checked(llvm::Value* index, int number);
  void MarkFault(llvm::Value* outside, int width, int bits);
  bool LooksUpBytes(NodeId gather) const;
  Value LookUpBytes(NodeId gather);
  struct ByteTable {
    std::vector<std::array<llvm::Value*, 4>>
        parts;          // by byte of an element, 64 elements a register
    llvm::Value* last;  // place, at most 255
    llvm::Value* is_empty;
  };
  ByteTable ByteTableOf(int param);
  llvm::Value* LaneOffsets(int param);
  Value LoadLanes(llvm::Value* base, llvm::Type* unit, llvm::Value* lanes, DType dtype);
  llvm::Value* GatherLanes(llvm::Value* pointers, DType dtype);
  int TableNumber(int param, int picked) const;
  llvm::Value* Table(int number, int width);
  int StepOf(NodeId param) const;  // from element to element of a vector, or 0: not known, or 1
  bool FloatsAreOfSteps(NodeId cast) const;
  Value FloatsOfSteps(NodeId cast);
  Value ComputeKeep(NodeId id);
  Value ComputeIota(NodeId id);
  Value LikeFirstLane(Value value);
  Value ComputeElementwise(NodeId id);
  Value AddByMultiplier(NodeId id, const std::vector<Value>& operands, int lanes);
  llvm::Value* One(DType dtype, int lanes);
  Value FromMemory(llvm::Value* raw, DType dtype);
  llvm::Value* ToMemory(Value value);
  llvm::Value* AddressOf(int pointer, const Shape& shape);
  NodeId NodeAt(int pointer) const;
  bool IsKept(int pointer) const;
  DType DTypeAt(int pointer) const;
  llvm::Value* Base(int pointer);
  llvm::Value* Stride(int pointer, int axis);
  bool HasUnitStride(int pointer, int axis) const;
  void StoreRaw(llvm::Value* pointer, llvm::Value* raw, DType dtype, bool stream);
  void StoreMasked(llvm::Value* pointer, llvm::Value* raw, DType dtype);
  llvm::Value* InsertItem(llvm::Value* vector, llvm::Value* item, int lane);
  llvm::Value* MemoryMask(DType dtype);
  static llvm::Align AlignOf(DType dtype) { return llvm::Align(ComponentOf(dtype).size()); }
  void StoreAt(int pointer, const Shape& shape, Value value, bool stream);
  llvm::Value* LoadArg(int field, llvm::Type* type, int64_t index, const char* name);
  llvm::Value* AtEntry(absl::FunctionRef<llvm::Value*()> emit);
  llvm::Value* Staged(DType dtype, int width, const char* name);
  int PackedAxis(NodeId param) const;
  bool IsUnitStride(const Shape& output) const;

  const Graph& body_;
  const BodySchedule& schedule_;
  const std::vector<int> registers_;       // by node, as RegistersFor
  const std::vector<Known> numbers_;       // by node, as KnownNumbers
  const std::vector<int> on_multipliers_;  // by node, as OnMultipliers
  llvm::IRBuilder<>& builder_;
  llvm::Function* function_;
  int vector_bytes_;
  const bool masks_bytes_;  // AVX-512 has masks for elements of any size, others for 4 and 8 bytes
  llvm::Instruction* entry_end_;  // code that depends on nothing goes before it
  llvm::Value* partials_;
  std::vector<Level> levels_;
  std::vector<std::vector<NodeId>> users_;  // by node
  std::vector<llvm::Value*> index_;
  std::vector<int> level_of_axis_;
  std::vector<llvm::Value*> tile_rows_;  // of the tile's other rows the index
  int row_ = 0;                          // of the tile, that values and addresses are of
  llvm::Value* active_ = nullptr;
  llvm::Value* mask_ = nullptr;
  llvm::Value* pack_begin_ = nullptr;
  llvm::Value* run_end_ = nullptr;  // of the last outer axis
  struct {
    llvm::Value *begin = nullptr, *first = nullptr;
  } turned_;                                             // the tile that operands are turned of
  absl::flat_hash_map<int, llvm::Value*> turned_bases_;  // by param
  bool turning_ = true;
  int stage_ = 0;
  bool streams_ = false;
  bool interleaves_ = false;
  absl::flat_hash_map<NodeId, int> kept_in_stage_;
  std::vector<int> picked_;                                        // as PickedAxes
  absl::flat_hash_map<std::pair<int, int>, llvm::Value*> tables_;  // by number and width
  absl::flat_hash_map<int, ByteTable> byte_tables_;                // by param
  absl::flat_hash_map<std::pair<int, int>, llvm::Value*> strides_;
  absl::flat_hash_map<int, llvm::Value*> extents_, tunings_;
  absl::flat_hash_map<int, llvm::Value*> ones_;  // by item size, a register each
  std::function<Value(NodeId)> inline_reduce_;
};

}  // namespace broadloom

#endif  // BROADLOOM_CODEGEN_BODY_EMITTER_H_
