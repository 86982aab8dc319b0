// Steps become matmul, or products and sums that the compiler fuses.
#include <algorithm>
#include <memory>
#include <numeric>
#include <utility>

#include "absl/strings/str_cat.h"
#include "frontend/convert.h"
#include "frontend/einsum.h"
#include "frontend/einsum/terms.h"
#include "frontend/storage.h"

namespace broadloom {
namespace {

struct Term {
  Array array;
  Labels labels;  // one for each axis
};

bool IsHalf(DataType dtype) { return dtype == DataType::float16 || dtype == DataType::bfloat16; }
bool IsInexact(DataType dtype) { return dtype >= DataType::float16; }

int64_t AxisOf(const Labels& labels, Label label) {
  return std::find(labels.begin(), labels.end(), label) - labels.begin();
}

Labels Intersection(const Labels& a, const Labels& b) {
  Labels both;
  std::copy_if(a.begin(), a.end(), std::back_inserter(both),
               [&](Label label) { return Contains(b, label); });
  return both;
}

Labels Without(const Labels& a, const Labels& b) {
  Labels rest;
  std::copy_if(a.begin(), a.end(), std::back_inserter(rest),
               [&](Label label) { return !Contains(b, label); });
  return rest;
}

Labels operator+(Labels a, const Labels& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

Term WithoutRepeats(Term term) {
  for (size_t second = 1; second < term.labels.size();) {
    const auto first = static_cast<size_t>(AxisOf(term.labels, term.labels[second]));
    if (first == second) {
      ++second;
      continue;
    }
    term.array = DiagonalView(term.array, first, second);
    term.labels.erase(term.labels.begin() + second);
  }
  return term;
}

// An extent of 1 that others exceed broadcasts: the axis goes.
Term WithoutBroadcast(const Term& term, const Extents& extents) {
  std::vector<int64_t> dropped;
  Labels labels;
  for (size_t axis = 0; axis < term.labels.size(); ++axis) {
    const Label label = term.labels[axis];
    if (term.array.shape()[axis] == 1 && extents.at(label) != 1)
      dropped.push_back(static_cast<int64_t>(axis));
    else
      labels.push_back(label);
  }
  if (dropped.empty()) return term;
  return {squeeze(term.array, AxisList(dropped)), labels};
}

// Sums of small integers stay in their dtype, as all of NumPy's einsum does.
Term Summed(const Term& term, const Labels& over) {
  if (over.empty()) return term;
  std::vector<int64_t> axes;
  for (Label label : over) axes.push_back(AxisOf(term.labels, label));
  const DataType dtype = term.array.dtype();
  const Array sums = dtype == DataType::bool_ ? any(term.array, AxisList(axes))
                                              : sum(term.array, AxisList(axes), false, {dtype, 0});
  return {sums, Without(term.labels, over)};
}

Array Ordered(const Term& term, const Labels& labels) {
  if (term.labels == labels) return term.array;
  std::vector<int64_t> order;
  for (Label label : labels) order.push_back(AxisOf(term.labels, label));
  return permute_dims(term.array, order);
}

// With axes of extent 1 for the labels that the term lacks.
Array Spread(const Term& term, const Labels& labels) {
  std::vector<int64_t> missing;
  for (size_t axis = 0; axis < labels.size(); ++axis) {
    if (!Contains(term.labels, labels[axis])) missing.push_back(static_cast<int64_t>(axis));
  }
  const Array ordered = Ordered(term, Intersection(labels, term.labels));
  return missing.empty() ? ordered : expand_dims(ordered, AxisList(missing));
}

Sizes SizesOf(const Labels& labels, const Extents& extents) {
  Sizes sizes;
  for (Label label : labels) sizes.push_back(extents.at(label));
  return sizes;
}

int64_t Product(const Sizes& sizes) {
  return std::accumulate(sizes.begin(), sizes.end(), int64_t{1}, std::multiplies<>());
}

// The labels of a pair by what becomes of them.
struct Roles {
  Labels batch, contracted, left, right;
};

Roles RolesOf(const Term& a, const Term& b, const Labels& needed) {
  const Labels both = Intersection(a.labels, b.labels);
  return {Intersection(both, needed), Without(both, needed), Without(a.labels, both),
          Without(b.labels, both)};
}

Array AsMatrices(const Term& term, const Labels& batch, const Labels& rows, const Labels& columns,
                 const Extents& extents) {
  Sizes shape = SizesOf(batch, extents);
  shape.push_back(Product(SizesOf(rows, extents)));
  shape.push_back(Product(SizesOf(columns, extents)));
  return reshape(Ordered(term, batch + rows + columns), shape);
}

Term ByMatmul(const Term& a, const Term& b, const Roles& roles, const Extents& extents) {
  const Array product = matmul(AsMatrices(a, roles.batch, roles.left, roles.contracted, extents),
                               AsMatrices(b, roles.batch, roles.contracted, roles.right, extents));
  const Labels labels = roles.batch + roles.left + roles.right;
  return {reshape(product, SizesOf(labels, extents)), labels};
}

Term ByProduct(const Term& a, const Term& b, const Roles& roles) {
  const Labels labels = roles.batch + roles.left + roles.right + roles.contracted;
  return Summed({multiply(Spread(a, labels), Spread(b, labels)), labels}, roles.contracted);
}

// `needed`: labels of the other terms and of the output.
Term Contract(const Term& x, const Term& y, const Labels& needed, const Extents& extents) {
  const Term a = Summed(x, Without(x.labels, needed + y.labels));
  const Term b = Summed(y, Without(y.labels, needed + x.labels));
  const Roles roles = RolesOf(a, b, needed);
  const bool matrices = !roles.contracted.empty() && !roles.left.empty() && !roles.right.empty();
  return matrices && IsInexact(a.array.dtype()) ? ByMatmul(a, b, roles, extents)
                                                : ByProduct(a, b, roles);
}

Labels NeededOf(const std::vector<Term>& terms, const Labels& output) {
  std::vector<Labels> all = {output};
  for (const Term& term : terms) all.push_back(term.labels);
  return Union(all);
}

// Contracts the operands of one step from left to right.
void TakeStep(std::vector<Term>& terms, const std::vector<int64_t>& step, const Labels& output,
              const Extents& extents) {
  std::vector<Term> own;
  for (int64_t at : step) own.push_back(terms[at]);
  for (auto at = step.rbegin(); at != step.rend(); ++at) terms.erase(terms.begin() + *at);
  Term result = own[0];
  for (size_t i = 1; i < own.size(); ++i) {
    std::vector<Term> others = terms;
    others.insert(others.end(), own.begin() + static_cast<int64_t>(i) + 1, own.end());
    result = Contract(result, own[i], NeededOf(others, output), extents);
  }
  const Labels needed = NeededOf(terms, output);
  terms.push_back(Summed(result, Without(result.labels, needed)));
}

DataType CommonDType(const std::vector<Array>& operands, const EinsumOptions& options) {
  DataType dtype = operands[0].dtype();
  for (const Array& operand : operands) dtype = result_type(dtype, operand.dtype());
  dtype = options.dtype.value_or(dtype);
  for (size_t i = 0; i < operands.size(); ++i) {
    if (!can_cast(operands[i].dtype(), dtype, options.casting))
      throw Error(ErrorCode::type_error,
                  absl::StrCat("einsum: operand ", i, " could not be cast from ",
                               to_string(operands[i].dtype()), " to ", to_string(dtype),
                               " according to the casting rule"));
  }
  return dtype;
}

Array Converted(const Array& x, DataType dtype) {
  return x.dtype() == dtype ? x : astype(x, dtype);
}

// One operand without a sum is a view, whatever the dtype: NumPy's rule.
std::optional<Array> AsView(const Array& x, const Subscripts& subscripts) {
  if (subscripts.inputs.size() != 1) return std::nullopt;
  const Term term = WithoutRepeats({x, subscripts.inputs[0]});
  if (!Without(term.labels, subscripts.output).empty()) return std::nullopt;
  return Ordered(term, subscripts.output);
}

std::vector<Sizes> ShapesOf(const std::vector<Array>& operands) {
  std::vector<Sizes> shapes;
  for (const Array& operand : operands) shapes.push_back(operand.shape());
  return shapes;
}

struct Contraction {
  Subscripts subscripts;
  Extents extents;
  ContractionPath steps;
};

Contraction ContractionOf(const std::string& subscripts, const std::vector<Sizes>& shapes,
                          const EinsumOptions& options) {
  Contraction contraction;
  contraction.subscripts = ParseSubscripts(subscripts, shapes);
  contraction.extents = ExtentsOf(contraction.subscripts, shapes);
  EinsumOptions chosen = options;
  if (options.order == EinsumOptions::Order::at_once)
    chosen.order = EinsumOptions::Order::automatic;
  contraction.steps = StepsOf(contraction.subscripts, contraction.extents, chosen);
  return contraction;
}

// A thread keeps the last few, as programs contract arrays of the same shapes again; but none along
// a given path.
std::shared_ptr<const Contraction> FindContraction(const std::string& subscripts,
                                                   const std::vector<Sizes>& shapes,
                                                   const EinsumOptions& options) {
  struct Kept {
    std::string subscripts;
    std::vector<Sizes> shapes;
    EinsumOptions::Order order;
    std::shared_ptr<const Contraction> contraction;
  };
  constexpr size_t kMostKept = 16;
  thread_local std::vector<Kept> kept;
  thread_local size_t oldest = 0;
  if (options.order == EinsumOptions::Order::given)
    return std::make_shared<const Contraction>(ContractionOf(subscripts, shapes, options));
  for (const Kept& each : kept) {
    if (each.order == options.order && each.subscripts == subscripts && each.shapes == shapes)
      return each.contraction;
  }
  Kept made{subscripts, shapes, options.order,
            std::make_shared<const Contraction>(ContractionOf(subscripts, shapes, options))};
  if (kept.size() < kMostKept) return kept.emplace_back(std::move(made)).contraction;
  return (kept[std::exchange(oldest, (oldest + 1) % kMostKept)] = std::move(made)).contraction;
}

}  // namespace

Array einsum(const std::string& subscripts, const std::vector<Array>& operands,
             const EinsumOptions& options) {
  const auto contraction = FindContraction(subscripts, ShapesOf(operands), options);
  const auto& [parsed, extents, steps] = *contraction;
  if (std::optional<Array> view = AsView(operands[0], parsed)) return *view;
  const DataType dtype = CommonDType(operands, options);
  std::vector<Term> terms;
  for (size_t i = 0; i < operands.size(); ++i) {
    const Array x = Converted(operands[i], dtype);
    const Term term =
        WithoutRepeats({IsHalf(dtype) ? astype(x, DataType::float32) : x, parsed.inputs[i]});
    terms.push_back(WithoutBroadcast(term, extents));
  }
  for (const std::vector<int64_t>& step : steps) TakeStep(terms, step, parsed.output, extents);
  return Converted(Ordered(terms[0], parsed.output), dtype);
}

}  // namespace broadloom
