// Every LAPACK function that runtime/lapack.h names, for each of the four types: what it returns
// multiplies back to what it was given. The last test runs them in several threads at once.
#include "runtime/lapack.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <thread>
#include <type_traits>
#include <vector>

namespace broadloom::lapack {
namespace {

template <class T>
T Conj(T x) {
  if constexpr (std::is_same_v<T, Real<T>>)
    return x;
  else
    return std::conj(x);
}

// Column by column.
template <class T>
struct Dense {
  int rows, columns;
  std::vector<T> data;

  Dense(int m, int n) : rows(m), columns(n), data(static_cast<size_t>(m) * n) {}
  T& operator()(int i, int j) { return data[i + static_cast<size_t>(j) * rows]; }
  const T& operator()(int i, int j) const { return data[i + static_cast<size_t>(j) * rows]; }
  T* ptr() { return data.data(); }
};

template <class T>
Dense<T> operator*(const Dense<T>& a, const Dense<T>& b) {
  Dense<T> c(a.rows, b.columns);
  for (int i = 0; i < a.rows; ++i)
    for (int j = 0; j < b.columns; ++j)
      for (int k = 0; k < a.columns; ++k) c(i, j) += a(i, k) * b(k, j);
  return c;
}

template <class T>
Dense<T> Adjoint(const Dense<T>& a) {
  Dense<T> c(a.columns, a.rows);
  for (int i = 0; i < a.rows; ++i)
    for (int j = 0; j < a.columns; ++j) c(j, i) = Conj(a(i, j));
  return c;
}

template <class T>
Dense<T> Diagonal(const std::vector<T>& values, int rows, int columns) {
  Dense<T> d(rows, columns);
  for (int i = 0; i < std::min(rows, columns); ++i) d(i, i) = values[i];
  return d;
}

template <class T>
Dense<T> Random(int m, int n, int seed) {
  std::mt19937 generator(seed);
  std::normal_distribution<double> normal;
  Dense<T> a(m, n);
  for (T& x : a.data) {
    const double re = normal(generator), im = normal(generator);
    if constexpr (std::is_same_v<T, Real<T>>)
      x = static_cast<T>(re);
    else
      x = T(static_cast<Real<T>>(re), static_cast<Real<T>>(im));
  }
  return a;
}

template <class T>
Dense<T> Hermitian(int n, int seed, double diagonal) {
  const Dense<T> a = Random<T>(n, n, seed), b = Adjoint(a);
  Dense<T> c(n, n);
  for (int i = 0; i < n; ++i)
    for (int j = 0; j < n; ++j)
      c(i, j) = a(i, j) + b(i, j) + (i == j ? T(static_cast<Real<T>>(diagonal)) : T(0));
  return c;
}

template <class T, class U>
double Distance(const Dense<T>& a, const Dense<U>& b) {
  double worst = a.data.size() == b.data.size() ? 0 : INFINITY;
  for (size_t i = 0; i < std::min(a.data.size(), b.data.size()); ++i)
    worst = std::max(worst, static_cast<double>(std::abs(a.data[i] - b.data[i])));
  return worst;
}

// Scratch memory of the size that was asked for; what lies behind it must stay as it is.
template <class T>
struct Scratch {
  static constexpr int kGuard = 64;
  std::vector<T> work;
  std::vector<Real<T>> rwork;
  std::vector<int> iwork;
  Work<T> given;

  explicit Scratch(const WorkSizes& sizes)
      : work(sizes.work + kGuard, T(7)),
        rwork(sizes.rwork + kGuard, Real<T>(7)),
        iwork(sizes.iwork + kGuard, 7) {
    given = {work.data(), rwork.data(), iwork.data(), sizes};
  }
  ~Scratch() {
    const auto guarded = [](const auto& memory) {
      return std::all_of(memory.end() - kGuard, memory.end(),
                         [&](auto x) { return x == decltype(x)(7); });
    };
    EXPECT_TRUE(guarded(work) && guarded(rwork) && guarded(iwork));
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
};

template <class T>
double Bound(int n) {
  return 40 * n * static_cast<double>(std::numeric_limits<Real<T>>::epsilon());
}

template <class T>
void CheckSolve(int n, int seed) {
  const Dense<T> a = Random<T>(n, n, seed), b = Random<T>(n, 3, seed + 1);
  Dense<T> factors = a, x = b;
  std::vector<int> pivots(n);
  EXPECT_EQ(getrf2(n, n, factors.ptr(), pivots.data()), 0);
  EXPECT_EQ(getrs(n, 3, factors.ptr(), pivots.data(), x.ptr()), 0);
  EXPECT_LT(Distance(a * x, b), 100 * Bound<T>(n));

  Dense<T> lu = a, upper(n, n);
  EXPECT_EQ(getrf(n, n, lu.ptr(), pivots.data()), 0);
  EXPECT_LT(Distance(lu, factors), Bound<T>(n));
  for (int j = 0; j < n; ++j)
    for (int i = 0; i <= j; ++i) upper(i, j) = lu(i, j);
  Dense<T> y = b;
  EXPECT_EQ(trtrs(true, 'N', false, n, 3, lu.ptr(), y.ptr()), 0);
  EXPECT_LT(Distance(upper * y, b), 100 * Bound<T>(n));
}

template <class T>
void CheckCholesky(int n, int seed) {
  const Dense<T> a = Hermitian<T>(n, seed, 8.0 * std::sqrt(n));
  for (const bool upper : {false, true}) {
    Dense<T> c = a;
    EXPECT_EQ(potrf(upper, n, c.ptr()), 0);
    for (int i = 0; i < n; ++i)
      for (int j = 0; j < n; ++j)
        if (upper ? i > j : i < j) c(i, j) = 0;
    EXPECT_LT(Distance(upper ? Adjoint(c) * c : c * Adjoint(c), a), Bound<T>(n));
  }
}

template <class T>
void CheckQr(int m, int n, int seed) {
  const int k = std::min(m, n);
  const Dense<T> a = Random<T>(m, n, seed);
  Dense<T> factors = a, r(m, n), q(m, m);
  std::vector<T> tau(k);
  Scratch<T> first(geqrf_work<T>(m, n)), second(ungqr_work<T>(m, m, k));
  EXPECT_EQ(geqrf(m, n, factors.ptr(), tau.data(), first.given), 0);
  for (int j = 0; j < n; ++j) {
    for (int i = 0; i <= std::min(j, m - 1); ++i) r(i, j) = factors(i, j);
    if (j < k) std::copy_n(&factors(0, j), m, &q(0, j));
  }
  EXPECT_EQ(ungqr(m, m, k, q.ptr(), tau.data(), second.given), 0);
  EXPECT_LT(Distance(q * r, a), Bound<T>(m));
  EXPECT_LT(Distance(Adjoint(q) * q, Diagonal(std::vector<T>(m, T(1)), m, m)), Bound<T>(m));
}

template <class T>
void CheckSvd(int m, int n, char job, int seed) {
  const int k = std::min(m, n), inner_u = job == 'A' ? m : k, inner_v = job == 'A' ? n : k;
  const Dense<T> a = Random<T>(m, n, seed);
  Dense<T> copy = a, u(m, inner_u), vh(inner_v, n);
  std::vector<Real<T>> s(k), only(k);
  Scratch<T> scratch(gesdd_work<T>(job, m, n));
  EXPECT_EQ(gesdd(job, m, n, copy.ptr(), s.data(), u.ptr(), vh.ptr(), scratch.given), 0);
  const std::vector<T> sigma(s.begin(), s.end());
  EXPECT_LT(Distance(u * Diagonal(sigma, inner_u, inner_v) * vh, a), 2 * Bound<T>(m + n));
  EXPECT_TRUE(std::is_sorted(s.rbegin(), s.rend()));

  copy = a;
  Scratch<T> less(gesdd_work<T>('N', m, n));
  EXPECT_EQ(gesdd<T>('N', m, n, copy.ptr(), only.data(), nullptr, nullptr, less.given), 0);
  for (int i = 0; i < k; ++i) EXPECT_NEAR(s[i], only[i], Bound<T>(m + n));
}

template <class T>
void CheckHermitianEigen(int n, int seed) {
  const Dense<T> a = Hermitian<T>(n, seed, 0);
  for (const bool upper : {false, true}) {
    Dense<T> v = a;
    for (int i = 0; i < n; ++i)
      for (int j = 0; j < n; ++j)
        if (upper ? i > j : i < j) v(i, j) = 99;  // must not be looked at
    std::vector<Real<T>> w(n);
    Scratch<T> scratch(heevd_work<T>(true, upper, n));
    EXPECT_EQ(heevd(true, upper, n, v.ptr(), w.data(), scratch.given), 0);
    EXPECT_TRUE(std::is_sorted(w.begin(), w.end()));
    const std::vector<T> lambda(w.begin(), w.end());
    EXPECT_LT(Distance(a * v, v * Diagonal(lambda, n, n)), 10 * Bound<T>(n));
  }
}

template <class T>
void CheckEigen(int n, int seed) {
  using C = std::complex<Real<T>>;
  const Dense<T> a = Random<T>(n, n, seed);
  Dense<T> copy = a, v(n, n);
  std::vector<C> w(n);
  Scratch<T> scratch(geev_work<T>(true, n));
  EXPECT_EQ(geev(true, n, copy.ptr(), w.data(), v.ptr(), scratch.given), 0);
  Dense<C> matrix(n, n), vectors(n, n);
  std::copy(a.data.begin(), a.data.end(), matrix.data.begin());
  for (int j = 0; j < n; ++j)
    for (int i = 0; i < n; ++i) {
      vectors(i, j) = v(i, j);
      if constexpr (std::is_same_v<T, Real<T>>) {
        if (w[j].imag() > 0) vectors(i, j) = C(v(i, j), v(i, j + 1));
        if (w[j].imag() < 0) vectors(i, j) = C(v(i, j - 1), -v(i, j));
      }
    }
  EXPECT_LT(Distance(matrix * vectors, vectors * Diagonal(w, n, n)), 10 * Bound<T>(n));
}

template <class T>
void CheckLeastSquares(int m, int n, int seed) {
  const Dense<T> a = Random<T>(m, n, seed), b = Random<T>(m, 2, seed + 1);
  Dense<T> copy = a, given(std::max(m, n), 2), x(n, 2);
  for (int j = 0; j < 2; ++j)
    for (int i = 0; i < m; ++i) given(i, j) = b(i, j);
  std::vector<Real<T>> s(std::min(m, n));
  int rank = 0;
  Scratch<T> scratch(gelsd_work<T>(m, n, 2));
  EXPECT_EQ(
      gelsd<T>(m, n, 2, copy.ptr(), given.ptr(), s.data(), Real<T>(1e-5), &rank, scratch.given), 0);
  EXPECT_EQ(rank, std::min(m, n));
  for (int j = 0; j < 2; ++j)
    for (int i = 0; i < n; ++i) x(i, j) = given(i, j);
  // The normal equations: what is left is orthogonal to the columns of a.
  EXPECT_LT(Distance(Adjoint(a) * (a * x), Adjoint(a) * b), 100 * Bound<T>(m + n));
}

template <class T>
void CheckAll(int n, int seed) {
  CheckSolve<T>(n, seed);
  CheckCholesky<T>(n, seed);
  CheckHermitianEigen<T>(n, seed);
  CheckEigen<T>(n, seed);
  for (const int m : {n, n + 5, std::max(1, n / 3)}) {
    CheckQr<T>(m, n, seed);
    CheckSvd<T>(m, n, 'A', seed);
    CheckSvd<T>(m, n, 'S', seed);
    CheckLeastSquares<T>(m, n, seed);
  }
}

template <class T>
class Lapack : public testing::Test {};
using Types = testing::Types<float, double, std::complex<float>, std::complex<double>>;
TYPED_TEST_SUITE(Lapack, Types);

TYPED_TEST(Lapack, MultipliesBack) {
  for (const int n : {1, 2, 5, 33, 80}) CheckAll<TypeParam>(n, n);
}

TYPED_TEST(Lapack, TellsWhatIsWrong) {
  using T = TypeParam;
  std::vector<T> singular{1, 2, 2, 4}, again = singular, b{1, 1}, indefinite{1, 2, 2, 1},
                                       zero{1, 0, 3, 0};
  int pivots[2];
  EXPECT_GT(getrf(2, 2, singular.data(), pivots), 0);
  EXPECT_GT(getrf2(2, 2, again.data(), pivots), 0);
  EXPECT_EQ(potrf(false, 2, indefinite.data()), 2);
  EXPECT_EQ(trtrs(true, 'N', false, 2, 1, zero.data(), b.data()), 2);
}

TYPED_TEST(Lapack, RunsInThreads) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([i] {
      for (int round = 0; round < 5; ++round) CheckAll<TypeParam>(40 + 3 * i, round);
    });
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace broadloom::lapack
