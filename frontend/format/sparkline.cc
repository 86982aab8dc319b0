// Bins are made by views: splitting an axis moves nothing.
#include "frontend/format/sparkline.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <span>

#include "absl/strings/str_cat.h"
#include "frontend/errstate.h"

namespace broadloom {
namespace {

constexpr const char* kBlocks[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
constexpr const char* kBlocksInAscii[] = {"_", ".", "-", "~", "=", "+", "*", "#"};
constexpr const char* kShades[] = {"░", "▒", "▓", "█"};
constexpr const char* kShadesInAscii[] = {".", "+", "%", "#"};
constexpr const char* kNoNumber[] = {" ", "·"};  // in ASCII, in Unicode

// Rising in brightness, and told apart by all eyes.
constexpr double kColors[][3] = {
    {68, 1, 84}, {59, 82, 139}, {33, 145, 140}, {94, 201, 98}, {253, 231, 37}};
constexpr int kColorSteps = std::size(kColors) - 1;

// Means over so many bins of equal length of the columns from `first` on.
Array MeansOf(const Array& matrix, int64_t first, int64_t bins, int64_t length) {
  const Array columns = index(matrix, {Slice{}, Slice{first, first + bins * length, {}}});
  return mean(reshape(columns, {matrix.shape()[0], bins, length}), {0, 2});
}

// Of the columns of a matrix. The first bins are longer by one where there is a remainder.
std::vector<double> BinMeans(const Array& matrix, int width) {
  const int64_t columns = matrix.shape()[1], bins = std::min<int64_t>(width, columns);
  if (matrix.size() == 0) return {};
  const ErrorStateScope quiet({});
  const Array numbers = astype(matrix, DataType::float64);
  const int64_t length = columns / bins, longer = columns % bins;
  std::vector<Array> means = {MeansOf(numbers, longer * (length + 1), bins - longer, length)};
  if (longer > 0) means.insert(means.begin(), MeansOf(numbers, 0, longer, length + 1));
  return concat(means).to_vector<double>();
}

// Where numbers are between the least and the largest: from 0 to 1.
struct Scale {
  double least = 0, most = 1;

  double Of(double value) const {
    if (std::isinf(value)) return value > 0;
    // Halves, as the span of large numbers may overflow.
    return most > least ? (value / 2 - least / 2) / (most / 2 - least / 2) : 0.5;
  }
};

Scale ScaleOf(const std::vector<double>& values, DataType dtype) {
  if (dtype == DataType::bool_) return {};
  Scale scale{INFINITY, -INFINITY};
  for (const double value : values) {
    if (!std::isfinite(value)) continue;
    scale.least = std::min(scale.least, value);
    scale.most = std::max(scale.most, value);
  }
  return scale;
}

// One of the marks, which stand for equal parts of the scale.
std::string Mark(std::span<const char* const> marks, double level) {
  const auto count = static_cast<double>(marks.size());
  return marks[static_cast<size_t>(std::min(std::floor(level * count), count - 1))];
}

std::string ColoredCell(double level) {
  const int step = std::min(static_cast<int>(level * kColorSteps), kColorSteps - 1);
  const double part = level * kColorSteps - step;
  std::string cell = "\033[48;2";
  for (int i = 0; i < 3; ++i) {
    const double shade = kColors[step][i] * (1 - part) + kColors[step + 1][i] * part;
    absl::StrAppend(&cell, ";", static_cast<int>(std::lround(shade)));
  }
  return cell + "m \033[0m";
}

void Check(const char* function, const Array& x, int ndim, int width) {
  const DataType dtype = x.dtype();
  if (dtype == DataType::complex64 || dtype == DataType::complex128)
    throw Error(ErrorCode::type_error,
                absl::StrCat(function, ": ", to_string(dtype), " numbers have no order"));
  if (x.ndim() != ndim)
    throw Error(ErrorCode::invalid_argument, absl::StrCat(function, ": an array of ", ndim,
                                                          " axes is drawn, not of ", x.ndim()));
  if (width < 1)
    throw Error(ErrorCode::invalid_argument,
                absl::StrCat(function, ": a width is at least 1, not ", width));
}

// cell(level) of each bin, one after another.
template <typename Cell>
std::string Drawn(const std::vector<double>& values, DataType dtype, bool unicode, Cell cell) {
  const Scale scale = ScaleOf(values, dtype);
  std::string line;
  for (const double value : values)
    line += std::isnan(value) ? kNoNumber[unicode] : cell(scale.Of(value));
  return line;
}

}  // namespace

std::string Sparkline(const Array& x, int width, bool unicode) {
  Check("Sparkline", x, 1, width);
  const auto& marks = unicode ? kBlocks : kBlocksInAscii;
  return Drawn(BinMeans(expand_dims(x, {0}), width), x.dtype(), unicode,
               [&](double level) { return Mark(marks, level); });
}

std::string HeatStrip(const Array& x, int width, bool color, bool unicode) {
  Check("HeatStrip", x, 2, width);
  const auto& marks = unicode ? kShades : kShadesInAscii;
  return Drawn(BinMeans(x, width), x.dtype(), unicode,
               [&](double level) { return color ? ColoredCell(level) : Mark(marks, level); });
}

}  // namespace broadloom
