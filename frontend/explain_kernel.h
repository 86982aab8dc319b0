// What `explain` says of a kernel.
#ifndef BROADLOOM_FRONTEND_EXPLAIN_KERNEL_H_
#define BROADLOOM_FRONTEND_EXPLAIN_KERNEL_H_

#include <string>

#include "frontend/buffer_assignment.h"
#include "frontend/plan.h"

namespace broadloom {

// Its operations and bytes, how it is computed, and how long that takes at least on this machine:
// some lines. Measures the machine where that has not been done (runtime/rates.h).
std::string ExplainKernel(Context& context, const Plan& plan, const Numbers& numbers,
                          const BufferAssignment& assignment, NodeId id);

// The same for programs.
struct KernelFacts {
  std::string domain;             // "rows over [4,8]"
  std::string operations;         // "add multiply sum"
  int64_t read = 0, written = 0;  // bytes
};
KernelFacts FactsOfKernel(Context& context, const Plan& plan, const Numbers& numbers,
                          const BufferAssignment& assignment, NodeId id);
// What it takes at least on this machine; 0 where that cannot be told.
double LeastSecondsOfKernel(Context& context, const Plan& plan, const Numbers& numbers,
                            const BufferAssignment& assignment, NodeId id);

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_EXPLAIN_KERNEL_H_
