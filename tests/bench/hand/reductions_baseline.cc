// Arrays reduced to one number (tests/bench/workloads/rows.py and shapes.py).
#include "tests/bench/hand/moments.h"

namespace broadloom::hand {
namespace {

struct Sum {
  double value = 0;
  void Merge(const Sum& other) { value += other.value; }
};

// sum_of(begin, end) of all pieces, summed; one for each thread of what takes but some 30 us.
template <typename F>
double SumOfPieces(int64_t n, F sum_of) {
  constexpr int64_t kLittle = 1 << 21;
  const auto add = [=](Sum& mine, int64_t begin, int64_t end) { mine.value += sum_of(begin, end); };
  const int64_t grain = EvenGrain(n, 1);
  return Reduce(n, grain < n && n <= kLittle ? GrainOfThread(n) : grain, Sum{}, add).value;
}

// f(begin, at) of all places, which count from a piece's `begin`, summed.
template <typename T, typename F>
double SumOfAll(int64_t n, F f) {
  return SumOfPieces(n, [=](int64_t begin, int64_t end) {
    return SumOf<T>(FoldRow(end - begin, T{0}, [=](auto at) { return f(begin, at); }, kAdd));
  });
}

template <typename T>
void Total(const Tensors& in, const Tensors& out) {
  const T* x = In<T>(in, 0);
  const auto element = [=](int64_t begin, auto at) { return at(x + begin); };
  *Out<T>(out) = T(SumOfAll<T>(in[0].shape[0], element));
}

template <typename T>
void Dot(const Tensors& in, const Tensors& out) {
  const T *x = In<T>(in, 0), *y = In<T>(in, 1);
  const auto product = [=](int64_t begin, auto at) {
    PrefetchAhead(x + begin + at.i);
    PrefetchAhead(y + begin + at.i);
    return at(x + begin) * at(y + begin);
  };
  *Out<T>(out) = T(SumOfAll<T>(in[0].shape[0], product));
}

template <typename T>
void MeanSquaredError(const Tensors& in, const Tensors& out) {
  const T *x = In<T>(in, 0), *y = In<T>(in, 1);
  const int64_t n = in[0].shape[0];
  const auto square = [=](int64_t begin, auto at) {
    const Vec<T> d = at(x + begin) - at(y + begin);
    return d * d;
  };
  *Out<T>(out) = T(SumOfAll<T>(n, square) / double(n));
}

template <typename T>
void Variance(const Tensors& in, const Tensors& out) {
  const T* x = In<T>(in, 0);
  const int64_t n = in[0].shape[0];
  const Moments all =
      Reduce(n, EvenGrain(n, 1), Moments{}, [=](Moments& mine, int64_t begin, int64_t end) {
        mine.Merge(MomentsOf(x + begin, end - begin));
      });
  *Out<T>(out) = T(all.squares / all.count);
}

template <typename T>
struct Extent {
  double sum = 0, squares = 0;
  T least = kInfinity<T>, most = -kInfinity<T>;
  void Merge(const Extent& other) {
    sum += other.sum;
    squares += other.squares;
    least = std::min(least, other.least);
    most = std::max(most, other.most);
  }
};

template <typename T>
Extent<T> ExtentOf(const T* x, int64_t n) {
  Vec<T> sum[2] = {}, squares[2] = {}, least[2], most[2];
  for (int way = 0; way < 2; ++way) least[way] = Splat(kInfinity<T>), most[way] = -least[way];
  Walk<T, 2>(n, [&](int way, auto at) {
    const Vec<T> value = at(x);
    sum[way] += value;  // nothing beyond the end, as there are zeros
    squares[way] += value * value;
    least[way] = at.Keep(Min(value, least[way]), least[way]);
    most[way] = at.Keep(Max(value, most[way]), most[way]);
  });
  return {SumOf<T>(sum[0] + sum[1]), SumOf<T>(squares[0] + squares[1]),
          -MaxOf<T>(-Min(least[0], least[1])), MaxOf<T>(Max(most[0], most[1]))};
}

template <typename T>
void Summary(const Tensors& in, const Tensors& out) {
  const T* x = In<T>(in, 0);
  const int64_t n = in[0].shape[0];
  const auto all =
      Reduce(n, EvenGrain(n, 1), Extent<T>{}, [=](Extent<T>& mine, int64_t begin, int64_t end) {
        mine.Merge(ExtentOf(x + begin, end - begin));
      });
  *Out<T>(out, 0) = T(all.sum);
  *Out<T>(out, 1) = all.least;
  *Out<T>(out, 2) = all.most;
  *Out<T>(out, 3) = T(all.squares);
}

// As many bytes as there are lanes, each in a lane.
inline Vec<int64_t> BytesInLanes(const uint8_t* from) {
#ifdef __AVX512F__
  return Vec<int64_t>(_mm512_cvtepu8_epi64(_mm_loadu_si64(from)));
#else
  return Vec<int64_t>(_mm256_cvtepu8_epi64(_mm_loadu_si32(from)));
#endif
}

double MaskedSumOf(const double* x, const uint8_t* mask, int64_t n) {
  constexpr int64_t kSums = 8, kWidth = kLanes<double>;
  Vec<double> sum[kSums] = {};
  int64_t i = 0;
  for (; i + kSums * kWidth <= n; i += kSums * kWidth)
#pragma GCC unroll 8
    for (int64_t k = i; k < i + kSums * kWidth; k += kWidth)
      sum[(k - i) / kWidth] += BytesInLanes(mask + k) != 0 ? Load(x + k) : Vec<double>{};
  double total = 0;
  for (; i < n; ++i) total += mask[i] != 0 ? x[i] : 0;
  for (int k = 1; k < kSums; ++k) sum[0] += sum[k];
  return total + SumOf<double>(sum[0]);
}

void MaskedSum(const Tensors& in, const Tensors& out) {
  const double* x = In<double>(in, 0);
  const uint8_t* mask = In<uint8_t>(in, 1);
  *Out<double>(out) = SumOfPieces(in[0].shape[0], [=](int64_t begin, int64_t end) {
    return MaskedSumOf(x + begin, mask + begin, end - begin);
  });
}

}  // namespace

std::vector<NamedLoop> ReductionLoops() {
  return {
      {"total", "float32", Total<float>},
      {"total", "float64", Total<double>},
      {"dot", "float64", Dot<double>},
      {"dot", "float32", Dot<float>},
      {"mean squared error", "float32", MeanSquaredError<float>},
      {"variance", "float64", Variance<double>},
      {"summary", "float32", Summary<float>},
      {"masked sum", "float64", MaskedSum},
  };
}

}  // namespace broadloom::hand
