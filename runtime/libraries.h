// The functions outside that generated code may call.
#ifndef BROADLOOM_RUNTIME_LIBRARIES_H_
#define BROADLOOM_RUNTIME_LIBRARIES_H_

#include "absl/strings/string_view.h"

namespace broadloom {

// The address of `name`, or null: SLEEF's deterministic functions ("Sleef_finz_...") and the few
// names that LLVM itself inserts calls to. Thread-safe. SLEEF is opened on the first request for
// one of its names.
void* ResolveSymbol(absl::string_view name);

}  // namespace broadloom

#endif  // BROADLOOM_RUNTIME_LIBRARIES_H_
