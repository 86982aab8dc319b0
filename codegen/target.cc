// Which machine the code is for.
#include "absl/strings/str_cat.h"
#include "codegen/compile.h"

namespace broadloom {
namespace {

// AVX-512 as every server with it has had since 2017.
constexpr char kAvx512[] = ",+avx512f,+avx512bw,+avx512cd,+avx512dq,+avx512vl";
constexpr char kAvx2[] =
    "+avx,+avx2,+bmi,+bmi2,+f16c,+fma,+lzcnt,+movbe,+popcnt,+sse4.1,+sse4.2,+ssse3";

}  // namespace

std::string Target::ToString() const {
  return absl::StrCat(cpu, " ", features, " ", vector_bytes, debug_object ? " debug" : "");
}

Target Avx2Target() { return {"x86-64-v3", kAvx2, 32}; }
Target Avx512Target() { return {"x86-64-v4", absl::StrCat(kAvx2, kAvx512), 64}; }

// From what libgcc asked at start-up: each cpuid takes tens of microseconds in a virtual machine.
int HostVectorBytes() {
  const bool wide = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                    __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
                    __builtin_cpu_supports("avx512cd");
  return wide ? 64 : 32;
}

bool HostPermutesBytes() { return __builtin_cpu_supports("avx512vbmi"); }

}  // namespace broadloom
