// What arrays share: options, memory, threads, plans, kernels, counters.
#ifndef BROADLOOM_FRONTEND_CONTEXT_H_
#define BROADLOOM_FRONTEND_CONTEXT_H_

#include <atomic>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <vector>

#include "absl/status/statusor.h"
#include "codegen/compile.h"
#include "frontend/array.h"
#include "frontend/pending_reductions.h"
#include "passes/pass.h"
#include "runtime/allocator.h"
#include "runtime/budget.h"
#include "runtime/cache.h"
#include "runtime/image_loader.h"
#include "runtime/thread_pool.h"

namespace broadloom {

struct Plan;    // frontend/plan.h
class Storage;  // frontend/storage.h

// Memory that is lent at present, by its first byte, so that all arrays in it share one storage.
struct LentMemory {
  std::mutex mutex;
  struct Entry {
    std::weak_ptr<Buffer> buffer;  // expressions may hold it when no array does
    std::weak_ptr<Storage> storage;
  };
  std::map<const char*, Entry> entries;
};

// Thread-safe. Outlives its arrays.
class Context {
 public:
  explicit Context(const Options& options);
  ~Context();
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  const Options options;
  Allocator allocator;
  const std::shared_ptr<Budget> budget;
  const std::unique_ptr<Executor> executor;
  Executor& pool = *executor;
  Cache<std::shared_ptr<const Plan>> plans;
  Cache<std::shared_ptr<const LoadedKernel>> kernels;
  std::atomic<int64_t> compiles{0}, kernel_bytes{0};
  std::atomic<bool> warns_of_precision{false};

  // Held for reading while a pending region is walked, for writing while results are published:
  // both take microseconds.
  // (Locks here are the standard library's: ThreadSanitizer knows them, and not those of Debian's
  // abseil.)
  std::shared_mutex publication;
  std::condition_variable_any released;  // with it: some expressions are claimed no more

  LentMemory lent;
  PendingReductions reductions;

  const absl::StatusOr<Target>& target();  // asked once
  MachineModel machine();

  BroadcastWarnings warnings() const;
  void set_warnings(const BroadcastWarnings& warnings);

  // An evaluation in progress; what `cancelled` points to is non-zero once it must stop.
  class Running {
   public:
    explicit Running(Context& context);
    ~Running();
    const int32_t* cancelled() const { return &cancelled_; }

   private:
    Context& context_;
    int32_t cancelled_ = 0;  // through __atomic builtins: kernels read it as a plain number
  };
  void Cancel();  // all that run now, none that begin later

 private:
  std::mutex running_mutex_;
  std::vector<int32_t*> running_;  // their flags
  mutable std::mutex warnings_mutex_;
  BroadcastWarnings warnings_;
};

Context& OrDefault(Context* context);

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_CONTEXT_H_
