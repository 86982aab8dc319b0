#include "runtime/rates.h"

#include "gtest/gtest.h"
#include "runtime/machine.h"

namespace broadloom {
namespace {

// How large they are is the machine's: that they are there, once each, can be tested.
TEST(Rates, AreMeasuredOnceForEachLevelAndNumberOfThreads) {
  ThreadPool pool(2);
  const Machine& machine = ThisMachine();
  for (int threads : {1, 2}) {
    for (int64_t footprint : {int64_t{0}, machine.l2 / 4, machine.llc / 2, int64_t{1} << 40}) {
      const Bandwidth first = BandwidthOf(footprint, pool, threads);
      EXPECT_GT(first.read, 1e6) << footprint;
      EXPECT_GT(first.write, 1e6) << footprint;
      EXPECT_EQ(BandwidthOf(footprint, pool, threads).read, first.read);
    }
    const Throughput first = ThroughputOf(pool, threads);
    EXPECT_GT(first.add, first.divide_f32);
    EXPECT_GT(first.divide_f32, 1e6);
    EXPECT_GT(first.divide_f64, 1e6);
    EXPECT_EQ(ThroughputOf(pool, threads).add, first.add);
  }
}

}  // namespace
}  // namespace broadloom
