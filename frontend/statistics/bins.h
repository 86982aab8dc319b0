// Edges of bins of one width.
#ifndef BROADLOOM_FRONTEND_STATISTICS_BINS_H_
#define BROADLOOM_FRONTEND_STATISTICS_BINS_H_

#include <optional>
#include <string>

#include "frontend/statistics.h"

namespace broadloom {

// The given range, or that of x, or 0 to 1 where x is empty; half a unit wider on either side where
// it would have no width. Throws invalid_argument.
Range OuterEdges(const Array& x, const std::optional<Range>& given);

// As NumPy's linspace computes them: in the dtype of x where the range is x's own, else in float64.
Array UniformEdges(const Array& x, const Range& outer, int64_t bins, bool range_given);

void CheckRule(const std::string& rule);  // throws invalid_argument for a name that is none
// How many bins a rule chooses.
int64_t BinsByRule(const std::string& rule, const Array& x, const Range& outer);

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_STATISTICS_BINS_H_
