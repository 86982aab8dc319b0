// What one call of a generator draws, and what its parameters must satisfy.
#ifndef BROADLOOM_FRONTEND_RANDOM_DRAWS_H_
#define BROADLOOM_FRONTEND_RANDOM_DRAWS_H_

#include <initializer_list>
#include <mutex>
#include <string>

#include "frontend/random.h"

namespace broadloom::random {

struct SharedState {
  std::mutex mutex;
  State state;
  Context* context = nullptr;
};

// --- Parameters ----------------------------------------------------------------------------------
// NumPy's bounds: NaN passes the first four.
enum class Bound : uint8_t {
  none,
  non_negative,  // nor -0
  positive,
  whole_non_negative,  // of integers
  positive_number,     // nor NaN
  from_0_to_1,
  above_0_to_1,
  from_0_below_1,
  above_1,
  rate,  // of a Poisson distribution: counts fit in int64
};

// The largest rate of which counts fit in int64: 2^63 - 10 * 2^31.5, as NumPy's.
constexpr double kMostRate = 9.223372006484771e18;

// Throws invalid_argument naming the parameter. Evaluates arrays.
void Check(const char* function, const char* name, const Operand& x, Bound bound);

// Throws invalid_argument with this message where any element is true.
void Refuse(const char* function, const Array& wrong, const std::string& message);

// --- One call ------------------------------------------------------------------------------------
class Draws {
 public:
  // The shape is `size`, else what the parameters broadcast to.
  Draws(const Generator& generator, const char* function, const Size& size,
        std::initializer_list<const Operand*> parameters = {});

  const Sizes& shape() const { return shape_; }
  Context& context() const { return context_; }
  int64_t count() const;  // elements

  // Lazy arrays of the shape. Each call takes the generator's next draw.
  Array Bits();         // uint64
  Array Uniform();      // [0, 1): multiples of 2^-53
  Array Open();         // (0, 1): odd multiples of 2^-53
  Array Exponential();  // -log of `Open`, never 0
  Array Normal();

  // float32 of [0, 1): the upper 24 of bits 0 to 63, or those from bit `low` on.
  static Array Uniform32(const Array& bits, int low = 40);

  // Takes a draw: the key of streams (random_stream.h), one for each element.
  uint64_t StreamKey() { return StreamKey(generator_); }
  static uint64_t StreamKey(const Generator& generator);

  // A number or an array of this dtype; numbers are bound at launch.
  Array Value(const Operand& x, DataType dtype = DataType::float64) const;

 private:
  Array Index() const;
  uint64_t Next() { return Next(generator_); }
  static uint64_t Next(const Generator& generator);

  const Generator& generator_;
  Context& context_;
  Sizes shape_;
};

}  // namespace broadloom::random

#endif  // BROADLOOM_FRONTEND_RANDOM_DRAWS_H_
