// Runs a kernel.
#ifndef BROADLOOM_RUNTIME_LAUNCH_H_
#define BROADLOOM_RUNTIME_LAUNCH_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "runtime/float_environment.h"
#include "runtime/image_loader.h"
#include "runtime/kernel.h"
#include "runtime/thread_pool.h"

namespace broadloom {

// Runs the phases in order, phase i over [0, items[i]) in chunks of grains[i] items. Each call gets
// `scratch_bytes` that its thread keeps for the next launch, and runs in the default floating-point
// mode whatever the host's is; the flags that it raises are added to `raised`.
//
// Cancelled once `*args.cancelled` is non-zero: outputs are then partly written. ResourceExhausted
// where there is no memory for scratch; InvalidArgument if items and grains do not match the
// phases.
absl::Status Launch(const LoadedKernel& kernel, absl::Span<const int64_t> items,
                    absl::Span<const int64_t> grains, const Args& args, int64_t scratch_bytes,
                    Executor& executor, FloatFlags* raised = nullptr);

}  // namespace broadloom

#endif  // BROADLOOM_RUNTIME_LAUNCH_H_
