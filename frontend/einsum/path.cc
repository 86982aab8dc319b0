// The order of pairwise contractions. A step costs the product of the extents of all its labels.
#include <algorithm>
#include <iterator>
#include <limits>
#include <set>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "frontend/einsum/terms.h"

namespace broadloom {
namespace {

using Set = std::set<Label>;
constexpr size_t kExhaustive = 5;  // operands: 180 orders, in microseconds
constexpr size_t kOptimal = 7;     // operands: 56,700 orders, where they are asked for

Set SetOf(const Labels& labels) { return {labels.begin(), labels.end()}; }

double SizeOf(const Set& labels, const Extents& extents) {
  double size = 1;
  for (Label label : labels) size *= static_cast<double>(extents.at(label));
  return size;
}

struct State {
  std::vector<Set> terms;
  const Set& output;
  const Extents& extents;
};

struct Step {
  std::vector<int64_t> at;  // ascending
  Set all, result;          // labels of its operands; those that are needed later
  double cost = 0;          // floating point operations
};

double CostOf(const Set& all, bool sums, size_t count, const Extents& extents) {
  const size_t each = std::max<size_t>(1, count - 1) + (sums ? 1 : 0);
  return SizeOf(all, extents) * static_cast<double>(each);
}

Step StepOf(const State& state, std::vector<int64_t> at) {
  Step step{std::move(at), {}, {}, 0};
  Set needed = state.output;
  for (size_t i = 0; i < state.terms.size(); ++i) {
    const bool own = std::find(step.at.begin(), step.at.end(), int64_t(i)) != step.at.end();
    Set& to = own ? step.all : needed;
    to.insert(state.terms[i].begin(), state.terms[i].end());
  }
  std::set_intersection(step.all.begin(), step.all.end(), needed.begin(), needed.end(),
                        std::inserter(step.result, step.result.end()));
  step.cost = CostOf(step.all, step.result.size() < step.all.size(), step.at.size(), state.extents);
  return step;
}

State After(const State& state, const Step& step) {
  State next{{}, state.output, state.extents};
  for (size_t i = 0; i < state.terms.size(); ++i) {
    if (std::find(step.at.begin(), step.at.end(), int64_t(i)) == step.at.end())
      next.terms.push_back(state.terms[i]);
  }
  next.terms.push_back(step.result);
  return next;
}

std::vector<Step> Pairs(const State& state) {
  std::vector<Step> pairs;
  const auto n = static_cast<int64_t>(state.terms.size());
  for (int64_t i = 0; i < n; ++i) {
    for (int64_t j = i + 1; j < n; ++j) pairs.push_back(StepOf(state, {i, j}));
  }
  return pairs;
}

struct Best {
  double cost = std::numeric_limits<double>::infinity();
  ContractionPath path;
};

// Tries every order, but for those that cost more already.
void Search(const State& state, double cost, ContractionPath& path, Best& best) {
  if (cost >= best.cost) return;
  if (state.terms.size() == 1) {
    best = {cost, path};
    return;
  }
  for (const Step& step : Pairs(state)) {
    path.push_back(step.at);
    Search(After(state, step), cost + step.cost, path, best);
    path.pop_back();
  }
}

// How much smaller the arrays get; the larger the better, and then the cheaper.
double Shrinkage(const State& state, const Step& step) {
  double before = 0;
  for (int64_t at : step.at) before += SizeOf(state.terms[at], state.extents);
  return before - SizeOf(step.result, state.extents);
}

bool HaveCommonLabel(const State& state, const Step& step) {
  const Set &a = state.terms[step.at[0]], &b = state.terms[step.at[1]];
  return std::any_of(a.begin(), a.end(), [&](Label label) { return b.count(label) > 0; });
}

Step GreedyStep(const State& state) {
  const std::vector<Step> pairs = Pairs(state);
  const auto rank = [&](const Step& step) {
    return std::tuple(!HaveCommonLabel(state, step), -Shrinkage(state, step), step.cost);
  };
  return *std::min_element(pairs.begin(), pairs.end(),
                           [&](const Step& a, const Step& b) { return rank(a) < rank(b); });
}

ContractionPath Greedy(State state) {
  ContractionPath path;
  while (state.terms.size() > 1) {
    const Step step = GreedyStep(state);
    path.push_back(step.at);
    State next = After(state, step);
    state.terms = std::move(next.terms);
  }
  return path;
}

ContractionPath Optimal(const State& state) {
  Best best;
  ContractionPath path;
  Search(state, 0, path, best);
  return best.path;
}

ContractionPath AtOnce(size_t count) {
  std::vector<int64_t> all;
  for (size_t i = 0; i < count; ++i) all.push_back(static_cast<int64_t>(i));
  return {all};
}

// Where each step's operands stand, counted from 0 and in ascending order.
ContractionPath Checked(const ContractionPath& given, size_t operands) {
  ContractionPath path;
  auto left = static_cast<int64_t>(operands);
  for (std::vector<int64_t> step : given) {
    for (int64_t& at : step) {
      if (at < -left || at >= left)
        throw Error(ErrorCode::out_of_range,
                    absl::StrCat("einsum: the path names operand ", at, " of ", left));
      if (at < 0) at += left;
    }
    std::sort(step.begin(), step.end());
    if (step.empty() || std::adjacent_find(step.begin(), step.end()) != step.end())
      throw Error(ErrorCode::invalid_argument,
                  "einsum: a step of the path has no operands, or one "
                  "of them twice");
    left += 1 - static_cast<int64_t>(step.size());
    path.push_back(step);
  }
  if (left != 1)
    throw Error(ErrorCode::internal, absl::StrCat("einsum: the path leaves ", left - 1,
                                                  " more operands to be contracted"));
  return path;
}

std::string Names(const std::vector<Labels>& terms) {
  return absl::StrJoin(terms, ",",
                       [](std::string* out, const Labels& term) { out->append(TextOf(term)); });
}

// What the table says of each step.
struct Row {
  size_t scaling;
  double cost, size;
  std::string contraction, remaining;
};

std::vector<Row> RowsOf(const Subscripts& subscripts, const Extents& extents,
                        const ContractionPath& path) {
  std::vector<Row> rows;
  std::vector<Labels> names = subscripts.inputs;
  const Set output = SetOf(subscripts.output);
  State state{{}, output, extents};
  for (const Labels& term : names) state.terms.push_back(SetOf(term));
  for (const std::vector<int64_t>& at : path) {
    const Step step = StepOf(state, at);
    std::vector<Labels> own;
    for (auto i = at.rbegin(); i != at.rend(); ++i) {
      own.push_back(names[*i]);
      names.erase(names.begin() + *i);
    }
    const bool last = names.empty();
    names.push_back(last ? subscripts.output : Labels(step.result.begin(), step.result.end()));
    rows.push_back({step.all.size(), step.cost, SizeOf(step.result, extents),
                    absl::StrCat(Names(own), "->", TextOf(names.back())),
                    absl::StrCat(Names(names), "->", TextOf(subscripts.output))});
    state.terms = After(state, step).terms;
  }
  return rows;
}

std::string Describe(const Subscripts& subscripts, const Extents& extents,
                     const std::vector<Row>& rows) {
  const Set all = SetOf(Union(subscripts.inputs));
  size_t scaling = 0, labels = 0;
  double cost = 1, largest = 0;
  for (const Row& row : rows) {
    scaling = std::max(scaling, row.scaling);
    cost += row.cost;
    largest = std::max(largest, row.size);
  }
  for (const Labels& term : subscripts.inputs) labels += SetOf(term).size();
  const double naive = CostOf(all, labels > all.size(), subscripts.inputs.size(), extents);
  std::string text = absl::StrFormat(
      "  Complete contraction:  %s->%s\n         Naive scaling:  %d\n     Optimized scaling:  %d\n"
      "      Naive FLOP count:  %.3e\n  Optimized FLOP count:  %.3e\n   Theoretical speedup:  "
      "%.3f\n"
      "  Largest intermediate:  %.3e elements\n",
      Names(subscripts.inputs), TextOf(subscripts.output), all.size(), scaling, naive, cost,
      naive / cost, largest);
  const std::string line(74, '-');
  absl::StrAppendFormat(&text, "%s\n%6s %24s %40s\n%s", line, "scaling", "current", "remaining",
                        line);
  for (const Row& row : rows)
    absl::StrAppendFormat(&text, "\n%4d    %24s %40s", row.scaling, row.contraction, row.remaining);
  return text;
}

std::vector<Sizes> ShapesOf(const std::vector<Array>& operands) {
  std::vector<Sizes> shapes;
  for (const Array& operand : operands) shapes.push_back(operand.shape());
  return shapes;
}

}  // namespace

ContractionPath StepsOf(const Subscripts& subscripts, const Extents& extents,
                        const EinsumOptions& options) {
  using Order = EinsumOptions::Order;
  const size_t count = subscripts.inputs.size();
  if (options.order == Order::given) return Checked(options.path, count);
  if (options.order == Order::at_once || count <= 2) return AtOnce(count);
  const Set output = SetOf(subscripts.output);
  State state{{}, output, extents};
  for (const Labels& term : subscripts.inputs) state.terms.push_back(SetOf(term));
  const size_t most = options.order == Order::optimal     ? kOptimal
                      : options.order == Order::automatic ? kExhaustive
                                                          : 0;
  return count <= most ? Optimal(state) : Greedy(std::move(state));
}

EinsumPath einsum_path(const std::string& subscripts, const std::vector<Array>& operands,
                       const EinsumOptions& options) {
  const std::vector<Sizes> shapes = ShapesOf(operands);
  const Subscripts parsed = ParseSubscripts(subscripts, shapes);
  const Extents extents = ExtentsOf(parsed, shapes);
  ContractionPath path = StepsOf(parsed, extents, options);
  std::string text = Describe(parsed, extents, RowsOf(parsed, extents, path));
  return {std::move(path), std::move(text)};
}

}  // namespace broadloom
