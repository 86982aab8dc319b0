// Factors: QR by geqrf and orgqr, LU by getrf.
#include <numeric>

#include "frontend/linalg.h"
#include "frontend/linalg/batch.h"

namespace broadloom::linalg {
namespace {

double Work3(int64_t a, int64_t b, int64_t c) {
  return static_cast<double>(a) * static_cast<double>(b) * static_cast<double>(c);
}

// One stack on its way to Q and R. `width`: columns of Q and rows of R.
template <class T>
struct QR {
  Stack stack;
  int64_t width;
  T *q, *r;  // null where not wanted

  // The upper triangle of the (rows, columns) matrix in Fortran's order, as `width` rows in C
  // order.
  void TakeR(const T* factors, T* to) const {
    for (int64_t i = 0; i < width; ++i)
      for (int64_t j = 0; j < stack.columns; ++j)
        to[i * stack.columns + j] = i <= j ? factors[j * stack.rows + i] : T(0);
  }

  void All(Context& context, const T* a) const {
    const int64_t m = stack.rows, n = stack.columns, k = stack.rank();
    const int rows = static_cast<int>(m), columns = static_cast<int>(n),
              q_columns = static_cast<int>(q == nullptr ? 0 : width), count = static_cast<int>(k);
    ScratchLayout layout;
    const auto matrix = layout.Add<T>(m, std::max<int64_t>(n, q_columns)), tau = layout.Add<T>(k);
    const WorkParts<T> first(layout, lapack::geqrf_work<T>(rows, columns)),
        second(layout,
               q == nullptr ? lapack::WorkSizes() : lapack::ungqr_work<T>(rows, q_columns, count));
    const auto factor = [&](int64_t i, char* scratch) {
      T* const factors = matrix.In(scratch);
      Transpose(m, n, a + i * m * n, factors);
      lapack::geqrf(rows, columns, factors, tau.In(scratch), first.In(scratch));
      TakeR(factors, r + i * width * n);
      if (q == nullptr) return true;
      lapack::ungqr(rows, q_columns, count, factors, tau.In(scratch), second.In(scratch));
      Transpose(q_columns, m, factors, q + i * m * q_columns);
      return true;
    };
    ForEachMatrix(context, stack.count, 4 * Work3(m, n, k), layout, factor);
  }
};

// LAPACK's own result in Fortran's order is NumPy's transposed one in C order.
QRResult RawQR(const Array& a, const Stack& stack, DataType dtype) {
  const DataType working = WorkingDType(dtype);
  const Array dense = Dense(a, working);
  const int64_t m = stack.rows, n = stack.columns, k = stack.rank();
  const Fresh h = MakeFresh(a.context(), working, stack.With({n, m})),
              tau = MakeFresh(a.context(), working, stack.With({k}));
  WithType(working, [&](auto type) {
    using T = decltype(type);
    const int rows = static_cast<int>(m), columns = static_cast<int>(n);
    ScratchLayout layout;
    const WorkParts<T> work(layout, lapack::geqrf_work<T>(rows, columns));
    const auto factor = [&](int64_t i, char* scratch) {
      T* const factors = DataOf<T>(h) + i * m * n;
      Transpose(m, n, ElementsOf<T>(dense) + i * m * n, factors);
      lapack::geqrf(rows, columns, factors, DataOf<T>(tau) + i * k, work.In(scratch));
      return true;
    };
    ForEachMatrix(a.context(), stack.count, 2 * Work3(m, n, k), layout, factor);
  });
  return {Rounded(h.array, dtype), Rounded(tau.array, dtype)};
}

// The rows of the matrix in the order in which pivoting leaves them: row i of P^T a is row order[i]
// of a.
void RowOrder(int64_t rows, const int* pivots, int64_t count, int64_t* order) {
  std::iota(order, order + rows, 0);
  for (int64_t i = 0; i < count; ++i) std::swap(order[i], order[pivots[i] - 1]);
}

template <class T>
struct LU {
  Stack stack;
  double* p;  // null: the rows of l are moved instead
  T *l, *u;

  void Take(const T* factors, const int64_t* order, int64_t index) const {
    const int64_t m = stack.rows, n = stack.columns, k = stack.rank();
    T* const l_here = l + index * m * k;
    for (int64_t i = 0; i < m; ++i) {
      T* const row = l_here + (p == nullptr ? order[i] : i) * k;
      for (int64_t j = 0; j < k; ++j)
        row[j] = i > j ? factors[j * m + i] : T(static_cast<double>(i == j));
      if (p != nullptr) p[index * m * m + order[i] * m + i] = 1;
    }
    T* const u_here = u + index * k * n;
    for (int64_t i = 0; i < k; ++i)
      for (int64_t j = 0; j < n; ++j) u_here[i * n + j] = i <= j ? factors[j * m + i] : T(0);
  }

  void All(Context& context, const T* a) const {
    const int64_t m = stack.rows, n = stack.columns, k = stack.rank();
    if (p != nullptr) std::fill_n(p, stack.count * m * m, 0.0);
    ScratchLayout layout;
    const auto matrix = layout.Add<T>(m, n);
    const auto pivots = layout.Add<int>(k);
    const auto order = layout.Add<int64_t>(m);
    const auto factor = [&](int64_t i, char* scratch) {
      Transpose(m, n, a + i * m * n, matrix.In(scratch));
      lapack::getrf(static_cast<int>(m), static_cast<int>(n), matrix.In(scratch),
                    pivots.In(scratch));  // a singular matrix has factors too
      RowOrder(m, pivots.In(scratch), k, order.In(scratch));
      Take(matrix.In(scratch), order.In(scratch), i);
      return true;
    };
    ForEachMatrix(context, stack.count, Work3(m, n, k), layout, factor);
  }
};

}  // namespace

QRResult qr(const Array& a, QRMode mode) {
  const Stack stack = StackOf("qr", a);
  const DataType dtype = CommonDType("qr", {&a}), working = WorkingDType(dtype);
  if (mode == QRMode::raw) return RawQR(a, stack, dtype);
  const int64_t width = mode == QRMode::complete ? stack.rows : stack.rank();
  const Array dense = Dense(a, working);
  const Fresh q = mode == QRMode::r
                      ? Fresh{}
                      : MakeFresh(a.context(), working, stack.With({stack.rows, width}));
  const Fresh r = MakeFresh(a.context(), working, stack.With({width, stack.columns}));
  WithType(working, [&](auto type) {
    using T = decltype(type);
    const QR<T> all{stack, width, DataOf<T>(q), DataOf<T>(r)};
    all.All(a.context(), ElementsOf<T>(dense));
  });
  return {mode == QRMode::r ? Array() : Rounded(q.array, dtype), Rounded(r.array, dtype)};
}

LUResult lu(const Array& a, bool permute_l) {
  const Stack stack = StackOf("lu", a);
  const DataType dtype = CommonDType("lu", {&a}), working = WorkingDType(dtype);
  const int64_t m = stack.rows, n = stack.columns, k = stack.rank();
  const Array dense = Dense(a, working);
  const Fresh p = permute_l ? Fresh{}
                            : MakeFresh(a.context(), DataType::float64, stack.With({m, m})),
              l = MakeFresh(a.context(), working, stack.With({m, k})),
              u = MakeFresh(a.context(), working, stack.With({k, n}));
  WithType(working, [&](auto type) {
    using T = decltype(type);
    const LU<T> all{stack, DataOf<double>(p), DataOf<T>(l), DataOf<T>(u)};
    all.All(a.context(), ElementsOf<T>(dense));
  });
  // The permutation is of real numbers, as scipy's.
  return {permute_l ? Array() : Rounded(p.array, RealDType(dtype)), Rounded(l.array, dtype),
          Rounded(u.array, dtype)};
}

}  // namespace broadloom::linalg
