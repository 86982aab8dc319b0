// Ready arrays of samples: one stream for each element, many elements at once.
#ifndef BROADLOOM_FRONTEND_RANDOM_FILL_H_
#define BROADLOOM_FRONTEND_RANDOM_FILL_H_

#include "frontend/dense.h"
#include "frontend/random/draws.h"
#include "frontend/random/stream.h"

namespace broadloom::random {

// A parameter's values for the elements of a call. T is float64 or int64.
template <typename T>
class Column {
 public:
  Column(const Draws& draws, const Operand& x) {
    if (x.array() == nullptr) {
      number_ = Exactly(x.number());
      return;
    }
    const Array value = draws.Value(x, dtype_of<T>());
    const bool is_one = value.size() == 1;
    array_ = Dense(is_one ? value : broadcast_to(value, draws.shape()), dtype_of<T>());
    data_ = ElementsOf<T>(array_);
    step_ = is_one ? 0 : 1;
  }
  Column(const Column&) = delete;

  T operator[](int64_t i) const { return data_[i * step_]; }

 private:
  static T Exactly(const Number& x) {
    if (x.kind() == Number::Kind::floating) return static_cast<T>(x.floating());
    return static_cast<T>(x.integer());
  }

  T number_ = 0;
  Array array_;
  const T* data_ = &number_;
  int64_t step_ = 0;
};

// body(stream, i) for each i below `count`; `cost`: nanoseconds of one.
template <typename Body>
void ForStreams(Context& context, uint64_t key, int64_t count, double cost, const Body& body) {
  ParallelFor(context, count, cost, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      Stream stream(key, i);
      body(stream, i);
    }
  });
}

// sample(stream, i) for each element.
template <typename T, typename Sample>
Array Fill(Draws& draws, double cost, const Sample& sample) {
  const uint64_t key = draws.StreamKey();
  const Fresh result = MakeFresh(draws.context(), dtype_of<T>(), draws.shape());
  T* const to = reinterpret_cast<T*>(result.data);
  ForStreams(draws.context(), key, draws.count(), cost,
             [&](Stream& stream, int64_t i) { to[i] = static_cast<T>(sample(stream, i)); });
  return result.array;
}

}  // namespace broadloom::random

#endif  // BROADLOOM_FRONTEND_RANDOM_FILL_H_
