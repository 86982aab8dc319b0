// A sequence of random numbers for one element, for distributions that take a number of them which
// is not known before.
#ifndef BROADLOOM_FRONTEND_RANDOM_STREAM_H_
#define BROADLOOM_FRONTEND_RANDOM_STREAM_H_

#include <cmath>
#include <cstdint>
#include <numbers>

#include "ir/philox.h"

namespace broadloom::random {

class Stream {
 public:
  Stream(uint64_t key, int64_t element) : key_(key), element_(static_cast<uint64_t>(element)) {}

  uint64_t Bits() {
    if (has_second_) {
      has_second_ = false;
      return second_;
    }
    const PhiloxHalves<uint64_t> block = PhiloxBlock(element_, blocks_++, key_);
    second_ = block.second;
    has_second_ = true;
    return block.first;
  }

  double Uniform() { return static_cast<double>(Bits() >> 11) * 0x1p-53; }  // [0, 1)
  double Open() {                                                           // (0, 1)
    return (static_cast<double>(Bits() >> 12) + 0.5) * 0x1p-52;
  }
  double Exponential() { return -std::log(Open()); }
  double Normal() {
    const double radius = std::sqrt(-2 * std::log(Open()));
    return radius * std::cos(2 * std::numbers::pi * Uniform());
  }

  // 0, ..., n - 1, equally likely. D. Lemire (2019): the fractions that are too many are refused.
  uint64_t Below(uint64_t n) {
    const uint64_t surplus = -n % n;
    while (true) {
      const auto product = static_cast<unsigned __int128>(Bits()) * n;
      if (static_cast<uint64_t>(product) >= surplus) return static_cast<uint64_t>(product >> 64);
    }
  }

 private:
  uint64_t key_, element_, blocks_ = 0, second_ = 0;
  bool has_second_ = false;
};

}  // namespace broadloom::random

#endif  // BROADLOOM_FRONTEND_RANDOM_STREAM_H_
