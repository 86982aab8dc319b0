// Lines of keys put in order, on several threads.
#ifndef BROADLOOM_RUNTIME_SORT_KEY_LINE_H_
#define BROADLOOM_RUNTIME_SORT_KEY_LINE_H_

#include <cstdint>

#include "absl/functional/function_ref.h"
#include "runtime/sort.h"
#include "runtime/sort/vectors.h"

namespace broadloom::sorting {

// Where keys come from, and what is done with them. Both functions are called on several threads
// at once.
template <typename Key>
struct KeyLine {
  int64_t count;
  // Writes the keys of places [begin, begin + count). Called twice for some.
  absl::FunctionRef<void(int64_t begin, int64_t count, Key* to)> load;
  // Called once for each part of the result, which is in order within itself where `sorted`.
  absl::FunctionRef<void(Key* keys, int64_t count, bool sorted)> finish;
  // Keys that are equal in these bits come into the same part.
  Key unity = static_cast<Key>(~Key{0});
};

// Puts all keys of a long line into `to`, in order where `wanted` has them. Those of 32 and 64 bits
// take no other memory.
void SortKeys(const KeyLine<uint8_t>& line, uint8_t* to, absl::Span<const Places> wanted,
              Executor* executor);
void SortKeys(const KeyLine<uint16_t>& line, uint16_t* to, absl::Span<const Places> wanted,
              Executor* executor);
void SortKeys(const KeyLine<uint32_t>& line, uint32_t* to, absl::Span<const Places> wanted,
              Executor* executor);
void SortKeys(const KeyLine<uint64_t>& line, uint64_t* to, absl::Span<const Places> wanted,
              Executor* executor);

// In place, on this thread.
void SortShort(uint8_t* keys, int64_t count);
void SortShort(uint16_t* keys, int64_t count);
inline void SortShort(uint32_t* keys, int64_t count) { SortVector(keys, count); }
inline void SortShort(uint64_t* keys, int64_t count) { SortVector(keys, count); }

// On this thread where there is no executor.
inline void ForParts(Executor* executor, int64_t items, int64_t grain, Executor::Body body) {
  if (items <= 0) return;
  if (executor == nullptr) return body(0, items, 0);
  executor->ParallelFor(items, grain, body);
}

}  // namespace broadloom::sorting

#endif  // BROADLOOM_RUNTIME_SORT_KEY_LINE_H_
