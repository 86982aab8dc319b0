// The hand-written loops of all *_baseline.cc, by the formulas of tests/bench/workloads.
#ifndef BROADLOOM_TESTS_BENCH_HAND_LOOPS_H_
#define BROADLOOM_TESTS_BENCH_HAND_LOOPS_H_

#include <cstdint>
#include <vector>

namespace broadloom::hand {

// In C order.
struct Tensor {
  void* data;
  std::vector<int64_t> shape;
};
using Tensors = std::vector<Tensor>;
using Loop = void (*)(const Tensors& in, const Tensors& out);

struct NamedLoop {
  const char* formula;
  const char* dtype;  // of the first input, as NumPy names it
  Loop loop;
};

std::vector<NamedLoop> ElementwiseLoops();
std::vector<NamedLoop> ChainLoops();
std::vector<NamedLoop> FunctionLoops();
std::vector<NamedLoop> ImageLoops();
std::vector<NamedLoop> BroadcastLoops();

std::vector<NamedLoop> RowLoops();
std::vector<NamedLoop> SoftmaxLoops();
std::vector<NamedLoop> ColumnLoops();
std::vector<NamedLoop> ReductionLoops();
std::vector<NamedLoop> AxisLoops();

std::vector<NamedLoop> InteractionLoops();
std::vector<NamedLoop> DistanceLoops();

std::vector<NamedLoop> StencilLoops();
std::vector<NamedLoop> TransposeLoops();
std::vector<NamedLoop> GatherLoops();
std::vector<NamedLoop> CumulativeLoops();

std::vector<NamedLoop> ProductLoops();
std::vector<NamedLoop> SmallProductLoops();

void SetThreads(int threads);

}  // namespace broadloom::hand

#endif  // BROADLOOM_TESTS_BENCH_HAND_LOOPS_H_
