// Scheduled kernel text in, machine code out. Mechanical: every decision stands in the text.
#ifndef BROADLOOM_CODEGEN_COMPILE_H_
#define BROADLOOM_CODEGEN_COMPILE_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "runtime/kernel.h"

namespace broadloom {

// What the code is made for. `name` and `features` are LLVM's.
struct Target {
  std::string cpu;
  std::string features;
  int vector_bytes = 32;      // 32: AVX2, 64: AVX-512
  bool debug_object = false;  // keep the object file for gdb

  std::string ToString() const;  // part of the kernel key
};

// The host's, asked once. Needs AVX2 and FMA; Unimplemented elsewhere.
absl::StatusOr<Target> HostTarget();
int HostVectorBytes();     // its vector_bytes, known at once
bool HostPermutesBytes();  // of two registers of 64 bytes: AVX-512 VBMI
// The host's features without AVX-512 or, for tests of generated code's text, with it.
Target Avx2Target();
Target Avx512Target();

// Compiles the body of one kernel, as `Schedule` leaves it (docs/ir.md). InvalidArgument where the
// text is no such body. Any number of threads may compile at once.
absl::StatusOr<Image> Compile(absl::string_view kernel_text, const Target& target);

// The LLVM IR or the assembly of the same kernel, for people.
absl::StatusOr<std::string> EmitText(absl::string_view kernel_text, const Target& target,
                                     bool assembly);

}  // namespace broadloom

#endif  // BROADLOOM_CODEGEN_COMPILE_H_
