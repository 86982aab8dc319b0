// A kernel of one operation on whole vectors, called as the runtime calls it.
#ifndef BROADLOOM_TESTS_CODEGEN_OP_KERNEL_H_
#define BROADLOOM_TESTS_CODEGEN_OP_KERNEL_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "codegen/compile.h"
#include "ir/text.h"
#include "passes/pass.h"
#include "runtime/image_loader.h"
#include "runtime/kernel.h"
#include "runtime/libraries.h"

namespace broadloom {

class OpKernel {
 public:
  // Dtypes by their short names; `to` counts for astype only. Code for the host's vectors.
  OpKernel(const std::string& op, int operands, const std::string& from, const std::string& to)
      : OpKernel(Text(op, operands, from, to), operands, ParseDType(from)->size(),
                 ParseDType(op == "astype" ? to : from)->size()) {}

  // Of one operand, the second one is the number.
  static OpKernel WithNumber(const std::string& op, const std::string& dtype, int number) {
    const int bytes = ParseDType(dtype)->size();
    return OpKernel(
        absl::StrCat("graph @g(%x: ", dtype, "[n] {layout=\"u\"}) { %y = constant {value=", dtype,
                     ":", number, "} %1 = ", op, " %x, %y return %1 }"),
        1, bytes, bytes);
  }

  void Run(const void* x, const void* y, void* out, int64_t count) const {
    char* pointers[] = {Bytes(x), operands_ == 2 ? Bytes(y) : Bytes(out), Bytes(out)};
    const int64_t strides[] = {from_bytes_, operands_ == 2 ? from_bytes_ : to_bytes_, to_bytes_};
    const int64_t tuning[kTuneCount] = {count};
    const Args args{pointers, strides, &count, nullptr, tuning, nullptr, nullptr};
    kernel_->phase(0)(&args, 0, 1, nullptr);
  }

 private:
  OpKernel(const std::string& text, int operands, int64_t from_bytes, int64_t to_bytes)
      : operands_(operands), from_bytes_(from_bytes), to_bytes_(to_bytes) {
    PassOptions options;
    options.machine.vector_bytes = HostVectorBytes();
    const Graph planned = *RunPasses(*Parse(text), Pipeline(), options);
    for (NodeId id = 0; id < planned.size(); ++id) {
      if (planned.node(id).op != Op::k_kernel) continue;
      const std::string body = Print(planned.node(id).attrs.Body());
      kernel_ = *LoadImage(*Compile(body, *HostTarget()), ResolveSymbol);
    }
  }

  static std::string Text(const std::string& op, int operands, const std::string& from,
                          const std::string& to) {
    const std::string param = absl::StrCat(": ", from, "[n] {layout=\"u\"}");
    const std::string second = operands == 2 ? absl::StrCat(", %y", param) : "";
    const std::string rest = op == "astype"  ? absl::StrCat(" {dtype=", to, "}")
                             : operands == 2 ? ", %y"
                                             : "";
    return absl::StrCat("graph @g(%x", param, second, ") { %1 = ", op, " %x", rest,
                        "  return %1 }");
  }
  static char* Bytes(const void* data) { return const_cast<char*>(static_cast<const char*>(data)); }

  int operands_;
  int64_t from_bytes_, to_bytes_;
  std::shared_ptr<const LoadedKernel> kernel_;
};

}  // namespace broadloom

#endif  // BROADLOOM_TESTS_CODEGEN_OP_KERNEL_H_
