// Many elements to keys and back, by vector instructions.
#ifndef BROADLOOM_RUNTIME_SORT_KEY_LOOPS_H_
#define BROADLOOM_RUNTIME_SORT_KEY_LOOPS_H_

#include <cstdint>

#include "runtime/sort.h"

namespace broadloom::sorting {

// Keys as wide as the elements, all their bits inverted where `flip`. Says whether some element is
// not `FromKeys`'s.
bool ToKeys(Element element, const void* from, int64_t count, bool flip, void* keys);
void FromKeys(Element element, void* keys, int64_t count, bool flip);

// The same keys in 64 bits.
void ToWideKeys(Element element, const void* from, int64_t count, bool flip, uint64_t* keys);

}  // namespace broadloom::sorting

#endif  // BROADLOOM_RUNTIME_SORT_KEY_LOOPS_H_
