// Powers, chains of products, and the matrix exponential.
#include <array>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "frontend/linalg.h"
#include "frontend/linalg/batch.h"

namespace broadloom::linalg {
namespace {

// The cheapest way to multiply a chain of matrices of (p[0], p[1]), (p[1], p[2]), ... (Cormen et
// al., Introduction to Algorithms, "Matrix-chain multiplication"): split[i][j] is where the product
// of i to j is cut.
class Chain {
 public:
  explicit Chain(const std::vector<Array>& matrices)
      : matrices_(matrices),
        cost_(matrices.size(), std::vector<double>(matrices.size(), 0)),
        split_(matrices.size(), std::vector<size_t>(matrices.size(), 0)) {
    for (const Array& matrix : matrices) extents_.push_back(static_cast<double>(matrix.shape()[0]));
    extents_.push_back(static_cast<double>(matrices.back().shape()[1]));
    for (size_t length = 1; length < matrices.size(); ++length)
      for (size_t i = 0; i + length < matrices.size(); ++i) Split(i, i + length);
  }

  Array Product(size_t i, size_t j) const {
    if (i == j) return matrices_[i];
    return dot(Product(i, split_[i][j]), Product(split_[i][j] + 1, j));
  }

 private:
  void Split(size_t i, size_t j) {
    cost_[i][j] = std::numeric_limits<double>::infinity();
    for (size_t k = i; k < j; ++k) {
      const double cost =
          cost_[i][k] + cost_[k + 1][j] + extents_[i] * extents_[k + 1] * extents_[j + 1];
      if (cost >= cost_[i][j]) continue;
      cost_[i][j] = cost;
      split_[i][j] = k;
    }
  }

  const std::vector<Array>& matrices_;
  std::vector<double> extents_;
  std::vector<std::vector<double>> cost_;
  std::vector<std::vector<size_t>> split_;
};

void CheckMatrices(const std::vector<Array>& arrays) {
  for (const Array& array : arrays) {
    if (array.ndim() == 2) continue;
    throw Error(ErrorCode::linalg,
                absl::StrCat("multi_dot: ", array.ndim(),
                             "-dimensional array given. Array must be two-dimensional"));
  }
  for (size_t i = 0; i + 1 < arrays.size(); ++i) {
    const int64_t left = arrays[i].shape()[1], right = arrays[i + 1].shape()[0];
    if (left == right) continue;
    throw Error(ErrorCode::invalid_argument,
                absl::StrCat("multi_dot: operands ", i, " and ", i + 1, " are not aligned: ", left,
                             " columns and ", right, " rows"));
  }
}

// The 1-norm of each matrix of a stack, as numbers of an array of float64.
Array ColumnNorms(const Array& a) { return Dense(matrix_norm(a, false, 1.0), DataType::float64); }

// The [13/13] Pade approximant of e^x is p(x) / p(-x); here are p's coefficients (Higham, "The
// Scaling and Squaring Method for the Matrix Exponential Revisited", 2005, equation 2.3 and its
// table of the norms up to which it is exact to double precision).
constexpr std::array<double, 14> kPade = {64764752532480000.0,
                                          32382376266240000.0,
                                          7771770303897600.0,
                                          1187353796428800.0,
                                          129060195264000.0,
                                          10559470521600.0,
                                          670442572800.0,
                                          33522128640.0,
                                          1323241920.0,
                                          40840800.0,
                                          960960.0,
                                          16380.0,
                                          182.0,
                                          1.0};
constexpr double kPadeNorm = 5.371920351148152;

// e^a for matrices of norms up to kPadeNorm, by a few products and one solution.
Array PadeExponential(const Array& a) {
  const Array one = eye(a.shape().back(), {}, 0, a.dtype(), &a.context());
  const auto term = [](const Array& x, int i) { return multiply(x, kPade[i]); };
  const Array a2 = matmul(a, a).eval(), a4 = matmul(a2, a2).eval(), a6 = matmul(a4, a2).eval();
  const Array odd_inner = term(a6, 13) + term(a4, 11) + term(a2, 9);
  const Array odd = matmul(a6, odd_inner) + term(a6, 7) + term(a4, 5) + term(a2, 3) + term(one, 1);
  const Array even_inner = term(a6, 12) + term(a4, 10) + term(a2, 8);
  const Array v = matmul(a6, even_inner) + term(a6, 6) + term(a4, 4) + term(a2, 2) + term(one, 0);
  const Array u = matmul(a, odd);
  return solve(v - u, v + u);
}

// How often each matrix must be halved; NaN and infinite ones never.
Fresh Halvings(const Array& norms, int64_t* most) {
  const Fresh halvings = MakeFresh(norms.context(), DataType::int64, norms.shape());
  const double* const values = ElementsOf<double>(norms);
  *most = 0;
  for (int64_t i = 0; i < norms.size(); ++i) {
    const bool large = std::isfinite(values[i]) && values[i] > kPadeNorm;
    const int64_t count =
        large ? static_cast<int64_t>(std::ceil(std::log2(values[i] / kPadeNorm))) : 0;
    DataOf<int64_t>(halvings)[i] = count;
    *most = std::max(*most, count);
  }
  return halvings;
}

}  // namespace

Array matrix_power(const Array& a, int64_t exponent) {
  const Stack stack = SquareStackOf("matrix_power", a);
  if (exponent == 0)
    return copy(broadcast_to(eye(stack.rows, {}, 0, a.dtype(), &a.context()), a.shape()));
  Array power = exponent < 0 ? inv(a) : a, result;
  for (uint64_t left = exponent < 0 ? -static_cast<uint64_t>(exponent) : exponent; left > 0;) {
    if (left & 1) result = result.is_null() ? power : matmul(result, power);
    left >>= 1;
    if (left > 0) power = matmul(power, power);
  }
  return result;
}

Array multi_dot(const std::vector<Array>& arrays) {
  if (arrays.size() < 2)
    throw Error(ErrorCode::invalid_argument, "multi_dot: Expecting at least two arrays.");
  if (arrays.size() == 2) return dot(arrays[0], arrays[1]);
  std::vector<Array> matrices = arrays;
  const bool from_vector = arrays.front().ndim() == 1, to_vector = arrays.back().ndim() == 1;
  if (from_vector) matrices.front() = expand_dims(arrays.front(), 0);
  if (to_vector) matrices.back() = expand_dims(arrays.back(), 1);
  CheckMatrices(matrices);
  const Array product = Chain(matrices).Product(0, matrices.size() - 1);
  if (from_vector && to_vector) return reshape(product, {});
  return from_vector || to_vector ? reshape(product, {-1}) : product;
}

// Each matrix is halved until its norm is small, and its exponential squared as often.
Array expm(const Array& a) {
  const Stack stack = SquareStackOf("expm", a);
  const DataType dtype = CommonDType("expm", {&a}), working = WorkingDType(dtype);
  const Array x = Dense(a, working);
  if (a.size() == 0) return zeros(a.shape(), dtype, &a.context());
  int64_t most = 0;
  const Array count = expand_dims(Halvings(ColumnNorms(x), &most).array, {-2, -1});
  const Array scale = exp2(astype(negative(count), DataType::float64));
  Array power = PadeExponential(Dense(multiply(x, scale), working));
  for (int64_t done = 0; done < most; ++done)
    power = where(greater(count, done), matmul(power, power), power).eval();
  return Rounded(power, dtype);
}

}  // namespace broadloom::linalg
