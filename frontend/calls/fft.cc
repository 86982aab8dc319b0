// Functions of broadloom::fft.
#include "frontend/fft.h"

#include "frontend/calls/arguments.h"
#include "frontend/calls/tables.h"

namespace broadloom::calls {

template <>
struct From<fft::Norm> {
  static fft::Norm Of(const Value& value, const Slot& slot) {
    static constexpr std::pair<const char*, fft::Norm> kNames[] = {
        {"backward", fft::Norm::backward},
        {"ortho", fft::Norm::ortho},
        {"forward", fft::Norm::forward}};
    return OneOf(kNames, value, slot);
  }
};

namespace {

Value CallFftFreq(const Arguments& arguments) {
  return fft::fftfreq(arguments.As<int64_t>(0), arguments.As<double>(1), arguments.context());
}
Value CallRfftFreq(const Arguments& arguments) {
  return fft::rfftfreq(arguments.As<int64_t>(0), arguments.As<double>(1), arguments.context());
}

#define BL_ONE "(a, n=None, axis=-1, norm='backward')"
#define BL_TWO "(a, s=None, axes=(-2, -1), norm='backward')"
#define BL_MANY "(a, s=None, axes=None, norm='backward')"

constexpr char kGroup[] = "Fourier transforms";
constexpr Function kTable[] = {
    {"fft.fft" BL_ONE, "discrete Fourier transform", Bound<fft::fft>, kGroup},
    {"fft.ifft" BL_ONE, "inverse of fft", Bound<fft::ifft>, kGroup},
    {"fft.rfft" BL_ONE, "transform of real numbers: its first half", Bound<fft::rfft>, kGroup},
    {"fft.irfft" BL_ONE, "inverse of rfft", Bound<fft::irfft>, kGroup},
    {"fft.hfft" BL_ONE, "real spectrum of a Hermitian signal", Bound<fft::hfft>, kGroup},
    {"fft.ihfft" BL_ONE, "inverse of hfft", Bound<fft::ihfft>, kGroup},
    {"fft.fft2" BL_TWO, "transform over two axes", Bound<fft::fft2>, kGroup},
    {"fft.ifft2" BL_TWO, "inverse of fft2", Bound<fft::ifft2>, kGroup},
    {"fft.rfft2" BL_TWO, "transform of real numbers over two axes", Bound<fft::rfft2>, kGroup},
    {"fft.irfft2" BL_TWO, "inverse of rfft2", Bound<fft::irfft2>, kGroup},
    {"fft.fftn" BL_MANY, "transform over several axes", Bound<fft::fftn>, kGroup},
    {"fft.ifftn" BL_MANY, "inverse of fftn", Bound<fft::ifftn>, kGroup},
    {"fft.rfftn" BL_MANY, "transform of real numbers over several axes", Bound<fft::rfftn>, kGroup},
    {"fft.irfftn" BL_MANY, "inverse of rfftn", Bound<fft::irfftn>, kGroup},
    {"fft.fftfreq(n, d=1.0)", "frequencies of fft's result", CallFftFreq, kGroup},
    {"fft.rfftfreq(n, d=1.0)", "frequencies of rfft's result", CallRfftFreq, kGroup},
    {"fft.fftshift(x, axes=None)", "frequency 0 in the middle", Bound<fft::fftshift>, kGroup},
    {"fft.ifftshift(x, axes=None)", "inverse of fftshift", Bound<fft::ifftshift>, kGroup},
};

#undef BL_ONE
#undef BL_TWO
#undef BL_MANY

}  // namespace

Table FftTable() { return kTable; }

}  // namespace broadloom::calls
