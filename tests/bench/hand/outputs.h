// Outputs of which vectors' boundaries lie anywhere in rows and pieces.
#ifndef BROADLOOM_TESTS_BENCH_HAND_OUTPUTS_H_
#define BROADLOOM_TESTS_BENCH_HAND_OUTPUTS_H_

#include "tests/bench/hand/lanes.h"

namespace broadloom::hand {

// MapRow for many rows: the ends are masked, in vectors that overlap their neighbours, and stores
// are aligned even if not streamed.
template <typename T, typename F>
inline void FillRow(T* out, int64_t n, bool stream, F f) {
  constexpr int64_t kWidth = kLanes<T>;
  if (n < 2 * kWidth) return MapRow(out, n, false, f);
  int64_t i = ToBoundary(out);
  if (i > 0) StoreLanes(out, f(Whole{0}), 0, i);
  if (stream) {
    for (; i + kWidth <= n; i += kWidth) Stream(out + i, f(Whole{i}));
  } else {
    for (; i + kWidth <= n; i += kWidth) Store(out + i, f(Whole{i}));
  }
  if (i < n) StoreLanes(out + n - kWidth, f(Whole{n - kWidth}), i - (n - kWidth), kWidth);
}

// Blocks [first, last) of out[0, n) on all threads, on vectors' boundaries.
template <typename T, typename Body>
inline void ShareBlocks(const T* out, int64_t n, int64_t block, int64_t grain, Body body) {
  const int64_t lead = PastBoundary(out);
  Share(n + lead, grain * block, [=](int64_t begin, int64_t end) {
    for (int64_t at = begin; at < end; at += block)
      body(std::max<int64_t>(0, at - lead), std::min(n, std::min(end, at + block) - lead));
    _mm_sfence();
  });
}

// Memory that begins on a vector's boundary, and may be taken as vectors.
template <typename T>
class Buffer {
 public:
  explicit Buffer(int64_t count = 0, T fill = 0) : vectors_(Vectors(count), Splat(fill)) {}
  void Fit(int64_t count) { vectors_.resize(std::max(vectors_.size(), Vectors(count))); }
  T* data() { return reinterpret_cast<T*>(vectors_.data()); }
  size_t vectors() const { return vectors_.size(); }
  Vec<T>& operator[](size_t vector) { return vectors_[vector]; }
  Vec<T> operator[](size_t vector) const { return vectors_[vector]; }

 private:
  static size_t Vectors(int64_t count) { return DivideUp(count, kLanes<T>); }
  std::vector<Vec<T>> vectors_;
};

// A thread's sums, for Reduce.
template <typename T>
struct Sums {
  Buffer<T> values;
  void Merge(const Sums& other) {
    for (size_t k = 0; k < values.vectors(); ++k) values[k] += other.values[k];
  }
};

// Where results are made: in place, or in a buffer whose whole lines are then streamed, whatever
// the rows' alignment.
template <typename T>
class Outlet {
 public:
  Outlet(int64_t most, bool stream) : stream_(stream), buffer_(stream ? most : 0) {}
  ~Outlet() {
    if (stream_) _mm_sfence();
  }
  T* Open(T* out) { return stream_ ? buffer_.data() : out; }
  void Close(T* out, int64_t count) {
    if (stream_) MapRow(out, count, true, [from = buffer_.data()](auto at) { return at(from); });
  }

 private:
  bool stream_;
  Buffer<T> buffer_;
};

}  // namespace broadloom::hand

#endif  // BROADLOOM_TESTS_BENCH_HAND_OUTPUTS_H_
