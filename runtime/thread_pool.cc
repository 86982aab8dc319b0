// A fork-join pool for loops of microseconds to seconds. Idle workers spin for some 100 us, which
// makes a chain of short loops cheap, with what is done between them; then they sleep on a futex,
// which makes an idle process free. To wake up takes them about as long.
//
// One loop runs at a time. A worker joins an open job by counting itself in and leaves when the
// chunks are gone; the caller closes the job when it finds no more chunks itself and waits for
// those inside only: a worker that wakes up late finds a closed door and holds up nobody. No
// exceptions may leave a body.
#include "runtime/thread_pool.h"

#include <immintrin.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <vector>

#include "runtime/float_environment.h"
#include "runtime/parallel_loop.h"

namespace broadloom {
namespace {

constexpr std::chrono::microseconds kSpin(100);

template <class Condition>
void SpinWhile(Condition condition) {
  const auto deadline = std::chrono::steady_clock::now() + kSpin;
  while (condition()) {
    for (int i = 0; i < 16 && condition(); ++i) _mm_pause();
    if (std::chrono::steady_clock::now() > deadline) return;
  }
}

// Forks that led to this process.
uint32_t ForkGeneration() {
  static std::atomic<uint32_t> generation{0};
  [[maybe_unused]] static const int registered =
      pthread_atfork(nullptr, nullptr, [] { generation.fetch_add(1, std::memory_order_relaxed); });
  return generation.load(std::memory_order_relaxed);
}

}  // namespace

// The threads of one process and the one job that they may be at. All but the claim belongs to
// whoever holds the claim.
class ThreadPool::Crew {
 public:
  bool TryClaim() { return !claimed_.exchange(true, std::memory_order_acquire); }
  void Unclaim() { claimed_.store(false, std::memory_order_release); }

  void Run(ParallelLoop& job, int threads) {
    while (static_cast<int>(workers_.size()) < threads - 1 && StartWorker()) kept_off_ = kUnknown;
    KeepOffCaller();
    job_ = &job;
    door_.store(kOpen, std::memory_order_release);
    Wake(std::min<int64_t>(job.chunks() - 1, workers_.size()));
    job.Work(0);
    door_.fetch_and(~kOpen, std::memory_order_relaxed);
    AwaitEmpty();
  }

  void Stop() {
    stop_.store(true, std::memory_order_relaxed);
    Wake(workers_.size());
    for (pthread_t worker : workers_) pthread_join(worker, nullptr);
    workers_.clear();
    kept_off_ = kAnywhere;
    stop_.store(false, std::memory_order_relaxed);
  }

  // Workers that sleep find no job, and spin.
  void Prepare(int64_t helpers) { Wake(helpers); }

  const uint32_t fork_generation = ForkGeneration();

 private:
  static constexpr uint32_t kOpen = 1u << 31;
  static constexpr size_t kMostKept = 16;
  static constexpr int kAnywhere = -1, kUnknown = -2;
  struct Start {
    Crew* crew;
    int worker;
  };

  // False where the system has no more threads: the loop does with those there are.
  bool StartWorker() {
    auto start = std::make_unique<Start>(Start{this, static_cast<int>(workers_.size()) + 1});
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);  // signals are for the host's threads
    pthread_t thread;
    const bool started = pthread_create(&thread, nullptr, &Crew::WorkerMain, start.get()) == 0;
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    if (!started) return false;
    static_cast<void>(start.release());  // the worker's now
    pthread_setname_np(thread, "broadloom");
    workers_.push_back(thread);
    return true;
  }

  // A worker that wakes up on the caller's processor shares it for milliseconds before the system
  // finds another one for either. Beyond a few workers the system has no such choice.
  void KeepOffCaller() {
    const int processor = sched_getcpu();
    if (workers_.empty() || processor < 0 || processor == kept_off_) return;
    cpu_set_t others;
    if (sched_getaffinity(0, sizeof(others), &others) != 0) return;
    CPU_CLR(processor, &others);
    const auto room = static_cast<size_t>(CPU_COUNT(&others));
    if (workers_.size() > std::min(room, kMostKept)) return LetGo();
    Confine(others);
    kept_off_ = processor;
  }

  // Wherever the process may run: its main thread, that is.
  void LetGo() {
    if (kept_off_ == kAnywhere) return;
    cpu_set_t all;
    if (sched_getaffinity(getpid(), sizeof(all), &all) == 0) Confine(all);
    kept_off_ = kAnywhere;
  }

  void Confine(const cpu_set_t& processors) {
    for (pthread_t worker : workers_)
      pthread_setaffinity_np(worker, sizeof(processors), &processors);
  }

  static void* WorkerMain(void* argument) {
    const std::unique_ptr<Start> start(static_cast<Start*>(argument));
    start->crew->Serve(start->worker);
    return nullptr;
  }

  void Serve(int worker) {
    uint32_t seen = signal_.load(std::memory_order_acquire);
    while (!stop_.load(std::memory_order_relaxed)) {
      if (Enter()) {
        job_->Work(worker);
        Leave();
      }
      SpinWhile([&] { return signal_.load(std::memory_order_relaxed) == seen; });
      signal_.wait(seen, std::memory_order_relaxed);
      seen = signal_.load(std::memory_order_acquire);
    }
  }

  bool Enter() {
    uint32_t door = door_.load(std::memory_order_relaxed);
    while (door & kOpen) {
      if (door_.compare_exchange_weak(door, door + 1, std::memory_order_acquire)) return true;
    }
    return false;
  }

  void Leave() {
    if (door_.fetch_sub(1, std::memory_order_release) == 1) door_.notify_one();
  }

  void AwaitEmpty() {
    SpinWhile([&] { return door_.load(std::memory_order_acquire) != 0; });
    for (uint32_t door; (door = door_.load(std::memory_order_acquire)) != 0;) door_.wait(door);
  }

  void Wake(int64_t helpers) {
    signal_.fetch_add(1, std::memory_order_release);
    if (helpers >= static_cast<int64_t>(workers_.size())) return signal_.notify_all();
    for (int64_t i = 0; i < helpers; ++i) signal_.notify_one();
  }

  std::vector<pthread_t> workers_;
  int kept_off_ = kAnywhere;  // the processor that workers do not run on
  ParallelLoop* job_ = nullptr;
  std::atomic<bool> stop_{false};
  alignas(64) std::atomic<bool> claimed_{false};
  alignas(64) std::atomic<uint32_t> signal_{0};  // counts jobs; idle workers watch it
  alignas(64) std::atomic<uint32_t> door_{
      0};  // kOpen while workers may join, plus the number inside
};

ThreadPool::ThreadPool(int threads) : threads_(std::max(threads, 1)) {}

ThreadPool::~ThreadPool() {
  delete team_.load();
  Crew* crew = crew_.load();
  if (crew == nullptr || crew->fork_generation != ForkGeneration()) return;
  crew->Stop();
  delete crew;
}

// After a fork the old crew is a picture of threads that do not exist, perhaps in the middle of a
// job: it is left behind.
ThreadPool::Crew& ThreadPool::crew() {
  Crew* crew = crew_.load(std::memory_order_acquire);
  if (crew != nullptr && crew->fork_generation == ForkGeneration()) return *crew;
  auto fresh = std::make_unique<Crew>();
  if (!crew_.compare_exchange_strong(crew, fresh.get())) return *crew;
  return *fresh.release();
}

// Libraries of OpenMP do not start their threads anew after a fork.
const ThreadPool::Team* ThreadPool::team() const {
  const Team* const team = team_.load(std::memory_order_acquire);
  return team != nullptr && team->fork_generation == ForkGeneration() ? team : nullptr;
}

bool ThreadPool::Join(const OpenMp& threads) {
  if (team() == nullptr) team_.store(new Team{threads, ForkGeneration()});  // for good
  return true;
}

namespace {

struct TeamJob {
  ParallelLoop& loop;
  int (*thread_num)();
};

void WorkInTeam(void* data) {
  const auto& job = *static_cast<const TeamJob*>(data);
  const FloatEnvironment environment;  // whatever mode those threads have
  job.loop.Work(job.thread_num());
}

}  // namespace

void ThreadPool::ParallelFor(int64_t items, int64_t grain, Body body) {
  if (items <= 0) return;
  ParallelLoop job(items, grain, threads(), body);
  if (job.chunks() == 1 || threads() == 1) return job.Work(0);
  if (const Team* const team = this->team()) {
    TeamJob shared{job, team->threads.thread_num};
    const auto many = static_cast<unsigned>(std::min<int64_t>(job.chunks(), threads()));
    return team->threads.parallel(&WorkInTeam, &shared, many, 0);
  }
  Crew& crew = this->crew();
  if (!crew.TryClaim()) return job.Work(0);
  crew.Run(job, threads());
  crew.Unclaim();
}

void ThreadPool::Prepare(int64_t helpers) {
  Crew* const crew = crew_.load(std::memory_order_acquire);
  if (team() == nullptr && threads() > 1 && crew != nullptr &&
      crew->fork_generation == ForkGeneration())
    crew->Prepare(helpers);
}

void ThreadPool::set_threads(int threads) {
  Crew& crew = this->crew();
  while (!crew.TryClaim()) sched_yield();
  crew.Stop();
  threads_.store(std::max(threads, 1), std::memory_order_relaxed);
  crew.Unclaim();
}

}  // namespace broadloom
