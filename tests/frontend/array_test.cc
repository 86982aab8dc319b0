// The C++ API as users see it. Values are checked by the reference evaluator and by compiled
// kernels alike.
#include "frontend/array.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "frontend/linalg.h"
#include "frontend/lines.h"
#include "frontend/rearrange.h"
#include "frontend/sorting.h"
#include "tests/frontend/array_testing.h"

namespace broadloom {
namespace {

using ::testing::DoubleEq;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// The parameter: whether kernels are interpreted.
class ArrayTest : public ::testing::TestWithParam<bool> {
 protected:
  Array A(std::initializer_list<double> values) { return array(values, context()); }
  Context* context() { return context_.get(); }

  std::shared_ptr<Context> context_ = MakeTestContext(GetParam());
};
INSTANTIATE_TEST_SUITE_P(InterpretedAndCompiled, ArrayTest, ::testing::Bool());

TEST_P(ArrayTest, IsLazyUntilAskedFor) {
  const Array x = A({1, 2, 3}), y = exp(x) * 2;
  EXPECT_TRUE(x.is_evaluated());
  EXPECT_FALSE(y.is_evaluated());
  EXPECT_THAT(y.shape(), ElementsAre(3));
  EXPECT_EQ(y.dtype(), DataType::float64);
  EXPECT_EQ(y.nbytes(), 24);
  EXPECT_NEAR(y[{0}].item<double>(), 2 * std::exp(1.0), 1e-15);
  EXPECT_FALSE(y.is_evaluated()) << "an element of it is another expression";
  y.eval();
  EXPECT_TRUE(y.is_evaluated());
}

TEST_P(ArrayTest, NumbersAreWeak) {
  const Array i8 = A({1, 2}).astype(DataType::int8), f32 = A({1, 2}).astype(DataType::float32);
  EXPECT_EQ((i8 + 1).dtype(), DataType::int8);
  EXPECT_EQ((i8 + 1.0).dtype(), DataType::float64);
  EXPECT_EQ((f32 + 1.0).dtype(), DataType::float32);
  EXPECT_EQ((i8 + true).dtype(), DataType::int8);
  EXPECT_EQ(where(i8 > 1, f32, 0.5).dtype(), DataType::float32);
  EXPECT_EQ((i8 / 2).dtype(), DataType::float64);
  EXPECT_EQ(add(1, 2.5).dtype(), DataType::float64);
  ExpectError(ErrorCode::overflow, "Python integer 300 out of bounds for int8", [&] { i8 + 300; });
  EXPECT_TRUE(all(i8 < 300).item<bool>());
  EXPECT_TRUE(all(300 > i8).item<bool>());
  EXPECT_FALSE(any(i8 == 300).item<bool>());
}

TEST_P(ArrayTest, Indexing) {
  const Array x = arange(0, 24, 1, {}, context()).reshape({2, 3, 4});
  EXPECT_THAT((x[{1, -1}].to_vector<int64_t>()), ElementsAre(20, 21, 22, 23));
  EXPECT_THAT((x[{Ellipsis{}, 0}].to_vector<int64_t>()), ElementsAre(0, 4, 8, 12, 16, 20));
  EXPECT_THAT((x[{0, Slice{{}, {}, -2}, Slice{1, 3}}].to_vector<int64_t>()),
              ElementsAre(9, 10, 1, 2));
  EXPECT_THAT((x[{0, NewAxis{}, 1}].shape()), ElementsAre(1, 4));
  EXPECT_THAT((x[{Slice{5, 9}}].shape()), ElementsAre(0, 3, 4));
  ExpectError(ErrorCode::out_of_range, "index 2 is out of bounds for axis 0 with size 2",
              [&] { x[{2}]; });
  ExpectError(ErrorCode::out_of_range, "too many indices", [&] { x[{0, 0, 0, 0}]; });
  ExpectError(ErrorCode::out_of_range, "single ellipsis", [&] { x[{Ellipsis{}, Ellipsis{}}]; });
  ExpectError(ErrorCode::invalid_argument, "slice step cannot be zero",
              [&] { x[{Slice{0, 1, 0}}]; });
}

TEST_P(ArrayTest, IndexArrays) {
  const Array x = arange(0, 24, 1, {}, context()).reshape({2, 3, 4});
  const Array places = array({int64_t{2}, int64_t{-3}}, context());
  EXPECT_THAT((x[{1, places, 0}].to_vector<int64_t>()), ElementsAre(20, 12));
  EXPECT_THAT((x[{Slice{}, places, Slice{0, 2}}].shape()), ElementsAre(2, 2, 2));
  EXPECT_THAT((x[{0, NewAxis{}, places}].shape()), ElementsAre(2, 1, 4));
  EXPECT_THAT((x[{x > 20}].to_vector<int64_t>()), ElementsAre(21, 22, 23));
  EXPECT_THAT((x[{equal(places, -3), Ellipsis{}, 3}].shape()), ElementsAre(1, 3));
  EXPECT_THAT((x[{scalar(true, DataType::bool_, context())}].shape()), ElementsAre(1, 2, 3, 4));
  EXPECT_THAT((x[{scalar(1, DataType::int8, context()), 2, 3}].item<int64_t>()), 23);
  ExpectError(ErrorCode::out_of_range, "index 2 is out of bounds for axis 0 with size 2",
              [&] { x[{places}].eval(); });
  ExpectError(ErrorCode::out_of_range, "must be of integer", [&] { x[{x * 0.5}]; });
  ExpectError(ErrorCode::out_of_range, "boolean index did not match indexed array along axis 0",
              [&] { x[{x[{0}] > 0}]; });
}

TEST_P(ArrayTest, PicksLazily) {
  const Array x = A({1, 2, 3, 4, 5, 6});
  const Array places = array({int64_t{2}, int64_t{-6}}, context());
  const Array picked = x[{places + 0}] * 10;
  EXPECT_FALSE(picked.is_evaluated());
  EXPECT_THAT(picked.to_vector<double>(), ElementsAre(30, 10));
  EXPECT_THAT(take(x * 2, places + 1).to_vector<double>(), ElementsAre(8, 4));
  const Array table = x.reshape({2, 3});
  EXPECT_THAT(take_along_axis(table, argmax(table, 1, true)).to_vector<double>(),
              ElementsAre(3, 6));
  set_source("here.cc:7");
  const Array wrong = sum(x[{places * 3}]);
  set_source("");
  for (int i = 0; i < 2; ++i)
    ExpectError(ErrorCode::out_of_range,
                "index 6 is out of bounds for axis 0 with size 6 (here.cc:7)",
                [&] { wrong.eval(); });
  EXPECT_FALSE(wrong.is_evaluated());
}

TEST_P(ArrayTest, ViewsShareMemory) {
  const Array x = A({1, 2, 3, 4, 5, 6});
  const Array view = x.reshape({2, 3}).transpose()[{Slice{1, 3}}];
  EXPECT_TRUE(view.is_evaluated());
  EXPECT_EQ(view.owner(), x.owner());
  EXPECT_EQ(view.data(), static_cast<const double*>(x.data()) + 1);
  EXPECT_THAT(view.strides(), ElementsAre(8, 24));
  EXPECT_THAT(view.to_vector<double>(), ElementsAre(2, 5, 3, 6));
  EXPECT_NE(copy(x).owner(), x.owner());
  EXPECT_NE(astype(x, DataType::float64).owner(), x.owner());
  EXPECT_NE(floor(x).owner(), x.owner());
}

TEST_P(ArrayTest, MemoryOrderIsNumPys) {
  const Array x = A({1, 2, 3, 4, 5, 6}).reshape({2, 3}).transpose();
  const Array y = x + 1;
  EXPECT_THAT(y.strides(), ElementsAre(8, 24));
  y.eval();
  EXPECT_THAT(y.strides(), ElementsAre(8, 24));
  EXPECT_THAT(y.to_vector<double>(), ElementsAre(2, 5, 3, 6, 4, 7));
  EXPECT_THAT(zeros_like(x).strides(), ElementsAre(8, 24));
}

// Of 0, 1, ..., n - 1: (n^2 - 1) / 12, in exact arithmetic.
TEST_P(ArrayTest, VariancesOfManyNumbersAreJoined) {
  for (const int64_t n : {int64_t{1} << 18, (int64_t{1} << 18) + 5}) {
    const Array x = arange(0, n, 1, {}, context()).astype(DataType::float64);
    const double count = static_cast<double>(n), exact = (count * count - 1) / 12;
    EXPECT_NEAR(var(x).item<double>() / exact, 1, 1e-15);
    EXPECT_NEAR(std(x + 1, {}, false, {.correction = 1}).item<double>() /
                    std::sqrt(exact * count / (count - 1)),
                1, 1e-15);
  }
}

TEST_P(ArrayTest, ChainsOfSharedNodesDieWithoutRecursion) {
  Array x = A({1, 2}), y = x;
  for (int turn = 0; turn < 100000; ++turn) {
    const Array sum = x + y;
    y = x;
    x = sum * 0.5;
  }
  EXPECT_FALSE(x.is_evaluated());
}

TEST_P(ArrayTest, Reductions) {
  const Array x = A({1, 2, 3, 4, 5, 6}).reshape({2, 3});
  EXPECT_EQ(sum(x).item<double>(), 21);
  EXPECT_THAT(sum(x, 0).to_vector<double>(), ElementsAre(5, 7, 9));
  EXPECT_THAT(sum(x, -1, true).shape(), ElementsAre(2, 1));
  EXPECT_THAT(sum(x, {0, 1}, true).shape(), ElementsAre(1, 1));
  EXPECT_THAT(sum(x, AxisList(std::vector<int64_t>{})).to_vector<double>(),
              ElementsAre(1, 2, 3, 4, 5, 6));
  EXPECT_EQ(sum(x, {}, false, {.dtype = DataType::float32}).dtype(), DataType::float32);
  EXPECT_EQ(argmax(x).item<int64_t>(), 5);
  EXPECT_THAT(argmin(x, {}, true).shape(), ElementsAre(1, 1));
  EXPECT_EQ(var(x, {}, false, {.dtype = {}, .correction = 1}).item<double>(), 3.5);
  ExpectError(ErrorCode::axis, "axis 2 is out of bounds for array of dimension 2",
              [&] { sum(x, 2); });
  ExpectError(ErrorCode::invalid_argument, "duplicate value in 'axis'", [&] { sum(x, {0, -2}); });
  ExpectError(ErrorCode::type_error, "takes one axis or none", [&] { argmin(x, {0, 1}); });
  ExpectError(ErrorCode::type_error, "takes no dtype",
              [&] { max(x, {}, false, {.dtype = DataType::int8}); });
  ExpectError(ErrorCode::invalid_argument, "zero-size array", [&] { max(x[{Slice{0, 0}}]); });
}

TEST_P(ArrayTest, Creation) {
  EXPECT_THAT(full({2}, 7, {}, context()).to_vector<int64_t>(), ElementsAre(7, 7));
  EXPECT_THAT(ones({2}, DataType::float32, context()).to_vector<float>(), ElementsAre(1, 1));
  EXPECT_THAT(arange(1.0, 2.0, 0.25, {}, context()).to_vector<double>(),
              ElementsAre(1, 1.25, 1.5, 1.75));
  EXPECT_THAT(arange(5, 0, -2, {}, context()).to_vector<int64_t>(), ElementsAre(5, 3, 1));
  EXPECT_EQ(arange(3, 1, 1, {}, context()).size(), 0);
  EXPECT_THAT(linspace(0, 1, 3, true, {}, context()).to_vector<double>(), ElementsAre(0, 0.5, 1));
  EXPECT_THAT(linspace(0, 1, 2, false, {}, context()).to_vector<double>(), ElementsAre(0, 0.5));
  EXPECT_THAT(eye(2, 3, 1, DataType::int32, context()).to_vector<int>(),
              ElementsAre(0, 1, 0, 0, 0, 1));
  EXPECT_EQ(scalar(2.5, DataType::float32, context()).item<float>(), 2.5f);
  ExpectError(ErrorCode::invalid_argument, "negative dimensions",
              [&] { zeros({-1}, DataType::float64, context()); });
  ExpectError(ErrorCode::invalid_argument, "too big",
              [&] { zeros({1 << 30, 1 << 30, 8}, DataType::float64, context()); });
  ExpectError(ErrorCode::invalid_argument, "step is zero", [&] { arange(0, 1, 0, {}, context()); });
}

TEST_P(ArrayTest, LinesAndGrids) {
  EXPECT_THAT(logspace(0, A({1, 2}), 2).to_vector<double>(), ElementsAre(1, 1, 10, 100));
  EXPECT_THAT(logspace(A({0}), 2, 3, true, A({2})).to_vector<double>(), ElementsAre(1, 2, 4));
  EXPECT_THAT(geomspace(A({-1}), -4, 3).to_vector<double>(), ElementsAre(-1, DoubleEq(-2), -4));
  EXPECT_THAT(indices({1, 2}, DataType::int64, context()).to_vector<int64_t>(),
              ElementsAre(0, 0, 0, 1));
  EXPECT_EQ(sparse_indices({3, 2}, DataType::int8, context())[1].shape(), (Sizes{1, 2}));
  EXPECT_THAT(vander(A({2, 3}), 3).to_vector<double>(), ElementsAre(4, 2, 1, 9, 3, 1));
  EXPECT_THAT(diagflat(A({2, 3})).to_vector<double>(), ElementsAre(2, 0, 0, 3));
  EXPECT_THAT(logcumsumexp(A({0, 0, 1000})).to_vector<double>(),
              ElementsAre(0, DoubleEq(std::log(2.0)), 1000));
  ExpectError(ErrorCode::invalid_argument, "geomspace", [&] { geomspace(A({0}), 1); });
}

TEST_P(ArrayTest, VectorsTimesMatrices) {
  const Array matrix = reshape(A({1, 2, 3, 4, 5, 6}), {2, 3});
  EXPECT_THAT(matvec(matrix, A({1, 0, 2})).to_vector<double>(), ElementsAre(7, 16));
  EXPECT_THAT(vecmat(A({1, 2}), matrix).to_vector<double>(), ElementsAre(9, 12, 15));
  ExpectError(ErrorCode::invalid_argument, "matvec", [&] { matvec(matrix, A({1, 2})); });
}

TEST_P(ArrayTest, ReshapeCompletesAndChecks) {
  const Array x = A({1, 2, 3, 4, 5, 6});
  EXPECT_THAT(x.reshape({-1, 2}).shape(), ElementsAre(3, 2));
  EXPECT_THAT(x.reshape({2, 3}).transpose().reshape({-1}).to_vector<double>(),
              ElementsAre(1, 4, 2, 5, 3, 6));
  ExpectError(ErrorCode::invalid_argument, "cannot reshape array of size 6",
              [&] { x.reshape({4, -1}); });
  ExpectError(ErrorCode::invalid_argument, "cannot reshape", [&] { x.reshape({4}); });
  ExpectError(ErrorCode::invalid_argument, "one unknown dimension", [&] { x.reshape({-1, -1}); });
}

TEST_P(ArrayTest, Matmul) {
  const Array x = A({1, 2, 3, 4, 5, 6}).reshape({2, 3});
  EXPECT_THAT(matmul(x, x.transpose()).to_vector<double>(), ElementsAre(14, 32, 32, 77));
  EXPECT_EQ(matmul(x[{0}], x[{1}]).item<double>(), 32);
  EXPECT_THAT(matmul(x[{Slice{}, Slice{{}, {}, -2}}], x[{0, Slice{{}, 2}}]).to_vector<double>(),
              ElementsAre(5, 14));
  EXPECT_THAT(matmul(broadcast_to(x, {2, 2, 3}), x[{0}]).shape(), ElementsAre(2, 2));
  ExpectError(ErrorCode::invalid_argument, "inner extents differ", [&] { matmul(x, x); });
}

TEST_P(ArrayTest, ErrorsAreRaisedWhereTheyAreWritten) {
  const Array x = A({1, 2, 3});
  ExpectError(ErrorCode::invalid_argument, "could not be broadcast together",
              [&] { x + A({1, 2}); });
  ExpectError(ErrorCode::type_error, "needs integers", [&] { ~x; });
  ExpectError(ErrorCode::type_error, "bool", [&] { -(x > 1); });
  ExpectError(ErrorCode::invalid_argument, "negative integer powers",
              [&] { pow(x.astype(DataType::int32), -1); });
  ExpectError(ErrorCode::type_error, "two contexts",
              [&] { x + array({1.0}, MakeTestContext(GetParam()).get()); });
  ExpectError(ErrorCode::type_error, "an array of float64, not float32",
              [&] { x.to_vector<float>(); });
  ExpectError(ErrorCode::invalid_argument, "size 1", [&] { x.item<double>(); });
  ExpectError(ErrorCode::invalid_argument, "never assigned", [&] { exp(Array()); });
}

TEST_P(ArrayTest, CreationErrors) {
  const Sizes many(65, 1);
  double number = 1;
  const Array deep = zeros(Sizes(64, 1), DataType::float64, context());
  ExpectError(ErrorCode::invalid_argument, "at most 64 axes, not 65",
              [&] { zeros(many, DataType::float64, context()); });
  ExpectError(ErrorCode::invalid_argument, "at most 64 axes, not 65",
              [&] { broadcast_to(deep, many); });
  ExpectError(ErrorCode::invalid_argument, "expand_dims: the result has 65 axes, more than 64",
              [&] { expand_dims(deep, 0); });
  ExpectError(ErrorCode::out_of_range, "more than 64 axes", [&] { deep[{NewAxis{}}]; });
  ExpectError(ErrorCode::invalid_argument, "more than 64", [&] { deep.reshape(many); });
  ExpectError(ErrorCode::invalid_argument, "negative dimensions",
              [&] { broadcast_to(A({1}), {-1}); });
  ExpectError(ErrorCode::invalid_argument, "negative dimensions",
              [&] { broadcast_shapes({{-1}}); });
  ExpectError(ErrorCode::invalid_argument, "needs memory, not null",
              [&] { array(nullptr, DataType::float64, {2}, {}, context()); });
  ExpectError(ErrorCode::invalid_argument, "there is no DataType 77",
              [&] { array(&number, static_cast<DataType>(77), {}, {}, context()); });
  ExpectError(ErrorCode::type_error, "only supported for booleans",
              [&] { arange(0, 3, 1, DataType::bool_, context()); });
  ExpectError(ErrorCode::invalid_argument, "Maximum allowed size exceeded",
              [&] { arange(0, UINT64_MAX, 1, {}, context()); });
  const Array integers = deep.astype(DataType::int64);
  EXPECT_EQ(matmul(integers, integers).item<int64_t>(), 0) << "a walk of 65 axes";
}

TEST_P(ArrayTest, LargeIntegers) {
  const int64_t large = 1'700'000'000'000'000'000;
  EXPECT_THAT(arange(large, large + 3, 1, {}, context()).to_vector<int64_t>(),
              ElementsAre(large, large + 1, large + 2));
  EXPECT_THAT(arange(INT64_MIN, INT64_MAX, INT64_MAX, {}, context()).to_vector<int64_t>(),
              ElementsAre(INT64_MIN, -1, INT64_MAX - 1));
  const uint64_t natural = (uint64_t{1} << 63) + 5;
  EXPECT_EQ(arange(natural, natural + 2, 1, {}, context()).dtype(), DataType::float64);
  EXPECT_THAT(arange(natural, natural + 2, 1, DataType::uint64, context()).to_vector<uint64_t>(),
              ElementsAre(natural, natural + 1));
  const Array i8 = A({1, 2}).astype(DataType::int8);
  EXPECT_THAT((i8 / 200).to_vector<double>(), ElementsAre(1 / 200.0, 2 / 200.0));
  ExpectError(ErrorCode::overflow, "Python integer 200 out of bounds for int8", [&] { i8 + 200; });
}

TEST_P(ArrayTest, OperatorsAndLikes) {
  Array x = A({1, 2, 4});
  EXPECT_THAT((-x).to_vector<double>(), ElementsAre(-1, -2, -4));
  EXPECT_THAT((+x).to_vector<double>(), ElementsAre(1, 2, 4));
  EXPECT_THAT((~x.astype(DataType::int32)).to_vector<int32_t>(), ElementsAre(-2, -3, -5));
  const Array before = copy(x), name = x;
  x *= 3;
  x /= 2;
  x -= A({0, 1, 2});
  x += 1;
  EXPECT_THAT(x.to_vector<double>(), ElementsAre(2.5, 3, 5));
  EXPECT_THAT(before.to_vector<double>(), ElementsAre(1, 2, 4));
  EXPECT_THAT(name.to_vector<double>(), ElementsAre(2.5, 3, 5)) << "another name of the same";
  EXPECT_THAT(flip(x).to_vector<double>(), ElementsAre(5, 3, 2.5));
  EXPECT_THAT(full_like(x, 7, DataType::int8).to_vector<int8_t>(), ElementsAre(7, 7, 7));
  EXPECT_THAT(zeros_like(x).to_vector<double>(), ElementsAre(0, 0, 0));
  EXPECT_THAT(ones_like(x, DataType::float32).to_vector<float>(), ElementsAre(1, 1, 1));
  EXPECT_EQ(squeeze(scalar(3, DataType::int64, context()), 0).item<int>(), 3);
  bool mask[3];
  (x > 2.5).copy_to(mask);
  EXPECT_THAT(mask, ElementsAre(false, true, true));
  EXPECT_TRUE(Array().is_null());
  EXPECT_FALSE(x.is_null());
  ExpectError(ErrorCode::invalid_argument, "never assigned", [] { exp(Array()); });
}

TEST(DataTypes, NamesSizesPromotionAndCasts) {
  for (DataType dtype : {DataType::bool_, DataType::int8, DataType::uint64, DataType::float32})
    EXPECT_EQ(parse_dtype(to_string(dtype)), dtype);
  EXPECT_EQ(parse_dtype("f64"), DataType::float64);
  EXPECT_EQ(parse_dtype("float128"), std::nullopt);
  EXPECT_EQ(itemsize(DataType::uint16), 2);
  EXPECT_EQ(result_type(DataType::int64, DataType::uint64), DataType::float64);
  EXPECT_FALSE(can_cast(DataType::float64, DataType::float32));
  EXPECT_TRUE(can_cast(DataType::float64, DataType::float32, Casting::same_kind));
  EXPECT_FALSE(can_cast(DataType::float64, DataType::int64, Casting::same_kind));
  EXPECT_TRUE(can_cast(DataType::complex64, DataType::int8, Casting::unsafe));
  EXPECT_THAT(broadcast_shapes({{3, 1}, {4}}), ElementsAre(3, 4));
  ExpectError(ErrorCode::invalid_argument, "shape mismatch", [] { broadcast_shapes({{3}, {4}}); });
}

TEST_P(ArrayTest, LentMemoryIsReadWhenEvaluatedAndReleasedOnce) {
  double data[] = {1, 2, 3, 4};
  int released = 0;
  {
    const Array x = lend(data + 3, DataType::float64, {4}, {-8}, [&] { ++released; }, context());
    const Array y = x + 1.0;
    data[3] = 10;
    EXPECT_TRUE(x.is_lent());
    EXPECT_THAT(y.to_vector<double>(), ElementsAre(11, 4, 3, 2));
    EXPECT_EQ(released, 0);
  }
  EXPECT_EQ(released, 1);
}

}  // namespace
}  // namespace broadloom
