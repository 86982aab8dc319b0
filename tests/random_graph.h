// Graphs that nobody would write: arithmetic, reductions over any axes whose results meet their
// operands again, views, elements picked by indices, and several results that share their parts.
#ifndef BROADLOOM_TESTS_RANDOM_GRAPH_H_
#define BROADLOOM_TESTS_RANDOM_GRAPH_H_

#include <cstdint>
#include <string>

namespace broadloom {

// The text of a graph with one to three symbols, the same for the same seed.
std::string RandomGraph(uint64_t seed);

}  // namespace broadloom

#endif  // BROADLOOM_TESTS_RANDOM_GRAPH_H_
