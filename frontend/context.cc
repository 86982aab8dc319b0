// The context and the public functions that look at it.
#include "frontend/context.h"

#include <algorithm>

#include "frontend/host_pool.h"
#include "frontend/options.h"
#include "frontend/plan.h"
#include "frontend/unwrap.h"
#include "runtime/machine.h"

namespace broadloom {
namespace {

constexpr int64_t kMaxPlans = 4096, kMaxKernels = 4096;

int64_t LimitOf(int64_t bytes) { return bytes < 0 ? Budget::kUnlimited : bytes; }

int ThreadsOf(int threads, const PoolHooks& hooks) {
  if (hooks.parallel_for == nullptr) return threads > 0 ? threads : ThisMachine().cpus;
  return threads > 0 ? std::min(threads, hooks.threads) : hooks.threads;
}

std::unique_ptr<Executor> MakePool(const Options& options) {
  const PoolHooks& hooks = options.pool;
  const int threads = ThreadsOf(options.threads, hooks);
  if (hooks.parallel_for == nullptr) return std::make_unique<ThreadPool>(threads);
  auto pool = std::make_unique<HostPool>(hooks);
  pool->set_threads(threads);
  return pool;
}

Allocator MakeAllocator(const AllocatorHooks& hooks) {
  if (hooks.allocate == nullptr) return Allocator();
  return Allocator(MemorySource{hooks.allocate, hooks.release, hooks.user});
}

}  // namespace

Context::Context(const Options& o)
    : options(o),
      allocator(MakeAllocator(o.allocator)),
      budget(std::make_shared<Budget>(LimitOf(o.memory_budget), ProcessBudget())),
      executor(MakePool(o)),
      plans(kMaxPlans),
      kernels(kMaxKernels) {}

Context::~Context() = default;

const absl::StatusOr<Target>& Context::target() {
  static const auto* const host = new absl::StatusOr<Target>(HostTarget());
  return *host;
}

MachineModel Context::machine() {
  MachineModel model;
  if (options.vector_bytes != 0)
    model.vector_bytes = options.vector_bytes;
  else if (!options.interpret)
    model.vector_bytes = HostVectorBytes();
  model.permutes_bytes = model.vector_bytes == 64 && HostPermutesBytes();
  return model;
}

BroadcastWarnings Context::warnings() const {
  const std::lock_guard lock(warnings_mutex_);
  return warnings_;
}

void Context::set_warnings(const BroadcastWarnings& warnings) {
  const std::lock_guard lock(warnings_mutex_);
  warnings_ = warnings;
}

Context::Running::Running(Context& context) : context_(context) {
  const std::lock_guard lock(context.running_mutex_);
  context.running_.push_back(&cancelled_);
}

Context::Running::~Running() {
  const std::lock_guard lock(context_.running_mutex_);
  std::erase(context_.running_, &cancelled_);
}

void Context::Cancel() {
  const std::lock_guard lock(running_mutex_);
  for (int32_t* cancelled : running_) __atomic_store_n(cancelled, 1, __ATOMIC_RELAXED);
}

Context& OrDefault(Context* context) { return context != nullptr ? *context : default_context(); }

std::shared_ptr<Context> make_context(const Options& options) {
  Unwrap(CheckOptions(options));
  return std::make_shared<Context>(options);
}

Context& default_context() {
  static Context* const context =
      new Context(Unwrap(OptionsFromEnvironment()));  // leaked: arrays may die after main
  return *context;
}

MemoryUse memory_info(Context* context) {
  const MemoryInfo info = OrDefault(context).allocator.info();
  return {info.live, info.peak, info.cached};
}

void reset_peak(Context* context) { OrDefault(context).allocator.ResetPeak(); }

int64_t memory_budget(Context* context) {
  const int64_t limit = OrDefault(context).budget->limit();
  return limit == Budget::kUnlimited ? -1 : limit;
}

void set_memory_budget(int64_t bytes, Context* context) {
  if (bytes < -1)
    throw Error(ErrorCode::invalid_argument, "set_memory_budget: needs bytes, or -1 for no limit");
  OrDefault(context).budget->set_limit(LimitOf(bytes));
}

CacheInfo cache_info(Context* context) {
  Context& c = OrDefault(context);
  CacheInfo info;
  info.compiles = c.compiles.load();
  info.hits = c.plans.stats().hits;
  info.kernels = c.kernels.stats().entries;
  info.bytes = info.kernels == 0 ? 0 : c.kernel_bytes.load();
  return info;
}

void cache_clear(Context* context) {
  Context& c = OrDefault(context);
  c.plans.Clear();
  c.kernels.Clear();
  c.kernel_bytes = 0;
  c.allocator.Trim();
}

void set_num_threads(int threads, Context* context) {
  Unwrap(CheckOptions(Options{.threads = threads}));
  Context& c = OrDefault(context);
  c.pool.set_threads(ThreadsOf(threads, c.options.pool));
}

int num_threads(Context* context) { return OrDefault(context).pool.threads(); }
void cancel_evaluations(Context* context) { OrDefault(context).Cancel(); }

void set_precision_warnings(bool on, Context* context) {
  OrDefault(context).warns_of_precision = on;
}
void set_broadcast_warnings(const BroadcastWarnings& warnings, Context* context) {
  OrDefault(context).set_warnings(warnings);
}
BroadcastWarnings broadcast_warnings(Context* context) { return OrDefault(context).warnings(); }

}  // namespace broadloom
