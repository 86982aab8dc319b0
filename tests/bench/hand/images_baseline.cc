// Images, samples and masks of small integers (tests/bench/workloads/streams.py).
#include "tests/bench/hand/conversions.h"

namespace broadloom::hand {
namespace {

// Clipping is left to `Packed`, here and below.
void Brighten(const Tensors& in, const Tensors& out) {
  const uint8_t* image = In<uint8_t>(in, 0);
  const auto brighter = [=](auto at) {
    const auto quarter = [=](int k) {
      return AsIntegers(AsFloats(Widened(at, image, k)) * 1.25F + 10.0F);
    };
    return Packed(quarter(0), quarter(1), quarter(2), quarter(3));
  };
  Map(Out<uint8_t>(out), Count(in[0]), brighter, 5);
}

void Gain(const Tensors& in, const Tensors& out) {
  const int16_t* samples = In<int16_t>(in, 0);
  const auto louder = [=](auto at) {
    const auto half = [=](int k) { return Rounded(AsFloats(Widened(at, samples, k)) * 1.7F); };
    return Packed(half(0), half(1));
  };
  Map(Out<int16_t>(out), Count(in[0]), louder, 10);
}

// What the formula makes of as many pixels of three bytes as fill a vector.
#ifdef __AVX512VBMI__
// Bytes b become the floats 2^23 + b, of which one rounding leaves the weighted byte.
struct GreyWeights {
  __m512i places[3];  // of the first bytes in pixels, of the second ones, of the third ones
  GreyWeights() {
    for (int c = 0; c < 3; ++c) {
      alignas(64) int8_t bytes[64];
      for (int k = 0; k < 64; ++k)
        bytes[k] = static_cast<int8_t>(k % 4 == 0 ? 3 * (k / 4) + c : 64 + k % 4);
      places[c] = _mm512_load_si512(bytes);
    }
  }
  Vec<float> Weighted(__m512i pixels, int c, float weight) const {
    const __m512i high = _mm512_set1_epi32(0x4B000000);
    const __m512 value = _mm512_castsi512_ps(_mm512_permutex2var_epi8(pixels, places[c], high));
    return _mm512_fmsub_ps(value, Splat(weight), Splat(weight * 0x1p23F));
  }
  Vec<float> operator()(const uint8_t* from) const {
    const __m512i pixels = _mm512_maskz_loadu_epi32(0xFFF, from);
    return Weighted(pixels, 0, 0.299F) + Weighted(pixels, 1, 0.587F) + Weighted(pixels, 2, 0.114F);
  }
};
#else
struct GreyWeights {
  static Vec<int32_t> Pixels(const uint8_t* from) {
    const __m128i bytes = _mm_setr_epi8(0, 1, 2, -1, 3, 4, 5, -1, 6, 7, 8, -1, 9, 10, 11, -1);
#ifdef __AVX512F__
    const __m512i apart = _mm512_permutexvar_epi32(
        _mm512_setr_epi32(0, 1, 2, 2, 3, 4, 5, 5, 6, 7, 8, 8, 9, 10, 11, 11),
        _mm512_maskz_loadu_epi32(0xFFF, from));
    return (Vec<int32_t>)_mm512_shuffle_epi8(apart, _mm512_broadcast_i32x4(bytes));
#else
    const __m256i apart = _mm256_permutevar8x32_epi32(
        _mm256_maskload_epi32((const int*)from, _mm256_setr_epi32(-1, -1, -1, -1, -1, -1, 0, 0)),
        _mm256_setr_epi32(0, 1, 2, 2, 3, 4, 5, 5));
    return (Vec<int32_t>)_mm256_shuffle_epi8(apart, _mm256_broadcastsi128_si256(bytes));
#endif
  }
  Vec<float> operator()(const uint8_t* from) const {
    const Vec<int32_t> pixels = Pixels(from);
    const Vec<float> red = AsFloats(pixels & 255), green = AsFloats(pixels >> 8 & 255);
    return 0.299F * red + 0.587F * green + 0.114F * AsFloats(pixels >> 16);
  }
};
#endif

inline Vec<int32_t> GreyOf(const GreyWeights& weights, Whole at, const uint8_t* image, int k) {
  return AsIntegers(weights(image + 3 * (at.i + k * kLanes<int32_t>)));
}
inline Vec<int32_t> GreyOf(const GreyWeights& weights, Part at, const uint8_t* image, int k) {
  uint8_t rest[3 * kVectorBytes] = {};
  __builtin_memcpy(rest, image + 3 * at.i, 3 * at.count);
  return AsIntegers(weights(rest + 3 * k * kLanes<int32_t>));
}

void Grey(const Tensors& in, const Tensors& out) {
  const uint8_t* image = In<uint8_t>(in, 0);
  const auto grey = [=, weights = GreyWeights()](auto at) {
    const auto quarter = [&](int k) { return GreyOf(weights, at, image, k); };
    return Packed(quarter(0), quarter(1), quarter(2), quarter(3));
  };
  Map(Out<uint8_t>(out), Count(out[0]), grey, 30);
}

template <typename T>
void MaskedBlend(const Tensors& in, const Tensors& out) {
  const T *x = In<T>(in, 0), *y = In<T>(in, 1);
  const uint8_t* mask = In<uint8_t>(in, 2);
  const auto blend = [=](auto at) { return Widened(at, mask) != 0 ? at(x) : at(y) * T(0.5); };
  Map(Out<T>(out), Count(in[0]), blend);
}

}  // namespace

std::vector<NamedLoop> ImageLoops() {
  return {
      {"brighten", "uint8", Brighten},
      {"grey", "uint8", Grey},
      {"gain", "int16", Gain},
      {"masked blend", "float32", MaskedBlend<float>},
  };
}

}  // namespace broadloom::hand
