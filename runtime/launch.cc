// Hands the chunks of each phase to the executor. Chooses nothing: grains and scratch are the
// plan's. The hot path (one phase, one chunk) touches no other thread and allocates nothing.
#include "runtime/launch.h"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <memory>

#include "absl/strings/str_cat.h"

namespace broadloom {
namespace {

// Memory that each thread keeps from launch to launch, and grows as needed.
class Scratch {
 public:
  void* Get(int64_t bytes) {
    if (bytes > size_) Grow(bytes);
    return bytes > size_ ? nullptr : data_.get();
  }

 private:
  struct Free {
    void operator()(void* data) const { std::free(data); }
  };

  void Grow(int64_t bytes) {
    if (bytes > kMaxBytes) return;
    data_.reset();
    const int64_t size = (bytes + 63) / 64 * 64;
    data_.reset(std::aligned_alloc(64, size));
    size_ = data_ ? size : 0;
  }

  static constexpr int64_t kMaxBytes = int64_t{1} << 40;  // what no plan asks for
  std::unique_ptr<void, Free> data_;
  int64_t size_ = 0;
};

// One phase on all its threads.
class Run {
 public:
  Run(PhaseFn phase, const Args& args, int64_t scratch_bytes, FloatFlags* raised)
      : phase_(phase), args_(args), scratch_bytes_(scratch_bytes), raised_(raised) {}

  void Chunk(int64_t begin, int64_t end) {
    if (code_.load(std::memory_order_relaxed) != absl::StatusCode::kOk) return;
    thread_local Scratch thread_scratch;
    void* scratch = thread_scratch.Get(scratch_bytes_);
    if (scratch_bytes_ > 0 && scratch == nullptr) return Fail(absl::StatusCode::kResourceExhausted);
    const FloatEnvironment environment(raised_);
    if (Cancelled() || phase_(&args_, begin, end, scratch) != 0) Fail(absl::StatusCode::kCancelled);
  }

  absl::Status status() const {
    switch (code_.load(std::memory_order_relaxed)) {
      case absl::StatusCode::kOk: return absl::OkStatus();
      case absl::StatusCode::kCancelled: return absl::CancelledError("evaluation was interrupted");
      default:
        return absl::ResourceExhaustedError(
            absl::StrCat("no ", scratch_bytes_, " bytes of scratch for a thread"));
    }
  }

 private:
  void Fail(absl::StatusCode code) { code_.store(code, std::memory_order_relaxed); }
  // Written by a signal handler or another thread.
  bool Cancelled() const {
    return args_.cancelled && __atomic_load_n(args_.cancelled, __ATOMIC_RELAXED) != 0;
  }

  const PhaseFn phase_;
  const Args& args_;
  const int64_t scratch_bytes_;
  FloatFlags* const raised_;
  std::atomic<absl::StatusCode> code_{absl::StatusCode::kOk};
};

}  // namespace

absl::Status Launch(const LoadedKernel& kernel, absl::Span<const int64_t> items,
                    absl::Span<const int64_t> grains, const Args& args, int64_t scratch_bytes,
                    Executor& executor, FloatFlags* raised) {
  const size_t phases = kernel.phases();
  if (items.size() != phases || grains.size() != phases) {
    return absl::InvalidArgumentError(absl::StrCat("a kernel of ", phases, " phases launched with ",
                                                   items.size(), " counts and ", grains.size(),
                                                   " grains"));
  }
  for (size_t i = 0; i < phases; ++i) {
    if (items[i] <= 0) continue;
    Run run(kernel.phase(i), args, scratch_bytes, raised);
    if (items[i] <= std::max<int64_t>(grains[i], 1)) {
      run.Chunk(0, items[i]);
    } else {
      executor.ParallelFor(items[i], grains[i],
                           [&](int64_t begin, int64_t end, int) { run.Chunk(begin, end); });
    }
    absl::Status status = run.status();
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace broadloom
