// The one place where LLVM's errors become ours.
#ifndef BROADLOOM_CODEGEN_LLVM_STATUS_H_
#define BROADLOOM_CODEGEN_LLVM_STATUS_H_

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "llvm/Support/Error.h"

namespace broadloom {

inline absl::Status FromLlvm(llvm::Error error) {
  if (!error) return absl::OkStatus();
  return absl::InternalError(absl::StrCat("LLVM: ", llvm::toString(std::move(error))));
}

}  // namespace broadloom

#endif  // BROADLOOM_CODEGEN_LLVM_STATUS_H_
