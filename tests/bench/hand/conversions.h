// Vectors of other dtypes.
#ifndef BROADLOOM_TESTS_BENCH_HAND_CONVERSIONS_H_
#define BROADLOOM_TESTS_BENCH_HAND_CONVERSIONS_H_

#include "tests/bench/hand/hand.h"

namespace broadloom::hand {

inline Vec<float> AsFloats(Vec<int32_t> x) { return __builtin_convertvector(x, Vec<float>); }
// Towards zero.
inline Vec<int32_t> AsIntegers(Vec<float> x) { return __builtin_convertvector(x, Vec<int32_t>); }
// To even where between two.
inline Vec<int32_t> Rounded(Vec<float> x) {
#ifdef __AVX512F__
  return (Vec<int32_t>)_mm512_cvtps_epi32(x);
#else
  return (Vec<int32_t>)_mm256_cvtps_epi32(x);
#endif
}

// As many integers as int32 fill a vector.
inline Vec<int32_t> Widened(const uint8_t* from) {
#ifdef __AVX512F__
  return (Vec<int32_t>)_mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i_u*)from));
#else
  return (Vec<int32_t>)_mm256_cvtepu8_epi32(_mm_loadu_si64(from));
#endif
}
inline Vec<int32_t> Widened(const int16_t* from) {
#ifdef __AVX512F__
  return (Vec<int32_t>)_mm512_cvtepi16_epi32(_mm256_loadu_si256((const __m256i_u*)from));
#else
  return (Vec<int32_t>)_mm256_cvtepi16_epi32(_mm_loadu_si128((const __m128i_u*)from));
#endif
}
// The k-th so many of those that lie at one place.
template <typename T>
inline Vec<int32_t> Widened(Whole at, const T* row, int k = 0) {
  return Widened(row + at.i + k * kLanes<int32_t>);
}
template <typename T>
inline Vec<int32_t> Widened(Part at, const T* row, int k = 0) {
  T rest[kLanes<T>] = {};
  __builtin_memcpy(rest, row + at.i, at.count * sizeof(T));
  return Widened(rest + k * kLanes<int32_t>);
}

// One after another, clipped to the narrower type's range. Instructions pack within 16 bytes.
inline Vec<int16_t> Packed(Vec<int32_t> a, Vec<int32_t> b) {
#ifdef __AVX512F__
  const __m512i mixed = _mm512_packs_epi32((__m512i)a, (__m512i)b);
  return (Vec<int16_t>)_mm512_permutexvar_epi64(_mm512_setr_epi64(0, 2, 4, 6, 1, 3, 5, 7), mixed);
#else
  const __m256i mixed = _mm256_packs_epi32((__m256i)a, (__m256i)b);
  return (Vec<int16_t>)_mm256_permute4x64_epi64(mixed, 0b11011000);
#endif
}
inline Vec<uint8_t> Packed(Vec<int32_t> a, Vec<int32_t> b, Vec<int32_t> c, Vec<int32_t> d) {
#ifdef __AVX512F__
  const __m512i order = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
  const __m512i ab = _mm512_packs_epi32((__m512i)a, (__m512i)b);
  const __m512i cd = _mm512_packs_epi32((__m512i)c, (__m512i)d);
  return (Vec<uint8_t>)_mm512_permutexvar_epi32(order, _mm512_packus_epi16(ab, cd));
#else
  const __m256i order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
  const __m256i ab = _mm256_packs_epi32((__m256i)a, (__m256i)b);
  const __m256i cd = _mm256_packs_epi32((__m256i)c, (__m256i)d);
  return (Vec<uint8_t>)_mm256_permutevar8x32_epi32(_mm256_packus_epi16(ab, cd), order);
#endif
}

}  // namespace broadloom::hand

#endif  // BROADLOOM_TESTS_BENCH_HAND_CONVERSIONS_H_
