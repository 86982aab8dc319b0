// Statistics with NumPy's results: values, dtypes, shapes and errors.
//
// Lazy are: ptp, count_nonzero, average without weights, nansum, nanprod, nancumsum, nancumprod,
// logsumexp, softmax, log_softmax, diff, ediff1d and trapezoid (unless they have to put arrays
// together), cov and corrcoef (but for their weights). The NaN functions that warn or raise where
// a slice has only NaNs compute their result to know it. The others are library calls.
// Errors: `axis` for an axis that is not there, invalid_argument for shapes and values, type_error
// for dtypes, out_of_range for quantiles of nothing, unimplemented for histograms of complex
// numbers.
#ifndef BROADLOOM_STATISTICS_H_
#define BROADLOOM_STATISTICS_H_

#include <complex>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "api.h"
#include "array.h"

namespace BROADLOOM_API broadloom {

// --- statistics_basic.cc -------------------------------------------------------------------------
Array ptp(const Array& x, const AxisList& axes = {}, bool keepdims = false);            // max - min
Array count_nonzero(const Array& x, const AxisList& axes = {}, bool keepdims = false);  // int64

// Python's ZeroDivisionError.
class ZeroWeights : public Error {
 public:
  explicit ZeroWeights(const char* message = "Weights sum to zero, can't be normalized")
      : Error(ErrorCode::invalid_argument, message) {}
};

struct Average {
  Array average, sum_of_weights;  // of one shape
};
// `weights`: of the shape of x, or of the shape of these axes. Throws ZeroWeights, also where there
// are no averages.
Average average(const Array& x, const AxisList& axes = {}, const std::optional<Array>& weights = {},
                bool keepdims = false);

// log(sum(exp(x))), exp(x) / sum(exp(x)) and its logarithm, with exp taken of x - max(x).
Array logsumexp(const Array& x, const AxisList& axes = {}, bool keepdims = false);
Array softmax(const Array& x, const AxisList& axes = {});
Array log_softmax(const Array& x, const AxisList& axes = {});

// --- statistics_nan.cc: NaNs left out ------------------------------------------------------------
Array nansum(const Array& x, const AxisList& axes = {}, bool keepdims = false,
             const ReduceOptions& options = {});
Array nanprod(const Array& x, const AxisList& axes = {}, bool keepdims = false,
              const ReduceOptions& options = {});
Array nancumsum(const Array& x, std::optional<int> axis = {}, std::optional<DataType> dtype = {});
Array nancumprod(const Array& x, std::optional<int> axis = {}, std::optional<DataType> dtype = {});
// These warn where a slice has nothing but NaNs; the result is NaN there.
Array nanmin(const Array& x, const AxisList& axes = {}, bool keepdims = false,
             const ReduceOptions& options = {});
Array nanmax(const Array& x, const AxisList& axes = {}, bool keepdims = false,
             const ReduceOptions& options = {});
Array nanmean(const Array& x, const AxisList& axes = {}, bool keepdims = false,
              const ReduceOptions& options = {});
Array nanvar(const Array& x, const AxisList& axes = {}, bool keepdims = false,
             const ReduceOptions& options = {});
Array nanstd(const Array& x, const AxisList& axes = {}, bool keepdims = false,
             const ReduceOptions& options = {});
// About means that are known and broadcast to x.
Array nanvar_about(const Array& x, const Array& mean, const AxisList& axes = {},
                   bool keepdims = false, const ReduceOptions& options = {});
// These throw invalid_argument there.
Array nanargmin(const Array& x, const AxisList& axes = {}, bool keepdims = false);
Array nanargmax(const Array& x, const AxisList& axes = {}, bool keepdims = false);

// --- statistics_differences.cc -------------------------------------------------------------------
Array diff(const Array& x, int64_t n = 1, int axis = -1, const std::optional<Array>& prepend = {},
           const std::optional<Array>& append = {});
Array ediff1d(const Array& x, const std::optional<Array>& to_end = {},
              const std::optional<Array>& to_begin = {});
// One result for each axis. A spacing is a number or the coordinates along its axis. Second-order
// differences inside, of `edge_order` (1 or 2) at the ends: Fornberg's formulas.
std::vector<Array> gradient(const Array& f, const std::vector<Operand>& spacings,
                            const AxisList& axes = {}, int edge_order = 1);
Array trapezoid(const Array& y, const std::optional<Array>& x = {}, const Operand& dx = 1.0,
                int axis = -1);
// Jumps of at least `discont` (none: half a period) between neighbours become jumps of at most half
// a period. `strong`: the dtype of a period that is no plain number, which widens the result.
Array unwrap(const Array& p, std::optional<double> discont, int axis, const Number& period,
             std::optional<DataType> strong = {});

// --- statistics_cov.cc ---------------------------------------------------------------------------
struct CovarianceOptions {
  bool rowvar = true;  // a variable is a row
  bool bias = false;
  std::optional<double> ddof = {};
  std::optional<Array> fweights = {}, aweights = {};
  std::optional<DataType> dtype = {};
};
Array cov(const Array& m, const std::optional<Array>& y = {},
          const CovarianceOptions& options = {});
Array corrcoef(const Array& x, const std::optional<Array>& y = {}, bool rowvar = true,
               std::optional<DataType> dtype = {});

// --- statistics_quantile.cc ----------------------------------------------------------------------
struct QuantileOptions {
  AxisList axes = {};
  bool keepdims = false;
  std::string method = "linear";      // NumPy's thirteen
  std::optional<Array> weights = {};  // only with inverted_cdf
  bool weak = true;                   // q is a plain number: it does not widen the result
  bool ignore_nans = false;
};
// The axes of q stand first in the result. Hyndman & Fan, "Sample quantiles in statistical
// packages", The American Statistician 50 (1996).
Array quantile(const Array& x, const Array& q, const QuantileOptions& options = {});
Array percentile(const Array& x, const Array& q, const QuantileOptions& options = {});
Array median(const Array& x, const AxisList& axes = {}, bool keepdims = false,
             bool ignore_nans = false);

// --- statistics_histogram.cc, statistics_bins.cc -------------------------------------------------
struct Range {
  double first, last;
};
// A number of bins of one width, the name of a rule for it, or the edges.
using Bins = std::variant<int64_t, std::string, Array>;
struct Histogram {
  Array counts, edges;
};
Array histogram_bin_edges(const Array& x, const Bins& bins, const std::optional<Range>& range = {},
                          bool weighted = false);
Histogram histogram(const Array& x, const Bins& bins = 10, const std::optional<Range>& range = {},
                    const std::optional<Array>& weights = {}, bool density = false);
struct HistogramND {
  Array counts;  // float64
  std::vector<Array> edges;
};
// `sample`: one vector of coordinates for each axis of the result.
HistogramND histogramdd(const std::vector<Array>& sample, const std::vector<Bins>& bins,
                        const std::vector<std::optional<Range>>& ranges,
                        const std::optional<Array>& weights = {}, bool density = false);

// --- statistics_search.cc, statistics_interp.cc --------------------------------------------------
enum class Side : uint8_t { left, right };
// NaNs are larger than everything.
Array searchsorted(const Array& sorted, const Array& values, Side side = Side::left,
                   const std::optional<Array>& sorter = {});
Array digitize(const Array& x, const Array& bins, bool right = false);
Array bincount(const Array& x, const std::optional<Array>& weights = {}, int64_t minlength = 0);

struct InterpOptions {
  std::optional<std::complex<double>> left = {}, right = {};  // none: the end's value
  std::optional<double> period = {};
};
Array interp(const Array& x, const Array& xp, const Array& fp, const InterpOptions& options = {});

// --- statistics_convolve.cc ----------------------------------------------------------------------
enum class ConvolveMode : uint8_t { valid, same, full };
Array convolve(const Array& x, const Array& y, ConvolveMode mode = ConvolveMode::full);
Array correlate(const Array& x, const Array& y, ConvolveMode mode = ConvolveMode::valid);

}  // namespace broadloom

#endif  // BROADLOOM_STATISTICS_H_
