// A bounded map from text to something dear to compute: kernels, plans.
#ifndef BROADLOOM_RUNTIME_CACHE_H_
#define BROADLOOM_RUNTIME_CACHE_H_

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/node_hash_map.h"
#include "absl/strings/string_view.h"
#include "runtime/fingerprint.h"

namespace broadloom {

struct CacheStats {
  int64_t hits = 0;
  int64_t misses = 0;
  int64_t entries = 0;
};

// Thread-safe. `V` is cheap to copy, such as a shared_ptr. Keys are found by fingerprint and
// compared in full, so a collision costs a comparison and never yields the wrong value. Each shard
// drops its least recently used entry when full.
template <class V>
class Cache {
 public:
  explicit Cache(int64_t capacity, int shards = 16)
      : shard_capacity_(std::max<int64_t>(1, capacity / std::max(shards, 1))),
        shards_(std::max(shards, 1)) {}

  std::optional<V> Find(absl::string_view key) {
    const Probe probe{FingerprintOf(key), key};
    Shard& shard = ShardOf(probe);
    const std::shared_lock lock(shard.mutex);
    const auto found = shard.entries.find(probe);
    const bool hit = found != shard.entries.end();
    (hit ? shard.hits : shard.misses).fetch_add(1, std::memory_order_relaxed);
    if (!hit) return std::nullopt;
    found->second.Touch(shard.clock);
    return found->second.value;
  }

  // Publishes `value` unless somebody was faster; returns what is published.
  V Insert(absl::string_view key, V value) {
    const Probe probe{FingerprintOf(key), key};
    Shard& shard = ShardOf(probe);
    std::optional<V> evicted;  // outlives the lock: its destructor may take long
    const std::lock_guard lock(shard.mutex);
    if (const auto found = shard.entries.find(probe); found != shard.entries.end()) {
      return found->second.value;
    }
    if (static_cast<int64_t>(shard.entries.size()) >= shard_capacity_) evicted = Evict(shard);
    shard.entries.try_emplace(Key{probe.fingerprint, std::string(key)}, value, shard.clock++);
    return value;
  }

  // Drops the entries, not the counts.
  void Clear() {
    for (Shard& shard : shards_) {
      Entries dropped;
      const std::lock_guard lock(shard.mutex);
      dropped.swap(shard.entries);
    }
  }

  CacheStats stats() const {
    CacheStats sum;
    for (const Shard& shard : shards_) {
      const std::shared_lock lock(shard.mutex);
      sum.hits += shard.hits.load(std::memory_order_relaxed);
      sum.misses += shard.misses.load(std::memory_order_relaxed);
      sum.entries += shard.entries.size();
    }
    return sum;
  }

 private:
  template <class Text>
  struct BasicKey {
    Fingerprint fingerprint;
    Text text;
  };
  using Key = BasicKey<std::string>;
  using Probe = BasicKey<absl::string_view>;
  struct Hash {
    using is_transparent = void;
    template <class Text>
    size_t operator()(const BasicKey<Text>& key) const {
      return key.fingerprint.lo;
    }
  };
  struct Equal {
    using is_transparent = void;
    template <class A, class B>
    bool operator()(const BasicKey<A>& a, const BasicKey<B>& b) const {
      return a.fingerprint == b.fingerprint && a.text == b.text;
    }
  };
  struct Entry {
    Entry(V value, int64_t now) : value(std::move(value)), last_used(now) {}
    // Time moves with insertions only, so that a hot entry is not written to by every reader.
    void Touch(int64_t now) {
      if (last_used.load(std::memory_order_relaxed) != now)
        last_used.store(now, std::memory_order_relaxed);
    }
    const V value;
    std::atomic<int64_t> last_used;
  };
  using Entries = absl::node_hash_map<Key, Entry, Hash, Equal>;
  struct alignas(64) Shard {
    mutable std::shared_mutex mutex;  // guards what follows; absl::Mutex is opaque to tsan
    Entries entries;
    int64_t clock = 0;
    std::atomic<int64_t> hits{0}, misses{0};
  };

  Shard& ShardOf(const Probe& probe) { return shards_[probe.fingerprint.hi % shards_.size()]; }

  // A walk over one shard is nothing beside the compilation that led here.
  static V Evict(Shard& shard) {
    auto oldest = shard.entries.begin();
    for (auto entry = oldest; entry != shard.entries.end(); ++entry) {
      if (entry->second.last_used.load() < oldest->second.last_used.load()) oldest = entry;
    }
    V value = oldest->second.value;
    shard.entries.erase(oldest);
    return value;
  }

  const int64_t shard_capacity_;
  std::vector<Shard> shards_;
};

}  // namespace broadloom

#endif  // BROADLOOM_RUNTIME_CACHE_H_
