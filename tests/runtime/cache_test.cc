#include "runtime/cache.h"

#include <memory>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace broadloom {
namespace {

using Value = std::shared_ptr<const int>;

Value Make(int number) { return std::make_shared<const int>(number); }

TEST(Cache, FindsWhatWasInserted) {
  Cache<Value> cache(100);
  EXPECT_EQ(cache.Find("a"), std::nullopt);
  const Value one = cache.Insert("a", Make(1));
  EXPECT_EQ(cache.Find("a"), one);
  EXPECT_EQ(cache.Find(""), std::nullopt);
  const CacheStats stats = cache.stats();
  EXPECT_EQ(stats.hits, 1);
  EXPECT_EQ(stats.misses, 2);
  EXPECT_EQ(stats.entries, 1);
}

TEST(Cache, TheFirstPublisherWins) {
  Cache<Value> cache(100);
  const Value first = cache.Insert("a", Make(1));
  EXPECT_EQ(cache.Insert("a", Make(2)), first);
  EXPECT_EQ(cache.Find("a"), first);
  EXPECT_EQ(cache.stats().entries, 1);
}

TEST(Cache, DropsTheLeastRecentlyUsed) {
  Cache<Value> cache(2, /*shards=*/1);
  cache.Insert("a", Make(1));
  cache.Insert("b", Make(2));
  cache.Find("a");
  cache.Insert("c", Make(3));
  EXPECT_NE(cache.Find("a"), std::nullopt);
  EXPECT_EQ(cache.Find("b"), std::nullopt);
  EXPECT_NE(cache.Find("c"), std::nullopt);
  EXPECT_EQ(cache.stats().entries, 2);
}

TEST(Cache, StaysBounded) {
  Cache<Value> cache(64, 4);
  for (int i = 0; i < 1000; ++i) cache.Insert(absl::StrCat(i), Make(i));
  EXPECT_LE(cache.stats().entries, 64);
  EXPECT_GE(cache.stats().entries, 32);
}

TEST(Cache, AnEvictedValueLivesWithItsUsers) {
  Cache<Value> cache(1, 1);
  const Value one = cache.Insert("a", Make(1));
  cache.Insert("b", Make(2));
  EXPECT_EQ(one.use_count(), 1);
  EXPECT_EQ(*one, 1);
}

TEST(Cache, ClearKeepsTheCounts) {
  Cache<Value> cache(10);
  cache.Insert("a", Make(1));
  cache.Find("a");
  cache.Clear();
  EXPECT_EQ(cache.Find("a"), std::nullopt);
  EXPECT_EQ(cache.stats().entries, 0);
  EXPECT_EQ(cache.stats().hits, 1);
}

TEST(Cache, ThreadsAgree) {
  Cache<Value> cache(1000);
  std::vector<std::vector<Value>> seen(4);
  std::vector<std::thread> threads;
  for (auto& values : seen) {
    threads.emplace_back([&cache, &values] {
      for (int i = 0; i < 200; ++i) {
        const std::string key = absl::StrCat(i);
        const auto found = cache.Find(key);
        values.push_back(found ? *found : cache.Insert(key, Make(i)));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const auto& values : seen) EXPECT_EQ(values, seen[0]);
  EXPECT_EQ(cache.stats().hits + cache.stats().misses, 800);
}

TEST(Fingerprint, IsStableAndSpread) {
  EXPECT_EQ(ToString(FingerprintOf("")),
            "99aa06d3014798d86001c324468d497f");  // XXH3's published value
  EXPECT_EQ(FingerprintOf("ab"), FingerprintOf(std::string("a") + "b"));
  EXPECT_NE(FingerprintOf("a"), FingerprintOf("b"));
  EXPECT_NE(FingerprintOf("a"), FingerprintOf(absl::string_view("a\0", 2)));
  EXPECT_EQ(ToString({1, 2}), "00000000000000010000000000000002");
}

}  // namespace
}  // namespace broadloom
