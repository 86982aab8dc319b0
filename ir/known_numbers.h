// Which floats of a body cannot be NaN: `maximum` and the like need not look for it.
#ifndef BROADLOOM_IR_KNOWN_NUMBERS_H_
#define BROADLOOM_IR_KNOWN_NUMBERS_H_

#include <cstdint>
#include <vector>

#include "ir/graph.h"

namespace broadloom {

enum class Known : uint8_t { kNothing, kNoNan, kFinite };

// By node. What operands are known to be they say themselves (`finite`).
std::vector<Known> KnownNumbers(const Graph& body);

}  // namespace broadloom

#endif  // BROADLOOM_IR_KNOWN_NUMBERS_H_
