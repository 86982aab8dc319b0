#include "runtime/allocator.h"

#include <cstring>
#include <limits>
#include <thread>
#include <vector>

#include "gtest/gtest.h"

namespace broadloom {
namespace {

constexpr int64_t kMiB = int64_t{1} << 20;

std::shared_ptr<Buffer> Get(Allocator& allocator, int64_t bytes) {
  auto buffer = allocator.Allocate(bytes);
  EXPECT_TRUE(buffer.ok()) << buffer.status();
  return buffer.ok() ? *std::move(buffer) : nullptr;
}

TEST(Allocator, AlignsAndFits) {
  Allocator allocator(64 * kMiB);
  for (int64_t bytes : {int64_t{0}, int64_t{1}, int64_t{64}, int64_t{65}, int64_t{1000},
                        2 * kMiB - 1, 2 * kMiB, 5 * kMiB + 3}) {
    const auto buffer = Get(allocator, bytes);
    ASSERT_NE(buffer->data(), nullptr);
    EXPECT_EQ(buffer->size(), bytes);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(buffer->data()) % (bytes >= 2 * kMiB ? 2 * kMiB : 64), 0u)
        << bytes;
    std::memset(buffer->data(), 1, bytes);
  }
}

TEST(Allocator, CapacityFitsWithinAQuarter) {
  for (int64_t bytes = 1; bytes < 8 * kMiB; bytes += 1 + bytes / 97) {
    const int64_t capacity = Heap::Capacity(bytes);
    EXPECT_GE(capacity, bytes);
    EXPECT_LE(capacity, std::max<int64_t>(bytes + 64, bytes + bytes / 4)) << bytes;
    EXPECT_EQ(Heap::Capacity(capacity), capacity) << bytes;
  }
}

TEST(Allocator, CountsLiveAndPeak) {
  Allocator allocator(0);  // nothing is cached
  auto a = Get(allocator, 3 * kMiB);
  auto b = Get(allocator, 100);
  EXPECT_EQ(allocator.info().live, 3 * kMiB + 128);
  a.reset();
  EXPECT_EQ(allocator.info().live, 128);
  EXPECT_EQ(allocator.info().peak, 3 * kMiB + 128);
  EXPECT_EQ(allocator.info().cached, 0);
  EXPECT_EQ(allocator.info().allocations, 2);
  allocator.ResetPeak();
  EXPECT_EQ(allocator.info().peak, 128);
}

TEST(Allocator, RecyclesTheSameBlock) {
  Allocator allocator(64 * kMiB);
  for (int64_t bytes : {int64_t{100}, int64_t{100'000}, 4 * kMiB}) {
    auto buffer = Get(allocator, bytes);
    const char* data = buffer->data();
    buffer.reset();
    EXPECT_EQ(allocator.info().cached, Heap::Capacity(bytes));
    buffer = Get(allocator, bytes - 30);
    EXPECT_EQ(buffer->data(), data) << bytes;
    EXPECT_EQ(allocator.info().cached, 0);
    EXPECT_EQ(allocator.info().live, Heap::Capacity(bytes));
    buffer.reset();
    allocator.Trim();
  }
}

TEST(Allocator, ALargeBlockServesOnlyCloseRequests) {
  Allocator allocator(64 * kMiB);
  Get(allocator, 10 * kMiB).reset();
  EXPECT_EQ(Get(allocator, 8 * kMiB)->data() == nullptr, false);
  EXPECT_EQ(allocator.info().cached, 10 * kMiB);
  Get(allocator, 4 * kMiB).reset();
  EXPECT_EQ(allocator.info().cached, 14 * kMiB);
}

TEST(Allocator, CacheStaysBelowItsLimitAndDropsTheOldest) {
  Allocator allocator(10 * kMiB);
  auto a = Get(allocator, 4 * kMiB), b = Get(allocator, 6 * kMiB), c = Get(allocator, 3 * kMiB),
       d = Get(allocator, 11 * kMiB);
  const char* kept = b->data();
  a.reset();
  b.reset();
  EXPECT_EQ(allocator.info().cached, 10 * kMiB);
  c.reset();  // a goes
  EXPECT_EQ(allocator.info().cached, 9 * kMiB);
  d.reset();  // too large for the cache
  EXPECT_EQ(allocator.info().cached, 9 * kMiB);
  EXPECT_EQ(Get(allocator, 6 * kMiB)->data(), kept);
}

TEST(Allocator, TrimGivesEverythingBack) {
  Allocator allocator(64 * kMiB);
  std::vector<std::shared_ptr<Buffer>> buffers;
  for (int64_t bytes = 1; bytes < 4 * kMiB; bytes += bytes / 3 + 1)
    buffers.push_back(Get(allocator, bytes));
  const int64_t live = allocator.info().live;
  buffers.clear();
  EXPECT_EQ(allocator.info().cached, live);
  allocator.Trim();
  EXPECT_EQ(allocator.info().cached, 0);
  EXPECT_EQ(allocator.info().live, 0);
}

TEST(Allocator, ReportsFailure) {
  Allocator allocator(0);
  EXPECT_EQ(allocator.Allocate(-1).status().code(), absl::StatusCode::kInvalidArgument);
  for (int64_t bytes : {int64_t{1} << 55, int64_t{1} << 62, std::numeric_limits<int64_t>::max()}) {
    EXPECT_EQ(allocator.Allocate(bytes).status().code(), absl::StatusCode::kResourceExhausted)
        << bytes;
  }
  EXPECT_EQ(allocator.info().allocations, 0);
  EXPECT_EQ(allocator.info().live, 0);
}

TEST(Allocator, BuffersOutliveIt) {
  auto allocator = std::make_unique<Allocator>(64 * kMiB);
  auto small = Get(*allocator, 10), large = Get(*allocator, 3 * kMiB);
  allocator.reset();
  std::memset(large->data(), 1, large->size());
  std::memset(small->data(), 1, small->size());
}

TEST(Allocator, ThreadsShareIt) {
  Allocator allocator(8 * kMiB);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&allocator, t] {
      for (int i = 0; i < 2000; ++i) {
        const auto buffer = Get(allocator, i % 50 == 0 ? 2 * kMiB : 64 * (i % 7));
        std::memset(buffer->data(), t, std::min<int64_t>(buffer->size(), 256));
        for (int64_t j = 0; j < std::min<int64_t>(buffer->size(), 256); ++j)
          ASSERT_EQ(buffer->data()[j], t);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(allocator.info().live, 0);
  EXPECT_EQ(allocator.info().allocations, 8000);
  allocator.Trim();
  EXPECT_EQ(allocator.info().cached, 0);
}

TEST(Buffer, LentMemoryIsReleasedOnce) {
  char memory[8];
  int released = 0;
  auto buffer = Buffer::Lend(memory, sizeof(memory), [&] { ++released; });
  EXPECT_TRUE(buffer->lent());
  EXPECT_EQ(buffer->data(), memory);
  EXPECT_EQ(buffer->size(), 8);
  auto other = buffer;
  buffer.reset();
  EXPECT_EQ(released, 0);
  other.reset();
  EXPECT_EQ(released, 1);
}

TEST(Buffer, HoldsItsReservation) {
  const auto budget = std::make_shared<Budget>(1000);
  Allocator allocator(0);
  auto buffer = Get(allocator, 100);
  buffer->Attach(Reservation::Make(budget, 100).value());
  EXPECT_EQ(budget->reserved(), 100);
  buffer.reset();
  EXPECT_EQ(budget->reserved(), 0);
}

}  // namespace
}  // namespace broadloom
