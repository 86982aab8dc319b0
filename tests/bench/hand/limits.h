// What the machine can do, measured as loops are, by medians: seconds for bytes and for operations,
// on all threads of the loops.
#ifndef BROADLOOM_TESTS_BENCH_HAND_LIMITS_H_
#define BROADLOOM_TESTS_BENCH_HAND_LIMITS_H_

#include <cstdint>
#include <string>

namespace broadloom::hand {

// Reading `bytes_read` and writing `bytes_written` once, of arrays that take `footprint` bytes
// together.
double SecondsToMove(double bytes_read, double bytes_written, double footprint);

// One operation of a kind: "add f32", "divide f64", "exp f32", "madd f32" (a fused multiplication
// and addition), "random line" (a number from anywhere in 64 MiB), "near pick" (one from anywhere
// in 512 KiB), or "line of a row" (a cache line of rows of four from anywhere in 16 MiB). Throws
// std::out_of_range for another kind.
double SecondsPer(const std::string& operation);
// To have all threads begin and end a loop.
double SecondsToStart();

// Whether it occupies the divider, beside which other operations run.
bool IsOfDivider(const std::string& operation);

}  // namespace broadloom::hand

#endif  // BROADLOOM_TESTS_BENCH_HAND_LIMITS_H_
