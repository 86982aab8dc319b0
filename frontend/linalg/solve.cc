// Equations: inverse, solutions, determinants and Cholesky factors, each as numpy.linalg computes
// it, by LAPACK's getrf, getrs and potrf.
#include <algorithm>
#include <cmath>
#include <limits>

#include "absl/strings/str_cat.h"
#include "frontend/float_errors.h"
#include "frontend/linalg.h"
#include "frontend/linalg/batch.h"

namespace broadloom::linalg {
namespace {

double Cube(int64_t n) { return static_cast<double>(n) * static_cast<double>(n) * n; }

template <class T>
bool HasSubnormalPivot(int64_t n, const T* factors) {
  bool has = false;
  for (int64_t i = 0; i < n; ++i) {
    const auto magnitude = std::abs(factors[i * (n + 1)]);
    has |= magnitude > 0 && magnitude < std::numeric_limits<lapack::Real<T>>::min();
  }
  return has;
}

// The LU factors, in Fortran's order, of a matrix in C's. > 0: it is singular.
template <class T>
int Factor(int64_t n, const T* a, T* factors, int* pivots) {
  const int order = static_cast<int>(n);
  Transpose(n, n, a, factors);
  const int info = lapack::getrf(order, order, factors, pivots);
  if (!HasSubnormalPivot(n, factors)) return info;
  Transpose(n, n, a, factors);
  return lapack::getrf2(order, order, factors, pivots);
}

template <class T>
bool InvertAll(Context& context, const Stack& stack, const T* a, T* out) {
  const int64_t n = stack.rows, size = n * n;
  ScratchLayout layout;
  const auto factors = layout.Add<T>(n, n), inverse = layout.Add<T>(n, n);
  const auto pivots = layout.Add<int>(n);
  const auto invert = [&](int64_t i, char* scratch) {
    if (Factor(n, a + i * size, factors.In(scratch), pivots.In(scratch)) != 0) {
      std::fill_n(out + i * size, size, T(std::numeric_limits<double>::quiet_NaN()));
      return false;
    }
    FillIdentity(n, inverse.In(scratch));
    const int order = static_cast<int>(n);
    lapack::getrs(order, order, factors.In(scratch), pivots.In(scratch), inverse.In(scratch));
    Transpose(n, n, inverse.In(scratch), out + i * size);
    return true;
  };
  return ForEachMatrix(context, stack.count, 3 * Cube(n), layout, invert);
}

// a x = b for matrices of a stack to which both broadcast.
struct Equations {
  Stack a;
  Sizes batch, b_batch;
  int64_t columns;

  int64_t count() const { return CountOf(batch); }
};

Error Mismatch(const char* function, const Array& a, const Array& b) {
  const auto text = [](const Array& x) {
    std::string extents;
    for (int64_t extent : x.shape()) absl::StrAppend(&extents, extents.empty() ? "" : ", ", extent);
    return absl::StrCat("(", extents, ")");
  };
  return {ErrorCode::invalid_argument,
          absl::StrCat(function, ": a matrix of shape ", text(a),
                       " has no solution for a right side of shape ", text(b))};
}

Equations EquationsOf(const char* function, const Array& a, const Array& b) {
  const Stack left = SquareStackOf(function, a);
  Sizes right = b.shape();
  if (right.empty()) throw Mismatch(function, a, b);
  const bool is_vector = right.size() == 1;
  const int64_t columns = is_vector ? 1 : right.back();
  if (!is_vector) right.pop_back();
  if (right.back() != left.rows) throw Mismatch(function, a, b);
  right.pop_back();
  if (columns > lapack::kMaxExtent)
    throw Error(ErrorCode::unimplemented, absl::StrCat(function, ": ", columns, " right sides"));
  return {left, broadcast_shapes({left.batch, right}), right, columns};
}

Sizes SolutionShape(const Equations& equations, bool is_vector) {
  Sizes shape = equations.batch;
  shape.push_back(equations.a.rows);
  if (!is_vector) shape.push_back(equations.columns);
  return shape;
}

// What `solve` and `solve_triangular` share: step(matrix in C order, scratch of its
// size, right side, pivots) -> info.
template <class T, class Step>
bool SolveAll(Context& context, const Equations& e, const T* a, const T* b, T* x,
              const Step& step) {
  const int64_t n = e.a.rows, size = n * n, b_size = n * e.columns;
  const BroadcastIndex a_index(e.batch, e.a.batch), b_index(e.batch, e.b_batch);
  ScratchLayout layout;
  const auto matrix = layout.Add<T>(n, n), right = layout.Add<T>(n, e.columns);
  const auto pivots = layout.Add<int>(n);
  const auto solve_one = [&](int64_t i, char* scratch) {
    Transpose(n, e.columns, b + b_index(i) * b_size, right.In(scratch));
    const int info =
        step(a + a_index(i) * size, matrix.In(scratch), right.In(scratch), pivots.In(scratch));
    Transpose(e.columns, n, right.In(scratch), x + i * b_size);
    return info == 0;
  };
  return ForEachMatrix(context, e.count(), Cube(n) + 2.0 * size * e.columns, layout, solve_one);
}

double Phase(double x, double) { return std::signbit(x) && !std::isnan(x) ? -1 : 1; }
std::complex<double> Phase(std::complex<double> x, double magnitude) { return x / magnitude; }

// Sign and logarithm from the factors of one matrix. NumPy's order: the swaps, then the diagonal.
template <class T>
std::pair<T, double> SignAndLogarithm(int n, const T* factors, const int* pivots) {
  bool is_odd = false;
  for (int i = 0; i < n; ++i) is_odd ^= pivots[i] != i + 1;
  T sign = is_odd ? T(-1) : T(1);
  double logarithm = 0;
  for (int i = 0; i < n; ++i) {
    const T element = factors[static_cast<int64_t>(i) * (n + 1)];
    const double magnitude = std::abs(element);
    sign *= Phase(element, magnitude);
    logarithm += std::log(magnitude);
  }
  return {sign, logarithm};
}

template <class T>
void DeterminantsOf(Context& context, const Stack& stack, const T* a, T* signs,
                    double* logarithms) {
  const int64_t n = stack.rows;
  ScratchLayout layout;
  const auto factors = layout.Add<T>(n, n);
  const auto pivots = layout.Add<int>(n);
  const auto factor = [&](int64_t i, char* scratch) {
    const int info = Factor(n, a + i * n * n, factors.In(scratch), pivots.In(scratch));
    std::tie(signs[i], logarithms[i]) =
        info == 0 ? SignAndLogarithm(static_cast<int>(n), factors.In(scratch), pivots.In(scratch))
                  : std::pair<T, double>(T(0), -std::numeric_limits<double>::infinity());
    return true;
  };
  ForEachMatrix(context, stack.count, Cube(n), layout, factor);
}

struct Determinants {
  DataType dtype;  // of the result
  Fresh signs, logarithms;
};

Determinants DeterminantsOf(const char* function, const Array& a) {
  const Stack stack = SquareStackOf(function, a);
  const DataType dtype = CommonDType(function, {&a}), working = WorkingDType(dtype);
  const Array dense = Dense(a, working);
  Determinants result{dtype, MakeFresh(a.context(), working, stack.batch),
                      MakeFresh(a.context(), DataType::float64, stack.batch)};
  WithType(working, [&](auto type) {
    using T = decltype(type);
    DeterminantsOf(a.context(), stack, ElementsOf<T>(dense), DataOf<T>(result.signs),
                   DataOf<double>(result.logarithms));
  });
  return result;
}

// Zeroes the triangle that `potrf` does not touch.
template <class T>
void KeepTriangle(bool upper, int64_t n, T* matrix) {
  for (int64_t j = 0; j < n; ++j) {
    T* const column = matrix + j * n;
    upper ? std::fill(column + j + 1, column + n, T(0)) : std::fill(column, column + j, T(0));
  }
}

template <class T>
bool CholeskyAll(Context& context, const Stack& stack, bool upper, const T* a, T* out) {
  const int64_t n = stack.rows;
  ScratchLayout layout;
  const auto matrix = layout.Add<T>(n, n);
  const auto factor = [&](int64_t i, char* scratch) {
    Transpose(n, n, a + i * n * n, matrix.In(scratch));
    const int info = lapack::potrf(upper, static_cast<int>(n), matrix.In(scratch));
    KeepTriangle(upper, n, matrix.In(scratch));
    Transpose(n, n, matrix.In(scratch), out + i * n * n);
    return info == 0;
  };
  return ForEachMatrix(context, stack.count, Cube(n) / 3, layout, factor);
}

}  // namespace

Array InverseOrNaN(const char* function, const Array& a, bool* singular) {
  const Stack stack = SquareStackOf(function, a);
  const DataType working = WorkingDType(CommonDType(function, {&a}));
  const Array dense = Dense(a, working);
  const Fresh result = MakeFresh(a.context(), working, a.shape());
  *singular = !WithType(working, [&](auto type) {
    using T = decltype(type);
    return InvertAll(a.context(), stack, ElementsOf<T>(dense), DataOf<T>(result));
  });
  return result.array;
}

Array inv(const Array& a) {
  bool singular = false;
  const Array inverse = InverseOrNaN("inv", a, &singular);
  if (singular) throw Error(ErrorCode::linalg, "inv: Singular matrix");
  return Rounded(inverse, CommonDType("inv", {&a}));
}

Array solve(const Array& a, const Array& b) {
  SquareStackOf("solve", a);
  const DataType dtype = CommonDType("solve", {&a, &b}), working = WorkingDType(dtype);
  const Equations equations = EquationsOf("solve", a, b);
  const Array left = Dense(a, working), right = Dense(b, working);
  const Fresh x = MakeFresh(a.context(), working, SolutionShape(equations, b.ndim() == 1));
  const int n = static_cast<int>(equations.a.rows), columns = static_cast<int>(equations.columns);
  const bool solved = WithType(working, [&](auto type) {
    using T = decltype(type);
    return SolveAll(a.context(), equations, ElementsOf<T>(left), ElementsOf<T>(right), DataOf<T>(x),
                    [=](const T* matrix, T* factors, T* rhs, int* pivots) {
                      const int info = Factor(n, matrix, factors, pivots);
                      return info != 0 ? info : lapack::getrs(n, columns, factors, pivots, rhs);
                    });
  });
  if (!solved) throw Error(ErrorCode::linalg, "solve: Singular matrix");
  return Rounded(x.array, dtype);
}

Array solve_triangular(const Array& a, const Array& b, bool lower, Transposed transposed,
                       bool unit_diagonal) {
  const char* const function = "solve_triangular";
  SquareStackOf(function, a);
  const DataType dtype = CommonDType(function, {&a, &b}), working = WorkingDType(dtype);
  const Equations equations = EquationsOf(function, a, b);
  const Array left = Dense(a, working), right = Dense(b, working);
  const Fresh x = MakeFresh(a.context(), working, SolutionShape(equations, b.ndim() == 1));
  const int n = static_cast<int>(equations.a.rows), columns = static_cast<int>(equations.columns);
  const char letter = "NTC"[static_cast<int>(transposed)];
  const bool solved = WithType(working, [&](auto type) {
    using T = decltype(type);
    return SolveAll(a.context(), equations, ElementsOf<T>(left), ElementsOf<T>(right), DataOf<T>(x),
                    [=](const T* matrix, T* turned, T* rhs, int*) {
                      Transpose(n, n, matrix, turned);
                      return lapack::trtrs(!lower, letter, unit_diagonal, n, columns, turned, rhs);
                    });
  });
  if (!solved) throw Error(ErrorCode::linalg, "solve_triangular: Singular matrix");
  return Rounded(x.array, dtype);
}

SlogdetResult slogdet(const Array& a) {
  const Determinants found = DeterminantsOf("slogdet", a);
  return {Rounded(found.signs.array, found.dtype),
          Rounded(found.logarithms.array, RealDType(found.dtype))};
}

// As NumPy: by way of the logarithm, which overflows later than a product on the way would.
Array det(const Array& a) {
  const Determinants found = DeterminantsOf("det", a);
  const int64_t count = found.signs.array.size();
  const double* const logarithms = DataOf<double>(found.logarithms);
  bool overflows = false;
  WithType(WorkingDType(found.dtype), [&](auto type) {
    auto* const values = DataOf<decltype(type)>(found.signs);
    for (int64_t i = 0; i < count; ++i) {
      const double size = std::exp(logarithms[i]);
      overflows |= std::isinf(size) && std::isfinite(logarithms[i]);
      values[i] *= size;
    }
  });
  if (overflows) SpeakNow(FloatError::over, "det", BitOf(FloatError::over));
  return Rounded(found.signs.array, found.dtype);
}

Array cholesky(const Array& a, bool upper) {
  const Stack stack = SquareStackOf("cholesky", a);
  const DataType dtype = CommonDType("cholesky", {&a}), working = WorkingDType(dtype);
  const Array dense = Dense(a, working);
  const Fresh result = MakeFresh(a.context(), working, a.shape());
  const bool definite = WithType(working, [&](auto type) {
    using T = decltype(type);
    return CholeskyAll(a.context(), stack, upper, ElementsOf<T>(dense), DataOf<T>(result));
  });
  if (!definite) throw Error(ErrorCode::linalg, "cholesky: Matrix is not positive definite");
  return Rounded(result.array, dtype);
}

}  // namespace broadloom::linalg
