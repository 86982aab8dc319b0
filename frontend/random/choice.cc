// Choices and permutations. Shuffles are of D. Knuth's kind (Algorithm P), one after another.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "frontend/random/fill.h"

namespace broadloom::random {
namespace {

[[noreturn]] void Invalid(const char* message) {
  throw Error(ErrorCode::invalid_argument, absl::StrCat("choice: ", message));
}

int64_t CheckedAxis(const char* function, int axis, int rank, ErrorCode code) {
  if (axis < -rank || axis >= rank)
    throw Error(code, absl::StrCat(function, ": axis ", axis,
                                   " is out of bounds for array of dimension ", rank));
  return axis < 0 ? axis + rank : axis;
}

struct Indices {
  Array array;
  int64_t* data;
};

Indices MakeIndices(Context& context, const Sizes& shape) {
  const Fresh fresh = MakeFresh(context, DataType::int64, shape);
  return {fresh.array, reinterpret_cast<int64_t*>(fresh.data)};
}

// --- Probabilities -------------------------------------------------------------------------------
Array CheckedProbabilities(const Array& p, int64_t count) {
  if (p.ndim() != 1) Invalid("p must be 1-dimensional");
  if (p.size() != count) Invalid("a and p must have same size");
  const bool is_short = p.dtype() == DataType::float32;
  const double tolerance = is_short ? std::sqrt(0x1p-23) : std::sqrt(0x1p-52);
  const Array dense = Dense(p, DataType::float64);
  const double* const values = ElementsOf<double>(dense);
  long double sum = 0;
  for (int64_t i = 0; i < count; ++i) sum += values[i];
  if (std::isnan(sum)) Invalid("Probabilities contain NaN");
  if (std::any_of(values, values + count, [](double x) { return x < 0; }))
    Invalid("Probabilities are not non-negative");
  if (std::abs(static_cast<double>(sum) - 1) > tolerance) Invalid("Probabilities do not sum to 1");
  return dense;
}

// Where uniform numbers fall among the sums of the probabilities.
Array ChooseWeighted(Draws& draws, const Array& p) {
  const double* const values = ElementsOf<double>(p);
  std::vector<double> sums(static_cast<size_t>(p.size()));
  double sum = 0;
  for (size_t i = 0; i < sums.size(); ++i) sums[i] = sum += values[i];
  const auto last = std::lower_bound(sums.begin(), sums.end(), sum);  // in case a product rounds up
  return Fill<int64_t>(draws, 100, [&](Stream& stream, int64_t) {
    const double u = stream.Uniform() * sum;
    return std::min(std::upper_bound(sums.begin(), sums.end(), u), last) - sums.begin();
  });
}

// P. Efraimidis and P. Spirakis (2006): the first of exponential waiting times with these rates.
Array ChooseWeightedOnce(Draws& draws, const Array& p) {
  const double* const rates = ElementsOf<double>(p);
  const auto count = static_cast<size_t>(p.size()), wanted = static_cast<size_t>(draws.count());
  std::vector<std::pair<double, int64_t>> times(count);
  ForStreams(draws.context(), draws.StreamKey(), p.size(), 50, [&](Stream& stream, int64_t i) {
    const double time = rates[i] > 0 ? stream.Exponential() / rates[i] : INFINITY;
    times[static_cast<size_t>(i)] = {time, i};
  });
  const auto possible = std::count_if(rates, rates + count, [](double rate) { return rate > 0; });
  if (static_cast<size_t>(possible) < wanted) Invalid("Fewer non-zero entries in p than size");
  std::partial_sort(times.begin(), times.begin() + static_cast<int64_t>(wanted), times.end());
  const Indices indices = MakeIndices(draws.context(), draws.shape());
  for (size_t i = 0; i < wanted; ++i) indices.data[i] = times[i].second;
  return indices.array;
}

// The beginning of a permutation of which only the places that moved are kept.
Array ChooseFew(Draws& draws, int64_t count) {
  absl::flat_hash_map<int64_t, int64_t> moved;
  const auto at = [&](int64_t place) {
    const auto found = moved.find(place);
    return found == moved.end() ? place : found->second;
  };
  Stream stream(draws.StreamKey(), 0);
  const Indices indices = MakeIndices(draws.context(), draws.shape());
  for (int64_t i = 0; i < draws.count(); ++i) {
    const int64_t from = i + static_cast<int64_t>(stream.Below(static_cast<uint64_t>(count - i)));
    indices.data[i] = at(from);
    moved[from] = at(i);
  }
  return indices.array;
}

// --- Gathering -----------------------------------------------------------------------------------
// Slices of x along an axis by their indices, whose shape stands in place of the axis.
Array Gather(const Array& x, const Array& indices, int64_t axis) {
  const Array from = Dense(x, x.dtype()), wanted = Dense(indices, DataType::int64);
  Sizes shape = x.shape();
  const int64_t extent = shape[axis], count = wanted.size();
  int64_t outer = 1, inner = itemsize(x.dtype());
  for (int64_t k = 0; k < axis; ++k) outer *= shape[k];
  for (size_t k = axis + 1; k < shape.size(); ++k) inner *= shape[k];
  shape.erase(shape.begin() + axis);
  const Sizes chosen = indices.shape();
  shape.insert(shape.begin() + axis, chosen.begin(), chosen.end());
  const Fresh result = MakeFresh(x.context(), x.dtype(), shape);
  const char* const bytes = static_cast<const char*>(from.data());
  const int64_t* const places = ElementsOf<int64_t>(wanted);
  ParallelFor(x.context(), outer * count, 5 + static_cast<double>(inner) / 8,
              [&](int64_t begin, int64_t end) {
                for (int64_t i = begin; i < end; ++i)
                  std::memcpy(result.data + i * inner,
                              bytes + (i / count * extent + places[i % count]) * inner, inner);
              });
  return result.array;
}

template <typename Element>
void Shuffle(Stream& stream, char* bytes, int64_t count) {
  auto* const elements = reinterpret_cast<Element*>(bytes);
  for (int64_t i = count - 1; i > 0; --i)
    std::swap(elements[i], elements[stream.Below(static_cast<uint64_t>(i) + 1)]);
}

struct Pair {
  uint64_t first, second;
};

void ShuffleElements(Stream& stream, char* bytes, int64_t count, int itemsize) {
  switch (itemsize) {
    case 1: return Shuffle<uint8_t>(stream, bytes, count);
    case 2: return Shuffle<uint16_t>(stream, bytes, count);
    case 4: return Shuffle<uint32_t>(stream, bytes, count);
    case 8: return Shuffle<uint64_t>(stream, bytes, count);
    default: return Shuffle<Pair>(stream, bytes, count);
  }
}

// Shuffles each row of the last axis by itself.
Array ShuffleRows(const Generator& generator, const Array& x) {
  const Fresh result = DenseCopy(x, x.dtype());
  const int64_t length = x.shape().back(), rows = length == 0 ? 0 : x.size() / length;
  const int size = itemsize(x.dtype());
  ForStreams(x.context(), Draws::StreamKey(generator), rows, 15.0 * static_cast<double>(length),
             [&](Stream& stream, int64_t row) {
               ShuffleElements(stream, result.data + row * length * size, length, size);
             });
  return result.array;
}

std::vector<int64_t> Exchanged(int rank, int64_t axis) {
  std::vector<int64_t> axes(static_cast<size_t>(rank));
  for (int i = 0; i < rank; ++i) axes[i] = i;
  std::swap(axes[axis], axes.back());
  return axes;
}

}  // namespace

Array Generator::choice(int64_t count, const Size& size, bool replace,
                        const std::optional<Array>& p) const {
  Draws draws(*this, "choice", size);
  if (count <= 0 && draws.count() > 0)
    Invalid("a must be a positive integer unless no samples are taken");
  if (draws.count() == 0) return MakeIndices(draws.context(), draws.shape()).array;
  const Array weights = p.has_value() ? CheckedProbabilities(*p, count) : Array();
  if (replace)
    return p.has_value() ? ChooseWeighted(draws, weights) : integers(0, count, draws.shape());
  if (draws.count() > count)
    Invalid("Cannot take a larger sample than population when replace is False");
  if (p.has_value()) return ChooseWeightedOnce(draws, weights);
  return ChooseFew(draws, count);
}

Array Generator::choice(const Array& x, const Size& size, bool replace,
                        const std::optional<Array>& p, int axis) const {
  const int64_t along = CheckedAxis("choice", axis, x.ndim(), ErrorCode::out_of_range);
  return Gather(x, choice(x.shape()[along], size, replace, p), along);
}

Array Generator::permutation(int64_t count) const {
  count = std::max<int64_t>(count, 0);
  Draws draws(*this, "permutation", Sizes{count});
  const Indices indices = MakeIndices(draws.context(), draws.shape());
  for (int64_t i = 0; i < count; ++i) indices.data[i] = i;
  Stream stream(draws.StreamKey(), 0);
  ShuffleElements(stream, reinterpret_cast<char*>(indices.data), count, sizeof(int64_t));
  return indices.array;
}

Array Generator::permutation(const Array& x, int axis) const {
  const int64_t along = CheckedAxis("permutation", axis, x.ndim(), ErrorCode::axis);
  return Gather(x, permutation(x.shape()[along]), along);
}

Array Generator::permuted(const Array& x, std::optional<int> axis) const {
  if (x.ndim() == 0) throw Error(ErrorCode::type_error, "permuted: x has no axis");
  if (!axis.has_value()) return reshape(ShuffleRows(*this, reshape(x, {x.size()})), x.shape());
  const int64_t along = CheckedAxis("permuted", *axis, x.ndim(), ErrorCode::axis);
  const std::vector<int64_t> axes = Exchanged(x.ndim(), along);
  return permute_dims(ShuffleRows(*this, permute_dims(x, axes)), axes);
}

}  // namespace broadloom::random
