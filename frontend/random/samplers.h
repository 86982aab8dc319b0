// One number of a distribution from a stream. Parameters are in the bounds that random.h's calls
// check; NaN gives NaN.
#ifndef BROADLOOM_FRONTEND_RANDOM_SAMPLERS_H_
#define BROADLOOM_FRONTEND_RANDOM_SAMPLERS_H_

#include <cstdint>

#include "frontend/random/stream.h"

namespace broadloom::random {

double SampleGamma(Stream& stream, double shape);  // of scale 1
double SampleBeta(Stream& stream, double a, double b);
double SampleChiSquare(Stream& stream, double df);
double SampleNoncentralChiSquare(Stream& stream, double df, double nonc);
double SampleStudent(Stream& stream, double df);
double SampleVonMises(Stream& stream, double mu, double kappa);  // in [-pi, pi]

int64_t SamplePoisson(Stream& stream, double rate);
int64_t SampleBinomial(Stream& stream, int64_t n, double p);
int64_t SampleHypergeometric(Stream& stream, int64_t good, int64_t bad, int64_t count);
int64_t SampleZipf(Stream& stream, double a);
int64_t SampleLogSeries(Stream& stream, double p);

// log(k!) - log(sqrt(2 pi k) (k / e)^k): what Stirling's formula leaves. 0 for 0, by convention.
double StirlingRest(double k);
// x log(x / m) - x + m, without cancellation where x is near m.
double Deviance(double x, double m);

}  // namespace broadloom::random

#endif  // BROADLOOM_FRONTEND_RANDOM_SAMPLERS_H_
