#include "runtime/budget.h"

#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "gtest/gtest.h"
#include "runtime/available_memory.h"

namespace broadloom {
namespace {

constexpr auto kExhausted = absl::StatusCode::kResourceExhausted;

TEST(Budget, RefusesBeyondItsLimitWithFigures) {
  Budget budget(1000);
  EXPECT_TRUE(budget.Reserve(600).ok());
  const absl::Status status = budget.Reserve(401);
  EXPECT_EQ(status.code(), kExhausted);
  EXPECT_TRUE(absl::StrContains(status.message(), "401 bytes requested, 600 reserved, limit 1000"))
      << status;
  EXPECT_TRUE(budget.Reserve(400).ok());
  EXPECT_EQ(budget.reserved(), 1000);
  budget.Release(1000);
  EXPECT_EQ(budget.reserved(), 0);
}

TEST(Budget, RefusesNegativeAndOverflowingRequests) {
  Budget budget;
  EXPECT_EQ(budget.Reserve(-1).code(), absl::StatusCode::kInvalidArgument);
  ASSERT_TRUE(budget.Reserve(10).ok());
  EXPECT_EQ(budget.Reserve(Budget::kUnlimited).code(), kExhausted);
  EXPECT_EQ(budget.reserved(), 10);
  budget.Release(10);
}

TEST(Budget, ALoweredLimitBindsTheNextRequest) {
  Budget budget(1000);
  ASSERT_TRUE(budget.Reserve(900).ok());
  budget.set_limit(500);
  EXPECT_EQ(budget.limit(), 500);
  EXPECT_EQ(budget.Reserve(1).code(), kExhausted);
  EXPECT_TRUE(budget.Reserve(0).ok());
  budget.Release(500);
  EXPECT_TRUE(budget.Reserve(100).ok());
}

TEST(Budget, ChainsBothOrNone) {
  const auto parent = std::make_shared<Budget>(1000);
  Budget a(800, parent), b(800, parent);
  ASSERT_TRUE(a.Reserve(700).ok());
  EXPECT_EQ(parent->reserved(), 700);
  EXPECT_TRUE(absl::StrContains(b.Reserve(400).message(), "limit 1000"));  // the parent's
  EXPECT_EQ(b.reserved(), 0);
  EXPECT_TRUE(absl::StrContains(a.Reserve(200).message(), "limit 800"));
  EXPECT_EQ(parent->reserved(), 700);
  a.Release(700);
  EXPECT_EQ(parent->reserved(), 0);
}

TEST(Budget, TheMachineBindsAnUnlimitedBudget) {
  const auto budget = std::make_shared<Budget>();
  const int64_t most = ReadAvailableMemory() / 10 * 6;
  auto first = Reservation::Make(budget, most);
  ASSERT_TRUE(first.ok()) << first.status();
  const absl::Status second = budget->Reserve(most);  // the first one is still to be used
  EXPECT_EQ(second.code(), kExhausted);
  EXPECT_TRUE(absl::StrContains(second.message(), "promised to running work")) << second;
  EXPECT_EQ(budget->reserved(), most);
  EXPECT_TRUE(Reservation::Make(budget, most, /*recyclable=*/most).ok());
  first->Settle();  // claims that the machine's figures include it: a lie here, which makes room
  EXPECT_TRUE(Reservation::Make(budget, most).ok());
}

TEST(Budget, ThreadsNeverExceedItTogether) {
  const auto budget = std::make_shared<Budget>(1000);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 2000; ++i) {
        auto reservation = Reservation::Make(budget, 300);
        EXPECT_LE(budget->reserved(), 1000);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(budget->reserved(), 0);
}

TEST(Reservation, SplitsAndMoves) {
  const auto budget = std::make_shared<Budget>(1000);
  auto whole = Reservation::Make(budget, 100).value();
  Reservation part = whole.Split(30);
  EXPECT_EQ(whole.bytes(), 70);
  EXPECT_EQ(part.bytes(), 30);
  EXPECT_EQ(whole.Split(1000).bytes(), 70);  // all that is left, released at once
  EXPECT_EQ(budget->reserved(), 30);
  Reservation moved = std::move(part);
  moved = Reservation::Make(budget, 50).value();
  EXPECT_EQ(budget->reserved(), 50);
  moved.Reset();
  EXPECT_EQ(budget->reserved(), 0);
}

TEST(ProcessBudget, IsOne) { EXPECT_EQ(ProcessBudget(), ProcessBudget()); }

}  // namespace
}  // namespace broadloom
