#include "runtime/parallel_loop.h"

#include <utility>
#include <vector>

#include "gtest/gtest.h"

namespace broadloom {
namespace {

using Pieces = std::vector<std::pair<int64_t, int64_t>>;

// What the workers do, one after the other.
Pieces Done(int64_t items, int64_t grain, int threads, const std::vector<int>& workers) {
  Pieces pieces;
  const auto note = [&](int64_t begin, int64_t end, int) { pieces.emplace_back(begin, end); };
  ParallelLoop loop(items, grain, threads, note);
  for (int worker : workers) loop.Work(worker);
  return pieces;
}

TEST(ParallelLoop, TheCallerAloneGoesInOrder) {
  EXPECT_EQ(Done(7, 2, 3, {0}), (Pieces{{0, 2}, {2, 4}, {4, 6}, {6, 7}}));
}

TEST(ParallelLoop, OthersBeginWithTheirShare) {
  EXPECT_EQ(Done(5, 1, 2, {1}), (Pieces{{3, 4}, {4, 5}, {0, 1}, {1, 2}, {2, 3}}));
  EXPECT_EQ(Done(4, 1, 4, {2}), (Pieces{{2, 3}, {3, 4}, {0, 1}, {1, 2}}));
}

TEST(ParallelLoop, WhoComesLateFindsNothing) { EXPECT_EQ(Done(4, 1, 2, {1, 0, 1}).size(), 4u); }

TEST(ParallelLoop, MoreThreadsThanChunksOrShares) {
  EXPECT_EQ(Done(2, 1, 100, {99, 7}).size(), 2u);
  EXPECT_EQ(Done(1000, 1, 4096, {4095}).size(), 1000u);
}

}  // namespace
}  // namespace broadloom
