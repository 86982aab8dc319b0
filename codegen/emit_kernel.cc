// The module, the phases' functions, and the walk over items that all kinds share.
#include "codegen/emit_kernel.h"

#include "absl/strings/str_cat.h"
#include "codegen/reducer.h"
#include "ir/status_macros.h"
#include "ir/verify.h"
#include "llvm/IR/IntrinsicsX86.h"
#include "runtime/kernel.h"

namespace broadloom {
namespace {

using PhaseEmitter = void (*)(BodyEmitter&);

absl::StatusOr<std::vector<PhaseEmitter>> PhasesOf(const BodySchedule& schedule) {
  if (schedule.kind == "map") return std::vector<PhaseEmitter>{EmitMap};
  if (schedule.kind == "columns") return std::vector<PhaseEmitter>{EmitColumns};
  if (schedule.kind == "rows") return std::vector<PhaseEmitter>{EmitRows};
  if (schedule.kind != "partial")
    return absl::InvalidArgumentError(absl::StrCat("unknown kind of kernel: ", schedule.kind));
  const bool lanes = std::find(schedule.inner.begin(), schedule.inner.end(),
                               schedule.vector_axis) != schedule.inner.end();
  if (lanes) return std::vector<PhaseEmitter>{EmitPartialLanes, EmitCombineLanes};
  return std::vector<PhaseEmitter>{EmitPartialColumns, EmitCombineColumns};
}

llvm::Function* MakePhase(llvm::Module& module, const Target& target, const std::string& name) {
  llvm::LLVMContext& context = module.getContext();
  llvm::Type* pointer = llvm::PointerType::getUnqual(context);
  llvm::Type* i64 = llvm::Type::getInt64Ty(context);
  auto* type =
      llvm::FunctionType::get(llvm::Type::getInt32Ty(context), {pointer, i64, i64, pointer}, false);
  auto* function = llvm::Function::Create(type, llvm::Function::ExternalLinkage, name, module);
  function->addFnAttr("target-cpu", target.cpu);
  function->addFnAttr("target-features", target.features);
  function->addFnAttr("prefer-vector-width", absl::StrCat(8 * target.vector_bytes));
  function->addFnAttr("min-legal-vector-width", absl::StrCat(8 * target.vector_bytes));
  function->addFnAttr(llvm::Attribute::NoUnwind);
  function->setUWTableKind(llvm::UWTableKind::None);
  return function;
}

// What perf and gdb show: the kind and the first operations, "rows_max_subtract_exp_sum".
std::string NameOf(const Graph& body) {
  constexpr int kMostOps = 4;
  std::string name = body.attrs().Text(AttrName::k_kind);
  int ops = 0;
  for (NodeId id = 0; id < body.size() && ops < kMostOps; ++id) {
    const OpInfo& info = body.node(id).info();
    if (!info.is_elementwise() && !info.is_gather() && !info.is_reduce()) continue;
    absl::StrAppend(&name, "_", info.name);
    ++ops;
  }
  return name;
}

absl::Status CheckSchedule(const Graph& body) {
  for (AttrName name :
       {AttrName::k_kind, AttrName::k_vector, AttrName::k_width, AttrName::k_results}) {
    if (!body.attrs().Has(name))
      return absl::InvalidArgumentError(
          absl::StrCat("kernel lacks the attribute ", InfoOf(name).name, ": run schedule first"));
  }
  return VerifyBody(body);
}

// Non-temporal stores are seen before another thread reads: once a phase, as a fence waits for them
// all.
void EmitFence(BodyEmitter& emitter) {
  llvm::IRBuilder<>& b = emitter.builder();
  llvm::Value* streamed = b.CreateICmpNE(emitter.Tuning(kTuneStream), emitter.Int(0));
  EmitIf(b, streamed,
         [&](llvm::Instruction*) { b.CreateIntrinsic(llvm::Intrinsic::x86_sse_sfence, {}, {}); });
}

}  // namespace

void EmitItems(BodyEmitter& emitter,
               absl::FunctionRef<void(llvm::Value*, llvm::Value*, llvm::Value*)> run) {
  llvm::IRBuilder<>& b = emitter.builder();
  const std::vector<int>& outer = emitter.schedule().outer;
  llvm::AllocaInst* item = EmitVariable(b, b.getInt64Ty(), "item");
  const auto load = [&] { return b.CreateLoad(b.getInt64Ty(), item); };
  EmitIf(b, b.CreateICmpSLT(emitter.Begin(), emitter.End()), [&](llvm::Instruction* entry) {
    b.CreateStore(emitter.Begin(), item);
    EmitWhile(
        b, [&] { return b.CreateICmpSLT(load(), emitter.End()); },
        [&] {
          llvm::Value* const first = load();
          llvm::Value *rest = first, *row_begin = emitter.Int(0), *rows = emitter.Int(1);
          std::vector<BodyEmitter::Bound> bound;
          if (!outer.empty()) {
            rows = emitter.Extent(outer.back());
            row_begin = b.CreateURem(rest, rows);
            rest = b.CreateUDiv(rest, rows);
            for (auto axis = outer.rbegin() + 1; axis != outer.rend(); ++axis) {
              bound.push_back({*axis, b.CreateURem(rest, emitter.Extent(*axis))});
              rest = b.CreateUDiv(rest, emitter.Extent(*axis));
            }
          }
          llvm::Value* left = b.CreateSub(emitter.End(), first);
          llvm::Value* count =
              b.CreateBinaryIntrinsic(llvm::Intrinsic::smin, b.CreateSub(rows, row_begin), left);
          emitter.Deeper(entry, bound,
                         [&] { run(rest, row_begin, b.CreateAdd(row_begin, count)); });
          b.CreateStore(b.CreateAdd(first, count), item);
        });
  });
}

void EmitRun(BodyEmitter& emitter, llvm::Value* begin, llvm::Value* end,
             absl::FunctionRef<void()> row) {
  if (emitter.schedule().outer.empty()) return row();
  emitter.TileLoop(begin, end, row);
}

void EmitStreamVariants(BodyEmitter& emitter, absl::FunctionRef<void(bool)> emit) {
  llvm::IRBuilder<>& b = emitter.builder();
  for (const bool stream : {false, true}) {
    llvm::Value* chosen = b.CreateICmpEQ(emitter.Tuning(kTuneStream), emitter.Int(stream));
    EmitIf(b, chosen,
           [&](llvm::Instruction* entry) { emitter.Deeper(entry, {}, [&] { emit(stream); }); });
  }
}

absl::StatusOr<std::vector<std::string>> EmitKernel(const Graph& body, const Target& target,
                                                    llvm::Module& module) {
  BL_RETURN_IF_ERROR(CheckSchedule(body));
  const BodySchedule schedule(body);
  absl::StatusOr<std::vector<PhaseEmitter>> phases = PhasesOf(schedule);
  if (!phases.ok()) return phases.status();
  const std::string name = NameOf(body);
  std::vector<std::string> names;
  for (PhaseEmitter emit : *phases) {
    names.push_back(absl::StrCat(name, "_phase", names.size()));
    llvm::Function* function = MakePhase(module, target, names.back());
    llvm::IRBuilder<> builder(llvm::BasicBlock::Create(module.getContext(), "entry", function));
    BodyEmitter emitter(body, schedule, builder, function, target.vector_bytes);
    emitter.set_inline_reduce([&](NodeId id) { return EmitInlineReduce(emitter, id); });
    emit(emitter);
    if (emitter.Streams()) EmitFence(emitter);
    builder.CreateRet(builder.getInt32(0));
  }
  return names;
}

}  // namespace broadloom
