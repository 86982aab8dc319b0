#include "runtime/rates.h"

#include "gtest/gtest.h"
#include "runtime/machine.h"

namespace broadloom {
namespace {

constexpr int64_t kMemory = int64_t{1} << 30;

// As many workers as are wanted, one after the other.
class Workers : public Executor {
 public:
  Workers(int threads, int working, bool runs_together = true)
      : threads_(threads), working_(working), runs_together_(runs_together) {}
  void ParallelFor(int64_t items, int64_t, Body body) override {
    for (int worker = 0; worker < working_; ++worker)
      body(items * worker / working_, items * (worker + 1) / working_, worker);
    ++calls;
  }
  int threads() const override { return threads_; }
  void set_threads(int) override {}
  bool runs_together() const override { return runs_together_; }
  int calls = 0;

 private:
  const int threads_, working_;
  const bool runs_together_;
};

// How large they are is the machine's: that they are there, once each, can be tested.
TEST(Rates, AreMeasuredOnceForEachLevelAndNumberOfThreads) {
  Workers pool(2, 2);
  const Machine& machine = ThisMachine();
  for (int threads : {1, 2}) {
    for (int64_t footprint : {int64_t{0}, machine.l2 / 4, machine.llc / 2, int64_t{1} << 40}) {
      const Bandwidth first = BandwidthOf(footprint, pool, threads, kMemory);
      EXPECT_GT(first.read, 1e6) << footprint;
      EXPECT_GT(first.write, 1e6) << footprint;
      EXPECT_EQ(BandwidthOf(footprint, pool, threads, kMemory).read, first.read);
    }
    const Throughput first = ThroughputOf(pool, threads);
    EXPECT_GT(first.add, 1e6);
    EXPECT_GT(first.divide_f32, 1e6);
    EXPECT_GT(first.divide_f64, 1e6);
    EXPECT_EQ(ThroughputOf(pool, threads).add, first.add);
  }
}

TEST(Rates, ThatHaveNoMemoryAreNotRemembered) {
  Workers pool(3, 3);
  EXPECT_EQ(BandwidthOf(int64_t{1} << 40, pool, 3, /*memory=*/1000).read, 0);
  EXPECT_GT(BandwidthOf(int64_t{1} << 40, pool, 3, kMemory).read, 0);
}

TEST(Rates, ThatOthersDisturbAreToldButNotRemembered) {
  Workers busy(5, 1), one_after_the_other(5, 5, /*runs_together=*/false);
  for (Workers* workers : {&busy, &one_after_the_other}) {
    EXPECT_GT(BandwidthOf(0, *workers, 5, kMemory).read, 0);
    EXPECT_GT(ThroughputOf(*workers, 5).add, 0);
    const int calls = workers->calls;
    EXPECT_GT(BandwidthOf(0, *workers, 5, kMemory).read, 0);
    EXPECT_GT(ThroughputOf(*workers, 5).add, 0);
    EXPECT_EQ(workers->calls, 2 * calls);
  }
}

}  // namespace
}  // namespace broadloom
