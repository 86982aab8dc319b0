// Fourier transforms, with the names, dtypes and errors of numpy.fft.
//
// Transforms run when they are called, many rows in parallel, and return ready arrays; frequencies
// and shifts are lazy. float16, bfloat16, float32 and complex64 give complex64, everything else
// complex128. Where the result is real it has the dtype of the real parts of x, float64 for
// integers. All compute in double and
// round what they store; so they are at least as accurate as NumPy, which computes some transforms
// of float32 in float32, and rounds the factor of a norm to the dtype of x, be it float16.
//
// n, or s[i] for axes[i], is how many numbers of an axis are transformed: what is missing is zero,
// what is too much is left out; -1 in s: all. Without s every axis is taken whole; without axes
// they are the last ones, as many as s has, or all. An axis may be transformed twice.
//
// Errors: `invalid_argument` for a length below 1 ("Invalid number of FFT data points (0)
// specified.") and for s and axes of different lengths; `axis`; `type_error` for complex x where
// real numbers are transformed; `unimplemented` for 2^29 points or more, and for more than 2^27
// with large prime factors; `memory_budget`.
#ifndef BROADLOOM_FFT_H_
#define BROADLOOM_FFT_H_

#include <optional>
#include <vector>

#include "api.h"
#include "array.h"

namespace BROADLOOM_API broadloom {
namespace fft {

// Which direction divides by the number of points: the inverse one, each by its square root, or
// the forward one.
enum class Norm : uint8_t { backward, ortho, forward };

using Axes = std::vector<int64_t>;

// y[k] = sum over j < n of x[j] exp(-2 pi i j k / n), and with exp(+ ...) divided by n.
Array fft(const Array& x, std::optional<int64_t> n = {}, int64_t axis = -1,
          Norm norm = Norm::backward);
Array ifft(const Array& x, std::optional<int64_t> n = {}, int64_t axis = -1,
           Norm norm = Norm::backward);
Array fftn(const Array& x, const std::optional<Sizes>& s = {}, const std::optional<Axes>& axes = {},
           Norm norm = Norm::backward);
Array ifftn(const Array& x, const std::optional<Sizes>& s = {},
            const std::optional<Axes>& axes = {}, Norm norm = Norm::backward);

// Of real numbers: only y[0], ..., y[n / 2], along the last of the axes. The others are conjugates
// of these.
Array rfft(const Array& x, std::optional<int64_t> n = {}, int64_t axis = -1,
           Norm norm = Norm::backward);
Array rfftn(const Array& x, const std::optional<Sizes>& s = {},
            const std::optional<Axes>& axes = {}, Norm norm = Norm::backward);

// Their inverses: n real numbers from n / 2 + 1 complex ones, n = 2 (length - 1) unless given.
Array irfft(const Array& x, std::optional<int64_t> n = {}, int64_t axis = -1,
            Norm norm = Norm::backward);
Array irfftn(const Array& x, const std::optional<Sizes>& s = {},
             const std::optional<Axes>& axes = {}, Norm norm = Norm::backward);

// The real spectrum of numbers of which one half is given, the other being its conjugate; and back.
Array hfft(const Array& x, std::optional<int64_t> n = {}, int64_t axis = -1,
           Norm norm = Norm::backward);
Array ihfft(const Array& x, std::optional<int64_t> n = {}, int64_t axis = -1,
            Norm norm = Norm::backward);

// The same over the last two axes, unless others are given.
Array fft2(const Array& x, const std::optional<Sizes>& s = {}, const Axes& axes = {-2, -1},
           Norm norm = Norm::backward);
Array ifft2(const Array& x, const std::optional<Sizes>& s = {}, const Axes& axes = {-2, -1},
            Norm norm = Norm::backward);
Array rfft2(const Array& x, const std::optional<Sizes>& s = {}, const Axes& axes = {-2, -1},
            Norm norm = Norm::backward);
Array irfft2(const Array& x, const std::optional<Sizes>& s = {}, const Axes& axes = {-2, -1},
             Norm norm = Norm::backward);

// The frequencies of the results of fft and of rfft, for samples d apart: 0, 1, ..., then the
// negative ones, divided by n d. float64.
Array fftfreq(int64_t n, double d = 1, Context* context = nullptr);
Array rfftfreq(int64_t n, double d = 1, Context* context = nullptr);
// The same with `step` for 1 / (n d): complex128 where it is complex.
Array multiples(int64_t n, Number step, Context* context = nullptr);
Array half_multiples(int64_t n, Number step, Context* context = nullptr);

// Moves frequency 0 to the middle of each of the axes (none given: of all), and back. Copies.
// `invalid_argument` for a number.
Array fftshift(const Array& x, const std::optional<Axes>& axes = {});
Array ifftshift(const Array& x, const std::optional<Axes>& axes = {});

}  // namespace fft
}  // namespace broadloom

#endif  // BROADLOOM_FFT_H_
