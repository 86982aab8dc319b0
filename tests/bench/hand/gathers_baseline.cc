// Elements and rows that indices pick (tests/bench/workloads/shapes.py): by plain loads, which are
// faster than instructions that gather.
#include <bit>

#include "tests/bench/hand/outputs.h"

namespace broadloom::hand {
namespace {

template <typename T, int... k>
inline Vec<T> PickedLanes(const T* x, const int64_t* i, std::integer_sequence<int, k...>) {
  return Vec<T>{x[i[k]]...};
}
template <typename T>
inline Vec<T> Picked(Whole at, const T* x, const int64_t* i) {
  return PickedLanes(x, i + at.i, LaneSequence<T>{});
}
template <typename T>
inline Vec<T> Picked(Part at, const T* x, const int64_t* i) {
  Vec<T> value = Splat(T{1});
  for (int64_t k = 0; k < at.count; ++k) value[k] = x[i[at.i + k]];
  return value;
}

// A piece for each thread, the same ones each time, as the second-level caches like it.
template <typename T, typename F>
void MapByThread(T* out, int64_t n, F f) {
  const int64_t grain = DivideUp(GrainOfThread(n), 1024) * 1024;
  Share(n, grain, [=](int64_t begin, int64_t end) {
    MapRow(out + begin, end - begin, false, [=](auto at) {
      at.i += begin;
      return f(at);
    });
  });
}

template <typename T>
void GatherMultiplyAdd(const Tensors& in, const Tensors& out) {
  constexpr int64_t kAhead = 64;
  const T *x = In<T>(in, 0), *y = In<T>(in, 1), *z = In<T>(in, 2);
  const int64_t *i = In<int64_t>(in, 3), n = in[3].shape[0];
  const bool is_far = IsStreamed<T>(in[0].shape[0]);
  const auto picked = [=](auto at) { return Picked(at, x, i) * at(y) + at(z); };
  if (!is_far) return MapByThread(Out<T>(out), n, picked);
  Map(
      Out<T>(out), n,
      [=](auto at) {
        if (at.i + kAhead + kLanes<T> <= n) {
#pragma GCC unroll 16
          for (int k = 0; k < kLanes<T>; ++k) __builtin_prefetch(x + i[at.i + kAhead + k]);
        }
        return picked(at);
      },
      128);
}

// The rows of some bags to come are on their way into the first-level cache.
constexpr int64_t kRowsAhead = 32;
template <typename T>
inline void PrefetchRow(const T* row, int64_t count) {
#pragma GCC unroll 8
  for (int64_t line = 0; line < count; line += 64 / sizeof(T)) __builtin_prefetch(row + line);
  __builtin_prefetch(row + count - 1);  // begins and ends anywhere in lines
}

// V vectors' columns of the sum of some rows, `to_come` of which have indices behind these.
template <typename T, int V>
inline void SumPicked(const T* table, int64_t columns, const int64_t* i, int64_t count,
                      int64_t to_come, T* to) {
  Vec<T> sum[V] = {};
  for (int64_t k = 0; k < count; ++k) {
    const int64_t later = std::min(k + kRowsAhead, count + to_come - 1);
    PrefetchRow(table + i[later] * columns, V * kLanes<T>);
#pragma GCC unroll 8
    for (int v = 0; v < V; ++v) sum[v] += Load(table + i[k] * columns + v * kLanes<T>);
  }
#pragma GCC unroll 8
  for (int v = 0; v < V; ++v) Store(to + v * kLanes<T>, sum[v]);
}

template <typename T>
inline void SumBag(const T* table, int64_t columns, const int64_t* i, int64_t count,
                   int64_t to_come, T* to) {
  constexpr int64_t kWidth = kLanes<T>, kVectors = 256 / kVectorBytes;
  int64_t c = 0;
  for (; c + kVectors * kWidth <= columns; c += kVectors * kWidth)
    SumPicked<T, kVectors>(table + c, columns, i, count, to_come, to + c);
  for (; c + kWidth <= columns; c += kWidth)
    SumPicked<T, 1>(table + c, columns, i, count, to_come, to + c);
  for (; c < columns; ++c) {
    T sum = 0;
    for (int64_t k = 0; k < count; ++k) sum += table[i[k] * columns + c];
    to[c] = sum;
  }
}

// Some bags' sums in L1 first, for vectors' boundaries lie anywhere in rows.
template <typename T>
void EmbeddingBag(const Tensors& in, const Tensors& out) {
  const T* table = In<T>(in, 0);
  const int64_t *i = In<int64_t>(in, 1), columns = in[0].shape[1];
  const int64_t bags = in[1].shape[0], bag = in[1].shape[1];
  T* to = Out<T>(out);
  const bool stream = IsStreamed<T>(bags * columns);
  const int64_t block = std::max<int64_t>(1, 1024 / columns);
  const int64_t grain = GrainOfBytes(bags, columns * bag * int64_t{sizeof(T)});
  Share(bags, grain, [=](int64_t begin, int64_t end) {
    Buffer<T> buffer(block * columns);
    T* sums = buffer.data();
    for (int64_t first = begin; first < end; first += block) {
      const int64_t count = std::min(block, end - first);
      for (int64_t k = 0; k < count; ++k)
        SumBag(table, columns, i + (first + k) * bag, bag, (end - first - k - 1) * bag,
               sums + k * columns);
      FillRow(to + first * columns, count * columns, stream,
              [from = static_cast<const T*>(sums)](auto at) { return at(from); });
    }
    _mm_sfence();
  });
}

#ifdef __AVX512VBMI__
// 256 floats as four tables of their bytes, which 16 registers hold.
struct ByteTables {
  __m512i part[4][4];

  explicit ByteTables(const float* table) {
    uint8_t bytes[4][256];
    for (int k = 0; k < 256; ++k) {
      const auto bits = std::bit_cast<uint32_t>(table[k]);
      for (int b = 0; b < 4; ++b) bytes[b][k] = static_cast<uint8_t>(bits >> (8 * b));
    }
    __builtin_memcpy(part, bytes, sizeof part);
  }

  // 64 of them. Zipping bytes stays within 16 bytes: each 16 of them get 4 of each result before.
  template <bool stream>
  void Pick(const uint8_t* at, float* to) const {
    const __m512i order = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
    const __m512i index = _mm512_permutexvar_epi32(order, _mm512_loadu_si512(at));
    const __mmask64 is_upper = _mm512_movepi8_mask(index);
    __m512i bytes[4];
#pragma GCC unroll 4
    for (int b = 0; b < 4; ++b)
      bytes[b] =
          _mm512_mask_blend_epi8(is_upper, _mm512_permutex2var_epi8(part[b][0], index, part[b][1]),
                                 _mm512_permutex2var_epi8(part[b][2], index, part[b][3]));
    const __m512i low[2] = {_mm512_unpacklo_epi8(bytes[0], bytes[1]),
                            _mm512_unpacklo_epi8(bytes[2], bytes[3])};
    const __m512i high[2] = {_mm512_unpackhi_epi8(bytes[0], bytes[1]),
                             _mm512_unpackhi_epi8(bytes[2], bytes[3])};
    const __m512i picked[4] = {
        _mm512_unpacklo_epi16(low[0], low[1]), _mm512_unpackhi_epi16(low[0], low[1]),
        _mm512_unpacklo_epi16(high[0], high[1]), _mm512_unpackhi_epi16(high[0], high[1])};
#pragma GCC unroll 4
    for (int k = 0; k < 4; ++k) {
      if constexpr (stream)
        _mm512_stream_si512(reinterpret_cast<__m512i*>(to + 16 * k), picked[k]);
      else
        _mm512_storeu_si512(to + 16 * k, picked[k]);
    }
  }

  // Of some, from a boundary on; how many they are.
  template <bool stream>
  int64_t PickAll(const uint8_t* at, int64_t count, float* to) const {
    const ByteTables here = *this;  // in registers
    int64_t k = 0;
    for (; k + 64 <= count; k += 64) {
      __builtin_prefetch(at + k + 1024);
      here.Pick<stream>(at + k, to + k);
    }
    return k;
  }
};

inline void LookUpSome(const uint8_t* at, const float* table, int64_t count, float* to) {
  for (int64_t k = 0; k < count; ++k) to[k] = table[at[k]];
}

void LookUp(const Tensors& in, const Tensors& out) {
  const uint8_t* image = In<uint8_t>(in, 0);
  const float* table = In<float>(in, 1);
  float* to = Out<float>(out);
  const int64_t n = in[0].shape[0] * in[0].shape[1];
  const bool stream = IsStreamed<float>(n);
  float all[256] = {};  // the table may be shorter
  std::copy_n(table, std::min<int64_t>(256, in[1].shape[0]), all);
  const ByteTables tables(all);
  ShareBlocks(to, n, 65536, 1, [=](int64_t begin, int64_t end) {
    const int64_t first = std::min(end, begin + ToBoundary(to + begin));
    LookUpSome(image + begin, table, first - begin, to + begin);
    const int64_t whole = stream ? tables.PickAll<true>(image + first, end - first, to + first)
                                 : tables.PickAll<false>(image + first, end - first, to + first);
    const int64_t rest = first + whole;
    LookUpSome(image + rest, table, end - rest, to + rest);
  });
}
#else
void LookUp(const Tensors& in, const Tensors& out) {
  constexpr int64_t kBlock = 4096;
  const uint8_t* image = In<uint8_t>(in, 0);
  const float* table = In<float>(in, 1);
  float* to = Out<float>(out);
  const int64_t n = in[0].shape[0] * in[0].shape[1];
  const bool stream = IsStreamed<float>(n);
  ShareBlocks(to, n, kBlock, 32, [=](int64_t first, int64_t last) {
    alignas(64) float picked[kBlock];
    for (int64_t k = 0; k < last - first; ++k) picked[k] = table[image[first + k]];
    FillRow(to + first, last - first, stream,
            [from = static_cast<const float*>(picked)](auto at) { return at(from); });
  });
}
#endif

}  // namespace

std::vector<NamedLoop> GatherLoops() {
  return {
      {"gather multiply add", "float64", GatherMultiplyAdd<double>},
      {"gather multiply add", "float32", GatherMultiplyAdd<float>},
      {"embedding bag", "float32", EmbeddingBag<float>},
      {"look up", "uint8", LookUp},
  };
}

}  // namespace broadloom::hand
