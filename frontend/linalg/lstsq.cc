// Least squares by gelsd.
#include <limits>

#include "absl/strings/str_cat.h"
#include "frontend/linalg.h"
#include "frontend/linalg/batch.h"

namespace broadloom::linalg {
namespace {

template <class T>
struct LeastSquares {
  int64_t m, n, columns;
  const T *a, *b;
  T* x;
  double *s, *residuals;

  // Sum of |b|^2 over the rows that gelsd leaves behind the solution.
  void TakeResiduals(const T* solution) const {
    const int64_t stride = std::max(m, n);
    for (int64_t j = 0; j < columns; ++j) {
      residuals[j] = 0;
      for (int64_t i = n; i < m; ++i) residuals[j] += std::norm(solution[j * stride + i]);
    }
  }

  void PlaceRightSides(T* to) const {
    const int64_t stride = std::max(m, n);
    std::fill_n(to, stride * columns, T(0));
    for (int64_t i = 0; i < m; ++i)
      for (int64_t j = 0; j < columns; ++j) to[j * stride + i] = b[i * columns + j];
  }

  double Flops() const {
    return 4 * static_cast<double>(m) * static_cast<double>(n) * static_cast<double>(n + columns);
  }

  // The rank, or -1 where nothing converges. LAPACK wants a right side, if only of zeros.
  int Solve(Context& context, double rcond) const {
    const int64_t stride = std::max(m, n), given = std::max<int64_t>(columns, 1);
    const int rows = static_cast<int>(m), unknowns = static_cast<int>(n),
              sides = static_cast<int>(given);
    ScratchLayout layout;
    const auto matrix = layout.Add<T>(m, n), right = layout.Add<T>(stride, given);
    const WorkParts<T> work(layout, lapack::gelsd_work<T>(rows, unknowns, sides));
    int rank = 0;
    const auto solve = [&](int64_t, char* scratch) {
      T* const solution = right.In(scratch);
      std::fill_n(solution, stride * given, T(0));
      PlaceRightSides(solution);
      Transpose(m, n, a, matrix.In(scratch));
      const int info = m == 0 || n == 0
                           ? 0
                           : lapack::gelsd(rows, unknowns, sides, matrix.In(scratch), solution, s,
                                           rcond, &rank, work.In(scratch));
      for (int64_t i = 0; i < n; ++i)
        for (int64_t j = 0; j < columns; ++j) x[i * columns + j] = solution[j * stride + i];
      TakeResiduals(solution);
      return info == 0;
    };
    const bool solved = ForEachMatrix(context, 1, Flops(), layout, solve);
    return solved ? rank : -1;
  }
};

void CheckTwoDimensional(const Array& x) {
  if (x.ndim() == 2) return;
  throw Error(
      ErrorCode::linalg,
      absl::StrCat("lstsq: ", x.ndim(), "-dimensional array given. Array must be two-dimensional"));
}

}  // namespace

LstsqResult lstsq(const Array& a, const Array& given, std::optional<double> rcond) {
  const bool is_vector = given.ndim() == 1;
  const Array b = is_vector ? expand_dims(given, 1) : given;
  CheckTwoDimensional(a);
  CheckTwoDimensional(b);
  const int64_t m = a.shape()[0], n = a.shape()[1], columns = b.shape()[1];
  if (b.shape()[0] != m) {
    throw Error(ErrorCode::linalg, absl::StrCat("lstsq: Incompatible dimensions, ", m, " rows and ",
                                                b.shape()[0], " right sides"));
  }
  StackOf("lstsq", a), StackOf("lstsq", b);
  const DataType dtype = CommonDType("lstsq", {&a, &b}), working = WorkingDType(dtype);
  Context& context = a.context();
  const Array left = Dense(a, working), right = Dense(b, working);
  const Fresh x = MakeFresh(context, working, {n, columns}),
              s = MakeFresh(context, DataType::float64, {std::min(m, n)}),
              residuals = MakeFresh(context, DataType::float64, {columns});
  const double limit =
      rcond.value_or(std::numeric_limits<double>::epsilon() * static_cast<double>(std::max(m, n)));
  int rank = -1;
  if (AllFinite(left) && AllFinite(right)) {
    rank = WithType(working, [&](auto type) {
      using T = decltype(type);
      const LeastSquares<T> problem{m,
                                    n,
                                    columns,
                                    ElementsOf<T>(left),
                                    ElementsOf<T>(right),
                                    DataOf<T>(x),
                                    DataOf<double>(s),
                                    DataOf<double>(residuals)};
      return problem.Solve(context, limit);
    });
  }
  if (rank < 0)
    throw Error(ErrorCode::linalg, "lstsq: SVD did not converge in Linear Least Squares");
  const DataType real = RealDType(dtype);
  const Array left_over =
      rank == n && m > n ? Rounded(residuals.array, real) : zeros({0}, real, &context);
  Array solution = Rounded(x.array, dtype);
  if (is_vector) solution = squeeze(solution, 1);
  return {solution, left_over, rank, Rounded(s.array, real)};
}

}  // namespace broadloom::linalg
