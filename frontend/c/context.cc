// Contexts: options, memory, threads, caches.
#include "frontend/context.h"

#include "frontend/c/handles.h"

namespace broadloom::c {
namespace {

// In C 0 stands for what the machine has, in C++ -1.
int64_t BudgetOf(int64_t bytes) { return bytes == 0 ? -1 : bytes; }

bool Flag(int32_t flag, const char* name) {
  if (flag != 0 && flag != 1)
    throw Failure(BL_INVALID_ARGUMENT, absl::StrCat(name, " is ", flag, ", neither 0 nor 1"));
  return flag == 1;
}

AllocatorHooks AllocatorOf(const bl_allocator& hooks) {
  const bl_allocator given = ReadStruct(&hooks, "allocator");
  NotNull(given.allocate, "allocator.allocate");
  NotNull(given.release, "allocator.release");
  return {given.allocate, given.release, given.user_data};
}

PoolHooks PoolOf(const bl_thread_pool& hooks) {
  const bl_thread_pool given = ReadStruct(&hooks, "thread_pool");
  NotNull(given.run, "thread_pool.run");
  return {given.run, given.threads, given.user_data};
}

Options OptionsOf(const bl_options& given) {
  Options options;
  options.threads = given.threads;
  options.memory_budget = BudgetOf(given.memory_budget);
  options.fast = Flag(given.fast, "fast");
  options.interpret = Flag(given.interpret, "interpret");
  options.debug = given.debug;
  options.vector_bytes = given.vector_bytes;
  if (given.dump_dir != nullptr) options.dump_dir = given.dump_dir;
  if (given.allocator != nullptr) options.allocator = AllocatorOf(*given.allocator);
  if (given.thread_pool != nullptr) options.pool = PoolOf(*given.thread_pool);
  return options;
}

BroadcastWarnings::Action ActionOf(bl_action action) {
  switch (action) {
    case BL_IGNORE: return BroadcastWarnings::Action::ignore;
    case BL_WARN: return BroadcastWarnings::Action::warn;
    case BL_RAISE: return BroadcastWarnings::Action::raise;
    default: throw Failure(BL_INVALID_ARGUMENT, absl::StrCat("there is no action ", action));
  }
}

bl_context* Handle(std::shared_ptr<Context> context) { return new bl_context(std::move(context)); }

}  // namespace
}  // namespace broadloom::c

using namespace broadloom;     // NOLINT: what follows is C
using namespace broadloom::c;  // NOLINT

bl_error* bl_context_new(const bl_options* options, bl_context** context) {
  return Guarded([&] {
    bl_context*& result = NotNull(context, "context");
    const bl_options given = options == nullptr ? bl_options{} : ReadStruct(options, "options");
    result = Handle(make_context(OptionsOf(given)));
  });
}

bl_error* bl_context_default(bl_context** context) {
  return Guarded([&] {
    bl_context*& result = NotNull(context, "context");
    result = Handle({&default_context(), [](Context*) {}});  // lives as long as the process
  });
}

bl_context* bl_context_retain(bl_context* context) { return Retain(context); }
void bl_context_release(bl_context* context) { Release(context); }

bl_error* bl_context_cancel(bl_context* context) {
  return Guarded([&] { ContextOf(context)->Cancel(); });
}

bl_error* bl_threads_set(bl_context* context, int32_t threads) {
  return Guarded([&] { set_num_threads(threads, ContextOf(context).get()); });
}

bl_error* bl_threads_get(const bl_context* context, int32_t* threads) {
  return Guarded([&] {
    int32_t& result = NotNull(threads, "threads");
    result = num_threads(ContextOf(context).get());
  });
}

bl_error* bl_memory_budget_set(bl_context* context, int64_t bytes) {
  return Guarded([&] {
    if (bytes < 0) throw Failure(BL_INVALID_ARGUMENT, "a memory budget below 0");
    set_memory_budget(BudgetOf(bytes), ContextOf(context).get());
  });
}

bl_error* bl_memory_budget_get(const bl_context* context, int64_t* bytes) {
  return Guarded([&] {
    int64_t& result = NotNull(bytes, "bytes");
    result = std::max<int64_t>(memory_budget(ContextOf(context).get()), 0);
  });
}

bl_error* bl_memory_info_get(const bl_context* context, bl_memory_info* info) {
  return Guarded([&] {
    const MemoryUse use = memory_info(ContextOf(context).get());
    WriteStruct({.struct_size = 0, .live = use.live, .peak = use.peak, .cached = use.cached}, info,
                "info");
  });
}

bl_error* bl_memory_peak_reset(bl_context* context) {
  return Guarded([&] { reset_peak(ContextOf(context).get()); });
}

bl_error* bl_cache_info_get(const bl_context* context, bl_cache_info* info) {
  return Guarded([&] {
    const CacheInfo cache = cache_info(ContextOf(context).get());
    WriteStruct({.struct_size = 0,
                 .compiles = cache.compiles,
                 .hits = cache.hits,
                 .disk_hits = cache.disk_hits,
                 .kernels = cache.kernels,
                 .bytes = cache.bytes},
                info, "info");
  });
}

bl_error* bl_cache_clear(bl_context* context) {
  return Guarded([&] { cache_clear(ContextOf(context).get()); });
}

bl_error* bl_broadcast_warnings_set(bl_context* context, const bl_broadcast_warnings* warnings) {
  return Guarded([&] {
    const bl_broadcast_warnings given = ReadStruct(warnings, "warnings");
    BroadcastWarnings settings;
    settings.action = ActionOf(given.action);
    if (given.times != 0) settings.times = given.times;
    if (given.bytes != 0) settings.bytes = given.bytes;
    set_broadcast_warnings(settings, ContextOf(context).get());
  });
}

bl_error* bl_precision_warnings_set(bl_context* context, int32_t on) {
  return Guarded([&] { set_precision_warnings(Flag(on, "on"), ContextOf(context).get()); });
}

bl_error* bl_broadcast_warnings_get(const bl_context* context, bl_broadcast_warnings* warnings) {
  return Guarded([&] {
    const BroadcastWarnings settings = broadcast_warnings(ContextOf(context).get());
    WriteStruct({.struct_size = 0,
                 .action = static_cast<bl_action>(settings.action),
                 .times = settings.times,
                 .bytes = settings.bytes},
                warnings, "warnings");
  });
}
