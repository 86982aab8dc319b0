// SLEEF's scalar functions, bit by bit those that generated code calls; and libquadmath's.
#include <quadmath.h>

#include <cstdlib>

#include "ir/scalar_math.h"

// sleef.h hides them from translation units that are compiled without -mfma.
extern "C" {
#define BL_ELEMENTARY(op, name, bound)                  \
  float Sleef_finz_##name##f1_##bound##purecfma(float); \
  double Sleef_finz_##name##d1_##bound##purecfma(double);
#define BL_ELEMENTARY2(op, name, bound)                        \
  float Sleef_finz_##name##f1_##bound##purecfma(float, float); \
  double Sleef_finz_##name##d1_##bound##purecfma(double, double);
#include "ir/elementary.def"
#undef BL_ELEMENTARY
#undef BL_ELEMENTARY2
}

namespace broadloom {

#define BL_ELEMENTARY2(op, name, bound)

float CallSleef(Op op, float x) {
  switch (op) {
#define BL_ELEMENTARY(op, name, bound) \
  case Op::k_##op: return Sleef_finz_##name##f1_##bound##purecfma(x);
#include "ir/elementary.def"
#undef BL_ELEMENTARY
    default: std::abort();
  }
}

double CallSleef(Op op, double x) {
  switch (op) {
#define BL_ELEMENTARY(op, name, bound) \
  case Op::k_##op: return Sleef_finz_##name##d1_##bound##purecfma(x);
#include "ir/elementary.def"
#undef BL_ELEMENTARY
    default: std::abort();
  }
}

#undef BL_ELEMENTARY2
#define BL_ELEMENTARY(op, name, bound)

float CallSleef(Op op, float x, float y) {
  switch (op) {
#define BL_ELEMENTARY2(op, name, bound) \
  case Op::k_##op: return Sleef_finz_##name##f1_##bound##purecfma(x, y);
#include "ir/elementary.def"
#undef BL_ELEMENTARY2
    default: std::abort();
  }
}

double CallSleef(Op op, double x, double y) {
  switch (op) {
#define BL_ELEMENTARY2(op, name, bound) \
  case Op::k_##op: return Sleef_finz_##name##d1_##bound##purecfma(x, y);
#include "ir/elementary.def"
#undef BL_ELEMENTARY2
    default: std::abort();
  }
}

#undef BL_ELEMENTARY

double CallQuadLogGamma(double x) { return static_cast<double>(lgammaq(x)); }

}  // namespace broadloom
