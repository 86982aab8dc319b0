// Eigenvalues: geev for any matrix, syevd and heevd for Hermitian ones.

#include "absl/strings/str_cat.h"
#include "frontend/composed.h"
#include "frontend/linalg.h"
#include "frontend/linalg/batch.h"

namespace broadloom::linalg {
namespace {

using Complex = std::complex<double>;

double Cube(int64_t n) { return static_cast<double>(n) * static_cast<double>(n) * n; }

Error NotConverged(const char* function) {
  return {ErrorCode::linalg, absl::StrCat(function, ": Eigenvalues did not converge")};
}

void CheckFinite(const char* function, const Array& dense) {
  if (AllFinite(dense)) return;
  throw Error(ErrorCode::linalg, absl::StrCat(function, ": Array must not contain infs or NaNs"));
}

// The eigenvectors as rows of `to`, from LAPACK's columns in `from`: pairs of real columns where
// eigenvalues are conjugate.
void Unpack(int64_t n, const Complex*, const Complex* from, Complex* to) {
  std::copy_n(from, n * n, to);
}
void Unpack(int64_t n, const Complex* w, const double* from, Complex* to) {
  for (int64_t j = 0; j < n; ++j) {
    const bool is_pair = w[j].imag() != 0 && j + 1 < n;
    for (int64_t i = 0; i < n; ++i) {
      const double real = from[j * n + i], imag = is_pair ? from[(j + 1) * n + i] : 0;
      to[j * n + i] = {real, imag};
      if (is_pair) to[(j + 1) * n + i] = {real, -imag};
    }
    j += is_pair;
  }
}

// `vectors` may be null.
template <class T>
bool EigenAll(Context& context, const Stack& stack, const T* a, Complex* values, Complex* vectors) {
  const int64_t n = stack.rows;
  const int order = static_cast<int>(n);
  const bool wanted = vectors != nullptr;
  ScratchLayout layout;
  const auto matrix = layout.Add<T>(n, n), packed = layout.Add<T>(wanted ? n : 0, n);
  const auto unpacked = layout.Add<Complex>(wanted ? n : 0, n);
  const WorkParts<T> work(layout, lapack::geev_work<T>(wanted, order));
  const auto decompose = [&](int64_t i, char* scratch) {
    Complex* const w = values + i * n;
    Transpose(n, n, a + i * n * n, matrix.In(scratch));
    const int info =
        lapack::geev(wanted, order, matrix.In(scratch), w, packed.In(scratch), work.In(scratch));
    if (wanted && info == 0) {
      Unpack(n, w, packed.In(scratch), unpacked.In(scratch));
      Transpose(n, n, unpacked.In(scratch), vectors + i * n * n);
    }
    return info == 0;
  };
  return ForEachMatrix(context, stack.count, (wanted ? 25 : 10) * Cube(n), layout, decompose);
}

bool AllReal(const Array& x) {
  const auto* values = static_cast<const Complex*>(x.data());
  return std::all_of(values, values + x.size(), [](Complex z) { return z.imag() == 0; });
}

EigResult Eigen(const char* function, const Array& a, bool wanted) {
  const Stack stack = SquareStackOf(function, a);
  const DataType dtype = CommonDType(function, {&a}), working = WorkingDType(dtype);
  const Array dense = Dense(a, working);
  CheckFinite(function, dense);
  const int64_t n = stack.rows;
  const Fresh values = MakeFresh(a.context(), DataType::complex128, stack.With({n}));
  const Fresh vectors =
      wanted ? MakeFresh(a.context(), DataType::complex128, stack.With({n, n})) : Fresh{};
  const bool converged = WithType(working, [&](auto type) {
    using T = decltype(type);
    return EigenAll(a.context(), stack, ElementsOf<T>(dense), DataOf<Complex>(values),
                    DataOf<Complex>(vectors));
  });
  if (!converged) throw NotConverged(function);

  const bool is_real = !IsComplex(dtype) && AllReal(values.array);
  const DataType complex =
      RealDType(dtype) == DataType::float32 ? DataType::complex64 : DataType::complex128;
  const auto finish = [&](const Array& x) {
    return is_real ? Rounded(real(x), dtype) : Rounded(x, complex);
  };
  return {finish(values.array), wanted ? finish(vectors.array) : Array()};
}

template <class T>
bool HermitianAll(Context& context, const Stack& stack, bool upper, const T* a, double* values,
                  T* vectors) {
  const int64_t n = stack.rows;
  const int order = static_cast<int>(n);
  const bool wanted = vectors != nullptr;
  ScratchLayout layout;
  const auto matrix = layout.Add<T>(n, n);
  const WorkParts<T> work(layout, lapack::heevd_work<T>(wanted, upper, order));
  const auto decompose = [&](int64_t i, char* scratch) {
    Transpose(n, n, a + i * n * n, matrix.In(scratch));
    const int info =
        lapack::heevd(wanted, upper, order, matrix.In(scratch), values + i * n, work.In(scratch));
    if (wanted) Transpose(n, n, matrix.In(scratch), vectors + i * n * n);
    return info == 0;
  };
  return ForEachMatrix(context, stack.count, (wanted ? 9 : 2) * Cube(n), layout, decompose);
}

EighResult Hermitian(const char* function, const Array& a, char uplo, bool wanted) {
  const bool upper = uplo == 'U' || uplo == 'u';
  if (!upper && uplo != 'L' && uplo != 'l') {
    throw Error(ErrorCode::invalid_argument,
                absl::StrCat(function, ": UPLO argument must be 'L' or 'U'"));
  }
  const Stack stack = SquareStackOf(function, a);
  const DataType dtype = CommonDType(function, {&a}), working = WorkingDType(dtype);
  const Array dense = Dense(a, working);
  const Fresh values = MakeFresh(a.context(), DataType::float64, stack.With({stack.rows}));
  const Fresh vectors = wanted ? MakeFresh(a.context(), working, a.shape()) : Fresh{};
  const bool converged = WithType(working, [&](auto type) {
    using T = decltype(type);
    return HermitianAll(a.context(), stack, upper, ElementsOf<T>(dense), DataOf<double>(values),
                        DataOf<T>(vectors));
  });
  if (!converged) throw NotConverged(function);
  return {Rounded(values.array, RealDType(dtype)),
          wanted ? Rounded(vectors.array, dtype) : Array()};
}

}  // namespace

EigResult eig(const Array& a) { return Eigen("eig", a, true); }
Array eigvals(const Array& a) { return Eigen("eigvals", a, false).eigenvalues; }
EighResult eigh(const Array& a, char uplo) { return Hermitian("eigh", a, uplo, true); }
Array eigvalsh(const Array& a, char uplo) {
  return Hermitian("eigvalsh", a, uplo, false).eigenvalues;
}

}  // namespace broadloom::linalg
