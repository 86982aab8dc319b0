// Reductions whose lanes are columns of the result: in two phases (emit_partial.cc), or in one
// where there are other axes for the threads.
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

llvm::Value* Least(BodyEmitter& emitter, llvm::Value* x, llvm::Value* y) {
  return emitter.builder().CreateBinaryIntrinsic(llvm::Intrinsic::smin, x, y);
}

// What an item of the first phase reduces: a block of columns over the rows of one super.
struct ColumnItem {
  llvm::Value *super, *first_column, *last_column, *first_row, *last_row;
  llvm::Value* blocks;  // of kBlockAdditions rows

  // All rows of a block of columns.
  ColumnItem(BodyEmitter& emitter, llvm::Value* block) : super(nullptr) {
    llvm::IRBuilder<>& b = emitter.builder();
    first_column = b.CreateMul(block, emitter.Tuning(kTuneBlock));
    last_column = Least(emitter, b.CreateAdd(first_column, emitter.Tuning(kTuneBlock)),
                        emitter.Extent(emitter.schedule().vector_axis));
    first_row = emitter.Int(0);
    last_row = b.CreateMul(OuterReduced(emitter), emitter.Extent(emitter.schedule().inner.back()));
    blocks = CeilDiv(b, last_row, emitter.Int(kBlockAdditions));
  }

  ColumnItem(BodyEmitter& emitter, const ColumnPartials& partials, llvm::Value* item) {
    llvm::IRBuilder<>& b = emitter.builder();
    llvm::Value* columns = emitter.Extent(emitter.schedule().vector_axis);
    llvm::Value *block = emitter.Tuning(kTuneBlock), *rows = emitter.Tuning(kTuneSuper);
    llvm::Value* column_blocks = CeilDiv(b, columns, block);
    super = b.CreateUDiv(item, column_blocks);
    first_column = b.CreateMul(b.CreateURem(item, column_blocks), block);
    last_column = Least(emitter, b.CreateAdd(first_column, block), columns);
    first_row = b.CreateMul(super, rows);
    last_row = Least(emitter, b.CreateAdd(first_row, rows), partials.rows());
    blocks = CeilDiv(b, b.CreateSub(last_row, first_row), emitter.Int(kBlockAdditions));
  }
};

// Adds up the rows [begin, end) of one vector of columns.
std::vector<PartVariables> AddRows(BodyEmitter& emitter, const Reductions& reductions,
                                   llvm::Value* begin, llvm::Value* end) {
  llvm::IRBuilder<>& b = emitter.builder();
  const BodySchedule& schedule = emitter.schedule();
  std::vector<PartVariables> sums;
  for (const Reducer& reducer : reductions.reducers) {
    sums.emplace_back(b, reducer);
    sums.back().Store(reducer.Identity());
  }
  const auto add = [&](llvm::Value* row, size_t i) {
    const Reducer& reducer = reductions.reducers[i];
    const NodeId operand = emitter.body().node(schedule.reductions[i]).inputs[0];
    llvm::Value* index = reducer.NeedsIndex() ? b.CreateVectorSplat(schedule.width, row) : nullptr;
    const Value element = emitter.AsVector(emitter.ValueOf(operand), operand);
    sums[i].Store(reducer.Combine(sums[i].Load(), reducer.Element(element, index)));
  };
  EmitFor(b, begin, end, 1, [&](llvm::Value* row, llvm::Instruction* entry) {
    emitter.Deeper(entry, DecodeReduced(emitter, row, schedule.inner.size()), [&] {
      for (size_t i = 0; i < sums.size(); ++i) add(row, i);
    });
  });
  return sums;
}

// The item's block of rows goes into the trees of its columns; `number` blocks came before.
void EmitBlock(BodyEmitter& emitter, const ColumnItem& item, llvm::Value* number) {
  llvm::IRBuilder<>& b = emitter.builder();
  llvm::Value* size = emitter.Int(kBlockAdditions);
  llvm::Value* begin = b.CreateAdd(item.first_row, b.CreateMul(number, size));
  llvm::Value* end = Least(emitter, b.CreateAdd(begin, size), item.last_row);
  emitter.VectorLoop(item.first_column, item.last_column, [&] {
    const Reductions reductions(emitter, emitter.schedule().width);
    const std::vector<PartVariables> sums = AddRows(emitter, reductions, begin, end);
    llvm::Value* column = b.CreateSub(emitter.VectorBegin(), item.first_column);
    for (size_t i = 0; i < sums.size(); ++i) {
      PushColumns(emitter, reductions.reducers[i], BytesBefore(reductions, i), sums[i].Load(),
                  number, column);
    }
  });
}

void EmitBlocks(BodyEmitter& emitter, const ColumnItem& item) {
  EmitFor(emitter.builder(), emitter.Int(0), item.blocks, 1,
          [&](llvm::Value* number, llvm::Instruction* entry) {
            emitter.Deeper(entry, {}, [&] { EmitBlock(emitter, item, number); });
          });
}

void StoreOutputs(BodyEmitter& emitter) {
  for (size_t output = 0; output < emitter.body().outputs().size(); ++output) {
    const NodeId id = emitter.body().outputs()[output];
    emitter.StoreOutput(static_cast<int>(output), emitter.ValueOf(id), false);
  }
}

// The item's trees become its results.
void EmitResults(BodyEmitter& emitter, const ColumnItem& item) {
  emitter.VectorLoop(item.first_column, item.last_column, [&] {
    const Reductions reductions(emitter, emitter.schedule().width);
    llvm::Value* column = emitter.builder().CreateSub(emitter.VectorBegin(), item.first_column);
    for (size_t i = 0; i < reductions.reducers.size(); ++i) {
      const Reducer& reducer = reductions.reducers[i];
      emitter.SetValue(emitter.schedule().reductions[i],
                       reducer.Finish(FoldColumns(emitter, reducer, BytesBefore(reductions, i),
                                                  item.blocks, column)));
    }
    StoreOutputs(emitter);
  });
}

// The item's trees become its partial results.
void EmitTotals(BodyEmitter& emitter, const ColumnPartials& partials, const ColumnItem& item) {
  const int width = emitter.schedule().width;
  emitter.VectorLoop(item.first_column, item.last_column, [&] {
    const Reductions reductions(emitter, width);
    llvm::Value* column = emitter.builder().CreateSub(emitter.VectorBegin(), item.first_column);
    for (size_t i = 0; i < reductions.reducers.size(); ++i) {
      const Reducer& reducer = reductions.reducers[i];
      int64_t before = BytesBefore(reductions, i);
      const Parts total = FoldColumns(emitter, reducer, before, item.blocks, column);
      const std::vector<DType> dtypes = reducer.PartDTypes();
      for (size_t part = 0; part < dtypes.size(); ++part) {
        emitter.StoreVector(partials.At(before, dtypes[part], item.super, emitter.VectorBegin()),
                            Value{total[part], dtypes[part]}, width, false);
        before += dtypes[part].size();
      }
    }
  });
}

}  // namespace

void EmitPartialColumns(BodyEmitter& emitter) {
  const int item_axis = static_cast<int>(emitter.schedule().domain.size());
  const ColumnPartials partials(emitter);
  emitter.Loop(item_axis, emitter.Begin(), emitter.End(), [&] {
    const ColumnItem item(emitter, partials, emitter.Index(item_axis));
    EmitBlocks(emitter, item);
    EmitTotals(emitter, partials, item);
  });
}

// Many rows of long columns beside other axes: all at once.
void EmitColumns(BodyEmitter& emitter) {
  EmitItems(emitter, [&](llvm::Value* block, llvm::Value* row_begin, llvm::Value* row_end) {
    EmitRun(emitter, row_begin, row_end, [&] {
      const ColumnItem item(emitter, block);
      EmitBlocks(emitter, item);
      EmitResults(emitter, item);
    });
  });
}

namespace {

Parts LoadPartials(BodyEmitter& emitter, const ColumnPartials& partials, const Reducer& reducer,
                   int64_t before, llvm::Value* super) {
  Parts item;
  for (DType dtype : reducer.PartDTypes()) {
    llvm::Value* pointer = partials.At(before, dtype, super, emitter.VectorBegin());
    item.push_back(emitter.LoadVector(pointer, dtype, reducer.width()).llvm);
    before += dtype.size();
  }
  return item;
}

// One vector of columns: the tree goes on over all supers, and what follows from its totals.
void EmitCombined(BodyEmitter& emitter, const ColumnPartials& partials) {
  const BodySchedule& schedule = emitter.schedule();
  Reductions reductions(emitter, schedule.width);
  EmitFor(emitter.builder(), emitter.Int(0), partials.supers(), 1,
          [&](llvm::Value* super, llvm::Instruction*) {
            for (size_t i = 0; i < reductions.reducers.size(); ++i) {
              reductions.accumulators[i].PushItem(LoadPartials(
                  emitter, partials, reductions.reducers[i], BytesBefore(reductions, i), super));
            }
          });
  for (size_t i = 0; i < reductions.reducers.size(); ++i) {
    emitter.SetValue(schedule.reductions[i],
                     reductions.reducers[i].Finish(reductions.accumulators[i].Total()));
  }
  StoreOutputs(emitter);
}

}  // namespace

void EmitCombineColumns(BodyEmitter& emitter) {
  llvm::IRBuilder<>& b = emitter.builder();
  const int item_axis = static_cast<int>(emitter.schedule().domain.size());
  const ColumnPartials partials(emitter);
  llvm::Value* columns = emitter.Extent(emitter.schedule().vector_axis);
  llvm::Value* block = emitter.Tuning(kTuneBlock);
  emitter.Loop(item_axis, emitter.Begin(), emitter.End(), [&] {
    llvm::Value* begin = b.CreateMul(emitter.Index(item_axis), block);
    llvm::Value* end = Least(emitter, b.CreateAdd(begin, block), columns);
    emitter.VectorLoop(begin, end, [&] { EmitCombined(emitter, partials); });
  });
}

}  // namespace broadloom
