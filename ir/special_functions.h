// Functions that are computed with more digits than float64 has and rounded once: Boost.Math's and
// libquadmath's. The reference evaluator and generated code both call these. They raise none of
// the CPU's flags.
#ifndef BROADLOOM_IR_SPECIAL_FUNCTIONS_H_
#define BROADLOOM_IR_SPECIAL_FUNCTIONS_H_

namespace broadloom::special {

double LogGamma(double x);  // of |gamma(x)|
double InverseErf(double x);
double Digamma(double x);  // infinite at 0 with the sign of -x, NaN at negative integers
double BesselI0(double x);
// gamma(x) gamma(y) / gamma(x + y), at the poles of gamma(x) its limit along x if that is finite.
double Beta(double x, double y);

}  // namespace broadloom::special

#endif  // BROADLOOM_IR_SPECIAL_FUNCTIONS_H_
