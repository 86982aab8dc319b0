#include "runtime/gemm.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <cstring>
#include <limits>
#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "runtime/thread_pool.h"

namespace broadloom {
namespace {

template <class T>
absl::Status Gemm(int64_t m, int64_t n, int64_t k, const Matrix<T>& a, const Matrix<T>& b, T* c,
                  int64_t c_row_stride, Executor& executor, bool is_symmetric = false) {
  const auto product = MatrixProduct<T>::Make(m, n, k, a, b, c_row_stride, is_symmetric);
  if (!product.ok()) return product.status();
  executor.ParallelFor(product->parts(), 1, [&](int64_t begin, int64_t end, int) {
    for (int64_t part = begin; part < end; ++part) product->Compute(part, a.data, b.data, c);
  });
  return absl::OkStatus();
}

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

// Small integers: every product is exact whatever the order of additions.
template <class T>
std::vector<T> Integers(int64_t count) {
  std::vector<T> numbers(count);
  for (int64_t i = 0; i < count; ++i) numbers[i] = static_cast<T>((i * 7919) % 11 - 5);
  return numbers;
}

template <class T>
T At(const Matrix<T>& matrix, int64_t row, int64_t column) {
  T value;
  const char* data = reinterpret_cast<const char*>(matrix.data);
  std::memcpy(&value, data + row * matrix.row_stride + column * matrix.column_stride, sizeof(T));
  return value;
}

// Rows or columns contiguous, with `gap` unused elements between them.
template <class T>
Matrix<T> Lay(const std::vector<T>& data, int64_t rows, int64_t columns, bool by_rows,
              int64_t gap) {
  constexpr int64_t size = sizeof(T);
  if (by_rows) return {data.data(), (columns + gap) * size, size};
  return {data.data(), size, (rows + gap) * size};
}

template <class T>
void CheckProduct(int64_t m, int64_t n, int64_t k, bool a_by_rows, bool b_by_rows, int64_t gap,
                  Executor& executor) {
  const auto left = Integers<T>((m + gap) * (k + gap)), right = Integers<T>((k + gap) * (n + gap));
  const Matrix<T> a = Lay(left, m, k, a_by_rows, gap), b = Lay(right, k, n, b_by_rows, gap);
  const int64_t width = n + gap;
  std::vector<T> c(m * width, std::numeric_limits<T>::quiet_NaN());
  const absl::Status status = Gemm(m, n, k, a, b, c.data(), width * sizeof(T), executor);
  ASSERT_TRUE(status.ok()) << status;
  for (int64_t row = 0; row < m; ++row) {
    for (int64_t column = 0; column < width; ++column) {
      T expected = 0;
      for (int64_t i = 0; column < n && i < k; ++i) expected += At(a, row, i) * At(b, i, column);
      const T actual = c[row * width + column];
      ASSERT_TRUE(column < n ? actual == expected : std::isnan(actual))
          << m << ' ' << n << ' ' << k << ": " << row << ',' << column;
    }
  }
}

// Two threads that start each product together: they must not be given the same scratch memory.
TEST(Gemm, ThreadsAtOnce) {
  constexpr int64_t kRows = 256, kColumns = 2, kDepth = 3;
  constexpr int kRounds = 20'000;
  const auto left = Integers<double>(kRows * kDepth), right = Integers<double>(kDepth * kColumns);
  const Matrix<double> a = Lay(left, kRows, kDepth, true, 0),
                       b = Lay(right, kDepth, kColumns, true, 0);
  const auto multiply = [&](std::vector<double>& c) {
    ThreadPool serial(1);  // makes no thread
    return Gemm(kRows, kColumns, kDepth, a, b, c.data(), kColumns * sizeof(double), serial).ok();
  };
  std::vector<double> expected(kRows * kColumns);
  ASSERT_TRUE(multiply(expected));
  std::atomic<int> arrived = 0, wrong = 0;
  const auto work = [&] {
    std::vector<double> c(expected.size());
    for (int round = 1; round <= kRounds; ++round) {
      ++arrived;
      while (arrived < 2 * round) std::this_thread::yield();
      if (!multiply(c) || c != expected) ++wrong;
    }
  };
  std::thread other(work);
  work();
  other.join();
  EXPECT_EQ(wrong, 0);
}

TEST(Gemm, AllLayoutsAndShapes) {
  ThreadPool pool(3);
  const int64_t shapes[][3] = {{1, 1, 1}, {1, 5, 3}, {5, 1, 3},   {1, 1, 9},    {4, 6, 1},
                               {3, 2, 0}, {0, 3, 2}, {17, 9, 33}, {300, 270, 5}};
  for (const auto& [m, n, k] : shapes) {
    for (int form = 0; form < 8; ++form) {
      CheckProduct<float>(m, n, k, form & 1, form & 2, form & 4 ? 3 : 0, pool);
      CheckProduct<double>(m, n, k, form & 1, form & 2, form & 4 ? 3 : 0, pool);
    }
  }
}

TEST(Gemm, BitsDoNotDependOnThreads) {
  const int64_t m = 600, n = 300, k = 100;
  std::vector<double> a(m * k), b(k * n), first(m * n), second(m * n);
  for (size_t i = 0; i < a.size(); ++i) a[i] = std::sin(i);
  for (size_t i = 0; i < b.size(); ++i) b[i] = std::cos(i);
  ThreadPool one(1), four(4);
  const Matrix<double> left{a.data(), k * 8, 8}, right{b.data(), n * 8, 8};
  ASSERT_TRUE(Gemm(m, n, k, left, right, first.data(), n * 8, one).ok());
  ASSERT_TRUE(Gemm(m, n, k, left, right, second.data(), n * 8, four).ok());
  EXPECT_EQ(std::memcmp(first.data(), second.data(), first.size() * 8), 0);
}

// Parts fill all of c once, whatever the shape.
TEST(Gemm, PartsAreDisjointAndFillTheProduct) {
  for (const auto& [m, n, k] : std::vector<std::array<int64_t, 3>>{{1, 5000, 3},
                                                                   {5000, 1, 3},
                                                                   {4000, 8, 64},
                                                                   {8, 4000, 64},
                                                                   {600, 1100, 700},
                                                                   {513, 513, 9},
                                                                   {33, 32, 0}}) {
    const std::vector<double> a(m * std::max<int64_t>(k, 1)), b(std::max<int64_t>(k, 1) * n);
    std::vector<double> c(m * n);
    std::vector<int> filled(m * n);
    const auto product =
        MatrixProduct<double>::Make(m, n, k, {a.data(), k * 8, 8}, {b.data(), n * 8, 8}, n * 8);
    ASSERT_TRUE(product.ok());
    for (int64_t part = 0; part < product->parts(); ++part) {
      for (const Tile& tile : product->Compute(part, a.data(), b.data(), c.data())) {
        for (int64_t row = 0; row < tile.rows; ++row)
          for (int64_t column = 0; column < tile.columns; ++column)
            ++filled[(tile.row + row) * n + tile.column + column];
      }
    }
    EXPECT_EQ(std::count(filled.begin(), filled.end(), 1), m * n) << m << ' ' << n << ' ' << k;
  }
}

// By rows and by columns; of several parts and of one.
TEST(Gemm, TimesItsTransposeIsSymmetric) {
  ThreadPool pool(3);
  for (const auto& [m, k] : std::vector<std::pair<int64_t, int64_t>>{
           {2, 70}, {3, 70}, {40, 70}, {300, 70}, {1100, 70}, {700, 0}}) {
    const std::vector<double> x = Integers<double>(m * k);
    const Matrix<double> rows{x.data(), k * 8, 8}, columns{x.data(), 8, m * 8};
    for (const Matrix<double>& a : {rows, columns}) {
      const Matrix<double> b{a.data, a.column_stride, a.row_stride};
      std::vector<double> expected(m * m), c(m * m, -1);
      ASSERT_TRUE(Gemm(m, m, k, a, b, expected.data(), m * 8, pool).ok());
      ASSERT_TRUE(Gemm(m, m, k, a, b, c.data(), m * 8, pool, true).ok());
      EXPECT_EQ(c, expected) << m;
    }
  }
}

TEST(Gemm, RefusesLayoutsThatNeedACopy) {
  ThreadPool pool(1);
  const std::vector<double> data(64, 1);
  std::vector<double> c(64);
  const Matrix<double> good{data.data(), 32, 8};
  const Matrix<double> bad[] = {
      {data.data(), 64, 16},       // neither axis contiguous
      {data.data() + 32, -32, 8},  // backwards
      {data.data() + 3, 32, -8},   // backwards along the row
      {data.data(), 0, 8},         // one row broadcast
      {data.data(), 24, 8},        // overlapping rows
      {data.data(), 33, 8},        // rows between elements
      {reinterpret_cast<const double*>(reinterpret_cast<const char*>(data.data()) + 4), 32,
       8},  // misaligned
  };
  for (const Matrix<double>& operand : bad) {
    EXPECT_EQ(Gemm(4, 4, 4, operand, good, c.data(), 32, pool).code(), kInvalid);
    EXPECT_EQ(Gemm(4, 4, 4, good, operand, c.data(), 32, pool).code(), kInvalid);
  }
  EXPECT_EQ(Gemm(4, 4, 4, good, good, c.data(), 24, pool).code(), kInvalid);
  EXPECT_EQ(Gemm(4, 4, 4, good, good, c.data(), 33, pool).code(), kInvalid);
}

TEST(Gemm, RefusesWhatExceeds32Bits) {
  ThreadPool pool(1);
  const double x = 1;
  double c[2];
  const int64_t huge = int64_t{1} << 40;
  const Matrix<double> operand{&x, huge, 8};
  EXPECT_EQ(Gemm(1, 1, huge, operand, operand, c, 8, pool).code(),
            absl::StatusCode::kUnimplemented);
  EXPECT_EQ(Gemm(2, 1, 1, operand, operand, c, 8, pool).code(), absl::StatusCode::kUnimplemented);
}

}  // namespace
}  // namespace broadloom
