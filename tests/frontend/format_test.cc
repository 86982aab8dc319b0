// Text of arrays as C++ users see it. All dtypes, shapes and options are compared with NumPy's text
// by tests/python/test_format.py; what is written here is NumPy's, too.
#include "frontend/format.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <limits>
#include <sstream>

#include "tests/frontend/array_testing.h"

namespace broadloom {
namespace {

using ::testing::HasSubstr;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

PrintOptions With(void (*change)(PrintOptions&)) {
  PrintOptions options;
  change(options);
  return options;
}

TEST(FormatTest, Strings) {
  EXPECT_EQ(array_str(array({1.0, 2.5, -3.0})), "[ 1.   2.5 -3. ]");
  EXPECT_EQ(array_str(array({1, 20, -3})), "[ 1 20 -3]");
  EXPECT_EQ(array_str(array({true, false})), "[ True False]");
  EXPECT_EQ(array_str(array({std::complex<double>(1, -2), std::complex<double>(0.5, 0)})),
            "[1. -2.j 0.5+0.j]");
  EXPECT_EQ(array_str(arange(0.0, 6.0).reshape({2, 3})), "[[0. 1. 2.]\n [3. 4. 5.]]");
  EXPECT_EQ(array_str(array({1.5f, 2.0f}).astype(DataType::bfloat16)), "[1.5 2]");
  EXPECT_EQ(array_str(zeros({0, 3})), "[]");
  std::ostringstream stream;
  stream << array({0.1f});
  EXPECT_EQ(stream.str(), "[0.1]");
}

TEST(FormatTest, Representations) {
  EXPECT_EQ(array_repr(array({1.0f, 2.5f})), "array([1. , 2.5], dtype=float32)");
  EXPECT_EQ(array_repr(array({1.0}), {}, "Array"), "Array([1.])");
  EXPECT_EQ(array_repr(zeros({0, 3})), "array([], shape=(0, 3), dtype=float64)");
  EXPECT_EQ(array_repr(zeros({0}, DataType::int8)), "array([], dtype=int8)");
  EXPECT_EQ(array_repr(scalar(2.5, DataType::float64)), "array(2.5)");
  EXPECT_EQ(array_repr(scalar(true, DataType::bool_)), "array(True)");
  EXPECT_EQ(array_repr(ones({1, 1, 2}, DataType::uint8)), "array([[[1, 1]]], dtype=uint8)");
  EXPECT_EQ(array_repr(arange(2000)),
            "array([   0,    1,    2, ..., 1997, 1998, 1999], shape=(2000,))");
}

TEST(FormatTest, Exponents) {
  EXPECT_EQ(array_str(array({1e-5, 1.0})), "[1.e-05 1.e+00]");
  EXPECT_EQ(array_str(array({1.0, 1000.0})), "[   1. 1000.]");
  EXPECT_EQ(array_str(array({0.5, 1000.0})), "[5.e-01 1.e+03]");
  EXPECT_EQ(array_str(array({1e6f})), "[1.e+06]");
  EXPECT_EQ(array_str(array({1e6, 1e7})), "[ 1000000. 10000000.]");
  EXPECT_EQ(array_str(array({1000.0f}).astype(DataType::float16)), "[1.e+03]");
  EXPECT_EQ(array_str(array({1e100, 5e-324})), "[1.e+100 5.e-324]");
}

TEST(FormatTest, OtherThanNumbers) {
  EXPECT_EQ(array_str(array({1.5, kNaN, -INFINITY})), "[ 1.5  nan -inf]");
  EXPECT_EQ(array_str(array({kNaN}), With([](PrintOptions& o) { o.nanstr = "·"; })), "[  ·]");
  EXPECT_EQ(array_str(array({-0.0, 0.0})), "[-0.  0.]");
}

TEST(FormatTest, Options) {
  const Array x = array({1.0 / 3, 2.0});
  EXPECT_EQ(array_str(x, With([](PrintOptions& o) { o.precision = 3; })), "[0.333 2.   ]");
  EXPECT_EQ(array_str(x, With([](PrintOptions& o) { o.floatmode = FloatMode::fixed; })),
            "[0.33333333 2.00000000]");
  EXPECT_EQ(array_str(x, With([](PrintOptions& o) { o.floatmode = FloatMode::unique; })),
            "[0.3333333333333333 2.                ]");
  EXPECT_EQ(array_str(x, With([](PrintOptions& o) { o.sign = '+'; })), "[+0.33333333 +2.        ]");
  EXPECT_EQ(array_str(array({1, 2}), With([](PrintOptions& o) { o.sign = ' '; })), "[ 1  2]");
  EXPECT_EQ(array_str(array({1e-10, 1.0}), With([](PrintOptions& o) { o.suppress = true; })),
            "[0. 1.]");
  EXPECT_EQ(array_str(arange(9), With([](PrintOptions& o) { o.linewidth = 7; })),
            "[0 1 2\n 3 4 5\n 6 7 8]");
  EXPECT_EQ(array2string(arange(3), {}, {",", "", ""}), "[0,1,2]");
}

TEST(FormatTest, Summaries) {
  const PrintOptions options = With([](PrintOptions& o) { o.threshold = 5, o.edgeitems = 1; });
  EXPECT_EQ(array_str(arange(12.0).reshape({3, 4}), options),
            "[[ 0. ...  3.]\n ...\n [ 8. ... 11.]]");
  EXPECT_EQ(array_repr(arange(12.0).reshape({6, 2}), options),
            "array([[ 0.,  1.],\n       ...,\n       [10., 11.]], shape=(6, 2))");
}

TEST(FormatTest, ComputesNoMoreThanTheEdges) {
  const Array x = arange(0.0, 1e12) * 2;  // 8 TB
  EXPECT_THAT(array_str(x), HasSubstr("..."));
  EXPECT_FALSE(x.is_evaluated());
  const Array y = arange(0.0, 10.0) * 2;
  EXPECT_EQ(array_str(y), "[ 0.  2.  4.  6.  8. 10. 12. 14. 16. 18.]");
  EXPECT_TRUE(y.is_evaluated());
}

TEST(FormatTest, Numbers) {
  EXPECT_EQ(scalar_str(array({1.0f})), "1.0");
  EXPECT_EQ(scalar_repr(array({1.5f})), "np.float32(1.5)");
  EXPECT_EQ(scalar_repr(array({true})), "np.True_");
  EXPECT_EQ(scalar_repr(array({std::complex<float>(1, 2)})), "np.complex64(1+2j)");
  EXPECT_EQ(scalar_str(array({std::complex<double>(0, 2)})), "2j");
  EXPECT_EQ(scalar_str(array({1e16})), "1e+16");
  EXPECT_EQ(scalar_repr(ones({}, DataType::bfloat16)), "1");
  ExpectError(ErrorCode::invalid_argument, "an array of 1 element, not of 2",
              [] { scalar_str(zeros({2})); });
}

TEST(FormatTest, Mistakes) {
  const Array x = array({1.5, 2.0});
  ExpectError(ErrorCode::invalid_argument, "precision must be >= 0, not -1",
              [&] { array_str(x, With([](PrintOptions& o) { o.precision = -1; })); });
  ExpectError(ErrorCode::invalid_argument, "edgeitems must be >= 0, not -2",
              [&] { array_str(x, With([](PrintOptions& o) { o.edgeitems = -2; })); });
  ExpectError(ErrorCode::invalid_argument, "sign must be one of ' ', '+' and '-', not 'x'",
              [&] { array_repr(x, With([](PrintOptions& o) { o.sign = 'x'; })); });
}

}  // namespace
}  // namespace broadloom
