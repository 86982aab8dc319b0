// LAPACK's Fortran symbols under typed names. OpenBLAS's archive holds them; no header of it
// declares them with the hidden arguments that gfortran passes: the length of each string, behind
// all other arguments.
#include "runtime/lapack.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <type_traits>

#define BL_FOR_ALL_TYPES(apply)                                                        \
  apply(s, float, float) apply(d, double, double) apply(c, std::complex<float>, float) \
      apply(z, std::complex<double>, double)

// NOLINTBEGIN(bugprone-reserved-identifier): gfortran's names
extern "C" {

// The one function that these parts of LAPACK need of gfortran's library, which is no part of the
// compiler that builds us: Fortran's // into a string of fixed length, blanks behind.
__attribute__((visibility("hidden"))) void _gfortran_concat_string(size_t to_size, char* to,
                                                                   size_t a_size, const char* a,
                                                                   size_t b_size, const char* b) {
  const size_t from_a = std::min(a_size, to_size), from_b = std::min(b_size, to_size - from_a);
  std::memcpy(to, a, from_a);
  std::memcpy(to + from_a, b, from_b);
  std::memset(to + from_a + from_b, ' ', to_size - from_a - from_b);
}

#define BL_DECLARE(letter, T, R)                                                                   \
  void letter##getrs_(const char* trans, const int* n, const int* columns, const T* a,             \
                      const int* lda, const int* pivots, T* b, const int* ldb, int* info, size_t); \
  void letter##getrf2_(const int* m, const int* n, T* a, const int* lda, int* pivots, int* info);  \
  void letter##getrf_(const int* m, const int* n, T* a, const int* lda, int* pivots, int* info);   \
  void letter##potrf_(const char* uplo, const int* n, T* a, const int* lda, int* info, size_t);    \
  void letter##trtrs_(const char* uplo, const char* trans, const char* diag, const int* n,         \
                      const int* columns, const T* a, const int* lda, T* b, const int* ldb,        \
                      int* info, size_t, size_t, size_t);                                          \
  void letter##geqrf_(const int* m, const int* n, T* a, const int* lda, T* tau, T* work,           \
                      const int* lwork, int* info);
BL_FOR_ALL_TYPES(BL_DECLARE)
#undef BL_DECLARE

#define BL_DECLARE_REAL(letter, T)                                                                 \
  void letter##orgqr_(const int* m, const int* columns, const int* count, T* a, const int* lda,    \
                      const T* tau, T* work, const int* lwork, int* info);                         \
  void letter##geev_(const char* left, const char* right, const int* n, T* a, const int* lda,      \
                     T* wr, T* wi, T* vl, const int* ldvl, T* vr, const int* ldvr, T* work,        \
                     const int* lwork, int* info, size_t, size_t);                                 \
  void letter##syevd_(const char* job, const char* uplo, const int* n, T* a, const int* lda, T* w, \
                      T* work, const int* lwork, int* iwork, const int* liwork, int* info, size_t, \
                      size_t);                                                                     \
  void letter##gesdd_(const char* job, const int* m, const int* n, T* a, const int* lda, T* s,     \
                      T* u, const int* ldu, T* vh, const int* ldvh, T* work, const int* lwork,     \
                      int* iwork, int* info, size_t);                                              \
  void letter##gelsd_(const int* m, const int* n, const int* columns, T* a, const int* lda, T* b,  \
                      const int* ldb, T* s, const T* rcond, int* rank, T* work, const int* lwork,  \
                      int* iwork, int* info);
BL_DECLARE_REAL(s, float)
BL_DECLARE_REAL(d, double)
#undef BL_DECLARE_REAL

#define BL_DECLARE_COMPLEX(letter, T, R)                                                           \
  void letter##ungqr_(const int* m, const int* columns, const int* count, T* a, const int* lda,    \
                      const T* tau, T* work, const int* lwork, int* info);                         \
  void letter##geev_(const char* left, const char* right, const int* n, T* a, const int* lda,      \
                     T* w, T* vl, const int* ldvl, T* vr, const int* ldvr, T* work,                \
                     const int* lwork, R* rwork, int* info, size_t, size_t);                       \
  void letter##heevd_(const char* job, const char* uplo, const int* n, T* a, const int* lda, R* w, \
                      T* work, const int* lwork, R* rwork, const int* lrwork, int* iwork,          \
                      const int* liwork, int* info, size_t, size_t);                               \
  void letter##gesdd_(const char* job, const int* m, const int* n, T* a, const int* lda, R* s,     \
                      T* u, const int* ldu, T* vh, const int* ldvh, T* work, const int* lwork,     \
                      R* rwork, int* iwork, int* info, size_t);                                    \
  void letter##gelsd_(const int* m, const int* n, const int* columns, T* a, const int* lda, T* b,  \
                      const int* ldb, R* s, const R* rcond, int* rank, T* work, const int* lwork,  \
                      R* rwork, int* iwork, int* info);
BL_DECLARE_COMPLEX(c, std::complex<float>, float)
BL_DECLARE_COMPLEX(z, std::complex<double>, double)
#undef BL_DECLARE_COMPLEX

}  // extern "C"
// NOLINTEND(bugprone-reserved-identifier)

namespace broadloom::lapack {
namespace {

template <class T>
struct Fortran;

#define BL_SYMBOLS(letter, T, unitary, hermitian)            \
  template <>                                                \
  struct Fortran<T> {                                        \
    static constexpr auto* getrs = &letter##getrs_;          \
    static constexpr auto* getrf2 = &letter##getrf2_;        \
    static constexpr auto* getrf = &letter##getrf_;          \
    static constexpr auto* potrf = &letter##potrf_;          \
    static constexpr auto* trtrs = &letter##trtrs_;          \
    static constexpr auto* geqrf = &letter##geqrf_;          \
    static constexpr auto* ungqr = &letter##unitary##gqr_;   \
    static constexpr auto* geev = &letter##geev_;            \
    static constexpr auto* heevd = &letter##hermitian##evd_; \
    static constexpr auto* gesdd = &letter##gesdd_;          \
    static constexpr auto* gelsd = &letter##gelsd_;          \
  };
BL_SYMBOLS(s, float, or, sy)
BL_SYMBOLS(d, double, or, sy)
BL_SYMBOLS(c, std::complex<float>, un, he)
BL_SYMBOLS(z, std::complex<double>, un, he)
#undef BL_SYMBOLS

template <class T>
constexpr bool kIsComplex = !std::is_same_v<T, Real<T>>;

int Leading(int rows) { return std::max(rows, 1); }
char Triangle(bool upper) { return upper ? 'U' : 'L'; }

// What a call with a work size of -1 answers. A float cannot hold every integer: rounded up.
template <class T>
int64_t SizeOf(T answer) {
  using R = Real<T>;
  const R size = std::real(answer) * (1 + std::numeric_limits<R>::epsilon());
  return std::max<int64_t>(1, static_cast<int64_t>(std::ceil(static_cast<double>(size))));
}

// As LAPACK takes a size. More than it can name: as much as it can.
int Given(int64_t size) { return static_cast<int>(std::min(size, kMaxExtent)); }

constexpr int kQuery = -1;

template <class Routine, class T>
int Factor(Routine* routine, int m, int n, T* a, int* pivots) {
  const int lda = Leading(m);
  int info = 0;
  routine(&m, &n, a, &lda, pivots, &info);
  return info;
}

}  // namespace

template <class T>
int getrs(int n, int columns, const T* a, const int* pivots, T* b) {
  const int lda = Leading(n);
  int info = 0;
  Fortran<T>::getrs("N", &n, &columns, a, &lda, pivots, b, &lda, &info, 1);
  return info;
}

template <class T>
int getrf2(int m, int n, T* a, int* pivots) {
  return Factor(Fortran<T>::getrf2, m, n, a, pivots);
}

template <class T>
int getrf(int m, int n, T* a, int* pivots) {
  return Factor(Fortran<T>::getrf, m, n, a, pivots);
}

template <class T>
int potrf(bool upper, int n, T* a) {
  const int lda = Leading(n);
  const char uplo = Triangle(upper);
  int info = 0;
  Fortran<T>::potrf(&uplo, &n, a, &lda, &info, 1);
  return info;
}

template <class T>
int trtrs(bool upper, char transpose, bool unit_diagonal, int n, int columns, const T* a, T* b) {
  const int lda = Leading(n);
  const char uplo = Triangle(upper), diag = unit_diagonal ? 'U' : 'N';
  int info = 0;
  Fortran<T>::trtrs(&uplo, &transpose, &diag, &n, &columns, a, &lda, b, &lda, &info, 1, 1, 1);
  return info;
}

template <class T>
WorkSizes geqrf_work(int m, int n) {
  const int lda = Leading(m);
  int info = 0;
  T a{}, tau{}, size{};
  Fortran<T>::geqrf(&m, &n, &a, &lda, &tau, &size, &kQuery, &info);
  return {SizeOf(size), 0, 0};
}

template <class T>
int geqrf(int m, int n, T* a, T* tau, const Work<T>& work) {
  const int lda = Leading(m), size = Given(work.sizes.work);
  int info = 0;
  Fortran<T>::geqrf(&m, &n, a, &lda, tau, work.work, &size, &info);
  return info;
}

template <class T>
WorkSizes ungqr_work(int m, int columns, int count) {
  const int lda = Leading(m);
  int info = 0;
  T a{}, tau{}, size{};
  Fortran<T>::ungqr(&m, &columns, &count, &a, &lda, &tau, &size, &kQuery, &info);
  return {SizeOf(size), 0, 0};
}

template <class T>
int ungqr(int m, int columns, int count, T* a, const T* tau, const Work<T>& work) {
  const int lda = Leading(m), size = Given(work.sizes.work);
  int info = 0;
  Fortran<T>::ungqr(&m, &columns, &count, a, &lda, tau, work.work, &size, &info);
  return info;
}

namespace {

// Real matrices: real and imaginary parts of the eigenvalues in `first` and `second`; complex ones:
// scratch memory in `first`.
template <class T>
int Geev(bool vectors, int n, T* a, std::complex<Real<T>>* w, T* v, T* work, int size,
         Real<T>* first, Real<T>* second) {
  const int lda = Leading(n), one = 1;
  const char left = 'N', right = vectors ? 'V' : 'N';
  int info = 0;
  T none{};
  if constexpr (kIsComplex<T>) {
    Fortran<T>::geev(&left, &right, &n, a, &lda, w, &none, &one, v, &lda, work, &size, first, &info,
                     1, 1);
  } else {
    Fortran<T>::geev(&left, &right, &n, a, &lda, first, second, &none, &one, v, &lda, work, &size,
                     &info, 1, 1);
  }
  return info;
}

template <class T>
int Heevd(bool vectors, bool upper, int n, T* a, Real<T>* w, T* work, int size, Real<T>* rwork,
          int rsize, int* iwork, int isize) {
  const int lda = Leading(n);
  const char job = vectors ? 'V' : 'N', uplo = Triangle(upper);
  int info = 0;
  if constexpr (kIsComplex<T>) {
    Fortran<T>::heevd(&job, &uplo, &n, a, &lda, w, work, &size, rwork, &rsize, iwork, &isize, &info,
                      1, 1);
  } else {
    Fortran<T>::heevd(&job, &uplo, &n, a, &lda, w, work, &size, iwork, &isize, &info, 1, 1);
  }
  return info;
}

template <class T>
int Gesdd(char job, int m, int n, T* a, Real<T>* s, T* u, T* vh, T* work, int size, Real<T>* rwork,
          int* iwork) {
  const int lda = Leading(m), ldvh = job == 'S' ? Leading(std::min(m, n)) : Leading(n);
  int info = 0;
  if constexpr (kIsComplex<T>) {
    Fortran<T>::gesdd(&job, &m, &n, a, &lda, s, u, &lda, vh, &ldvh, work, &size, rwork, iwork,
                      &info, 1);
  } else {
    Fortran<T>::gesdd(&job, &m, &n, a, &lda, s, u, &lda, vh, &ldvh, work, &size, iwork, &info, 1);
  }
  return info;
}

template <class T>
int Gelsd(int m, int n, int columns, T* a, T* b, Real<T>* s, Real<T> rcond, int* rank, T* work,
          int size, Real<T>* rwork, int* iwork) {
  const int lda = Leading(m), ldb = Leading(std::max(m, n));
  int info = 0;
  if constexpr (kIsComplex<T>) {
    Fortran<T>::gelsd(&m, &n, &columns, a, &lda, b, &ldb, s, &rcond, rank, work, &size, rwork,
                      iwork, &info);
  } else {
    Fortran<T>::gelsd(&m, &n, &columns, a, &lda, b, &ldb, s, &rcond, rank, work, &size, iwork,
                      &info);
  }
  return info;
}

// LAPACK's documentation of the complex routine; the query does not tell.
int64_t GesddReals(char job, int64_t m, int64_t n) {
  const int64_t k = std::min(m, n), larger = std::max(m, n);
  return job == 'N' ? 7 * k : std::max(5 * k * k + 5 * k, 2 * larger * k + 2 * k * k + k);
}

}  // namespace

template <class T>
WorkSizes geev_work(bool vectors, int n) {
  T a{}, v{}, size{};
  std::complex<Real<T>> w;
  Real<T> first = 0, second = 0;
  Geev<T>(vectors, n, &a, &w, &v, &size, kQuery, &first, &second);
  return {SizeOf(size), 2 * int64_t{n}, 0};
}

template <class T>
int geev(bool vectors, int n, T* a, std::complex<Real<T>>* w, T* v, const Work<T>& work) {
  Real<T>*const first = work.rwork, *const second = work.rwork + n;
  const int info = Geev<T>(vectors, n, a, w, v, work.work, Given(work.sizes.work), first, second);
  if constexpr (!kIsComplex<T>)
    for (int i = 0; i < n; ++i) w[i] = {first[i], second[i]};
  return info;
}

template <class T>
WorkSizes heevd_work(bool vectors, bool upper, int n) {
  T a{}, size{};
  Real<T> w = 0, rsize = 0;
  int isize = 0;
  Heevd<T>(vectors, upper, n, &a, &w, &size, kQuery, &rsize, kQuery, &isize, kQuery);
  return {SizeOf(size), SizeOf(rsize), std::max(isize, 1)};
}

template <class T>
int heevd(bool vectors, bool upper, int n, T* a, Real<T>* w, const Work<T>& work) {
  const WorkSizes& sizes = work.sizes;
  return Heevd<T>(vectors, upper, n, a, w, work.work, Given(sizes.work), work.rwork,
                  Given(sizes.rwork), work.iwork, Given(sizes.iwork));
}

template <class T>
WorkSizes gesdd_work(char job, int m, int n) {
  T a{}, u{}, vh{}, size{};
  Real<T> s = 0, rwork = 0;
  int iwork = 0;
  Gesdd<T>(job, m, n, &a, &s, &u, &vh, &size, kQuery, &rwork, &iwork);
  const int64_t reals = kIsComplex<T> ? GesddReals(job, m, n) : 0;
  return {SizeOf(size), reals, 8 * int64_t{std::min(m, n)}};
}

template <class T>
int gesdd(char job, int m, int n, T* a, Real<T>* s, T* u, T* vh, const Work<T>& work) {
  return Gesdd<T>(job, m, n, a, s, u, vh, work.work, Given(work.sizes.work), work.rwork,
                  work.iwork);
}

template <class T>
WorkSizes gelsd_work(int m, int n, int columns) {
  T a{}, b{}, size{};
  Real<T> s = 0, rwork = 0;
  int rank = 0, iwork = 0;
  Gelsd<T>(m, n, columns, &a, &b, &s, Real<T>(0), &rank, &size, kQuery, &rwork, &iwork);
  return {SizeOf(size), kIsComplex<T> ? SizeOf(rwork) : 0, std::max(iwork, 1)};
}

template <class T>
int gelsd(int m, int n, int columns, T* a, T* b, Real<T>* s, Real<T> rcond, int* rank,
          const Work<T>& work) {
  return Gelsd<T>(m, n, columns, a, b, s, rcond, rank, work.work, Given(work.sizes.work),
                  work.rwork, work.iwork);
}

#define BL_INSTANTIATE(letter, T, R)                                         \
  template int getrs(int, int, const T*, const int*, T*);                    \
  template int getrf2(int, int, T*, int*);                                   \
  template int getrf(int, int, T*, int*);                                    \
  template int potrf(bool, int, T*);                                         \
  template int trtrs(bool, char, bool, int, int, const T*, T*);              \
  template WorkSizes geqrf_work<T>(int, int);                                \
  template int geqrf(int, int, T*, T*, const Work<T>&);                      \
  template WorkSizes ungqr_work<T>(int, int, int);                           \
  template int ungqr(int, int, int, T*, const T*, const Work<T>&);           \
  template WorkSizes geev_work<T>(bool, int);                                \
  template int geev<T>(bool, int, T*, std::complex<R>*, T*, const Work<T>&); \
  template WorkSizes heevd_work<T>(bool, bool, int);                         \
  template int heevd<T>(bool, bool, int, T*, R*, const Work<T>&);            \
  template WorkSizes gesdd_work<T>(char, int, int);                          \
  template int gesdd<T>(char, int, int, T*, R*, T*, T*, const Work<T>&);     \
  template WorkSizes gelsd_work<T>(int, int, int);                           \
  template int gelsd<T>(int, int, int, T*, T*, R*, R, int*, const Work<T>&);
BL_FOR_ALL_TYPES(BL_INSTANTIATE)
#undef BL_INSTANTIATE
#undef BL_FOR_ALL_TYPES

}  // namespace broadloom::lapack
