// Rewrites expressions to the form that other passes expect: the rule table (rules.cc) and merged
// views (merge_views.cc), applied bottom-up.
//
//     %1 = negative %y                       %1 = subtract %x, %y
//     %2 = add %x, %1              ==>       %2 = multiply %1, %c
//     %3 = multiply %c, %2
//
// One walk reaches the fixed point: operands are in their final form before a node is looked at,
// and a replacement is looked at again, with every node inside it.
#include <cmath>

#include "ir/rewrite.h"
#include "ir/status_macros.h"
#include "passes/build.h"
#include "passes/pass.h"
#include "passes/rules.h"

namespace broadloom {
namespace {

using MaybeNode = absl::StatusOr<std::optional<NodeId>>;

// Whether each value of `from` is one of `to`.
bool Holds(DType to, DType from) {
  if (from == to || from.is_bool()) return true;
  if (to.is_bool()) return false;
  if (from.is_floating()) return to.is_floating() && to.size() > from.size();
  if (to.is_floating()) return from.size() < to.size();  // 24 bits hold 16, 53 hold 32
  if (from.is_signed()) return to.is_signed() && to.size() >= from.size();
  return to.is_unsigned() ? to.size() >= from.size() : to.size() > from.size();
}

// Integers cut to fewer bits the same way from any wider integer, but not from a float. What
// uint32 gets from float16 out of its range is not what it gets from other floats.
bool IsLossless(DType from, DType middle, DType to) {
  if (!Holds(middle, from) || (from == DType::kFloat16 && to == DType::kUInt32)) return false;
  return from.is_floating() || !middle.is_floating() || to.is_floating() || to.is_bool() ||
         Holds(to, from);
}

template <typename T>
bool HasNormalInverse(T number) {
  int exponent;
  if (std::fabs(std::frexp(number, &exponent)) != T(0.5)) return false;
  return std::isnormal(number) && std::isnormal(T(1) / number);
}

bool IsPowerOfTwo(const Scalar& number) {
  if (number.dtype.is_half()) return false;  // only before make-explicit
  if (number.dtype == DType::kFloat32)
    return HasNormalInverse(static_cast<float>(AsDouble(number)));
  return number.dtype.is_floating() && HasNormalInverse(AsDouble(number));
}

// `number` as a scalar of the dtype; nullopt where the dtype has no such value.
std::optional<Scalar> ExactScalar(DType dtype, double number) {
  const Scalar scalar = MakeScalar(dtype, number);
  return AsDouble(scalar) == number ? std::optional<Scalar>(scalar) : std::nullopt;
}

struct ParsedRule {
  Term pattern;
  Term replacement;
  When when;
};

// The rows, by the operation at the pattern's root.
class RuleIndex {
 public:
  explicit RuleIndex(absl::Span<const Rule> rules) : by_op_(NumOps()) {
    for (const Rule& rule : rules) {
      ParsedRule parsed{ParseTerm(rule.pattern), ParseTerm(rule.replacement), rule.when};
      by_op_[static_cast<int>(parsed.pattern.op)].push_back(std::move(parsed));
    }
  }
  const std::vector<ParsedRule>& For(Op op) const { return by_op_[static_cast<int>(op)]; }

 private:
  std::vector<std::vector<ParsedRule>> by_op_;
};

class Simplifier {
 public:
  Simplifier(const RuleIndex& rules, bool merge_views, Graph& graph)
      : rules_(rules), merge_views_(merge_views), graph_(graph) {}

  absl::StatusOr<NodeId> Simplify(NodeId id) {
    while (true) {
      BL_ASSIGN_OR_RETURN(const std::optional<NodeId> next, Step(id));
      if (!next.has_value()) return id;
      id = *next;
    }
  }

 private:
  // What each letter stands for. Rows are small: a list is fastest.
  struct Binding {
    char letter;
    NodeId id;
  };
  using Bindings = absl::InlinedVector<Binding, 4>;

  static NodeId Bound(const Bindings& bindings, char letter) {
    for (const Binding& binding : bindings) {
      if (binding.letter == letter) return binding.id;
    }
    return -1;
  }

  MaybeNode Step(NodeId id) {
    if (graph_.node(id).info().is_view()) {
      return merge_views_ ? MergeView(graph_, id) : std::optional<NodeId>();
    }
    for (const ParsedRule& rule : rules_.For(graph_.node(id).op)) {
      Bindings bindings;
      if (!Matches(rule.pattern, id, bindings) || !Allows(rule.when, id, bindings)) continue;
      const ValueType type = graph_.node(id).type;
      BL_ASSIGN_OR_RETURN(const NodeId result, Build(rule.replacement, bindings, type.dtype));
      if (graph_.node(result).type == type) return std::optional<NodeId>(result);
    }
    return std::optional<NodeId>();
  }

  // Recursion over the pattern, not over the graph.
  bool Matches(const Term& term, NodeId id, Bindings& bindings) const {
    const Node& node = graph_.node(id);
    if (term.kind == Term::kNumber) {
      if (node.op != Op::k_constant) return false;
      return ExactScalar(node.dtype(), term.number) == node.attrs.Value(AttrName::k_value);
    }
    if (term.kind == Term::kLetter) {
      if (StandsForConstant(term.letter) != (node.op == Op::k_constant)) return false;
      const NodeId bound = Bound(bindings, term.letter);
      if (bound < 0) bindings.push_back({term.letter, id});
      return bound < 0 || bound == id;
    }
    if (node.op != term.op) return false;
    for (size_t i = 0; i < term.args.size(); ++i) {
      if (!Matches(term.args[i], node.inputs[i], bindings)) return false;
    }
    return IsExplicit(graph_, node);
  }

  bool Allows(When when, NodeId id, const Bindings& bindings) const {
    if (when == When::kAlways) return true;
    const DType x = graph_.node(Bound(bindings, 'x')).dtype();
    switch (when) {
      case When::kFloat: return x.is_floating();
      case When::kInteger: return x.is_integer();
      case When::kSigned: return x.is_signed() || x.is_floating();
      case When::kIntegral: return x.is_integer() || x.is_bool();
      case When::kPowerOfTwo:
        return IsPowerOfTwo(graph_.node(Bound(bindings, 'c')).attrs.Value(AttrName::k_value));
      case When::kLossless: {
        const Node& outer = graph_.node(id);
        return IsLossless(x, graph_.node(outer.inputs[0]).dtype(), outer.dtype());
      }
      case When::kAlways: break;
    }
    return true;
  }

  // The replacement; of its nodes all but the root are in their final form. Numbers have the dtype
  // of x.
  absl::StatusOr<NodeId> Build(const Term& term, const Bindings& bindings, DType result) {
    if (term.kind == Term::kLetter) return Bound(bindings, term.letter);
    if (term.kind == Term::kNumber) {
      return AddConstant(graph_,
                         MakeScalar(graph_.node(Bound(bindings, 'x')).dtype(), term.number));
    }
    Inputs inputs;
    for (const Term& arg : term.args) {
      BL_ASSIGN_OR_RETURN(NodeId input, Build(arg, bindings, result));
      if (arg.kind == Term::kOp) {
        BL_ASSIGN_OR_RETURN(input, Simplify(input));
        const std::optional<Scalar> value = ValueOf(graph_, input);
        if (value.has_value()) {
          BL_ASSIGN_OR_RETURN(input, AddConstant(graph_, *value));
        }
      }
      inputs.push_back(input);
    }
    if (term.op == Op::k_astype) return AddCast(graph_, inputs[0], result);
    return graph_.Add(term.op, std::move(inputs), {});
  }

  const RuleIndex& rules_;
  const bool merge_views_;
  Graph& graph_;
};

absl::StatusOr<Graph> Apply(const Graph& in, const RuleIndex& rules, bool merge_views) {
  const auto simplify = [&](NodeId id, const Mapping& mapping,
                            Graph& out) -> absl::StatusOr<std::optional<NodeId>> {
    BL_ASSIGN_OR_RETURN(const NodeId copy, CopyNode(in, id, mapping, out));
    BL_ASSIGN_OR_RETURN(const NodeId simple, Simplifier(rules, merge_views, out).Simplify(copy));
    return std::optional<NodeId>(simple);
  };
  BL_ASSIGN_OR_RETURN(Graph out, Rewrite(in, simplify));
  BL_RETURN_IF_ERROR(KeepStoragesApart(in, out));
  return out;
}

}  // namespace

absl::StatusOr<Graph> ApplyRules(const Graph& in, absl::Span<const Rule> rules, bool merge_views) {
  return Apply(in, RuleIndex(rules), merge_views);
}

absl::StatusOr<Graph> Canonicalize(const Graph& in, const PassOptions&) {
  static const RuleIndex* const rules = new RuleIndex(Rules());
  return Apply(in, *rules, /*merge_views=*/true);
}

}  // namespace broadloom
