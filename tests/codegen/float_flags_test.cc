// The CPU's floating-point flags after kernels: a result that NumPy would warn of has raised one,
// ordinary numbers have raised none (ir/expansions.h).
#include <gtest/gtest.h>
#include <xmmintrin.h>

#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "ir/evaluate.h"
#include "tests/codegen/op_kernel.h"

namespace broadloom {
namespace {

constexpr unsigned kDefault = 0x1f80, kInvalid = 1, kDivide = 4, kOverflow = 8;
constexpr unsigned kAny = kInvalid | kDivide | kOverflow;

// The flags that `count` elements raise.
unsigned Raised(const OpKernel& kernel, const void* x, const void* y, void* out, int64_t count) {
  _mm_setcsr(kDefault);
  kernel.Run(x, y, out, count);
  const unsigned raised = _mm_getcsr() & kAny;
  _mm_setcsr(kDefault);
  return raised;
}

template <typename T>
const char* NameOf() {
  return sizeof(T) == 8 ? "f64" : "f32";
}

template <typename T>
std::vector<T> Specials() {
  using Limits = std::numeric_limits<T>;
  std::vector<T> values = {Limits::infinity(), Limits::quiet_NaN()};
  for (const double size : {0.0, 1.0, 2.0, 0.5, 3.0, 1000.0, 1e30})
    for (const double sign : {1, -1}) values.push_back(static_cast<T>(sign * size));
  for (const T size : {Limits::max(), Limits::min(), Limits::denorm_min()})
    for (const T sign : {1, -1}) values.push_back(sign * size);
  values.push_back(-Limits::infinity());
  return values;
}

struct Function {
  const char* name;
  double low, high;  // ordinary numbers
};

constexpr Function kUnary[] = {
    {"exp", -80, 80},     {"exp2", -100, 100},  {"expm1", -80, 80},    {"log", 0.01, 100},
    {"log2", 0.01, 100},  {"log10", 0.01, 10},  {"log1p", -0.9, 100},  {"sin", -700, 700},
    {"cos", -700, 700},   {"tan", -700, 700},   {"asin", -0.99, 0.99}, {"acos", -0.99, 0.99},
    {"atan", -50, 50},    {"sinh", -80, 80},    {"cosh", -80, 80},     {"tanh", -80, 80},
    {"asinh", -80, 80},   {"acosh", 1.01, 80},  {"atanh", -0.9, 0.9},  {"cbrt", -80, 80},
    {"erf", -9, 9},       {"erfc", -9, 9},      {"gamma", 0.1, 30},    {"lgamma", 0.1, 30},
    {"sqrt", 0, 100},     {"reciprocal", 1, 9}, {"sigmoid", -80, 80},  {"erfinv", -0.99, 0.99},
    {"digamma", 0.1, 30}, {"i0", -80, 80}};
constexpr Function kBinary[] = {{"pow", 0.1, 20},        {"atan2", -50, 50},   {"hypot", -50, 50},
                                {"fmod", 1, 50},         {"remainder", 1, 50}, {"divide", 1, 50},
                                {"floor_divide", 1, 50}, {"beta", 0.1, 20}};

bool IsEndless(double result, bool finite) { return std::isinf(result) && finite; }
bool IsRefused(double result, bool known) { return std::isnan(result) && known; }

// The reference evaluator's.
template <typename T>
double ValueOf(const Function& f, const std::vector<T>& x) {
  std::vector<Scalar> operands;
  for (const T value : x)
    operands.push_back(MakeScalar(sizeof(T) == 8 ? DType::kFloat64 : DType::kFloat32, value));
  return AsDouble(EvaluateElementwise(*ParseOp(f.name), operands[0].dtype, operands));
}

template <typename T>
void CheckSpecial(const OpKernel& kernel, const Function& f, const std::vector<T>& operands) {
  const std::vector<T> x(32, operands[0]), y(32, operands.back());
  std::vector<T> out(32);
  const unsigned raised = Raised(kernel, x.data(), y.data(), out.data(), 32);
  const double result = ValueOf(f, operands);
  const bool finite = std::isfinite(operands[0]) && std::isfinite(operands.back());
  const bool known = !std::isnan(operands[0]) && !std::isnan(operands.back());
  if (IsEndless(result, finite) || IsRefused(result, known)) {
    EXPECT_NE(raised, 0u) << f.name << " of " << operands[0] << ", " << operands.back();
  }
  EXPECT_TRUE(std::isnan(result) ? std::isnan(out[0]) : out[0] == result)
      << f.name << " of " << operands[0] << ", " << operands.back() << " is " << out[0];
}

template <typename T>
void CheckOrdinary(const OpKernel& kernel, const Function& f) {
  constexpr int kCount = 4096;
  std::mt19937_64 random(1);
  std::uniform_real_distribution<double> inside(f.low, f.high), small(1, 9);
  std::vector<T> x(kCount), y(kCount), out(kCount);
  for (int i = 0; i < kCount; ++i) {
    x[i] = static_cast<T>(inside(random));
    y[i] = static_cast<T>(small(random));
  }
  EXPECT_EQ(Raised(kernel, x.data(), y.data(), out.data(), kCount), 0u) << f.name << NameOf<T>();
}

template <typename T>
void CheckUnary() {
  for (const Function& f : kUnary) {
    const OpKernel kernel(f.name, 1, NameOf<T>(), NameOf<T>());
    for (const T value : Specials<T>()) CheckSpecial<T>(kernel, f, {value});
    CheckOrdinary<T>(kernel, f);
    const std::vector<T> nans(32, std::numeric_limits<T>::quiet_NaN());
    std::vector<T> out(32);
    EXPECT_EQ(Raised(kernel, nans.data(), nans.data(), out.data(), 32), 0u) << f.name << " of NaN";
  }
}

template <typename T>
void CheckBinary() {
  for (const Function& f : kBinary) {
    const OpKernel kernel(f.name, 2, NameOf<T>(), NameOf<T>());
    for (const T x : Specials<T>()) {
      for (const T y : Specials<T>()) CheckSpecial<T>(kernel, f, {x, y});
    }
    CheckOrdinary<T>(kernel, f);
  }
}

TEST(FloatFlags, OfOpKernelerand) {
  CheckUnary<float>();
  CheckUnary<double>();
}

TEST(FloatFlags, OfTwoOperands) {
  CheckBinary<float>();
  CheckBinary<double>();
}

template <typename T>
void CheckIntegers(const char* dtype) {
  for (const char* op : {"floor_divide", "remainder", "fmod"}) {
    const OpKernel kernel(op, 2, dtype, dtype);
    std::vector<T> x(100, 7), y(100, 3), out(100);
    EXPECT_EQ(Raised(kernel, x.data(), y.data(), out.data(), 100), 0u) << op << dtype;
    y[50] = 0;
    EXPECT_EQ(Raised(kernel, x.data(), y.data(), out.data(), 100), kDivide) << op << dtype;
  }
}

TEST(FloatFlags, DivisionOfIntegersByZero) {
  CheckIntegers<int8_t>("i8");
  CheckIntegers<uint8_t>("u8");
  CheckIntegers<int16_t>("i16");
  CheckIntegers<uint16_t>("u16");
  CheckIntegers<int32_t>("i32");
  CheckIntegers<uint32_t>("u32");
  CheckIntegers<int64_t>("i64");
  CheckIntegers<uint64_t>("u64");
}

TEST(FloatFlags, OverflowOfIntegerDivision) {
  const OpKernel kernel("floor_divide", 2, "i64", "i64");
  const std::vector<int64_t> x(32, std::numeric_limits<int64_t>::min()), y(32, -1);
  std::vector<int64_t> out(32);
  EXPECT_EQ(Raised(kernel, x.data(), y.data(), out.data(), 32), kOverflow);
}

// Of casts to integers NumPy warns where the conversion to 32 or 64 bits that it makes fails.
template <typename T>
void CheckCasts(const std::string& to, std::vector<double> warns, const std::vector<double>& fine) {
  const OpKernel kernel("astype", 1, NameOf<T>(), to);
  std::vector<char> out(32 * 8);
  const auto raised = [&](double value) {
    const std::vector<T> x(32, static_cast<T>(value));
    return Raised(kernel, x.data(), nullptr, out.data(), 32);
  };
  warns.insert(warns.end(), {INFINITY, -INFINITY, NAN, 1e20, -1e20});
  for (const double value : warns) EXPECT_EQ(raised(value), kInvalid) << NameOf<T>() << to << value;
  for (const double value : fine) EXPECT_EQ(raised(value), 0u) << NameOf<T>() << to << value;
}

template <typename T>
void CheckCastsOf() {
  for (const char* to : {"i8", "u8", "i16", "u16", "i32"})
    CheckCasts<T>(to, {2147483648.0, -2147484160.0, 3e9, -3e9}, {300, -129.5, 65536, 2147483520.0});
  CheckCasts<T>("u32", {-2147484160.0, 4294967296.0, -3e9}, {-1, 3e9, 4294967040.0});
  CheckCasts<T>("i64", {9.3e18, -9.3e18}, {9.2e18, -9.2e18, 3e9});
  CheckCasts<T>("u64", {-9.3e18, 1.9e19}, {-9.2e18, 1.8e19, -1});
}

TEST(FloatFlags, CastsToIntegers) {
  CheckCastsOf<float>();
  CheckCastsOf<double>();
}

TEST(FloatFlags, CastsToNarrowerFloats) {
  const std::vector<double> large(32, 1e300), small(32, 1000);
  const std::vector<float> narrow(32, 3.4e38f);
  const std::vector<int64_t> whole(32, 70000);
  std::vector<char> out(32 * 8);
  for (const char* to : {"f32", "f16", "bf16"}) {
    const OpKernel kernel("astype", 1, "f64", to);
    EXPECT_TRUE(Raised(kernel, large.data(), nullptr, out.data(), 32) & kOverflow) << to;
    EXPECT_EQ(Raised(kernel, small.data(), nullptr, out.data(), 32), 0u) << to;
  }
  for (const char* to : {"f16", "bf16"}) {
    const OpKernel kernel("astype", 1, "f32", to);
    EXPECT_TRUE(Raised(kernel, narrow.data(), nullptr, out.data(), 32) & kOverflow) << to;
  }
  const OpKernel kernel("astype", 1, "i64", "f16");
  EXPECT_TRUE(Raised(kernel, whole.data(), nullptr, out.data(), 32) & kOverflow);
}

}  // namespace
}  // namespace broadloom
