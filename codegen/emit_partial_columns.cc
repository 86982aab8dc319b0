// Two-phase reductions whose lanes are columns of the result (emit_partial.cc).
#include "codegen/emit_kernel.h"
#include "codegen/emit_partial.h"
#include "ir/evaluate.h"
#include "runtime/kernel.h"

namespace broadloom {
namespace {

// Where partial results of columns live: for each part all supers, for each super all columns.
class ColumnPartials {
 public:
  explicit ColumnPartials(BodyEmitter& emitter) : emitter_(emitter) {
    llvm::IRBuilder<>& b = emitter.builder();
    llvm::Value* rows = OuterReduced(emitter);
    rows_ = b.CreateMul(rows, emitter.Extent(emitter.schedule().inner.back()));
    supers_ = CeilDiv(b, rows_, emitter.Tuning(kTuneSuper));
  }
  llvm::Value* rows() const { return rows_; }
  llvm::Value* supers() const { return supers_; }

  // `before`: bytes of the parts that come first, per column and super.
  llvm::Value* At(int64_t before, DType dtype, llvm::Value* super, llvm::Value* column) const {
    llvm::IRBuilder<>& b = emitter_.builder();
    llvm::Value* columns = emitter_.Extent(emitter_.schedule().vector_axis);
    llvm::Value* base = b.CreateMul(b.CreateMul(supers_, columns), b.getInt64(before));
    llvm::Value* element = b.CreateAdd(b.CreateMul(super, columns), column);
    return OffsetBy(emitter_, emitter_.Partials(),
                    b.CreateAdd(base, b.CreateMul(element, b.getInt64(dtype.size()))));
  }

 private:
  BodyEmitter& emitter_;
  llvm::Value *rows_, *supers_;
};

// The tree of an item: [part][level][column of the block] in scratch memory.
llvm::Value* TreeSlot(BodyEmitter& emitter, int64_t before, DType dtype, llvm::Value* level,
                      llvm::Value* column) {
  llvm::IRBuilder<>& b = emitter.builder();
  llvm::Value* block = emitter.Tuning(kTuneBlock);
  llvm::Value* base = b.CreateMul(block, b.getInt64(before * kTreeLevels));
  llvm::Value* element = b.CreateAdd(b.CreateMul(level, block), column);
  return OffsetBy(emitter, emitter.Scratch(),
                  b.CreateAdd(base, b.CreateMul(element, b.getInt64(dtype.size()))));
}

Parts LoadTree(BodyEmitter& emitter, const Reducer& reducer, int64_t before, llvm::Value* level,
               llvm::Value* column) {
  Parts parts;
  for (DType dtype : reducer.PartDTypes()) {
    parts.push_back(
        emitter.LoadVector(TreeSlot(emitter, before, dtype, level, column), dtype, reducer.width())
            .llvm);
    before += dtype.size();
  }
  return parts;
}

void StoreTree(BodyEmitter& emitter, const Reducer& reducer, int64_t before, llvm::Value* level,
               llvm::Value* column, const Parts& parts) {
  const std::vector<DType> dtypes = reducer.PartDTypes();
  for (size_t part = 0; part < dtypes.size(); ++part) {
    emitter.StoreVector(TreeSlot(emitter, before, dtypes[part], level, column),
                        Value{parts[part], dtypes[part]}, reducer.width(), false);
    before += dtypes[part].size();
  }
}

int64_t BytesBefore(const Reductions& reductions, size_t i) {
  int64_t bytes = 0;
  for (size_t j = 0; j < i; ++j) {
    for (DType dtype : reductions.reducers[j].PartDTypes()) bytes += dtype.size();
  }
  return bytes;
}

// Variables for the parts of one reduction.
struct PartVariables {
  llvm::IRBuilder<>& b;
  std::vector<llvm::AllocaInst*> variables;

  PartVariables(llvm::IRBuilder<>& builder, const Reducer& reducer) : b(builder) {
    for (llvm::Type* type : reducer.PartTypes()) variables.push_back(EmitVariable(b, type, "part"));
  }
  Parts Load() const {
    Parts parts;
    for (llvm::AllocaInst* v : variables) parts.push_back(b.CreateLoad(v->getAllocatedType(), v));
    return parts;
  }
  void Store(const Parts& parts) const {
    for (size_t i = 0; i < parts.size(); ++i) b.CreateStore(parts[i], variables[i]);
  }
};

// The accumulated block of rows carries into the tree of its columns; `number` blocks came before.
void PushColumns(BodyEmitter& emitter, const Reducer& reducer, int64_t before, const Parts& item,
                 llvm::Value* number, llvm::Value* column) {
  llvm::IRBuilder<>& b = emitter.builder();
  llvm::AllocaInst* level = EmitVariable(b, b.getInt64Ty(), "level");
  const PartVariables carried(b, reducer);
  carried.Store(item);
  b.CreateStore(emitter.Int(0), level);
  const auto at = [&] { return b.CreateLoad(b.getInt64Ty(), level); };
  EmitWhile(
      b, [&] { return b.CreateTrunc(b.CreateLShr(number, at()), b.getInt1Ty()); },
      [&] {
        carried.Store(
            reducer.Combine(LoadTree(emitter, reducer, before, at(), column), carried.Load()));
        b.CreateStore(b.CreateAdd(at(), emitter.Int(1)), level);
      });
  StoreTree(emitter, reducer, before, at(), column, carried.Load());
}

// The subtrees of `blocks` blocks, from the newest to the oldest.
Parts FoldColumns(BodyEmitter& emitter, const Reducer& reducer, int64_t before, llvm::Value* blocks,
                  llvm::Value* column) {
  llvm::IRBuilder<>& b = emitter.builder();
  llvm::AllocaInst* level = EmitVariable(b, b.getInt64Ty(), "level");
  const PartVariables total(b, reducer);
  total.Store(reducer.Identity());
  b.CreateStore(emitter.Int(0), level);
  const auto at = [&] { return b.CreateLoad(b.getInt64Ty(), level); };
  EmitWhile(
      b, [&] { return b.CreateICmpNE(b.CreateLShr(blocks, at()), emitter.Int(0)); },
      [&] {
        EmitIf(
            b, b.CreateTrunc(b.CreateLShr(blocks, at()), b.getInt1Ty()), [&](llvm::Instruction*) {
              total.Store(
                  reducer.Combine(LoadTree(emitter, reducer, before, at(), column), total.Load()));
            });
        b.CreateStore(b.CreateAdd(at(), emitter.Int(1)), level);
      });
  return total.Load();
}

}  // namespace

void EmitPartialColumns(BodyEmitter& emitter) {
  llvm::IRBuilder<>& b = emitter.builder();
  const BodySchedule& schedule = emitter.schedule();
  const int item_axis = static_cast<int>(schedule.domain.size());
  const ColumnPartials partials(emitter);
  llvm::Value* columns = emitter.Extent(schedule.vector_axis);
  llvm::Value* column_blocks = CeilDiv(b, columns, emitter.Tuning(kTuneBlock));
  emitter.Loop(item_axis, emitter.Begin(), emitter.End(), [&] {
    llvm::Value* super = b.CreateUDiv(emitter.Index(item_axis), column_blocks);
    llvm::Value* column_block = b.CreateURem(emitter.Index(item_axis), column_blocks);
    llvm::Value* first_column = b.CreateMul(column_block, emitter.Tuning(kTuneBlock));
    llvm::Value* last_column = b.CreateBinaryIntrinsic(
        llvm::Intrinsic::smin, b.CreateAdd(first_column, emitter.Tuning(kTuneBlock)), columns);
    llvm::Value* first_row = b.CreateMul(super, emitter.Tuning(kTuneSuper));
    llvm::Value* last_row = b.CreateBinaryIntrinsic(
        llvm::Intrinsic::smin, b.CreateAdd(first_row, emitter.Tuning(kTuneSuper)), partials.rows());
    llvm::Value* blocks =
        CeilDiv(b, b.CreateSub(last_row, first_row), emitter.Int(kBlockAdditions));
    EmitFor(b, emitter.Int(0), blocks, 1, [&](llvm::Value* number, llvm::Instruction* entry) {
      llvm::Value* row_begin =
          b.CreateAdd(first_row, b.CreateMul(number, emitter.Int(kBlockAdditions)));
      llvm::Value* row_end = b.CreateBinaryIntrinsic(
          llvm::Intrinsic::smin, b.CreateAdd(row_begin, emitter.Int(kBlockAdditions)), last_row);
      emitter.Deeper(entry, {}, [&] {
        emitter.VectorLoop(first_column, last_column, [&] {
          Reductions reductions(emitter, schedule.width);
          std::vector<PartVariables> sums;
          for (const Reducer& reducer : reductions.reducers) {
            sums.emplace_back(b, reducer);
            sums.back().Store(reducer.Identity());
          }
          EmitFor(b, row_begin, row_end, 1, [&](llvm::Value* row, llvm::Instruction* row_entry) {
            emitter.Deeper(row_entry, DecodeReduced(emitter, row, schedule.inner.size()), [&] {
              for (size_t i = 0; i < sums.size(); ++i) {
                const Node& node = emitter.body().node(schedule.reductions[i]);
                llvm::Value* index = reductions.reducers[i].NeedsIndex()
                                         ? b.CreateVectorSplat(schedule.width, row)
                                         : nullptr;
                const Value element =
                    emitter.AsVector(emitter.ValueOf(node.inputs[0]), node.inputs[0]);
                sums[i].Store(reductions.reducers[i].Combine(
                    sums[i].Load(), reductions.reducers[i].Element(element, index)));
              }
            });
          });
          llvm::Value* column = b.CreateSub(emitter.VectorBegin(), first_column);
          for (size_t i = 0; i < sums.size(); ++i) {
            PushColumns(emitter, reductions.reducers[i], BytesBefore(reductions, i), sums[i].Load(),
                        number, column);
          }
        });
      });
    });
    emitter.VectorLoop(first_column, last_column, [&] {
      Reductions reductions(emitter, schedule.width);
      llvm::Value* column = b.CreateSub(emitter.VectorBegin(), first_column);
      for (size_t i = 0; i < reductions.reducers.size(); ++i) {
        int64_t before = BytesBefore(reductions, i);
        const Parts total = FoldColumns(emitter, reductions.reducers[i], before, blocks, column);
        const std::vector<DType> dtypes = reductions.reducers[i].PartDTypes();
        for (size_t part = 0; part < dtypes.size(); ++part) {
          emitter.StoreVector(partials.At(before, dtypes[part], super, emitter.VectorBegin()),
                              Value{total[part], dtypes[part]}, schedule.width, false);
          before += dtypes[part].size();
        }
      }
    });
  });
}

void EmitCombineColumns(BodyEmitter& emitter) {
  llvm::IRBuilder<>& b = emitter.builder();
  const BodySchedule& schedule = emitter.schedule();
  const int item_axis = static_cast<int>(schedule.domain.size());
  const ColumnPartials partials(emitter);
  llvm::Value* columns = emitter.Extent(schedule.vector_axis);
  emitter.Loop(item_axis, emitter.Begin(), emitter.End(), [&] {
    llvm::Value* begin = b.CreateMul(emitter.Index(item_axis), emitter.Tuning(kTuneBlock));
    llvm::Value* end = b.CreateBinaryIntrinsic(
        llvm::Intrinsic::smin, b.CreateAdd(begin, emitter.Tuning(kTuneBlock)), columns);
    emitter.VectorLoop(begin, end, [&] {
      Reductions reductions(emitter, schedule.width);
      EmitFor(b, emitter.Int(0), partials.supers(), 1, [&](llvm::Value* super, llvm::Instruction*) {
        for (size_t i = 0; i < reductions.reducers.size(); ++i) {
          int64_t before = BytesBefore(reductions, i);
          Parts item;
          for (DType dtype : reductions.reducers[i].PartDTypes()) {
            item.push_back(emitter
                               .LoadVector(partials.At(before, dtype, super, emitter.VectorBegin()),
                                           dtype, schedule.width)
                               .llvm);
            before += dtype.size();
          }
          reductions.accumulators[i].PushItem(item);
        }
      });
      for (size_t i = 0; i < reductions.reducers.size(); ++i) {
        emitter.SetValue(schedule.reductions[i],
                         reductions.reducers[i].Finish(reductions.accumulators[i].Total()));
      }
      for (size_t output = 0; output < emitter.body().outputs().size(); ++output) {
        const NodeId id = emitter.body().outputs()[output];
        emitter.StoreOutput(static_cast<int>(output), emitter.ValueOf(id), false);
      }
    });
  });
}

}  // namespace broadloom
