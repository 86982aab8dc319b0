// Evenly spaced numbers between arrays.
#ifndef BROADLOOM_LINES_H_
#define BROADLOOM_LINES_H_

#include <cstdint>
#include <optional>

#include "api.h"
#include "array.h"

namespace BROADLOOM_API broadloom {

struct Line {
  Array values, step;
};
// `num` values from start to stop along a new axis of the result; `step` is of the shape to which
// the ends broadcast, or NaN where there is no second value. Floats, or complex numbers, unless
// `dtype` says otherwise. Throws invalid_argument for a negative `num`, and `axis`.
Line linspace(const Operand& start, const Operand& stop, int64_t num, bool endpoint,
              std::optional<DataType> dtype, int axis);

// base ** linspace(start, stop, ...). A base that is an array of axes broadcasts with the ends.
Array logspace(const Operand& start, const Operand& stop, int64_t num = 50, bool endpoint = true,
               const Operand& base = 10.0, std::optional<DataType> dtype = {}, int axis = 0);
// From start to stop by one factor, which may be negative or complex. Reads the ends: throws
// invalid_argument where one is 0.
Array geomspace(const Operand& start, const Operand& stop, int64_t num = 50, bool endpoint = true,
                std::optional<DataType> dtype = {}, int axis = 0);

}  // namespace broadloom

#endif  // BROADLOOM_LINES_H_
