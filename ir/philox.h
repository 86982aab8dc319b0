// Philox4x32-10, the counter-based generator of J. Salmon, M. Moraes, R. Dror and D. Shaw,
// "Parallel random numbers: as easy as 1, 2, 3" (2011): ten rounds that turn a counter of 128 bits
// and a key of 64 into 128 random bits. Nothing is carried from one number to the next.
//
// Written once over a builder, so that the reference evaluator and emitted code agree. All words
// are kept in lanes of 64 bits. `B` has
//
//   Value Number(uint64_t)
//   Value Add, Multiply, And, Or, Xor (Value, Value)   modulo 2^64
//   Value ShiftLeft, ShiftRight (Value, int)           zeros come in
#ifndef BROADLOOM_IR_PHILOX_H_
#define BROADLOOM_IR_PHILOX_H_

#include <cstdint>

namespace broadloom {

// The four words of a block, as two halves: word 0 | word 1 << 32 and word 2 | word 3 << 32.
template <typename Value>
struct PhiloxHalves {
  Value first, second;
};

// The counter's words are (low index, high index, low draw, high draw), the key's (low, high).
template <typename B>
PhiloxHalves<typename B::Value> PhiloxBlock(B& b, typename B::Value index, typename B::Value draw,
                                            typename B::Value key) {
  using Value = typename B::Value;
  constexpr int kRounds = 10;
  const Value mask = b.Number(0xffffffff);
  const auto low = [&](Value x) { return b.And(x, mask); };
  const auto high = [&](Value x) { return b.ShiftRight(x, 32); };
  Value c0 = low(index), c1 = high(index), c2 = low(draw), c3 = high(draw);
  Value k0 = low(key), k1 = high(key);
  for (int round = 0; round < kRounds; ++round) {
    if (round > 0) {
      k0 = low(b.Add(k0, b.Number(0x9e3779b9)));
      k1 = low(b.Add(k1, b.Number(0xbb67ae85)));
    }
    const Value left = b.Multiply(c0, b.Number(0xd2511f53));
    const Value right = b.Multiply(c2, b.Number(0xcd9e8d57));
    c0 = b.Xor(b.Xor(high(right), c1), k0);
    c2 = b.Xor(b.Xor(high(left), c3), k1);
    c1 = low(right);
    c3 = low(left);
  }
  return {b.Or(c0, b.ShiftLeft(c1, 32)), b.Or(c2, b.ShiftLeft(c3, 32))};
}

// What the operation `philox` of the table computes.
template <typename B>
typename B::Value Philox(B& b, typename B::Value index, typename B::Value draw,
                         typename B::Value key) {
  return PhiloxBlock(b, index, draw, key).first;
}

struct PhiloxNumbers {
  using Value = uint64_t;
  static uint64_t Number(uint64_t x) { return x; }
  static uint64_t Add(uint64_t x, uint64_t y) { return x + y; }
  static uint64_t Multiply(uint64_t x, uint64_t y) { return x * y; }
  static uint64_t And(uint64_t x, uint64_t y) { return x & y; }
  static uint64_t Or(uint64_t x, uint64_t y) { return x | y; }
  static uint64_t Xor(uint64_t x, uint64_t y) { return x ^ y; }
  static uint64_t ShiftLeft(uint64_t x, int by) { return x << by; }
  static uint64_t ShiftRight(uint64_t x, int by) { return x >> by; }
};

inline PhiloxHalves<uint64_t> PhiloxBlock(uint64_t index, uint64_t draw, uint64_t key) {
  PhiloxNumbers numbers;
  return PhiloxBlock(numbers, index, draw, key);
}

inline uint64_t Philox(uint64_t index, uint64_t draw, uint64_t key) {
  return PhiloxBlock(index, draw, key).first;
}

}  // namespace broadloom

#endif  // BROADLOOM_IR_PHILOX_H_
