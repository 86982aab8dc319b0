// Maps an image, fills its import slots and makes it executable. Memory is writable first and
// executable later, never both.
//
// Refuses what does not fit: slots or entries outside the bytes, unknown imports. It does not judge
// the code: an image from the disk must have been authenticated before.
#include "runtime/image_loader.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstring>
#include <string>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace broadloom {
namespace {

bool Holds(const Image& image, uint64_t offset, uint64_t size) {
  return size <= image.bytes.size() && offset <= image.bytes.size() - size;
}

absl::Status CheckBounds(const Image& image) {
  if (image.phases.empty()) return absl::InvalidArgumentError("image without phases");
  for (const Image::Phase& phase : image.phases) {
    if (phase.size == 0 || !Holds(image, phase.offset, phase.size)) {
      return absl::InvalidArgumentError(
          absl::StrCat("phase ", phase.name, " lies outside the image"));
    }
  }
  for (const Image::Import& import : image.imports) {
    if (!Holds(image, import.offset, sizeof(void*))) {
      return absl::InvalidArgumentError(
          absl::StrCat("import ", import.symbol, " lies outside the image"));
    }
  }
  return absl::OkStatus();
}

absl::Status FillImports(const Image& image, SymbolResolver resolve, char* code) {
  for (const Image::Import& import : image.imports) {
    const void* address = resolve(import.symbol);
    if (address == nullptr)
      return absl::NotFoundError(absl::StrCat("unknown import ", import.symbol));
    std::memcpy(code + import.offset, static_cast<const void*>(&address), sizeof(address));
  }
  return absl::OkStatus();
}

// One write, so that lines of several threads do not mix. A help for people: failing to write it is
// no failure.
void AppendPerfMap(const Image& image, const char* code) {
  std::string lines;
  for (const Image::Phase& phase : image.phases) {
    absl::StrAppendFormat(&lines, "%x %x %s\n", reinterpret_cast<uintptr_t>(code) + phase.offset,
                          phase.size, phase.name);
  }
  const std::string path = absl::StrCat("/tmp/perf-", getpid(), ".map");
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file < 0) return;
  [[maybe_unused]] const ssize_t written = write(file, lines.data(), lines.size());
  close(file);
}

}  // namespace

LoadedKernel::~LoadedKernel() {
  gdb_.reset();
  munmap(code_, size_);
}

absl::StatusOr<std::shared_ptr<LoadedKernel>> LoadImage(const Image& image, SymbolResolver resolve,
                                                        const LoaderOptions& options) {
  absl::Status status = CheckBounds(image);
  if (!status.ok()) return status;
  const int64_t page = sysconf(_SC_PAGESIZE);
  const int64_t size = (image.bytes.size() + page - 1) / page * page;
  void* map = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (map == MAP_FAILED) return absl::ResourceExhaustedError("no memory for code");
  char* code = static_cast<char*>(map);
  auto kernel = absl::WrapUnique(new LoadedKernel(code, size));

  std::memcpy(code, image.bytes.data(), image.bytes.size());
  status = FillImports(image, resolve, code);
  if (!status.ok()) return status;
  if (mprotect(code, size, PROT_READ | PROT_EXEC) != 0) {
    return absl::PermissionDeniedError("the system forbids executable memory");
  }
  for (const Image::Phase& phase : image.phases) {
    kernel->phases_.push_back(reinterpret_cast<PhaseFn>(code + phase.offset));
  }
  if (options.perf_map) AppendPerfMap(image, code);
  if (options.gdb && !image.debug_object.empty()) {
    const Image::Phase& first = image.phases[0];
    kernel->gdb_.emplace(PlaceDebugObject(image.debug_object, first.name, code + first.offset));
  }
  return kernel;
}

}  // namespace broadloom
