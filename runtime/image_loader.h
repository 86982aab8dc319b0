// Turns an image into functions.
#ifndef BROADLOOM_RUNTIME_IMAGE_LOADER_H_
#define BROADLOOM_RUNTIME_IMAGE_LOADER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "runtime/gdb_jit.h"
#include "runtime/kernel.h"

namespace broadloom {

// The address of a function that generated code may call; null if there is none of that name.
using SymbolResolver = absl::FunctionRef<void*(absl::string_view name)>;

struct LoaderOptions {
  bool perf_map = false;  // name the phases in /tmp/perf-<pid>.map
  bool gdb = false;       // register the image's debug object, if it has one
};

// Executable code; unmapped on destruction. Immutable, hence thread-safe.
class LoadedKernel {
 public:
  ~LoadedKernel();
  LoadedKernel(const LoadedKernel&) = delete;
  LoadedKernel& operator=(const LoadedKernel&) = delete;

  int phases() const { return static_cast<int>(phases_.size()); }
  PhaseFn phase(int i) const { return phases_[i]; }
  int64_t bytes() const { return size_; }  // of memory, whole pages

 private:
  friend absl::StatusOr<std::shared_ptr<LoadedKernel>> LoadImage(const Image&, SymbolResolver,
                                                                 const LoaderOptions&);
  LoadedKernel(char* code, int64_t size) : code_(code), size_(size) {}

  char* const code_;
  const int64_t size_;
  std::vector<PhaseFn> phases_;
  std::optional<GdbRegistration> gdb_;
};

// InvalidArgument: an offset outside the image; NotFound: an unknown import, which it names.
absl::StatusOr<std::shared_ptr<LoadedKernel>> LoadImage(const Image& image, SymbolResolver resolve,
                                                        const LoaderOptions& options = {});

}  // namespace broadloom

#endif  // BROADLOOM_RUNTIME_IMAGE_LOADER_H_
