// SLEEF's scalar functions, bit by bit those that generated code calls; and libquadmath's.
#include <quadmath.h>

#include <cstdlib>

#include "ir/scalar_math.h"

// sleef.h hides them from translation units that are compiled without -mfma.
extern "C" {
#define BL_SLEEF(op, name, bound)                       \
  float Sleef_finz_##name##f1_##bound##purecfma(float); \
  double Sleef_finz_##name##d1_##bound##purecfma(double);
#define BL_SLEEF2(op, name, bound)                             \
  float Sleef_finz_##name##f1_##bound##purecfma(float, float); \
  double Sleef_finz_##name##d1_##bound##purecfma(double, double);
#include "ir/elementary.def"
}

namespace broadloom {

float CallSleef(Op op, float x) {
  switch (op) {
#define BL_SLEEF(op, name, bound) \
  case Op::k_##op: return Sleef_finz_##name##f1_##bound##purecfma(x);
#include "ir/elementary.def"
    default: std::abort();
  }
}

double CallSleef(Op op, double x) {
  switch (op) {
#define BL_SLEEF(op, name, bound) \
  case Op::k_##op: return Sleef_finz_##name##d1_##bound##purecfma(x);
#include "ir/elementary.def"
    default: std::abort();
  }
}

float CallSleef(Op op, float x, float y) {
  switch (op) {
#define BL_SLEEF2(op, name, bound) \
  case Op::k_##op: return Sleef_finz_##name##f1_##bound##purecfma(x, y);
#include "ir/elementary.def"
    default: std::abort();
  }
}

double CallSleef(Op op, double x, double y) {
  switch (op) {
#define BL_SLEEF2(op, name, bound) \
  case Op::k_##op: return Sleef_finz_##name##d1_##bound##purecfma(x, y);
#include "ir/elementary.def"
    default: std::abort();
  }
}

double CallQuadLogGamma(double x) { return static_cast<double>(lgammaq(x)); }

}  // namespace broadloom
