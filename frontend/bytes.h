// Counts of bytes, which end at INT64_MAX instead of overflowing, and the words for them.
#ifndef BROADLOOM_FRONTEND_BYTES_H_
#define BROADLOOM_FRONTEND_BYTES_H_

#include <cstdint>
#include <string>

#include "ir/dtype.h"
#include "ir/shape.h"

namespace broadloom {

int64_t AddBytes(int64_t a, int64_t b);
int64_t MultiplyBytes(int64_t a, int64_t b);
int64_t BytesOf(const Shape& shape, DType dtype);

// "f64[3,4]" and "1.5 GiB", for messages.
std::string Describe(DType dtype, const Shape& shape);
std::string HumanBytes(int64_t bytes);

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_BYTES_H_
