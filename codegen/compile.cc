// Kernel text -> module -> object -> image. ORC compiles and JITLink links, into bytes instead of
// this process; the runtime loads them, today's and those that a disk cache will keep alike.
#include "codegen/compile.h"

#include <algorithm>
#include <mutex>

#include "codegen/emit_kernel.h"
#include "codegen/image_builder.h"
#include "codegen/llvm_status.h"
#include "ir/text.h"
#include "llvm/Analysis/AliasAnalysis.h"
#include "llvm/ExecutionEngine/Orc/CompileUtils.h"
#include "llvm/ExecutionEngine/Orc/Core.h"
#include "llvm/ExecutionEngine/Orc/IRCompileLayer.h"
#include "llvm/ExecutionEngine/Orc/JITTargetMachineBuilder.h"
#include "llvm/ExecutionEngine/Orc/ObjectLinkingLayer.h"
#include "llvm/ExecutionEngine/Orc/ObjectTransformLayer.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/OptBisect.h"
#include "llvm/IR/Verifier.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/Transforms/Scalar/ADCE.h"
#include "llvm/Transforms/Scalar/EarlyCSE.h"
#include "llvm/Transforms/Scalar/SimplifyCFG.h"
#include "llvm/Transforms/Utils/Mem2Reg.h"

namespace broadloom {
namespace {

// LLVM's registries are filled once.
void InitializeLlvm() {
  static std::once_flag once;
  std::call_once(once, [] {
    LLVMInitializeX86TargetInfo();
    LLVMInitializeX86Target();
    LLVMInitializeX86TargetMC();
    LLVMInitializeX86AsmPrinter();
  });
}

absl::StatusOr<std::unique_ptr<llvm::TargetMachine>> MakeTargetMachine(const Target& target) {
  InitializeLlvm();
  llvm::orc::JITTargetMachineBuilder builder(llvm::Triple("x86_64-unknown-linux-gnu"));
  builder.setCPU(target.cpu);
  builder.addFeatures({target.features});
  builder.setRelocationModel(llvm::Reloc::PIC_);
  builder.setCodeModel(llvm::CodeModel::Small);
  builder.setCodeGenOptLevel(llvm::CodeGenOptLevel::Default);
  builder.getOptions().AllowFPOpFusion = llvm::FPOpFusion::Strict;
  llvm::Expected<std::unique_ptr<llvm::TargetMachine>> machine = builder.createTargetMachine();
  if (!machine) return FromLlvm(machine.takeError());
  return std::move(*machine);
}

// Registers for local variables, common subexpressions, dead code: the emitter relies on these
// three and no more.
void Optimize(llvm::Module& module, llvm::TargetMachine& machine) {
  llvm::LoopAnalysisManager loops;
  llvm::FunctionAnalysisManager functions;
  llvm::CGSCCAnalysisManager sccs;
  llvm::ModuleAnalysisManager modules;
  llvm::PassBuilder builder(&machine);
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(sccs);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, sccs, modules);
  llvm::FunctionPassManager passes;
  passes.addPass(llvm::PromotePass());
  passes.addPass(llvm::EarlyCSEPass());
  passes.addPass(llvm::SimplifyCFGPass());
  passes.addPass(llvm::ADCEPass());
  for (llvm::Function& function : module) {
    if (!function.isDeclaration()) passes.run(function, functions);
  }
}

// Code comes out in the order in which it is emitted, in which few values wait in registers
// (ir/emission_order.h). LLVM's scheduler of machine code looks at latencies first and lets long
// bodies spill; the processor finds the parallelism by itself.
class EmittedOrder final : public llvm::OptPassGate {
 public:
  bool isEnabled() const override { return true; }
  bool shouldRunPass(llvm::StringRef pass, llvm::StringRef) override {
    return pass != "Machine Instruction Scheduler";
  }
};

std::unique_ptr<llvm::LLVMContext> MakeContext() {
  static EmittedOrder order;
  auto context = std::make_unique<llvm::LLVMContext>();
  context->setOptPassGate(order);
  return context;
}

struct Lowered {
  std::unique_ptr<llvm::LLVMContext> context;
  std::unique_ptr<llvm::Module> module;
  std::unique_ptr<llvm::TargetMachine> machine;
  std::string first_phase;
};

absl::StatusOr<Lowered> Lower(absl::string_view kernel_text, const Target& target) {
  absl::StatusOr<Graph> body = Parse(kernel_text);
  if (!body.ok()) return body.status();
  absl::StatusOr<std::unique_ptr<llvm::TargetMachine>> machine = MakeTargetMachine(target);
  if (!machine.ok()) return machine.status();
  Lowered lowered{MakeContext(), nullptr, *std::move(machine), ""};
  lowered.module = std::make_unique<llvm::Module>("kernel", *lowered.context);
  lowered.module->setDataLayout(lowered.machine->createDataLayout());
  lowered.module->setTargetTriple(lowered.machine->getTargetTriple().str());
  absl::StatusOr<std::vector<std::string>> phases = EmitKernel(*body, target, *lowered.module);
  if (!phases.ok()) return phases.status();
  lowered.first_phase = phases->front();
#ifdef BROADLOOM_VERIFY
  std::string problem;
  llvm::raw_string_ostream stream(problem);
  if (llvm::verifyModule(*lowered.module, &stream))
    return absl::InternalError("emitted code is no valid LLVM IR: " + problem);
#endif
  Optimize(*lowered.module, *lowered.machine);
  return lowered;
}

}  // namespace

absl::StatusOr<Image> Compile(absl::string_view kernel_text, const Target& target) {
  absl::StatusOr<Lowered> lowered = Lower(kernel_text, target);
  if (!lowered.ok()) return lowered.status();
  ImageBuilder builder;
  std::string object;
  llvm::orc::ExecutionSession session(
      std::make_unique<llvm::orc::UnsupportedExecutorProcessControl>());
  llvm::orc::ObjectLinkingLayer linker(session, builder);
  llvm::orc::ObjectTransformLayer keeper(
      session, linker, [&](std::unique_ptr<llvm::MemoryBuffer> buffer) {
        if (target.debug_object) object = buffer->getBuffer().str();
        return llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>>(std::move(buffer));
      });
  llvm::orc::IRCompileLayer compiler(
      session, keeper, std::make_unique<llvm::orc::SimpleCompiler>(*lowered->machine));
  llvm::orc::JITDylib& dylib = session.createBareJITDylib("kernel");
  absl::Status status =
      FromLlvm(compiler.add(dylib, llvm::orc::ThreadSafeModule(
                                       std::move(lowered->module),
                                       llvm::orc::ThreadSafeContext(std::move(lowered->context)))));
  if (status.ok())
    status = FromLlvm(session.lookup({&dylib}, session.intern(lowered->first_phase)).takeError());
  status.Update(FromLlvm(session.endSession()));
  if (!status.ok()) return status;
  Image image = builder.Take();
  std::sort(image.phases.begin(), image.phases.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  image.debug_object = std::move(object);
  return image;
}

absl::StatusOr<std::string> EmitText(absl::string_view kernel_text, const Target& target,
                                     bool assembly) {
  absl::StatusOr<Lowered> lowered = Lower(kernel_text, target);
  if (!lowered.ok()) return lowered.status();
  std::string text;
  if (!assembly) {
    llvm::raw_string_ostream stream(text);
    lowered->module->print(stream, nullptr);
    return text;
  }
  llvm::SmallString<0> buffer;
  llvm::raw_svector_ostream stream(buffer);
  llvm::legacy::PassManager passes;
  if (lowered->machine->addPassesToEmitFile(passes, stream, nullptr,
                                            llvm::CodeGenFileType::AssemblyFile)) {
    return absl::InternalError("LLVM cannot print assembly for this target");
  }
  passes.run(*lowered->module);
  return std::string(buffer.str());
}

}  // namespace broadloom
