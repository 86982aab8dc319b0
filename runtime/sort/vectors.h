// What vector instructions do for sorting, by Google Highway: the best set that this CPU has.
#ifndef BROADLOOM_RUNTIME_SORT_VECTORS_H_
#define BROADLOOM_RUNTIME_SORT_VECTORS_H_

#include <cstdint>

namespace broadloom::sorting {

// In place, by vqsort (J. Wassenberg et al., Vectorized and performance-portable Quicksort, 2022).
void SortVector(uint16_t* keys, int64_t count);
void SortVector(uint32_t* keys, int64_t count);
void SortVector(uint64_t* keys, int64_t count);

int64_t CountBelow(const uint32_t* keys, int64_t count, uint32_t limit);
int64_t CountBelow(const uint64_t* keys, int64_t count, uint64_t limit);

// Copies the keys in [low, high] in the order they have and returns how many there are. May write
// kSlack keys more.
inline constexpr int64_t kSlack = 16;
int64_t Select(const uint32_t* keys, int64_t count, uint32_t low, uint32_t high, uint32_t* to);
int64_t Select(const uint64_t* keys, int64_t count, uint64_t low, uint64_t high, uint64_t* to);

}  // namespace broadloom::sorting

#endif  // BROADLOOM_RUNTIME_SORT_VECTORS_H_
