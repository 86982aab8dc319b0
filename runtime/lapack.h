// LAPACK for one matrix at a time, as thin as its types allow.
//
// T is float, double, std::complex<float> or std::complex<double>. Matrices are dense and in
// Fortran's order: element (i, j) of an (m, n) matrix lies at i + j * m. The functions have
// LAPACK's names without the letter of the type, and its return value `info`: 0 where all went
// well, > 0 where the matrix was at fault. A caller sees to it that no extent exceeds kMaxExtent.
//
// They may run in any number of threads at once. The scratch memory of OpenBLAS is handed out under
// the lock of gemm.cc. What else the archive keeps between calls is the choice of the machine's
// kernels, made before main(), tables that nobody writes, and the state of ?lacon, which nothing
// here calls.
#ifndef BROADLOOM_RUNTIME_LAPACK_H_
#define BROADLOOM_RUNTIME_LAPACK_H_

#include <complex>
#include <cstdint>
#include <limits>

namespace broadloom::lapack {

constexpr int64_t kMaxExtent = std::numeric_limits<int>::max();

template <class T>
struct RealOfType {
  using type = T;
};
template <class T>
struct RealOfType<std::complex<T>> {
  using type = T;
};
template <class T>
using Real = typename RealOfType<T>::type;

// Scratch memory of one call, in elements. Sizes come from the function of the same name with
// `_work` behind it.
struct WorkSizes {
  int64_t work = 0, rwork = 0, iwork = 0;
};
template <class T>
struct Work {
  T* work;
  Real<T>* rwork;
  int* iwork;
  WorkSizes sizes;
};

// a (m, n) becomes L and U, L's diagonal of ones left out. Row i was swapped with row
// pivots[i] - 1, in this order. > 0: U is singular.
template <class T>
int getrf(int m, int n, T* a, int* pivots);

// The same by the reference's recursion: slower, but right for subnormal pivots, whose reciprocal
// overflows in OpenBLAS's.
template <class T>
int getrf2(int m, int n, T* a, int* pivots);

// b (n, columns) becomes the solution of a x = b; `a` and `pivots` are getrf's.
template <class T>
int getrs(int n, int columns, const T* a, const int* pivots, T* b);

// One triangle of a (n, n) becomes its Cholesky factor, the other one stays. > 0: not positive
// definite.
template <class T>
int potrf(bool upper, int n, T* a);

// b (n, columns) becomes the solution of op(a) x = b with a triangular a. `transpose`: 'N', 'T' or
// 'C'. k > 0: element k - 1 of the diagonal is 0.
template <class T>
int trtrs(bool upper, char transpose, bool unit_diagonal, int n, int columns, const T* a, T* b);

// a (m, n) becomes R above its diagonal and the reflectors below, tau has min(m, n) of their
// factors.
template <class T>
WorkSizes geqrf_work(int m, int n);
template <class T>
int geqrf(int m, int n, T* a, T* tau, const Work<T>& work);

// The first `columns` columns of Q from `count` reflectors, which stand in a (m, columns).
template <class T>
WorkSizes ungqr_work(int m, int columns, int count);
template <class T>
int ungqr(int m, int columns, int count, T* a, const T* tau, const Work<T>& work);

// Eigenvalues w (n) of a (n, n), which is destroyed, and if asked for the eigenvectors in the
// columns of v (n, n). Of real matrices conjugate eigenvalues are neighbours, the one with the
// positive imaginary part first; the two columns of v hold the real and the imaginary part of its
// vector. > 0: no convergence.
template <class T>
WorkSizes geev_work(bool vectors, int n);
template <class T>
int geev(bool vectors, int n, T* a, std::complex<Real<T>>* w, T* v, const Work<T>& work);

// Ascending eigenvalues w (n) of the Hermitian matrix of which one triangle stands in a (n, n); a
// becomes the eigenvectors where they are asked for, else it is destroyed. > 0: no convergence.
template <class T>
WorkSizes heevd_work(bool vectors, bool upper, int n);
template <class T>
int heevd(bool vectors, bool upper, int n, T* a, Real<T>* w, const Work<T>& work);

// Descending singular values s (k = min(m, n)) of a (m, n), which is destroyed. `job` 'A': all of
// u (m, m) and vh (n, n); 'S': u (m, k) and vh (k, n); 'N': neither. != 0: no convergence, or a has
// a NaN.
template <class T>
WorkSizes gesdd_work(char job, int m, int n);
template <class T>
int gesdd(char job, int m, int n, T* a, Real<T>* s, T* u, T* vh, const Work<T>& work);

// Least squares of least norm: b (max(m, n), columns), of which the first m rows are given, becomes
// the solution in its first n rows. Singular values s (min(m, n)) not above rcond * s[0] count as
// 0.
template <class T>
WorkSizes gelsd_work(int m, int n, int columns);
template <class T>
int gelsd(int m, int n, int columns, T* a, T* b, Real<T>* s, Real<T> rcond, int* rank,
          const Work<T>& work);

}  // namespace broadloom::lapack

#endif  // BROADLOOM_RUNTIME_LAPACK_H_
