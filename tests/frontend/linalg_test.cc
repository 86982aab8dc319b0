// The C++ face of linear algebra: results by name, default arguments, errors. Values are compared
// with NumPy's in tests/python/test_linalg.py and test_products.py.
#include "frontend/linalg.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

namespace broadloom {
namespace {

using Numbers = std::vector<double>;

Array Matrix() { return array({4.0, 1.0, 2.0, 3.0}).reshape({2, 2}); }

template <class Function>
ErrorCode CodeOf(Function f) {
  try {
    f();
  } catch (const Error& error) {
    return error.code();
  }
  return ErrorCode::internal;
}

void ExpectNear(const Array& actual, const Numbers& expected) {
  const Numbers found = actual.to_vector<double>();
  ASSERT_EQ(found.size(), expected.size());
  for (size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(found[i], expected[i], 1e-12);
}

TEST(Linalg, Equations) {
  ExpectNear(linalg::inv(Matrix()), {0.3, -0.1, -0.2, 0.4});
  ExpectNear(linalg::solve(Matrix(), array({6.0, 8.0})), {1, 2});
  EXPECT_NEAR(linalg::det(Matrix()).item<double>(), 10, 1e-12);
  const auto [sign, logarithm] = linalg::slogdet(-1.0 * Matrix());
  EXPECT_EQ(sign.item<double>(), 1);
  EXPECT_TRUE(std::isfinite(logarithm.item<double>()));
}

TEST(Linalg, Factors) {
  const linalg::LUResult lu = linalg::lu(Matrix());
  ExpectNear(matmul(matmul(lu.P, lu.L), lu.U), {4, 1, 2, 3});
  const linalg::QRResult qr = linalg::qr(Matrix());
  ExpectNear(matmul(qr.Q, qr.R), {4, 1, 2, 3});
  EXPECT_TRUE(linalg::qr(Matrix(), linalg::QRMode::r).Q.is_null());
  const linalg::SVDResult svd = linalg::svd(Matrix());
  ExpectNear(matmul(svd.U * svd.S, svd.Vh), {4, 1, 2, 3});
}

TEST(Linalg, Eigenvalues) {
  ExpectNear(linalg::eigvalsh(array({2.0, 1.0, 1.0, 2.0}).reshape({2, 2})), {1, 3});
  EXPECT_EQ(linalg::eigvals(Matrix()).dtype(), DataType::float64);
  EXPECT_EQ(linalg::eigvals(array({0.0, 1.0, -1.0, 0.0}).reshape({2, 2})).dtype(),
            DataType::complex128);
}

TEST(Linalg, LeastSquares) {
  const linalg::LstsqResult found =
      linalg::lstsq(array({1.0, 0.0, 0.0, 1.0, 0.0, 0.0}).reshape({3, 2}), array({1.0, 2.0, 3.0}));
  ExpectNear(found.solution, {1, 2});
  ExpectNear(found.residuals, {9});
  EXPECT_EQ(found.rank, 2);
}

TEST(Linalg, NormsAreLazy) {
  const Array x = array({3.0, 4.0});
  const Array norm = linalg::norm(x);
  EXPECT_FALSE(norm.is_evaluated());
  EXPECT_EQ(norm.item<double>(), 5);
  EXPECT_EQ(linalg::vector_norm(x, {}, false, 1.0).item<double>(), 7);
  EXPECT_EQ(linalg::matrix_norm(Matrix(), false, 1.0).item<double>(), 6);
  EXPECT_NEAR(linalg::matrix_norm(Matrix()).item<double>(), std::sqrt(30), 1e-14);
}

TEST(Linalg, Products) {
  const Array x = array({1.0, 2.0, 3.0}), y = array({4.0, 5.0, 6.0});
  EXPECT_EQ(dot(x, y).item<double>(), 32);
  EXPECT_EQ(vdot(x, y).item<double>(), 32);
  ExpectNear(cross(x, y), {-3, 6, -3});
  EXPECT_EQ(outer(x, y).shape(), (Sizes{3, 3}));
  EXPECT_EQ(kron(Matrix(), x).shape(), (Sizes{2, 6}));
  EXPECT_EQ(trace(Matrix()).item<double>(), 7);
  ExpectNear(diagonal(Matrix(), 1), {1});
  ExpectNear(diag(array({1.0}), 1), {0, 1, 0, 0});
  ExpectNear(tensordot(Matrix(), Matrix(), {1}, {0}), {18, 7, 14, 11});
  ExpectNear(linalg::multi_dot({x, outer(x, y), y}), {14 * 77});
}

TEST(Linalg, Errors) {
  const Array singular = ones({2, 2}), vector = ones({3}), wide = ones({2, 3});
  EXPECT_EQ(CodeOf([&] { linalg::inv(singular); }), ErrorCode::linalg);
  EXPECT_EQ(CodeOf([&] { linalg::inv(vector); }), ErrorCode::linalg);
  EXPECT_EQ(CodeOf([&] { linalg::inv(wide); }), ErrorCode::linalg);
  EXPECT_EQ(CodeOf([&] { linalg::inv(ones({2, 2}, DataType::float16)); }), ErrorCode::type_error);
  EXPECT_EQ(CodeOf([&] { linalg::solve(eye(2), vector); }), ErrorCode::invalid_argument);
  EXPECT_EQ(CodeOf([&] { linalg::matrix_norm(vector); }), ErrorCode::axis);
  EXPECT_EQ(CodeOf([&] { linalg::norm(wide, "nuc", 0); }), ErrorCode::invalid_argument);
  EXPECT_EQ(CodeOf([&] { dot(vector, wide); }), ErrorCode::invalid_argument);
}

}  // namespace
}  // namespace broadloom
