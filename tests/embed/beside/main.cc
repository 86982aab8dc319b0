// broadloom in one process with another abseil, LLVM and BLAS: neither calls into the other.
#include <broadloom/array.h>
#include <broadloom/linalg.h>
#include <dlfcn.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

// Names of OpenBLAS and LAPACK, which the loader finds in the program first. Whoever is led here by
// mistake stops the program.
#define TRAP(name) \
  extern "C" void name() { std::abort(); }
TRAP(cblas_dgemm)
TRAP(cblas_dsyrk)
TRAP(dgemm_)
TRAP(dgesv_)
TRAP(dgetrf_)
TRAP(blas_memory_alloc)
TRAP(blas_memory_free)
TRAP(openblas_get_config)

namespace bl = broadloom;

namespace {

void Check(bool well, const char* what) {
  std::printf("%s: %s\n", what, well ? "well" : "WRONG");
  if (!well) std::exit(1);
}

void UseBroadloom() {
  const bl::Array a = bl::arange(160000).astype(bl::DataType::float64).reshape({400, 400});
  const bl::Array m = a / 160000 + bl::eye(400) * 400;
  const bl::Array residual = matmul(m, bl::linalg::inv(m)) - bl::eye(400);
  Check(max(abs(residual)).item<double>() < 1e-12, "a product and an inverse");
}

void UseAbseil() {
  absl::flat_hash_map<std::string, int> map;
  for (int i = 0; i < 1000; ++i) map[absl::StrCat("key ", i)] = i;
  const absl::Status status = absl::NotFoundError(absl::StrCat("no key ", map.size()));
  Check(map.at("key 617") == 617 && status.message() == "no key 1000", "the program's abseil");
}

template <typename F>
F* Find(void* library, const char* name) {
  auto* const function = reinterpret_cast<F*>(dlsym(library, name));
  Check(function != nullptr, name);
  return function;
}

// By its C interface, and visible to all that is loaded later.
void UseLLVM(const char* path) {
  void* const library = dlopen(path, RTLD_NOW | RTLD_GLOBAL);
  Check(library != nullptr, "LLVM is loaded");
  void* const context = Find<void*()>(library, "LLVMContextCreate")();
  auto* const name = "in the program's LLVM";
  void* const module =
      Find<void*(const char*, void*)>(library, "LLVMModuleCreateWithNameInContext")(name, context);
  size_t length = 0;
  const char* const found =
      Find<const char*(void*, size_t*)>(library, "LLVMGetModuleIdentifier")(module, &length);
  Check(std::string(found, length) == name, "a module");
  Find<void(void*)>(library, "LLVMDisposeModule")(module);
  Find<void(void*)>(library, "LLVMContextDispose")(context);
}

void UseBlas(const char* path) {
  void* const library = dlopen(path, RTLD_NOW | RTLD_GLOBAL | RTLD_DEEPBIND);
  Check(library != nullptr, "another BLAS is loaded");
  using Dot = double(int64_t, const double*, int64_t, const double*, int64_t);
  auto* const dot = reinterpret_cast<Dot*>(dlsym(library, "scipy_cblas_ddot64_"));
  auto* const plain = dot != nullptr ? dot : Find<Dot>(library, "cblas_ddot");
  const std::array<double, 3> x = {1, 2, 3};
  Check(plain(3, x.data(), 1, x.data(), 1) == 14, "its dot product");
}

}  // namespace

// Usage: beside <LLVM's library> <a BLAS library>
int main(int count, char** arguments) {
  if (count != 3) return 2;
  UseBroadloom();
  UseAbseil();
  UseLLVM(arguments[1]);
  UseBlas(arguments[2]);
  UseBroadloom();
}
