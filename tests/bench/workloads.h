// The formulas of tests/bench/workloads in broadloom's C++ API.
#ifndef BROADLOOM_TESTS_BENCH_WORKLOADS_H_
#define BROADLOOM_TESTS_BENCH_WORKLOADS_H_

#include <vector>

#include "frontend/array.h"

namespace broadloom {

using Arrays = std::vector<Array>;

struct NamedFormula {
  const char* formula;
  Arrays (*compute)(const Arrays& in);
};
std::vector<NamedFormula> StreamFormulas();
std::vector<NamedFormula> RowFormulas();
std::vector<NamedFormula> PairFormulas();
std::vector<NamedFormula> ShapeFormulas();
std::vector<NamedFormula> ProductFormulas();

}  // namespace broadloom

#endif  // BROADLOOM_TESTS_BENCH_WORKLOADS_H_
