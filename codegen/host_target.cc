// The machine that this runs on. Apart from target.cc, which needs no LLVM.
#include "codegen/compile.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/TargetParser/Host.h"

namespace broadloom {

absl::StatusOr<Target> HostTarget() {
  static const absl::StatusOr<Target>* const host = [] {
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) {
      return new absl::StatusOr<Target>(
          absl::UnimplementedError("this processor lacks AVX2 and FMA, which kernels need"));
    }
    Target target = HostVectorBytes() == 64 ? Avx512Target() : Avx2Target();
    target.cpu = llvm::sys::getHostCPUName().str();
    if (target.vector_bytes == 64 && HostPermutesBytes()) target.features += ",+avx512vbmi";
    return new absl::StatusOr<Target>(target);
  }();
  return *host;
}

}  // namespace broadloom
