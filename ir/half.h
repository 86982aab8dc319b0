// Bits of the 16-bit floats. Both are computed as float32; only casts look inside.
#ifndef BROADLOOM_IR_HALF_H_
#define BROADLOOM_IR_HALF_H_

#include <cstdint>

#include "ir/dtype.h"

namespace broadloom {

// To nearest, ties to even. float16 rounds once; bfloat16 goes by way of float32, as ml_dtypes'
// own casts do.
uint16_t ToHalfBits(DType half, double value);
float FromHalfBits(DType half, uint16_t bits);  // exact

}  // namespace broadloom

#endif  // BROADLOOM_IR_HALF_H_
