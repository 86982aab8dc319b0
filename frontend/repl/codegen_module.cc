// The module's side; the program is not linked with this file.
#include "frontend/repl/codegen_module.h"

extern "C" __attribute__((visibility("default")))
const broadloom::repl::CodegenModule broadloom_codegen_module = {
    &broadloom::HostTarget, &broadloom::Compile, &broadloom::EmitText};
