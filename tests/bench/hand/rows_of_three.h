// Rows of three elements, as many as a vector has lanes at a time.
#ifndef BROADLOOM_TESTS_BENCH_HAND_ROWS_OF_THREE_H_
#define BROADLOOM_TESTS_BENCH_HAND_ROWS_OF_THREE_H_

#include "tests/bench/hand/folds.h"

namespace broadloom::hand {

template <typename T>
struct Triple {
  Vec<T> a, b, c;
};

// Column c of as many rows as fill three vectors.
template <typename T, int c>
inline Vec<T> Column(Vec<T> low, Vec<T> middle, Vec<T> high) {
  constexpr int kWidth = kLanes<T>;
  const auto in_low_and_middle = [](int row) { return (3 * row + c) % (2 * kWidth); };
  const auto in_high = [](int row) {
    return 3 * row + c < 2 * kWidth ? row : 3 * row + c - kWidth;
  };
  return Shuffle<T>(Shuffle<T>(low, middle, in_low_and_middle), high, in_high);
}
template <typename T>
inline Triple<T> Deinterleave(const T* x) {
  const Vec<T> low = Load(x), middle = Load(x + kLanes<T>), high = Load(x + 2 * kLanes<T>);
  return {Column<T, 0>(low, middle, high), Column<T, 1>(low, middle, high),
          Column<T, 2>(low, middle, high)};
}

// Vector p of the three that as many rows fill.
template <typename T, int p>
inline Vec<T> Interleaved(Triple<T> v) {
  constexpr int kFirst = p * kLanes<T>;
  const auto of_a_and_b = [](int lane) {
    return (kFirst + lane) / 3 + ((kFirst + lane) % 3 == 1 ? kLanes<T> : 0);
  };
  const auto of_c = [](int lane) {
    return (kFirst + lane) % 3 == 2 ? kLanes<T> + (kFirst + lane) / 3 : lane;
  };
  return Shuffle<T>(Shuffle<T>(v.a, v.b, of_a_and_b), v.c, of_c);
}
template <typename T>
inline Triple<T> Interleave(Triple<T> v) {
  return {Interleaved<T, 0>(v), Interleaved<T, 1>(v), Interleaved<T, 2>(v)};
}

template <typename T>
inline void Put(T* to, Triple<T> v, bool stream) {
  if (stream) {
    Stream(to, v.a), Stream(to + kLanes<T>, v.b), Stream(to + 2 * kLanes<T>, v.c);
  } else {
    Store(to, v.a), Store(to + kLanes<T>, v.b), Store(to + 2 * kLanes<T>, v.c);
  }
}

// Rows that are too few for vectors, or whose results do not begin on a vector's boundary.
template <typename T, typename F>
void MapSomeTriples(const T* x, T* out, int64_t rows, F f) {
  if (rows == 0) return;
  T buffer[3 * kLanes<T>] = {};
  std::copy_n(x, 3 * rows, buffer);
  Put(buffer, Interleave(f(Deinterleave(buffer))), false);
  std::copy_n(buffer, 3 * rows, out);
}

// groups(x, out, count, stream) for rows that begin on a boundary, as many in each group as a
// vector has lanes; some(x, out, rows) for the others.
template <typename T, typename Groups, typename Some>
void ShareTriples(const Tensors& in, const Tensors& out, Groups groups, Some some) {
  const T* x = In<T>(in, 0);
  T* result = Out<T>(out);
  const int64_t rows = in[0].shape[0];
  const bool stream = IsStreamed<T>(rows * 3);
  int64_t head = 0;
  while (reinterpret_cast<uintptr_t>(result + 3 * head) % kVectorBytes != 0 && head < kLanes<T>)
    ++head;
  head = std::min(rows, head);
  const int64_t count = (rows - head) / kLanes<T>, tail = head + count * kLanes<T>;
  some(x, result, head);
  Share(count, EvenGrain(count, 3 * kLanes<T>), [=](int64_t begin, int64_t end) {
    const int64_t at = 3 * (head + begin * kLanes<T>);
    groups(x + at, result + at, end - begin, stream);
    if (stream) _mm_sfence();
  });
  some(x + 3 * tail, result + 3 * tail, rows - tail);
}

// Each row = f(its elements a, b and c), for a vector of rows at a time.
template <typename T, typename F>
void MapTriples(const Tensors& in, const Tensors& out, F f) {
  ShareTriples<T>(
      in, out,
      [=](const T* x, T* to, int64_t count, bool stream) {
        for (int64_t at = 0; at < count * 3 * kLanes<T>; at += 3 * kLanes<T>)
          Put(to + at, Interleave(f(Deinterleave(x + at))), stream);
      },
      [=](const T* x, T* to, int64_t rows) { MapSomeTriples(x, to, rows, f); });
}

// Each row = last(call of each of first(its elements)). As a call leaves nothing in registers, what
// is around it is done for the next group of rows and for the one before, beside it.
template <typename T, typename First, typename Call, typename Last>
void MapTriplesAround(const Tensors& in, const Tensors& out, First first, Call call, Last last) {
  constexpr int64_t kGroup = 3 * kLanes<T>;
  const auto groups = [=](const T* x, T* to, int64_t count, bool stream) {
    if (count == 0) return;
    Triple<T> ready = first(Deinterleave(x)), done = ready;
    for (int64_t k = 0; k < count; ++k, x += kGroup, to += kGroup) {
      const Triple<T> now = ready;
      PrefetchAhead(x), PrefetchAhead(x + kLanes<T>), PrefetchAhead(x + 2 * kLanes<T>);
      if (k + 1 < count) ready = first(Deinterleave(x + kGroup));
      if (k > 0) Put(to - kGroup, Interleave(last(done)), stream);
      done.a = call(now.a);
      done.b = call(now.b);
      done.c = call(now.c);
    }
    Put(to - kGroup, Interleave(last(done)), stream);
  };
  const auto all = [=](Triple<T> v) {
    v = first(v);
    return last(Triple<T>{call(v.a), call(v.b), call(v.c)});
  };
  ShareTriples<T>(in, out, groups,
                  [=](const T* x, T* to, int64_t rows) { MapSomeTriples(x, to, rows, all); });
}

}  // namespace broadloom::hand

#endif  // BROADLOOM_TESTS_BENCH_HAND_ROWS_OF_THREE_H_
