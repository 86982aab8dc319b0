// The program's code generator is a module of its own, loaded when a first kernel is compiled: the
// program starts without LLVM, which takes longer to load than all the rest.
#ifndef BROADLOOM_FRONTEND_REPL_CODEGEN_MODULE_H_
#define BROADLOOM_FRONTEND_REPL_CODEGEN_MODULE_H_

#include "codegen/compile.h"

namespace broadloom::repl {

// The functions of codegen/compile.h that need LLVM.
struct CodegenModule {
  decltype(&HostTarget) host_target;
  decltype(&Compile) compile;
  decltype(&EmitText) emit_text;
};
// What the module exports, by this name.
constexpr char kCodegenSymbol[] = "broadloom_codegen_module";

}  // namespace broadloom::repl

#endif  // BROADLOOM_FRONTEND_REPL_CODEGEN_MODULE_H_
