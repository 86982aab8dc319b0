#include "runtime/libraries.h"

#include <immintrin.h>

#include <cmath>
#include <cstring>
#include <string>

#include "gtest/gtest.h"

namespace broadloom {
namespace {

template <class Function>
Function* Resolve(const std::string& name) {
  return reinterpret_cast<Function*>(ResolveSymbol(name));
}

TEST(Libraries, KnowsSleefInAllForms) {
  for (const char* function : {"exp", "log", "sin", "cos", "tan", "tanh", "pow"}) {
    for (const char* form : {"d1_u10purecfma", "d2_u10avx2128", "d4_u10avx2", "d8_u10avx512f",
                             "f1_u10purecfma", "f4_u10avx2128", "f8_u10avx2", "f16_u10avx512f"}) {
      const std::string name = std::string("Sleef_finz_") + function + form;
      EXPECT_NE(ResolveSymbol(name), nullptr) << name;
    }
  }
  EXPECT_NE(ResolveSymbol("Sleef_finz_fmodd4_avx2"), nullptr);
}

TEST(Libraries, KnowsWhatLlvmInserts) {
  EXPECT_EQ(Resolve<double(double, double)>("fmod")(5.5, 2), 1.5);
  EXPECT_EQ(Resolve<float(float, float)>("fmodf")(5.5f, 2), 1.5f);
  char bytes[2] = {1, 1};
  Resolve<void*(void*, int, size_t)>("memset")(bytes, 0, 2);
  EXPECT_EQ(bytes[1], 0);
  EXPECT_NE(ResolveSymbol("memcpy"), nullptr);
  EXPECT_NE(ResolveSymbol("memmove"), nullptr);
}

TEST(Libraries, KnowsSpecialFunctions) {
  EXPECT_EQ(Resolve<double(double, double)>("bl.beta")(2, 3), 1.0 / 12);
  EXPECT_EQ(Resolve<double(double)>("bl.i0")(0), 1);
  for (const char* name : {"bl.lgamma", "bl.erfinv", "bl.digamma"})
    EXPECT_NE(ResolveSymbol(name), nullptr) << name;
}

TEST(Libraries, KnowsNothingElse) {
  for (const char* name : {"", "system", "mprotect", "Sleef_sin_u10", "Sleef_sind4_u10avx2",
                           "Sleef_finz_", "Sleef_finz_nothing"}) {
    EXPECT_EQ(ResolveSymbol(name), nullptr) << name;
  }
}

// The vector's twin for remainders and other machines gives the same bits.
__attribute__((target("avx2,fma"))) void CompareExp() {
  const auto wide = Resolve<__m256d(__m256d)>("Sleef_finz_expd4_u10avx2");
  const auto narrow = Resolve<double(double)>("Sleef_finz_expd1_u10purecfma");
  for (double x = -750; x < 720; x += 0.37) {
    double lanes[4];
    _mm256_storeu_pd(lanes, wide(_mm256_setr_pd(x, -x, x / 3, x * 1e-9)));
    const double expected[4] = {narrow(x), narrow(-x), narrow(x / 3), narrow(x * 1e-9)};
    ASSERT_EQ(std::memcmp(lanes, expected, sizeof(lanes)), 0) << x;
  }
}

TEST(Libraries, VectorAndScalarTwinsAgree) {
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) GTEST_SKIP();
  CompareExp();
}

}  // namespace
}  // namespace broadloom
