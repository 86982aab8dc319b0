// Singular values by gesdd, and what follows from them.
#include <cmath>
#include <limits>
#include <numeric>

#include "absl/strings/str_cat.h"
#include "frontend/composed.h"
#include "frontend/errstate.h"
#include "frontend/linalg.h"
#include "frontend/linalg/batch.h"

namespace broadloom::linalg {
namespace {

double Work3(int64_t a, int64_t b, int64_t c) {
  return static_cast<double>(a) * static_cast<double>(b) * static_cast<double>(c);
}

Array CastLazily(const Array& x, DataType dtype) {
  return x.dtype() == dtype ? x : astype(x, dtype);
}

template <class T>
struct SVD {
  Stack stack;
  char job;
  T* u;
  double* s;
  T* vh;

  int64_t u_columns() const { return job == 'A' ? stack.rows : stack.rank(); }
  int64_t vh_rows() const { return job == 'A' ? stack.columns : stack.rank(); }

  // gesdd leaves the vectors of empty matrices alone.
  void FillEmpty() const {
    if (job != 'A') return;
    for (int64_t i = 0; i < stack.count; ++i) {
      FillIdentity(stack.rows, u + i * stack.rows * stack.rows);
      FillIdentity(stack.columns, vh + i * stack.columns * stack.columns);
    }
  }

  bool All(Context& context, const T* a) const {
    if (stack.empty()) return FillEmpty(), true;
    const int64_t m = stack.rows, n = stack.columns, k = stack.rank();
    const int rows = static_cast<int>(m), columns = static_cast<int>(n);
    const bool wanted = job != 'N';
    ScratchLayout layout;
    const auto matrix = layout.Add<T>(m, n), left = layout.Add<T>(wanted ? m : 0, u_columns()),
               right = layout.Add<T>(wanted ? n : 0, vh_rows());
    const WorkParts<T> work(layout, lapack::gesdd_work<T>(job, rows, columns));
    const auto decompose = [&](int64_t i, char* scratch) {
      Transpose(m, n, a + i * m * n, matrix.In(scratch));
      const int info = lapack::gesdd(job, rows, columns, matrix.In(scratch), s + i * k,
                                     left.In(scratch), right.In(scratch), work.In(scratch));
      if (wanted) {
        Transpose(u_columns(), m, left.In(scratch), u + i * m * u_columns());
        Transpose(n, vh_rows(), right.In(scratch), vh + i * n * vh_rows());
      }
      return info == 0;
    };
    return ForEachMatrix(context, stack.count, (wanted ? 20 : 4) * Work3(m, n, k), layout,
                         decompose);
  }
};

SVDResult Decompose(const char* function, const Array& a, char job) {
  const Stack stack = StackOf(function, a);
  const DataType dtype = CommonDType(function, {&a}), working = WorkingDType(dtype);
  const int64_t m = stack.rows, n = stack.columns, k = stack.rank();
  const bool wanted = job != 'N', all = job == 'A';
  const Array dense = Dense(a, working);
  const auto vectors = [&](int64_t rows, int64_t columns) {
    return wanted ? MakeFresh(a.context(), working, stack.With({rows, columns})) : Fresh{};
  };
  const Fresh u = vectors(m, all ? m : k), vh = vectors(all ? n : k, n),
              s = MakeFresh(a.context(), DataType::float64, stack.With({k}));
  const bool converged = WithType(working, [&](auto type) {
    using T = decltype(type);
    const SVD<T> svd{stack, job, DataOf<T>(u), DataOf<double>(s), DataOf<T>(vh)};
    return svd.All(a.context(), ElementsOf<T>(dense));
  });
  if (!converged) throw Error(ErrorCode::linalg, absl::StrCat(function, ": SVD did not converge"));
  const auto finished = [&](const Fresh& x) { return wanted ? Rounded(x.array, dtype) : Array(); };
  return {finished(u), Rounded(s.array, RealDType(dtype)), finished(vh)};
}

// The order in which magnitudes descend; among equal ones the last is first, as in NumPy.
std::vector<int64_t> Descending(const double* values, int64_t n) {
  std::vector<int64_t> order(n);
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](int64_t i, int64_t j) { return std::abs(values[i]) < std::abs(values[j]); });
  std::reverse(order.begin(), order.end());
  return order;
}

std::complex<double> Conj(std::complex<double> x) { return std::conj(x); }
double Conj(double x) { return x; }

// From eigenvalues w and eigenvectors v (columns): signs move into vh.
template <class T>
void FromEigen(int64_t n, const double* w, const T* v, T* u, double* s, T* vh) {
  const std::vector<int64_t> order = Descending(w, n);
  for (int64_t j = 0; j < n; ++j) {
    const int64_t from = order[j];
    const double sign = std::copysign(1.0, w[from]);
    s[j] = std::abs(w[from]);
    for (int64_t i = 0; i < n; ++i) {
      u[i * n + j] = v[i * n + from];
      vh[j * n + i] = Conj(v[i * n + from] * sign);
    }
  }
}

SVDResult HermitianSVD(const Array& a) {
  const EighResult eigen = eigh(a);
  const DataType dtype = eigen.eigenvectors.dtype(), working = WorkingDType(dtype);
  const Stack stack = SquareStackOf("svd", a);
  const int64_t n = stack.rows;
  const Array w = Dense(eigen.eigenvalues, DataType::float64),
              v = Dense(eigen.eigenvectors, working);
  const Fresh u = MakeFresh(a.context(), working, a.shape()),
              vh = MakeFresh(a.context(), working, a.shape()),
              s = MakeFresh(a.context(), DataType::float64, stack.With({n}));
  WithType(working, [&](auto type) {
    using T = decltype(type);
    for (int64_t i = 0; i < stack.count; ++i)
      FromEigen(n, ElementsOf<double>(w) + i * n, ElementsOf<T>(v) + i * n * n,
                DataOf<T>(u) + i * n * n, DataOf<double>(s) + i * n, DataOf<T>(vh) + i * n * n);
  });
  return {Rounded(u.array, dtype), Rounded(s.array, RealDType(dtype)), Rounded(vh.array, dtype)};
}

Array HermitianValues(const Array& a) {
  const Array w = eigvalsh(a);
  const int64_t n = w.shape().back();
  const Fresh s = DenseCopy(w, DataType::float64);
  auto* const values = DataOf<double>(s);
  for (int64_t begin = 0; begin < w.size(); begin += n) {
    for (int64_t i = begin; i < begin + n; ++i) values[i] = std::abs(values[i]);
    std::sort(values + begin, values + begin + n, std::greater<>());
  }
  return Rounded(s.array, w.dtype());
}

double Epsilon(DataType dtype) {
  return RealDType(dtype) == DataType::float32 ? std::numeric_limits<float>::epsilon()
                                               : std::numeric_limits<double>::epsilon();
}

// The largest singular values, with an axis of extent 1; 0 where there are none.
Array Largest(const Array& s) {
  if (s.shape().back() > 0) return max(s, -1, true);
  Sizes shape = s.shape();
  shape.back() = 1;
  return zeros(shape, s.dtype(), &s.context());
}

Array WithNewAxis(const Array& x) { return expand_dims(x, x.ndim()); }

}  // namespace

SVDResult svd(const Array& a, bool full_matrices, bool hermitian) {
  return hermitian ? HermitianSVD(a) : Decompose("svd", a, full_matrices ? 'A' : 'S');
}

Array svdvals(const Array& a, bool hermitian) {
  return hermitian ? HermitianValues(a) : Decompose("svdvals", a, 'N').S;
}

Array matrix_rank(const Array& a, const std::optional<Array>& tol, bool hermitian,
                  const std::optional<Array>& rtol) {
  if (tol.has_value() && rtol.has_value())
    throw Error(ErrorCode::invalid_argument, "matrix_rank: `tol` and `rtol` can't be both set.");
  if (a.ndim() < 2) return astype(any(not_equal(a, 0)), DataType::int64);
  const Array s = svdvals(a, hermitian);
  const Sizes shape = a.shape();
  const double precision =
      static_cast<double>(std::max(shape.back(), shape[shape.size() - 2])) * Epsilon(s.dtype());
  const Array bound = tol.has_value()    ? WithNewAxis(*tol)
                      : rtol.has_value() ? multiply(Largest(s), WithNewAxis(*rtol))
                                         : multiply(Largest(s), precision);
  return sum(greater(s, bound), -1);
}

// V diag(1 / s) U^H; NumPy's order of operations.
Array pinv(const Array& a, const std::optional<Array>& rtol, bool hermitian) {
  if (a.ndim() >= 2) {
    const Stack stack = StackOf("pinv", a);
    if (stack.empty())
      return zeros(stack.With({stack.columns, stack.rows}), a.dtype(), &a.context());
  }
  const ErrorStateScope ignored{ErrorState{}};  // what is not taken divides by zero
  const Array conjugate = conj(a);
  const SVDResult found = hermitian ? HermitianSVD(conjugate) : Decompose("pinv", conjugate, 'S');
  const Array limit = rtol.value_or(scalar(1e-15, DataType::float64, &a.context()));
  const Array large = greater(found.S, multiply(WithNewAxis(limit), max(found.S, -1, true)));
  const Array inverse = where(large, divide(1, found.S), 0);
  return matmul(matrix_transpose(found.Vh),
                multiply(WithNewAxis(inverse), matrix_transpose(found.U)));
}

Array cond(const Array& a, const NormOrder& order) {
  const Sizes shape = a.shape();
  if (a.size() == 0 && a.ndim() > 0 &&
      CountOf(Sizes(shape.end() - std::min(a.ndim(), 2), shape.end())) == 0)
    throw Error(ErrorCode::linalg, "cond is not defined on empty arrays");
  const ErrorStateScope ignored{ErrorState{}};
  const double* const number = std::get_if<double>(&order);
  const bool by_values = std::holds_alternative<std::monostate>(order) ||
                         (number != nullptr && std::abs(*number) == 2);
  Array ratio;
  if (by_values) {
    const Array s = Decompose("cond", a, 'N').S;
    const Array first = index(s, {Ellipsis(), int64_t{0}}),
                last = index(s, {Ellipsis(), int64_t{-1}});
    ratio = number != nullptr && *number < 0 ? divide(last, first) : divide(first, last);
  } else {
    bool singular = false;
    const Array inverse = InverseOrNaN("cond", a, &singular);
    ratio = multiply(norm(a, order, {-2, -1}), norm(inverse, order, {-2, -1}));
    ratio = CastLazily(ratio, RealDType(CommonDType("cond", {&a})));
  }
  const Array has_nan = any(isnan(a), {-2, -1});
  const Array infinity =
      scalar(std::numeric_limits<double>::infinity(), ratio.dtype(), &a.context());
  return where(logical_and(isnan(ratio), logical_not(has_nan)), infinity, ratio);
}

}  // namespace broadloom::linalg
