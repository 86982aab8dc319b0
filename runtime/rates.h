// How fast this machine moves bytes and computes: what explain's limits are made of.
#ifndef BROADLOOM_RUNTIME_RATES_H_
#define BROADLOOM_RUNTIME_RATES_H_

#include <cstdint>

#include "runtime/thread_pool.h"

namespace broadloom {

// Bytes per second, of all threads together. Zeros where nothing could be measured: the machine has
// no AVX2, or there is no memory for it.
struct Bandwidth {
  double read = 0;
  double write = 0;  // beside reading
};

// Bytes of results per second, of all threads together, of operations whose operands are in
// registers. Zeros as above.
struct Throughput {
  double add = 0;  // which others but these take as long as:
  double divide_f32 = 0, divide_f64 = 0;
};

// Of arrays that take `footprint` bytes together. Measured when a cache level or the memory is
// first asked about (milliseconds; memory some 50), for each number of threads; the best of a few
// rounds. `threads` is 1 or that of the executor. Takes at most `memory` bytes meanwhile. What is
// measured while others keep the threads busy is told, but not remembered.
Bandwidth BandwidthOf(int64_t footprint, Executor& executor, int threads, int64_t memory);
Throughput ThroughputOf(Executor& executor, int threads);

}  // namespace broadloom

#endif  // BROADLOOM_RUNTIME_RATES_H_
