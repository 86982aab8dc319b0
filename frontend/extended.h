// Reductions accumulated in x87 extended precision, numpy.longdouble on x86-64: 64 bits of
// mantissa, so that int64 and uint64 are exact. Arrays have no such dtype; the results are plain
// numbers.
#ifndef BROADLOOM_EXTENDED_H_
#define BROADLOOM_EXTENDED_H_

#include <optional>
#include <vector>

#include "api.h"
#include "array.h"

namespace BROADLOOM_API broadloom {

enum class ExtendedReduction { sum, prod, mean, var, std };

struct ExtendedOptions {
  AxisList axes;  // all
  bool keepdims = false;
  std::optional<Array> where = {};          // bool, broadcast to the operand: what counts
  std::optional<long double> initial = {};  // of sum and prod
  double correction = 0;                    // of var and std: the divisor is count - correction
};

// In C order. Evaluates x, which is real, and copies none of it. The order of additions depends on
// the shape alone. Throws type_error for complex numbers, axis, and invalid_argument where `where`
// does not broadcast.
struct Extended {
  Sizes shape;
  std::vector<long double> values;
};
Extended reduce_extended(ExtendedReduction reduction, const Array& x,
                         const ExtendedOptions& options = {});

}  // namespace broadloom

#endif  // BROADLOOM_EXTENDED_H_
