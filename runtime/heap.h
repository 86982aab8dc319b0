// Blocks of memory, counted and recycled. Internal to the allocator.
#ifndef BROADLOOM_RUNTIME_HEAP_H_
#define BROADLOOM_RUNTIME_HEAP_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace broadloom {

struct MemoryInfo {
  int64_t live = 0;         // bytes of blocks in use
  int64_t peak = 0;         // the most that `live` has been
  int64_t cached = 0;       // bytes kept for re-use
  int64_t allocations = 0;  // blocks ever handed out
};

// Aligned to 64 bytes; from malloc and mmap to 2 MiB when at least that large.
struct Block {
  char* data = nullptr;
  int64_t capacity = 0;  // bytes; what is counted
};

// Where blocks come from and go to; null: malloc and mmap. `allocate` may return null.
struct MemorySource {
  void* (*allocate)(void* user, size_t bytes, size_t alignment) = nullptr;
  void (*release)(void* user, void* memory, size_t bytes, size_t alignment) = nullptr;
  void* user = nullptr;
};

// Guards a free list for some nanoseconds. Waiting is bounded: who does not get it goes to the
// system instead, so that a preempted owner costs little and a child forked meanwhile cannot hang.
class BriefLock {
 public:
  bool TryLock();
  void Unlock() { held_.clear(std::memory_order_release); }

 private:
  std::atomic_flag held_;
};

// Thread-safe. Blocks below 2 MiB come in size classes, four to a doubling, with a free list each;
// larger ones are mapped to measure and re-used for requests down to four fifths of their size.
class Heap {
 public:
  static constexpr int64_t kLarge = int64_t{2} << 20;
  static constexpr int64_t kAlignment = 64;

  explicit Heap(int64_t cache_limit, MemorySource source = {});
  ~Heap() { Trim(); }
  Heap(const Heap&) = delete;
  Heap& operator=(const Heap&) = delete;

  Block Take(int64_t bytes);  // no data: the source refused
  void Give(Block block);
  void Trim();  // returns all cached blocks to the source
  MemoryInfo info() const;
  const char* source_name() const {
    return source_.allocate ? "the host's allocator" : "the system";
  }
  void ResetPeak() { peak_ = live_.load(); }

  // Bytes a fresh block for `bytes` has; 0 where no block can be that large. At most 64 bytes or a
  // quarter more.
  static int64_t Capacity(int64_t bytes);

 private:
  static constexpr int kClasses = 55;
  struct FreeBlock {  // lies in the free block itself
    FreeBlock* next;
  };
  struct alignas(64) FreeList {
    BriefLock lock;
    FreeBlock* first = nullptr;
  };

  Block FromSource(int64_t capacity) const;
  void ToSource(Block block) const;
  Block TakeSmall(int64_t capacity);
  Block TakeLarge(int64_t capacity);
  bool KeepSmall(Block block);
  bool KeepLarge(Block block);
  Block DropOldest(int64_t room_for);
  void TrimSmall(int size_class);
  void TrimLarge();
  void CountLive(int64_t bytes);

  const int64_t cache_limit_;
  const MemorySource source_;
  std::atomic<int64_t> live_{0}, peak_{0}, cached_{0}, allocations_{0};
  std::array<FreeList, kClasses> small_;
  BriefLock large_lock_;
  std::vector<Block> large_;  // oldest first
};

}  // namespace broadloom

#endif  // BROADLOOM_RUNTIME_HEAP_H_
