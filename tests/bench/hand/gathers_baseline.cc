// Elements and rows that indices pick (tests/bench/workloads/shapes.py): by plain loads, which are
// faster than instructions that gather.
#include <bit>
#include <memory>

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

template <typename T>
void GatherMultiplyAdd(const Tensors& in, const Tensors& out) {
  constexpr int64_t kAhead = 64;
  const T *x = In<T>(in, 0), *y = In<T>(in, 1), *z = In<T>(in, 2);
  const int64_t *i = In<int64_t>(in, 3), n = in[3].shape[0];
  const bool is_far = IsStreamed<T>(in[0].shape[0]);
  const auto picked = [=](auto at) { return Picked(at, x, i) * at(y) + at(z); };
  if (!is_far) return Map(Out<T>(out), n, picked, 64);
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

// V vectors' columns of the sum of some rows.
template <typename T, int V>
inline void SumPicked(const T* table, int64_t columns, const int64_t* i, int64_t count, T* to) {
  Vec<T> sum[V] = {};
  for (int64_t k = 0; k < count; ++k)
#pragma GCC unroll 4
    for (int v = 0; v < V; ++v) sum[v] += Load(table + i[k] * columns + v * kLanes<T>);
#pragma GCC unroll 4
  for (int v = 0; v < V; ++v) Store(to + v * kLanes<T>, sum[v]);
}

template <typename T>
inline void SumBag(const T* table, int64_t columns, const int64_t* i, int64_t count, T* to) {
  constexpr int64_t kWidth = kLanes<T>;
  int64_t c = 0;
  for (; c + 4 * kWidth <= columns; c += 4 * kWidth)
    SumPicked<T, 4>(table + c, columns, i, count, to + c);
  for (; c + kWidth <= columns; c += kWidth) SumPicked<T, 1>(table + c, columns, i, count, to + c);
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
  const int64_t block = std::max<int64_t>(1, 2048 / columns);
  const int64_t grain = GrainOfBytes(bags, columns * bag * int64_t{sizeof(T)});
  Share(bags, grain, [=](int64_t begin, int64_t end) {
    const auto sums = std::make_unique_for_overwrite<T[]>(block * columns);
    for (int64_t first = begin; first < end; first += block) {
      const int64_t count = std::min(block, end - first);
      for (int64_t k = 0; k < count; ++k)
        SumBag(table, columns, i + (first + k) * bag, bag, sums.get() + k * columns);
      FillRow(to + first * columns, count * columns, stream,
              [from = static_cast<const T*>(sums.get())](auto at) { return at(from); });
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
    _mm512_storeu_si512(to, _mm512_unpacklo_epi16(low[0], low[1]));
    _mm512_storeu_si512(to + 16, _mm512_unpackhi_epi16(low[0], low[1]));
    _mm512_storeu_si512(to + 32, _mm512_unpacklo_epi16(high[0], high[1]));
    _mm512_storeu_si512(to + 48, _mm512_unpackhi_epi16(high[0], high[1]));
  }
};
#endif

void LookUp(const Tensors& in, const Tensors& out) {
  constexpr int64_t kBlock = 4096;
  const uint8_t* image = In<uint8_t>(in, 0);
  const float* table = In<float>(in, 1);
  float* to = Out<float>(out);
  const int64_t n = in[0].shape[0] * in[0].shape[1];
  const bool stream = IsStreamed<float>(n);
#ifdef __AVX512VBMI__
  float all[256] = {};  // the table may be shorter
  std::copy_n(table, std::min<int64_t>(256, in[1].shape[0]), all);
  const ByteTables tables(all);
#endif
  ShareBlocks(to, n, kBlock, 32, [=](int64_t first, int64_t last) {
    alignas(64) float picked[kBlock];
    int64_t k = 0;
#ifdef __AVX512VBMI__
    const ByteTables here = tables;
    for (; k + 64 <= last - first; k += 64) here.Pick(image + first + k, picked + k);
#endif
    for (; k < last - first; ++k) picked[k] = table[image[first + k]];
    FillRow(to + first, last - first, stream,
            [from = static_cast<const float*>(picked)](auto at) { return at(from); });
  });
}

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
