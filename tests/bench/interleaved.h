// Google Benchmark with interleaved rounds, so that all that is compared meets the same noise.
#ifndef BROADLOOM_TESTS_BENCH_INTERLEAVED_H_
#define BROADLOOM_TESTS_BENCH_INTERLEAVED_H_

#include <benchmark/benchmark.h>

#include <vector>

namespace broadloom {

// Initialises it; what it does not know stays, behind the program's name. The rounds and the least
// time of one are options as on the command line, which wins.
inline std::vector<char*> InitializeInterleaved(int argc, char** argv, char* rounds, char* least) {
  static char interleave[] = "--benchmark_enable_random_interleaving=true";
  std::vector<char*> arguments(argv, argv + argc);
  arguments.insert(arguments.begin() + 1, {interleave, rounds, least});
  int count = static_cast<int>(arguments.size());
  benchmark::Initialize(&count, arguments.data());
  arguments.resize(count);
  return arguments;
}

}  // namespace broadloom

#endif  // BROADLOOM_TESTS_BENCH_INTERLEAVED_H_
