// The free lists behind the allocator. Small blocks come from malloc, large ones from mmap, asked
// to be huge pages: a recycled 160 MB output costs a tenth of a fresh one. Never throws and never
// aborts: what the system refuses is a block without data.
//
// Cached blocks stay below the limit: the oldest large ones make room for a new one; a small one
// that finds no room goes.
#include "runtime/heap.h"

#include <immintrin.h>
#include <sys/mman.h>

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <new>
#include <utility>

#include "runtime/available_memory.h"

namespace broadloom {
namespace {

constexpr int64_t kUnit = Heap::kAlignment;        // granularity of small blocks, too
constexpr int64_t kLargeUnit = int64_t{64} << 10;  // granularity of large ones
constexpr int64_t kMaxBytes = int64_t{1} << 62;
constexpr size_t kMaxLargeCached = 128;  // bounds the search
constexpr int kLockAttempts = 64;

int64_t RoundUp(int64_t bytes, int64_t unit) { return (bytes + unit - 1) / unit * unit; }

struct SizeClass {
  int index;
  int64_t capacity;
};

// 64, 128, 192, 256, then 5/8, 6/8, 7/8 and 8/8 of each power of two.
SizeClass SizeClassOf(int64_t bytes) {
  const uint64_t last = static_cast<uint64_t>(std::max<int64_t>(bytes, 1) - 1) / kUnit;
  const int shift = std::max<int>(std::bit_width(last) - 3, 0);
  const int64_t eighths = static_cast<int64_t>(last >> shift) + 1;
  return {static_cast<int>(int64_t{4} * shift + eighths - 1), (eighths << shift) * kUnit};
}

char* MapAligned(int64_t bytes, int64_t alignment) {
  void* map =
      mmap(nullptr, bytes + alignment, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (map == MAP_FAILED) return nullptr;
  char* begin = static_cast<char*>(map);
  const int64_t address = reinterpret_cast<int64_t>(map);
  char* data = begin + (RoundUp(address, alignment) - address);
  if (data != begin) munmap(begin, data - begin);
  munmap(data + bytes, begin + alignment - data);
  madvise(data, bytes, MADV_HUGEPAGE);  // a wish
  return data;
}

}  // namespace

bool BriefLock::TryLock() {
  for (int i = 0; i < kLockAttempts; ++i) {
    if (!held_.test(std::memory_order_relaxed) && !held_.test_and_set(std::memory_order_acquire))
      return true;
    _mm_pause();
  }
  return false;
}

Heap::Heap(int64_t cache_limit, MemorySource source) : cache_limit_(cache_limit), source_(source) {
  large_.reserve(kMaxLargeCached);
}

int64_t Heap::Capacity(int64_t bytes) {
  if (bytes < 0 || bytes > kMaxBytes) return 0;
  const int64_t capacity = bytes < kLarge ? SizeClassOf(bytes).capacity : bytes;
  return capacity < kLarge ? capacity : RoundUp(std::max(bytes, kLarge), kLargeUnit);
}

Block Heap::Take(int64_t bytes) {
  const int64_t capacity = Capacity(bytes);
  if (capacity == 0) return {};
  Block block = capacity < kLarge ? TakeSmall(capacity) : TakeLarge(capacity);
  if (block.data != nullptr) {
    cached_.fetch_sub(block.capacity, std::memory_order_relaxed);
  } else {
    if (capacity >= kLarge && capacity > AvailableMemory())
      Trim();  // the system overcommits; we do not
    block = FromSource(capacity);
  }
  if (block.data == nullptr && cached_.load(std::memory_order_relaxed) > 0) {
    Trim();
    block = FromSource(capacity);
  }
  if (block.data != nullptr) CountLive(block.capacity);
  return block;
}

void Heap::Give(Block block) {
  live_.fetch_sub(block.capacity, std::memory_order_relaxed);
  if (!(block.capacity < kLarge ? KeepSmall(block) : KeepLarge(block))) ToSource(block);
}

void Heap::Trim() {
  for (int i = 0; i < kClasses; ++i) TrimSmall(i);
  TrimLarge();
}

MemoryInfo Heap::info() const {
  return {live_.load(), peak_.load(), cached_.load(), allocations_.load()};
}

Block Heap::FromSource(int64_t capacity) const {
  if (source_.allocate != nullptr)
    return {static_cast<char*>(source_.allocate(source_.user, capacity, kUnit)), capacity};
  char* data = capacity < kLarge ? static_cast<char*>(std::aligned_alloc(kUnit, capacity))
                                 : MapAligned(capacity, kLarge);
  return {data, capacity};
}

void Heap::ToSource(Block block) const {
  if (source_.release != nullptr)
    return source_.release(source_.user, block.data, block.capacity, kUnit);
  if (block.capacity < kLarge) return std::free(block.data);
  munmap(block.data, block.capacity);
}

Block Heap::TakeSmall(int64_t capacity) {
  FreeList& list = small_[SizeClassOf(capacity).index];
  if (!list.lock.TryLock()) return {};
  FreeBlock* block = list.first;
  if (block != nullptr) list.first = block->next;
  list.lock.Unlock();
  return {reinterpret_cast<char*>(block), capacity};
}

// The tightest fit; among equals the one used last, whose pages are the warmest.
Block Heap::TakeLarge(int64_t capacity) {
  if (!large_lock_.TryLock()) return {};
  auto best = large_.end();
  for (auto block = large_.begin(); block != large_.end(); ++block) {
    if (block->capacity < capacity || block->capacity - capacity > capacity / 4) continue;
    if (best == large_.end() || block->capacity <= best->capacity) best = block;
  }
  Block found;
  if (best != large_.end()) {
    found = *best;
    large_.erase(best);
  }
  large_lock_.Unlock();
  return found;
}

bool Heap::KeepSmall(Block block) {
  if (cached_.load(std::memory_order_relaxed) + block.capacity > cache_limit_) return false;
  FreeList& list = small_[SizeClassOf(block.capacity).index];
  if (!list.lock.TryLock()) return false;
  list.first = new (block.data) FreeBlock{list.first};
  cached_.fetch_add(block.capacity, std::memory_order_relaxed);
  list.lock.Unlock();
  return true;
}

bool Heap::KeepLarge(Block block) {
  if (block.capacity > cache_limit_) return false;
  for (Block old; (old = DropOldest(block.capacity)).data != nullptr;) ToSource(old);
  if (cached_.load(std::memory_order_relaxed) + block.capacity > cache_limit_) return false;
  if (!large_lock_.TryLock()) return false;
  const bool keep = large_.size() < kMaxLargeCached;
  if (keep) {
    large_.push_back(block);
    cached_.fetch_add(block.capacity, std::memory_order_relaxed);
  }
  large_lock_.Unlock();
  return keep;
}

// Takes the oldest large block off the list while the cache has no room for one more; unmapping it
// is left to the caller, outside the lock.
Block Heap::DropOldest(int64_t room_for) {
  if (!large_lock_.TryLock()) return {};
  Block oldest;
  const bool full = large_.size() == kMaxLargeCached || cached_.load() + room_for > cache_limit_;
  if (full && !large_.empty()) {
    oldest = large_.front();
    large_.erase(large_.begin());
    cached_.fetch_sub(oldest.capacity, std::memory_order_relaxed);
  }
  large_lock_.Unlock();
  return oldest;
}

void Heap::TrimSmall(int size_class) {
  FreeList& list = small_[size_class];
  if (!list.lock.TryLock()) return;
  FreeBlock* block = std::exchange(list.first, nullptr);
  list.lock.Unlock();
  const int shift = std::max(size_class / 4 - 1, 0);
  const int64_t capacity = (static_cast<int64_t>(size_class - 4 * shift + 1) << shift) * kUnit;
  while (block != nullptr) {
    FreeBlock* next = block->next;
    ToSource({reinterpret_cast<char*>(block), capacity});
    cached_.fetch_sub(capacity, std::memory_order_relaxed);
    block = next;
  }
}

void Heap::TrimLarge() {
  if (!large_lock_.TryLock()) return;
  std::vector<Block> blocks;
  blocks.reserve(kMaxLargeCached);
  blocks.swap(large_);
  large_lock_.Unlock();
  for (Block block : blocks) {
    ToSource(block);
    cached_.fetch_sub(block.capacity, std::memory_order_relaxed);
  }
}

void Heap::CountLive(int64_t bytes) {
  allocations_.fetch_add(1, std::memory_order_relaxed);
  const int64_t live = live_.fetch_add(bytes, std::memory_order_relaxed) + bytes;
  int64_t peak = peak_.load(std::memory_order_relaxed);
  while (live > peak && !peak_.compare_exchange_weak(peak, live, std::memory_order_relaxed)) {
  }
}

}  // namespace broadloom
