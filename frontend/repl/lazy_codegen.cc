// The program's side: the functions of codegen/compile.h that need LLVM, by way of the module.
#include <dlfcn.h>

#include "absl/strings/str_cat.h"
#include "frontend/repl/codegen_module.h"
#include "ir/status_macros.h"

namespace broadloom {
namespace {

using repl::CodegenModule;

// From where the program's run path says. Stays loaded.
absl::StatusOr<const CodegenModule*> LoadModule() {
  void* library = dlopen(BROADLOOM_CODEGEN_FILE, RTLD_LAZY | RTLD_LOCAL);
  void* module = library == nullptr ? nullptr : dlsym(library, repl::kCodegenSymbol);
  if (module == nullptr)
    return absl::InternalError(absl::StrCat("the code generator is missing: ", dlerror()));
  return static_cast<const CodegenModule*>(module);
}

const absl::StatusOr<const CodegenModule*>& Module() {
  static const auto* const module = new absl::StatusOr<const CodegenModule*>(LoadModule());
  return *module;
}

}  // namespace

absl::StatusOr<Target> HostTarget() {
  BL_ASSIGN_OR_RETURN(const CodegenModule* module, Module());
  return module->host_target();
}

absl::StatusOr<Image> Compile(absl::string_view kernel_text, const Target& target) {
  BL_ASSIGN_OR_RETURN(const CodegenModule* module, Module());
  return module->compile(kernel_text, target);
}

absl::StatusOr<std::string> EmitText(absl::string_view kernel_text, const Target& target,
                                     bool assembly) {
  BL_ASSIGN_OR_RETURN(const CodegenModule* module, Module());
  return module->emit_text(kernel_text, target, assembly);
}

}  // namespace broadloom
