// The loops of `apply_at` for operations that are asked for with many indices: one element after
// another, so that what is picked twice changes twice. Internal to frontend/accumulate*.cc.
#ifndef BROADLOOM_FRONTEND_ACCUMULATE_LOOPS_H_
#define BROADLOOM_FRONTEND_ACCUMULATE_LOOPS_H_

#include <cstdint>
#include <vector>

#include "ir/dtype.h"
#include "ir/op.h"

namespace broadloom {

// Place p is at to + (p < 0 ? p + extent : p) * stride, and there are elements at each of `rows`
// bytes from there, `inner` of them.
struct Targets {
  char* to = nullptr;
  const int64_t* places = nullptr;
  int64_t count = 0, extent = 0, stride = 1;
  std::vector<int64_t> rows = {0};
  int64_t inner = 1, inner_stride = 0;
};

// One after another for all elements, or one for all.
struct Values {
  const char* data = nullptr;
  bool is_one = false;
};

using AccumulateLoop = void (*)(const Targets& targets, const Values& values);

// Over elements of `dtype` and values of `values`, in the arithmetic of `values`; null where there
// is none.
AccumulateLoop LoopOf(Op op, DType dtype, DType values);

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_ACCUMULATE_LOOPS_H_
