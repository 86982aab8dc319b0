// Names, promotion and casting of dtypes. The whole promotion table is compared with NumPy's in
// tests/python.
#include "ir/dtype.h"

#include <gtest/gtest.h>

#include "ir/attrs.h"

namespace broadloom {
namespace {

std::vector<DType> AllDTypes() {
  std::vector<DType> all;
  for (int kind = 0; kind < DType::kNumKinds; ++kind) all.push_back(static_cast<DType::Kind>(kind));
  return all;
}

TEST(DType, NamesAndCodesReadBack) {
  for (DType d : AllDTypes()) {
    EXPECT_EQ(ParseDType(d.name()), d);
    EXPECT_EQ(ParseDType(d.code()), d);
    EXPECT_EQ(d.is_bool() + d.is_signed() + d.is_unsigned() + d.is_floating() + d.is_complex(), 1)
        << d.name();
  }
  EXPECT_EQ(ParseDType("float128"), std::nullopt);
  EXPECT_EQ(ParseDType(""), std::nullopt);
}

struct PromotionCase {
  const char *a, *b, *result;
};

TEST(DType, Promotes) {
  const PromotionCase kCases[] = {
      {"b1", "u8", "u8"},     {"i8", "i32", "i32"},    {"u8", "i8", "i16"},
      {"u16", "i8", "i32"},   {"u32", "i32", "i64"},   {"u64", "i8", "f64"},
      {"u8", "i16", "i16"},   {"f32", "i16", "f32"},   {"f32", "u16", "f32"},
      {"f32", "i32", "f64"},  {"f32", "b1", "f32"},    {"f32", "f64", "f64"},
      {"f32", "u64", "f64"},  {"f64", "i64", "f64"},   {"b1", "b1", "b1"},
      {"f16", "u8", "f16"},   {"f16", "i16", "f32"},   {"f16", "u32", "f64"},
      {"f16", "f32", "f32"},  {"bf16", "i8", "bf16"},  {"bf16", "f16", "f32"},
      {"bf16", "b1", "bf16"}, {"bf16", "f64", "f64"},  {"c64", "f32", "c64"},
      {"c64", "f64", "c128"}, {"c64", "i32", "c128"},  {"c64", "u16", "c64"},
      {"c64", "b1", "c64"},   {"c128", "c64", "c128"}, {"bf16", "c64", "c64"},
  };
  for (const PromotionCase& c : kCases) {
    EXPECT_EQ(PromoteTypes(*ParseDType(c.a), *ParseDType(c.b)), *ParseDType(c.result))
        << c.a << " " << c.b;
  }
}

TEST(DType, PromotionIsALattice) {
  for (DType a : AllDTypes()) {
    EXPECT_EQ(PromoteTypes(a, a), a);
    for (DType b : AllDTypes()) {
      const DType both = PromoteTypes(a, b);
      EXPECT_EQ(both, PromoteTypes(b, a)) << a.name() << " " << b.name();
      EXPECT_EQ(both, PromoteTypes(both, a)) << a.name() << " " << b.name();
      EXPECT_TRUE(CanCast(a, both, CastingRule::kSameKind)) << a.name() << " " << b.name();
    }
  }
}

TEST(DType, PythonScalarsAreWeak) {
  for (DType d : AllDTypes()) {
    EXPECT_EQ(PromoteWithScalar(d, WeakKind::kBool), d);
    EXPECT_EQ(PromoteWithScalar(d, WeakKind::kInt), d.is_bool() ? DType(DType::kInt64) : d);
    EXPECT_EQ(PromoteWithScalar(d, WeakKind::kFloat), d.is_inexact() ? d : DType(DType::kFloat64));
    EXPECT_EQ(PromoteWithScalar(d, WeakKind::kComplex),
              d.is_inexact() ? ComplexFor(d) : DType(DType::kComplex128));
  }
}

TEST(DType, FloatsOfIntegers) {
  EXPECT_EQ(FloatingFor(DType::kBool), DType(DType::kFloat16));
  EXPECT_EQ(FloatingFor(DType::kUInt8), DType(DType::kFloat16));
  EXPECT_EQ(FloatingFor(DType::kInt16), DType(DType::kFloat32));
  EXPECT_EQ(FloatingFor(DType::kUInt32), DType(DType::kFloat64));
  EXPECT_EQ(FloatingFor(DType::kFloat32), DType(DType::kFloat32));
}

TEST(DType, SameKindCasts) {
  EXPECT_TRUE(CanCast(DType::kFloat64, DType::kFloat32, CastingRule::kSameKind));
  EXPECT_TRUE(CanCast(DType::kUInt64, DType::kInt8, CastingRule::kSameKind));
  EXPECT_TRUE(CanCast(DType::kInt64, DType::kFloat32, CastingRule::kSameKind));
  EXPECT_FALSE(CanCast(DType::kInt8, DType::kUInt64, CastingRule::kSameKind));
  EXPECT_FALSE(CanCast(DType::kFloat32, DType::kInt64, CastingRule::kSameKind));
  EXPECT_FALSE(CanCast(DType::kInt8, DType::kBool, CastingRule::kSameKind));
}

TEST(Scalar, KeepsItsValue) {
  for (DType d : AllDTypes()) {
    EXPECT_EQ(AsDouble(MakeScalar(d, 1)), 1.0) << d.name();
    EXPECT_EQ(MakeScalar(d, 1), MakeIntScalar(d, 1)) << d.name();
    if (d.is_unsigned()) continue;
    EXPECT_EQ(AsDouble(MakeIntScalar(d, -1)), d.is_bool() ? 1.0 : -1.0) << d.name();
  }
  EXPECT_EQ(AsInt(MakeIntScalar(DType::kInt8, 300)), 44);
  EXPECT_EQ(AsInt(MakeIntScalar(DType::kUInt8, -1)), 255);
  EXPECT_EQ(AsDouble(MakeIntScalar(DType::kUInt64, -1)), 18446744073709551615.0);
  EXPECT_EQ(MakeScalar(DType::kBool, 7).bits, 1u);
}

}  // namespace
}  // namespace broadloom
