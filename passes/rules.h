// The algebra that canonicalize applies: a table of rows, each an equation between two texts.
//
//   op(...)        an elementwise operation, on operands of its compute dtype
//   c d            any constant
//   p q x y z      anything else; p and q are bools by their place
//   0 -0 1 0.5     a constant of that value, of whatever dtype; -0 and 0 are two values of a float
//
// astype stands without its attribute: in a pattern it is any conversion, in a replacement the one
// to the dtype of the pattern's result, which is nothing where it has that dtype.
#ifndef BROADLOOM_PASSES_RULES_H_
#define BROADLOOM_PASSES_RULES_H_

#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "ir/graph.h"

namespace broadloom {

// Of the dtype of x, unless said.
enum class When : uint8_t {
  kAlways,
  kFloat,
  kInteger,
  kSigned,      // signed integers and floats
  kIntegral,    // integers and bools
  kPowerOfTwo,  // floats: c is one, of either sign, and its inverse is normal too
  kLossless,  // the inner of two conversions keeps every value, and the outer does not see which it
              // was
};

struct Rule {
  absl::string_view pattern;
  absl::string_view replacement;
  When when = When::kAlways;
};

// Each row is exact: both sides give the same bits for all operands, NaNs counting as equal.
// tests/passes/rules_test.cc executes every row.
absl::Span<const Rule> Rules();

struct Term {
  enum Kind : uint8_t { kOp, kLetter, kNumber } kind = kOp;
  Op op = Op::k_param;
  char letter = 0;
  double number = 0;
  std::vector<Term> args;
};
inline bool StandsForConstant(char letter) { return letter == 'c' || letter == 'd'; }

// The text must be right: it stands in our source.
Term ParseTerm(absl::string_view text);

// Applies the rows, and merges views where `merge_views`, bottom-up until nothing changes.
absl::StatusOr<Graph> ApplyRules(const Graph& in, absl::Span<const Rule> rules, bool merge_views);

// The view in `graph` with the view below it merged in, or what it looks at where it changes
// nothing; nullopt where there is nothing to do (merge_views.cc).
absl::StatusOr<std::optional<NodeId>> MergeView(Graph& graph, NodeId id);

}  // namespace broadloom

#endif  // BROADLOOM_PASSES_RULES_H_
