// Mostly small numbers, some of the whole range, zeros of both signs. No NaNs and infinities: a sum
// would be nothing else.
#include "passes/sample_inputs.h"

#include <random>

#include "absl/strings/str_cat.h"
#include "ir/status_macros.h"

namespace broadloom {
namespace {

constexpr int kMaxSymbols = 64;
constexpr int64_t kMaxElements = 1 << 20;
constexpr int64_t kUsualExtents[] = {3, 5, 4, 7, 6, 9, 8, 11, 10, 13};

Scalar SampleFloat(DType dtype, std::mt19937_64& random) {
  switch (random() % 16) {
    case 0: return MakeScalar(dtype, 0.0);
    case 1: return MakeScalar(dtype, -0.0);
    case 2: return MakeScalar(dtype, static_cast<double>(random() % 9) - 4);
    default: return MakeScalar(dtype, std::normal_distribution<double>(0, 3)(random));
  }
}

Scalar SampleNumber(DType dtype, std::mt19937_64& random) {
  if (dtype.is_complex()) {
    const Scalar real = SampleFloat(ComponentOf(dtype), random);
    return MakeComplex(real, SampleFloat(ComponentOf(dtype), random));
  }
  if (dtype.is_floating()) return SampleFloat(dtype, random);
  const uint64_t bits = random();
  if (bits % 4 == 0) return MakeIntScalar(dtype, static_cast<int64_t>(random()));
  const int64_t small = static_cast<int64_t>(random() % 17);
  return MakeIntScalar(dtype, dtype.is_signed() ? small - 8 : dtype.is_bool() ? small % 2 : small);
}

}  // namespace

absl::StatusOr<Bindings> SampleInputs(const Graph& graph, uint64_t seed,
                                      absl::Span<const int64_t> symbols) {
  std::mt19937_64 random(seed);
  Bindings bindings;
  bindings.symbols.assign(symbols.begin(), symbols.end());
  for (int i = static_cast<int>(symbols.size()); i < kMaxSymbols; ++i) {
    bindings.symbols.push_back(kUsualExtents[i % std::size(kUsualExtents)]);
  }
  for (NodeId id : graph.params()) {
    const Node& param = graph.node(id);
    Shape shape;
    for (Extent e : param.shape()) {
      if (e.is_symbol() && e.symbol() >= kMaxSymbols)
        return absl::ResourceExhaustedError("too many symbols");
      shape.push_back(e.is_symbol() ? Extent(bindings.symbols[e.symbol()]) : e);
    }
    const std::optional<int64_t> count = NumElements(shape);
    if (!count.has_value() || *count > kMaxElements) {
      return absl::ResourceExhaustedError(absl::StrCat("too many elements: ", ToString(shape)));
    }
    std::vector<int64_t> sizes;
    for (Extent e : shape) sizes.push_back(e.value());
    Tensor tensor = MakeTensor(param.dtype(), std::move(sizes));
    for (int64_t i = 0; i < *count; ++i) SetElement(tensor, i, SampleNumber(param.dtype(), random));
    bindings.params.push_back(std::move(tensor));
  }
  for (NodeId id : graph.scalars()) {
    bindings.scalars.push_back(SampleNumber(graph.node(id).dtype(), random));
  }
  return bindings;
}

absl::Status CheckSizes(const Graph& graph, absl::Span<const int64_t> symbols,
                        int64_t most_elements) {
  for (NodeId id = 0; id < graph.size(); ++id) {
    Shape shape = graph.node(id).shape();
    for (Extent& extent : shape) {
      if (!extent.is_symbol()) continue;
      if (extent.symbol() >= static_cast<int>(symbols.size()))
        return absl::ResourceExhaustedError("too many symbols");
      extent = symbols[extent.symbol()];
    }
    if (NumElements(shape).value_or(INT64_MAX) > most_elements)
      return absl::ResourceExhaustedError(
          absl::StrCat(graph.node(id).info().name, ": ", ToString(shape), " has more than ",
                       most_elements, " elements, too many to evaluate"));
  }
  return absl::OkStatus();
}

}  // namespace broadloom
