// x x^T: what is above the diagonal, and the same below it.
#ifndef BROADLOOM_TESTS_BENCH_HAND_SYMMETRIC_H_
#define BROADLOOM_TESTS_BENCH_HAND_SYMMETRIC_H_

#include <cmath>

#include "tests/bench/hand/each_thread.h"
#include "tests/bench/hand/folds.h"
#include "tests/bench/hand/outputs.h"

namespace broadloom::hand {

// Rows by rows, a vector of k at a time: a tile's products are as many as a vector has lanes, and
// their lanes are summed at its end. No more than the diagonal's tiles is computed in vain.
template <typename T>
class SymmetricProduct {
 public:
  static constexpr int kDown = 4, kAcross = kLanes<T> / kDown;

  SymmetricProduct(const T* x, T* out, int64_t m, int64_t k)
      : x_(x), out_(out), m_(m), k_(k), step_(DivideUp(k, kLanes<T>) * kLanes<T>) {
    constexpr int64_t kPanelBytes = 28 << 10;  // in L1, beside the rows on the left
    const int64_t most = kPanelBytes / (step_ * int64_t{sizeof(T)}) / kAcross * kAcross;
    panel_ = std::clamp<int64_t>(most, kAcross, 64);
  }

  // A part of the columns, of as many products as the other threads'.
  void Run(int64_t thread, int64_t threads) const {
    const int64_t begin = Bound(thread, threads), end = Bound(thread + 1, threads);
    Buffer<T> packed(panel_ * step_);
    for (int64_t column = begin; column < end; column += panel_)
      Panel(column, std::min(end, column + panel_), packed.data());
  }

 private:
  int64_t Bound(int64_t thread, int64_t threads) const {
    if (thread == threads) return m_;
    const double part = std::sqrt(double(thread) / double(threads));
    return static_cast<int64_t>(part * double(m_)) / kAcross * kAcross;
  }

  // Tiles beyond the end overlap the ones before.
  void Panel(int64_t begin, int64_t end, T* packed) const {
    const int64_t first = std::min(begin, m_ - kAcross);
    for (int64_t c = first; c < end; ++c)
      std::copy_n(x_ + c * k_, k_, packed + (c - first) * step_);
    for (int64_t row = 0; row < end; row += kDown)
      for (int64_t c = std::max(begin, row / kAcross * kAcross); c < end; c += kAcross) {
        const int64_t column = std::min(c, m_ - kAcross);
        Tile(std::min(row, m_ - kDown), column, packed + (column - first) * step_);
      }
  }

  void Tile(int64_t row, int64_t column, const T* right) const {
    Vec<T> sum[kLanes<T>] = {};
    const T* left = x_ + row * k_;
    int64_t p = 0;
    for (; p + kLanes<T> <= k_; p += kLanes<T>)
      AddProducts(right + p, sum, [=, this](int r) { return LoadOnce(left + r * k_ + p); });
    if (p < k_)
      AddProducts(right + p, sum, [=, this](int r) { return LoadSome(left + r * k_ + p, k_ - p); });
    Put(FoldAcross<T>(sum, kAdd), row, column);
  }

  template <typename Left>
  void AddProducts(const T* right, Vec<T> (&sum)[kLanes<T>], Left left) const {
    Vec<T> columns[kAcross];
#pragma GCC unroll 4
    for (int c = 0; c < kAcross; ++c) columns[c] = LoadOnce(right + c * step_);
#pragma GCC unroll 4
    for (int r = 0; r < kDown; ++r) {
      const Vec<T> row = left(r);
#pragma GCC unroll 4
      for (int c = 0; c < kAcross; ++c)
        sum[r * kAcross + c] = MultiplyAdd(row, columns[c], sum[r * kAcross + c]);
    }
  }

  void Put(Vec<T> tile, int64_t row, int64_t column) const {
    const Vec<T> mirrored =
        Shuffle<T>(tile, tile, [](int lane) { return lane % kDown * kAcross + lane / kDown; });
    const T* values = reinterpret_cast<const T*>(&tile);
    for (int r = 0; r < kDown; ++r)
      __builtin_memcpy(out_ + (row + r) * m_ + column, values + r * kAcross, kAcross * sizeof(T));
    values = reinterpret_cast<const T*>(&mirrored);
    for (int c = 0; c < kAcross; ++c)
      __builtin_memcpy(out_ + (column + c) * m_ + row, values + c * kDown, kDown * sizeof(T));
  }

  const T* x_;
  T* out_;
  int64_t m_, k_, step_, panel_;
};

}  // namespace broadloom::hand

#endif  // BROADLOOM_TESTS_BENCH_HAND_SYMMETRIC_H_
