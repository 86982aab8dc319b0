// SLEEF's scalar functions, bit by bit those that generated code calls; and the special functions.
#include <cmath>
#include <cstdlib>

#include "ir/scalar_math.h"
#include "ir/special_functions.h"

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

double CallSpecial(Op op, double x) {
  switch (op) {
    case Op::k_erfinv: return special::InverseErf(x);
    case Op::k_lgamma: return special::LogGamma(x);
    case Op::k_digamma: return special::Digamma(x);
    case Op::k_i0: return special::BesselI0(x);
    default: std::abort();
  }
}

double CallSpecial(Op op, double x, double y) {
  switch (op) {
    case Op::k_beta: return special::Beta(x, y);
    case Op::k_pow: return std::pow(x, y);
    default: std::abort();
  }
}

}  // namespace broadloom
