// One-dimensional discrete Fourier transforms in double, by Eigen's FFT (its kissfft).
//
//   forward: y[k] = sum over j < n of x[j] exp(-2 pi i j k / n);   inverse: with exp(+ ...).
//
// Neither is divided by n. Any n takes O(n log n): what has large prime factors goes through
// Bluestein's convolution (L. Bluestein, A linear filtering approach to the computation of the
// discrete Fourier transform, 1970) by transforms of a power of two.
//
// Each thread keeps its own tables, up to 64 MB; those of longer transforms are made anew each
// time. The functions throw std::bad_alloc, nothing else. The bits of a result depend on n alone,
// not on threads.
#ifndef BROADLOOM_RUNTIME_FOURIER_H_
#define BROADLOOM_RUNTIME_FOURIER_H_

#include <complex>
#include <cstdint>

namespace broadloom::fourier {

using Complex = std::complex<double>;

enum class Direction : uint8_t { forward, inverse };  // exp(-i ...), exp(+i ...)

// Whether n points can be transformed: Eigen computes with 4 n in an int.
bool IsSupported(int64_t n);

// n > 0, supported; in and out are apart. n numbers become n.
void Transform(Direction direction, int64_t n, const Complex* in, Complex* out);

// Forward, of n real numbers: the first n / 2 + 1 results, which determine the others.
void TransformReal(int64_t n, const double* in, Complex* out);

// Inverse of that, but for the factor n: n / 2 + 1 numbers become n. What would make the result
// complex (the imaginary part of in[0], and of in[n / 2] where n is even) is ignored.
void TransformToReal(int64_t n, const Complex* in, double* out);

}  // namespace broadloom::fourier

#endif  // BROADLOOM_RUNTIME_FOURIER_H_
