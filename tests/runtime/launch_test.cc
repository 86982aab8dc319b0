#include "runtime/launch.h"

#include <immintrin.h>

#include <atomic>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/runtime/test_image.h"

namespace broadloom {
namespace {

constexpr unsigned kFlushToZero = 0x8000;

// Phases in C++; the pointers of `Args` serve as their in- and outputs.
int32_t Increment(const Args* args, int64_t begin, int64_t end, void*) {
  for (int64_t i = begin; i < end; ++i) ++args->pointers[0][i];
  return 0;
}

// Fails unless the phase before has done every item.
int32_t CheckAllOnes(const Args* args, int64_t, int64_t, void*) {
  for (int64_t i = 0; i < args->extents[0]; ++i) {
    if (args->pointers[0][i] != 1) return 1;
  }
  return 0;
}

int32_t UseScratch(const Args* args, int64_t begin, int64_t, void* scratch) {
  const bool aligned = reinterpret_cast<uintptr_t>(scratch) % 64 == 0;
  for (int64_t i = 0; i < args->extents[0]; ++i)
    static_cast<char*>(scratch)[i] = static_cast<char>(begin);
  for (int64_t i = 0; i < args->extents[0]; ++i) {
    if (static_cast<char*>(scratch)[i] != static_cast<char>(begin)) return 1;
  }
  return aligned && scratch != nullptr ? 0 : 1;
}

int32_t CheckFloatMode(const Args*, int64_t, int64_t, void*) {
  const bool clean = _mm_getcsr() == 0x1F80;
  _mm_setcsr(_mm_getcsr() | 1);  // a flag of ours, not to be seen by the host
  return clean ? 0 : 1;
}

int32_t Cancel(const Args* args, int64_t, int64_t, void*) {
  reinterpret_cast<std::atomic<int>*>(args->pointers[0])->fetch_add(1);
  __atomic_store_n(const_cast<int32_t*>(args->cancelled), 1, __ATOMIC_RELAXED);
  return 0;
}

void* Resolve(absl::string_view name) {
  PhaseFn found = name == "increment"      ? &Increment
                  : name == "check_ones"   ? &CheckAllOnes
                  : name == "use_scratch"  ? &UseScratch
                  : name == "check_floats" ? &CheckFloatMode
                  : name == "cancel"       ? &Cancel
                                           : nullptr;
  return reinterpret_cast<void*>(found);
}

std::shared_ptr<LoadedKernel> Kernel(const std::vector<std::string>& phases) {
  Image image;
  for (const std::string& phase : phases) AddTrampoline(phase, image);
  return LoadImage(image, Resolve).value();
}

class LaunchTest : public testing::Test {
 protected:
  Args Arguments() {
    return {&pointer_, nullptr, &extent_, nullptr, nullptr, nullptr, &cancelled_};
  }

  std::string bytes_ = std::string(1000, '\0');
  char* pointer_ = bytes_.data();
  int64_t extent_ = 1000;
  int32_t cancelled_ = 0;
  ThreadPool pool_{3};
};

TEST_F(LaunchTest, PhasesRunInOrderOverAllItems) {
  for (int64_t grain : {-1, 1, 7, 5000}) {
    bytes_.assign(1000, '\0');
    const absl::Status status = Launch(*Kernel({"increment", "check_ones", "increment"}),
                                       {1000, 3, 1000}, {grain, 1, grain}, Arguments(), 0, pool_);
    EXPECT_TRUE(status.ok()) << status;
    EXPECT_EQ(bytes_, std::string(1000, '\2'));
  }
}

TEST_F(LaunchTest, EmptyPhasesAreSkipped) {
  EXPECT_TRUE(
      Launch(*Kernel({"check_ones", "increment"}), {0, 10}, {1, 1}, Arguments(), 0, pool_).ok());
  EXPECT_EQ(bytes_[9], 1);
  EXPECT_EQ(bytes_[10], 0);
}

TEST_F(LaunchTest, ScratchIsAlignedAndPrivate) {
  for (int64_t bytes : {100, 1000, 64}) {
    extent_ = bytes;
    EXPECT_TRUE(Launch(*Kernel({"use_scratch"}), {200}, {1}, Arguments(), bytes, pool_).ok());
  }
}

TEST_F(LaunchTest, ImpossibleScratchIsReported) {
  const auto kernel = Kernel({"increment"});
  for (int64_t items : {1, 100}) {
    const absl::Status status =
        Launch(*kernel, {items}, {1}, Arguments(), std::numeric_limits<int64_t>::max(), pool_);
    EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted) << status;
  }
  EXPECT_EQ(bytes_, std::string(1000, '\0'));
}

TEST_F(LaunchTest, HostFloatModeIsSetAsideAndRestored) {
  const unsigned host = _mm_getcsr() | kFlushToZero;
  _mm_setcsr(host);
  const absl::Status one_chunk = Launch(*Kernel({"check_floats"}), {1}, {1}, Arguments(), 0, pool_);
  const unsigned after_one = _mm_getcsr();
  const absl::Status many_chunks =
      Launch(*Kernel({"check_floats"}), {50}, {1}, Arguments(), 0, pool_);
  const unsigned after_many = _mm_getcsr();
  _mm_setcsr(host & ~kFlushToZero);
  EXPECT_TRUE(one_chunk.ok());
  EXPECT_TRUE(many_chunks.ok());
  EXPECT_EQ(after_one, host);
  EXPECT_EQ(after_many, host);
}

TEST_F(LaunchTest, CancellationStopsHandingOutChunks) {
  std::atomic<int> calls{0};
  pointer_ = reinterpret_cast<char*>(&calls);
  const absl::Status status =
      Launch(*Kernel({"cancel", "increment"}), {10'000, 1}, {1, 1}, Arguments(), 0, pool_);
  EXPECT_EQ(status.code(), absl::StatusCode::kCancelled);
  EXPECT_GE(calls, 1);
  EXPECT_LE(calls, pool_.threads());
}

TEST_F(LaunchTest, ACancelledKernelDoesNotStart) {
  cancelled_ = 1;
  EXPECT_EQ(Launch(*Kernel({"increment"}), {1}, {1}, Arguments(), 0, pool_).code(),
            absl::StatusCode::kCancelled);
  EXPECT_EQ(bytes_[0], 0);
}

TEST_F(LaunchTest, ANonZeroResultCancels) {
  const absl::Status status =
      Launch(*Kernel({"check_ones", "increment"}), {1, 1}, {1, 1}, Arguments(), 0, pool_);
  EXPECT_EQ(status.code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(bytes_[0], 0);
}

TEST_F(LaunchTest, CancellationIsOptional) {
  Args args = Arguments();
  args.cancelled = nullptr;
  EXPECT_TRUE(Launch(*Kernel({"increment"}), {1}, {1}, args, 0, pool_).ok());
}

TEST_F(LaunchTest, CountsMustMatchThePhases) {
  const auto kernel = Kernel({"increment"});
  EXPECT_EQ(Launch(*kernel, {1, 1}, {1}, Arguments(), 0, pool_).code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Launch(*kernel, {1}, {}, Arguments(), 0, pool_).code(),
            absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace broadloom
