// The reference evaluator: NumPy's corners, and the orders of additions that generated code must
// reproduce. The sweep against NumPy itself runs in tests/python.
#include "ir/evaluate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace broadloom {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr int64_t kMin64 = std::numeric_limits<int64_t>::min();

Scalar F64(double value) { return MakeScalar(DType::kFloat64, value); }
Scalar F32(double value) { return MakeScalar(DType::kFloat32, value); }
Scalar I8(int64_t value) { return MakeIntScalar(DType::kInt8, value); }
Scalar I64(int64_t value) { return MakeIntScalar(DType::kInt64, value); }
Scalar U64(uint64_t value) { return Scalar{DType::kUInt64, value}; }
Scalar Bool(bool value) { return Scalar{DType::kBool, value}; }

Scalar Apply(Op op, Scalar a, Scalar b) { return EvaluateElementwise(op, a.dtype, {a, b}); }
Scalar Cast(DType dtype, double x) { return EvaluateElementwise(Op::k_astype, dtype, {F64(x)}); }
bool Holds(Op op, Scalar a, Scalar b) {
  return EvaluateElementwise(op, DType::kBool, {a, b}) == Bool(true);
}

Tensor Vector(DType dtype, const std::vector<double>& values) {
  Tensor tensor = MakeTensor(dtype, {static_cast<int64_t>(values.size())});
  for (size_t i = 0; i < values.size(); ++i) SetElement(tensor, i, MakeScalar(dtype, values[i]));
  return tensor;
}

Tensor WithShape(Tensor tensor, std::vector<int64_t> shape) {
  tensor.shape = std::move(shape);
  return tensor;
}

// One node over one operand.
absl::StatusOr<Tensor> Compute(Op op, const Tensor& x, Attrs attrs) {
  Graph graph;
  const Shape shape(x.shape.begin(), x.shape.end());
  const NodeId param = graph.AddParam({x.dtype, shape}, "").value();
  absl::StatusOr<NodeId> node = graph.Add(op, {param}, std::move(attrs));
  if (!node.ok()) return node.status();
  graph.set_outputs({*node});
  Bindings bindings;
  bindings.params.push_back(x);
  absl::StatusOr<std::vector<Tensor>> results = Evaluate(graph, bindings);
  if (!results.ok()) return results.status();
  return results->front();
}

Attrs Over(Axes axes) { return Attrs().Set(AttrName::k_axes, std::move(axes)); }
Attrs Over(Axes axes, const char* order) {
  return Over(std::move(axes)).Set(AttrName::k_order, std::string(order));
}

std::vector<double> Numbers(const absl::StatusOr<Tensor>& tensor) {
  std::vector<double> numbers;
  for (int64_t i = 0; i < tensor.value().size(); ++i) {
    numbers.push_back(AsDouble(ElementOf(*tensor, i)));
  }
  return numbers;
}

using Expected = std::vector<double>;

TEST(EvaluateScalar, IntegersWrap) {
  EXPECT_EQ(Apply(Op::k_add, I8(127), I8(1)), I8(-128));
  EXPECT_EQ(Apply(Op::k_multiply, I64(kMin64), I64(-1)), I64(kMin64));
  EXPECT_EQ(EvaluateElementwise(Op::k_abs, DType::kInt8, {I8(-128)}), I8(-128));
  EXPECT_EQ(Apply(Op::k_pow, I8(3), I8(7)), I8(2187));
  EXPECT_EQ(Apply(Op::k_add, Bool(true), Bool(true)), Bool(true));
}

TEST(EvaluateScalar, IntegerDivision) {
  EXPECT_EQ(Apply(Op::k_floor_divide, I8(-7), I8(2)), I8(-4));
  EXPECT_EQ(Apply(Op::k_remainder, I8(7), I8(-2)), I8(-1));
  EXPECT_EQ(Apply(Op::k_floor_divide, I8(5), I8(0)), I8(0));
  EXPECT_EQ(Apply(Op::k_remainder, I8(5), I8(0)), I8(0));
  EXPECT_EQ(Apply(Op::k_floor_divide, I64(kMin64), I64(-1)), I64(kMin64));
  EXPECT_EQ(Apply(Op::k_remainder, I64(kMin64), I64(-1)), I64(0));
}

TEST(EvaluateScalar, FloatDivision) {
  EXPECT_EQ(Apply(Op::k_floor_divide, F64(-7), F64(2)), F64(-4));
  EXPECT_EQ(Apply(Op::k_remainder, F64(4), F64(-2)), F64(-0.0));
  EXPECT_EQ(Apply(Op::k_remainder, F64(-1), F64(kInf)), F64(kInf));
  EXPECT_EQ(Apply(Op::k_floor_divide, F64(-1), F64(kInf)), F64(-1));
  EXPECT_EQ(Apply(Op::k_floor_divide, F64(1), F64(0)), F64(kInf));
}

TEST(EvaluateScalar, ShiftsBeyondTheWidth) {
  EXPECT_EQ(Apply(Op::k_bitwise_left_shift, I8(1), I8(8)), I8(0));
  EXPECT_EQ(Apply(Op::k_bitwise_left_shift, I8(1), I8(-1)), I8(0));
  EXPECT_EQ(Apply(Op::k_bitwise_right_shift, I8(-128), I8(8)), I8(-1));
  EXPECT_EQ(Apply(Op::k_bitwise_right_shift, I8(64), I8(-1)), I8(0));
}

TEST(EvaluateScalar, TiesAndNaN) {
  EXPECT_EQ(Apply(Op::k_maximum, F64(0.0), F64(-0.0)), F64(-0.0));
  EXPECT_EQ(Apply(Op::k_minimum, F64(-0.0), F64(0.0)), F64(0.0));
  EXPECT_TRUE(std::isnan(AsDouble(Apply(Op::k_maximum, F64(kNaN), F64(1)))));
  EXPECT_TRUE(std::isnan(AsDouble(Apply(Op::k_minimum, F64(1), F64(kNaN)))));
  EXPECT_EQ(EvaluateElementwise(Op::k_sign, DType::kFloat64, {F64(-0.0)}), F64(0.0));
  EXPECT_EQ(EvaluateElementwise(Op::k_round, DType::kFloat64, {F64(2.5)}), F64(2));
  EXPECT_FALSE(Holds(Op::k_greater_equal, F64(kNaN), F64(1)));
  EXPECT_TRUE(Holds(Op::k_not_equal, F64(kNaN), F64(kNaN)));
}

TEST(EvaluateScalar, MixedSignsCompareExactly) {
  EXPECT_TRUE(Holds(Op::k_less, I64(-1), U64(1)));
  EXPECT_TRUE(Holds(Op::k_greater, U64(1), I64(-1)));
  EXPECT_FALSE(Holds(Op::k_equal, I64(INT64_MAX), U64(uint64_t{1} << 63)));
}

TEST(EvaluateScalar, CastsBeyondTheRange) {
  EXPECT_EQ(Cast(DType::kInt64, kNaN), I64(kMin64));
  EXPECT_EQ(Cast(DType::kInt32, 1e10), MakeIntScalar(DType::kInt32, INT32_MIN));
  EXPECT_EQ(Cast(DType::kInt8, 300), I8(44));
  EXPECT_EQ(Cast(DType::kUInt8, -1.5), MakeIntScalar(DType::kUInt8, 255));
  EXPECT_EQ(Cast(DType::kUInt64, 0x1p63), U64(uint64_t{1} << 63));
  EXPECT_EQ(Cast(DType::kUInt64, kInf), U64(0));
  EXPECT_EQ(Cast(DType::kUInt64, -1.5), U64(UINT64_MAX));
  EXPECT_EQ(Cast(DType::kUInt32, 5e9), MakeIntScalar(DType::kUInt32, 0));
  EXPECT_EQ(Cast(DType::kUInt32, -5e9), MakeIntScalar(DType::kUInt32, int64_t{1} << 31));
  EXPECT_EQ(Cast(DType::kBool, kNaN), Bool(true));
}

// 2^24 absorbs single ones: the sum tells which numbers met first.
TEST(EvaluateReduce, RowsAddInBlocksOfEight) {
  std::vector<double> values(32, 1.0);
  values[0] = 0x1p24;
  const Tensor x = Vector(DType::kFloat32, values);
  EXPECT_EQ(Numbers(Compute(Op::k_sum, x, Over({0}, "rows"))), Expected{0x1p24 + 24});
}

TEST(EvaluateReduce, LanesFoldByHalves) {
  std::vector<double> values(32, 0.0);
  values[0] = 0x1p24;
  values[16] = -0x1p24;  // meets lane 0 first
  values[8] = 1;
  const Tensor x = Vector(DType::kFloat32, values);
  EXPECT_EQ(Numbers(Compute(Op::k_sum, x, Over({0}, "lanes"))), Expected{1});
}

TEST(EvaluateReduce, ChunksDoNotCrossRuns) {
  std::vector<double> values(2 * 33, 0.0);
  values[0] = 0x1p24;
  values[32] = 1;        // a chunk of one element: lane 0, absorbed
  values[33] = -0x1p24;  // lane 0 of the next run
  const Tensor x = WithShape(Vector(DType::kFloat32, values), {2, 33});
  EXPECT_EQ(Numbers(Compute(Op::k_sum, x, Over({0, 1}))), Expected{0});
}

TEST(EvaluateReduce, AxesNestAsListed) {
  // Read by columns: 2^24, -2^24, 1, 0. Read by rows the 1 would be absorbed.
  const Tensor x = WithShape(Vector(DType::kFloat32, {0x1p24, 1, -0x1p24, 0}), {2, 2});
  EXPECT_EQ(Numbers(Compute(Op::k_sum, x, Over({1, 0}))), Expected{1});
  EXPECT_EQ(Numbers(Compute(Op::k_sum, x, Over({0, 1}, "rows"))), Expected{0});
}

TEST(EvaluateReduce, StartsFromTheIdentity) {
  const absl::StatusOr<Tensor> sum = Compute(Op::k_sum, Vector(DType::kFloat64, {-0.0}), Over({0}));
  EXPECT_FALSE(std::signbit(Numbers(sum)[0]));
  EXPECT_EQ(Numbers(Compute(Op::k_prod, Vector(DType::kFloat64, {}), Over({0}))), Expected{1});
}

TEST(EvaluateReduce, ExtremesIgnoreTheOrder) {
  for (const std::vector<double>& zeros : {Expected{0.0, -0.0}, Expected{-0.0, 0.0}}) {
    const Tensor x = Vector(DType::kFloat64, zeros);
    EXPECT_FALSE(std::signbit(Numbers(Compute(Op::k_max, x, Over({0})))[0]));
    EXPECT_TRUE(std::signbit(Numbers(Compute(Op::k_min, x, Over({0})))[0]));
  }
  const Tensor x = Vector(DType::kFloat64, {1, kNaN, 5, kNaN, 5});
  EXPECT_TRUE(std::isnan(Numbers(Compute(Op::k_max, x, Over({0})))[0]));
  EXPECT_EQ(Numbers(Compute(Op::k_argmax, x, Over({0}))), Expected{1});
  EXPECT_EQ(Numbers(Compute(Op::k_argmax, Vector(DType::kFloat64, {1, 5, 5}), Over({0}))),
            Expected{1});
}

TEST(EvaluateReduce, EmptyExtremesAreRefused) {
  const absl::Status status = Compute(Op::k_max, Vector(DType::kFloat64, {}), Over({0})).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
}

TEST(EvaluateReduce, VarianceWithCorrection) {
  const Tensor x = Vector(DType::kInt32, {1, 2, 3, 4});
  EXPECT_EQ(Numbers(Compute(Op::k_mean, x, Over({0}))), Expected{2.5});
  Attrs attrs = Over({0}).Set(AttrName::k_correction, F64(1));
  EXPECT_EQ(Numbers(Compute(Op::k_var, x, attrs)), Expected{5.0 / 3});
  attrs.Set(AttrName::k_correction, F64(9));  // the divisor stops at 0
  EXPECT_EQ(Numbers(Compute(Op::k_var, x, attrs)), Expected{kInf});
}

TEST(EvaluateView, SliceWithNegativeStep) {
  const Tensor x = Vector(DType::kInt32, {0, 1, 2, 3, 4});
  Attrs attrs;
  attrs.Set(AttrName::k_starts, Shape{4}).Set(AttrName::k_steps, Shape{-2});
  attrs.Set(AttrName::k_sizes, Shape{3});
  EXPECT_EQ(Numbers(Compute(Op::k_slice, x, attrs)), (Expected{4, 2, 0}));
}

TEST(EvaluateView, TooManyElementsAreRefused) {
  const Attrs attrs = Attrs().Set(AttrName::k_shape, Shape{INT64_MAX, 4});
  const absl::Status status =
      Compute(Op::k_broadcast_to, Vector(DType::kInt8, {1}), attrs).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
}

TEST(Evaluate, SymbolsAndKernels) {
  const Shape shape = {Extent::Symbol(0)};
  auto body = std::make_shared<Graph>("body");
  const NodeId x = body->AddParam({DType::kFloat64, shape}, "u").value();
  const NodeId factor = body->AddScalar(DType::kFloat64).value();
  const NodeId product = body->Add(Op::k_multiply, {x, factor}, {}).value();
  const NodeId sum = body->Add(Op::k_sum, {product}, Over({0})).value();
  body->set_outputs({product, sum});

  Graph graph;
  const NodeId param = graph.AddParam({DType::kFloat64, shape}, "u").value();
  const NodeId number = graph.AddScalar(DType::kFloat64).value();
  const Attrs attrs = Attrs().Set(AttrName::k_body, std::shared_ptr<const Graph>(body));
  const NodeId kernel = graph.Add(Op::k_kernel, {param, number}, attrs).value();
  const Attrs second = Attrs().Set(AttrName::k_index, int64_t{1});
  graph.set_outputs({kernel, graph.Add(Op::k_result, {kernel}, second).value()});

  Bindings bindings{{Vector(DType::kFloat64, {1, 2, 3})}, {F64(2)}, {3}};
  const std::vector<Tensor> results = Evaluate(graph, bindings).value();
  EXPECT_EQ(Numbers(results[0]), (Expected{2, 4, 6}));
  EXPECT_EQ(Numbers(results[1]), Expected{12});

  bindings.symbols = {4};
  EXPECT_EQ(Evaluate(graph, bindings).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(Evaluate, ElementaryFunctionsAreSleefs) {
  EXPECT_EQ(EvaluateElementwise(Op::k_exp, DType::kFloat64, {F64(0)}), F64(1));
  EXPECT_EQ(Apply(Op::k_pow, F32(2), F32(10)), F32(1024));
}

// An operation on params.
absl::StatusOr<std::vector<Tensor>> Applied(Op op, const std::vector<Tensor>& operands,
                                            Attrs attrs = {}) {
  Graph graph;
  Bindings bindings;
  Inputs inputs;
  for (const Tensor& tensor : operands) {
    const Shape shape(tensor.shape.begin(), tensor.shape.end());
    inputs.push_back(graph.AddParam({tensor.dtype, shape}, std::string(shape.size(), 's')).value());
    bindings.params.push_back(tensor);
  }
  graph.set_outputs({graph.Add(op, inputs, std::move(attrs)).value()});
  return Evaluate(graph, bindings);
}

// x[i, j], with x's first axis broadcast against both.
TEST(Evaluate, Gather) {
  const Tensor x =
      WithShape(Vector(DType::kInt8, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}), {2, 2, 3});
  const Tensor i = WithShape(Vector(DType::kInt32, {1, -2, 0}), {3, 1}),
               j = Vector(DType::kInt64, {-1, 0});
  const std::vector<Tensor> results = Applied(Op::k_gather, {x, i, j}).value();
  EXPECT_EQ(results[0].shape, (std::vector<int64_t>{3, 2}));
  EXPECT_EQ(Numbers(results[0]), (Expected{5, 9, 2, 6, 2, 6}));
  const absl::Status status = Applied(Op::k_gather, {x, i, Vector(DType::kInt64, {0, 3})}).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kOutOfRange);
  EXPECT_EQ(status.message(), "index 3 is out of bounds for axis 2 with size 3");
  EXPECT_FALSE(Applied(Op::k_gather, {x, i, Vector(DType::kInt8, {0, -4})}).ok());
  EXPECT_FALSE(Applied(Op::k_gather, {x, i, Vector(DType::kUInt64, {0, 0x1p63})}).ok());
}

// x[i, :, j] = y, where the last of two rows for a place stays, and the same by a mask.
TEST(Evaluate, Scatter) {
  const Tensor x =
      WithShape(Vector(DType::kInt8, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}), {2, 2, 3});
  const Tensor y = WithShape(Vector(DType::kInt8, {20, 21, 22, 23, 24, 25}), {3, 2});
  const Tensor i = Vector(DType::kInt32, {1, 0, -1}), j = Vector(DType::kInt64, {-1, 0, 2});
  const Attrs axes = Attrs().Set(AttrName::k_axes, Axes{0, 2});
  const Expected stored = {22, 1, 2, 23, 4, 5, 6, 7, 24, 9, 10, 25};
  EXPECT_EQ(Numbers(Applied(Op::k_scatter, {x, y, i, j}, axes).value()[0]), stored);
  EXPECT_EQ(
      Applied(Op::k_scatter, {x, y, i, Vector(DType::kInt8, {0, 0, 3})}, axes).status().message(),
      "index 3 is out of bounds for axis 2 with size 3");

  const Attrs swapped = Attrs().Set(AttrName::k_axes, Axes{2, 0});
  const Tensor mask = WithShape(Vector(DType::kBool, {0, 1, 1, 0, 0, 1}), {3, 2});
  const Expected masked = {0, 22, 2, 3, 23, 5, 20, 7, 24, 21, 10, 25};
  EXPECT_EQ(Numbers(Applied(Op::k_scatter, {x, y, mask}, swapped).value()[0]), masked);
  const Tensor two = WithShape(Vector(DType::kBool, {0, 1, 1, 0, 0, 0}), {3, 2});
  EXPECT_EQ(Applied(Op::k_scatter, {x, y, two}, swapped).status().message(),
            "3 rows for 2 places where the mask is true");
}

// A text may say anything of a slice; symbols bound to 1 or 0 leave steps and starts without
// effect.
TEST(Views, SlicesOfExtremeNumbersAreErrorsOrEmpty) {
  constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
  const auto slice = [](int64_t start, int64_t step, int64_t size) {
    const Shape sizes = {size};
    Attrs attrs;
    attrs.Set(AttrName::k_starts, Shape{start}).Set(AttrName::k_steps, Shape{step});
    return Compute(Op::k_slice, Vector(DType::kFloat64, {1, 2, 3}),
                   std::move(attrs.Set(AttrName::k_sizes, sizes)));
  };
  EXPECT_FALSE(slice(0, kMax, 3).ok());
  EXPECT_FALSE(slice(kMax, kMax, 2).ok());
  EXPECT_THAT(Numbers(slice(2, kMax, 1)), testing::ElementsAre(3));
}

}  // namespace
}  // namespace broadloom
