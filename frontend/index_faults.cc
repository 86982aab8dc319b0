// NumPy looks for the first index, in C order, of the first array that has one out of bounds.
#include "frontend/index_faults.h"

#include <algorithm>
#include <optional>
#include <shared_mutex>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "frontend/convert.h"
#include "frontend/evaluate.h"
#include "frontend/layout.h"
#include "frontend/memory.h"
#include "frontend/scatter_rows.h"
#include "frontend/sorting/masks.h"
#include "frontend/statistics/common.h"
#include "ir/status_macros.h"

namespace broadloom {
namespace {

// What is looked at where it is written: 3 microseconds, less than the evaluation takes.
constexpr int64_t kFew = int64_t{1} << 12;

bool IsOutside(int64_t index, int64_t extent) { return index < -extent || index >= extent; }

// The first one of a row, if any.
template <typename T>
std::optional<int64_t> FirstOfRow(const char* row, int64_t count, int64_t stride, int64_t extent) {
  const auto at = [&](int64_t i) {
    return static_cast<int64_t>(*reinterpret_cast<const T*>(row + i * stride));
  };
  bool any = false;
  for (int64_t i = 0; i < count; ++i) any |= IsOutside(at(i), extent);
  for (int64_t i = 0; any && i < count; ++i) {
    if (IsOutside(at(i), extent)) return at(i);
  }
  return std::nullopt;
}

// Rows of the last axis, one after the other.
template <typename T>
std::optional<int64_t> FirstOutside(const Expr& expr, int64_t extent) {
  const StridedArray& array = expr.storage;
  const int last = expr.rank() - 1;
  const int64_t count = last < 0 ? 1 : expr.shape[last].value();
  const int64_t stride = last < 0 ? int64_t{sizeof(T)} : array.strides[last];
  const int64_t total = *NumElements(expr.shape);
  for (int64_t row = 0; row * count < total; ++row) {
    const char* from = AddressOf(array);
    int64_t rest = row;
    for (int axis = last - 1; axis >= 0; rest /= expr.shape[axis].value(), --axis)
      from += rest % expr.shape[axis].value() * array.strides[axis];
    if (const auto found = FirstOfRow<T>(from, count, stride, extent)) return found;
  }
  return std::nullopt;
}

// Of an evaluated array. Beyond int64, integers wrap as in NumPy.
std::optional<int64_t> FirstOutside(const Expr& indices, int64_t extent) {
  const StridedArray& array = indices.storage;
  if (indices.dtype == DType::kInt64 && IsInOrder(indices.shape, array.strides, sizeof(int64_t)) &&
      AreInBounds(*indices.context, {AddressOf(array), sizeof(int64_t)},
                  *NumElements(indices.shape), extent))
    return std::nullopt;
  return WithType(ToDataType(indices.dtype), [&](auto element) -> std::optional<int64_t> {
    if constexpr (std::is_integral_v<decltype(element)>)
      return FirstOutside<decltype(element)>(indices, extent);
    return std::nullopt;
  });
}

std::string MessageOf(int64_t index, int64_t axis, int64_t extent) {
  return absl::StrCat("index ", index, " is out of bounds for axis ", axis, " with size ", extent);
}

// What an operation picks along, copied: publication by another thread drops operands.
struct Use {
  ExprPtr expr;
  std::vector<ExprPtr> indices;  // or a mask
  std::vector<int64_t> extents;  // of the picked axes
  int64_t rows = 0;              // that are stored
};

Use UseOf(const ExprPtr& expr) {
  Use use{expr, {expr->inputs.begin() + OthersOf(*expr), expr->inputs.end()}, {}};
  const Shape& shape = expr->inputs[0]->shape;
  if (expr->op == Op::k_gather) {
    for (auto from = shape.end() - use.indices.size(); from != shape.end(); ++from)
      use.extents.push_back(from->value());
    return use;
  }
  for (int64_t axis : expr->attrs.Ints(AttrName::k_axes))
    use.extents.push_back(shape[axis].value());
  use.rows = expr->inputs[1]->shape[0].value();
  return use;
}

std::vector<Use> UsesOf(Context& context, const Trace& trace) {
  std::vector<Use> uses;
  const std::shared_lock lock(context.publication);
  for (const TraceNode& node : trace.nodes) {
    if (UsesIndices(*node.expr) && !node.expr->inputs.empty()) uses.push_back(UseOf(node.expr));
  }
  return uses;
}

// Of what is evaluated; none: no fault.
std::optional<std::string> FaultOf(const Use& use) {
  if (use.indices[0]->dtype.is_bool()) {
    const int64_t count = TrueElements(Array(use.indices[0])).count();
    return count == use.rows ? std::nullopt : std::optional(MaskFault(use.rows, count));
  }
  const bool is_gather = use.expr->op == Op::k_gather;
  const Axes& axes = use.expr->attrs.Ints(is_gather ? AttrName::k_axes : AttrName::k_source_axes);
  for (size_t i = 0; i < use.indices.size(); ++i) {
    const std::optional<int64_t> found = FirstOutside(*use.indices[i], use.extents[i]);
    if (found.has_value()) return MessageOf(*found, axes[i], use.extents[i]);
  }
  return std::nullopt;
}

// Views of what is there, as memory. While nothing is published.
ExprPtr Again(const ExprPtr& view) {
  if (view->ready.load(std::memory_order_acquire)) return view;
  return Unwrap(MakeExpr(*view->context, view->op, {Again(view->inputs[0])}, view->attrs));
}

Array Shown(Context& context, const ExprPtr& view) {
  const std::shared_lock lock(context.publication);
  return Array(Again(view));
}

absl::Status Fault(const Use& use, const std::string& message) {
  const std::string& source = use.expr->source();
  const std::string text = source.empty() ? message : absl::StrCat(message, " (", source, ")");
  return use.indices[0]->dtype.is_bool() ? absl::InvalidArgumentError(text)
                                         : absl::OutOfRangeError(text);
}

}  // namespace

void CheckIndices(const Array& indices, int64_t extent, int64_t axis, bool all) {
  all = all || extent == 0;
  if (!all && (!indices.is_evaluated() || indices.size() > kFew)) return;
  if (const auto found = FirstOutside(*ExprOf(indices.eval()), extent))
    throw Error(ErrorCode::out_of_range, MessageOf(*found, axis, extent));
}

std::string MaskFault(int64_t rows, int64_t count) {
  return absl::StrCat("boolean array indexing assignment cannot assign ", rows,
                      " input values to the ", count, " output values where the mask is true");
}

int OthersOf(const Expr& expr) { return expr.op == Op::k_gather ? 1 : 2; }

bool UsesIndices(const Expr& expr) { return expr.op == Op::k_gather || expr.op == Op::k_scatter; }

int WithoutViews(const Trace& trace, int node) {
  while (!trace.nodes[node].is_leaf() && InfoOf(trace.nodes[node].expr->op).is_view())
    node = trace.InputsOf(trace.nodes[node])[0];
  return node;
}

bool AreKnown(const Trace& trace, const TraceNode& node) {
  const absl::Span<const int> inputs = trace.InputsOf(node);
  return std::all_of(inputs.begin() + OthersOf(*node.expr), inputs.end(),
                     [&](int input) { return trace.nodes[WithoutViews(trace, input)].is_leaf(); });
}

namespace {

// Nodes that are computed from what is written by indices that are not known.
std::vector<bool> Written(const Trace& trace) {
  std::vector<bool> written(trace.nodes.size());
  for (size_t i = 0; i < trace.nodes.size(); ++i) {
    const TraceNode& node = trace.nodes[i];
    if (node.is_leaf()) continue;
    const absl::Span<const int> inputs = trace.InputsOf(node);
    written[i] =
        (node.expr->op == Op::k_scatter && !AreKnown(trace, node)) ||
        std::any_of(inputs.begin(), inputs.end(), [&](int input) { return written[input]; });
  }
  return written;
}

}  // namespace

std::vector<ExprPtr> WantedFirst(const Context& context, const Trace& trace) {
  std::vector<ExprPtr> first;
  if (context.options.interpret || context.options.donate == 0) return first;
  const auto is_write = [](const TraceNode& node) {
    return !node.is_leaf() && node.expr->op == Op::k_scatter;
  };
  if (std::none_of(trace.nodes.begin(), trace.nodes.end(), is_write)) return first;
  const std::vector<bool> written = Written(trace);
  for (const TraceNode& node : trace.nodes) {
    if (!is_write(node) || AreKnown(trace, node)) continue;
    absl::InlinedVector<int, 3> wanted;
    const absl::Span<const int> inputs = trace.InputsOf(node);
    for (int input : inputs.subspan(OthersOf(*node.expr)))
      wanted.push_back(WithoutViews(trace, input));
    wanted.push_back(inputs[0]);
    for (int each : wanted) {
      if (!written[each] && !trace.nodes[each].is_leaf()) first.push_back(trace.nodes[each].expr);
    }
  }
  return first;
}

bool HasIndexFault(Context& context, const Trace& trace) {
  const auto uses_indices = [](const TraceNode& node) { return UsesIndices(*node.expr); };
  if (std::none_of(trace.nodes.begin(), trace.nodes.end(), uses_indices)) return false;
  std::vector<Use> uses = UsesOf(context, trace);
  return std::any_of(uses.begin(), uses.end(), [&](Use& use) {
    for (ExprPtr& index : use.indices) index = ExprOf(Shown(context, index).eval());
    return FaultOf(use).has_value();
  });
}

absl::Status NameIndexFault(Context& context, const Trace& trace) {
  for (const Use& use : UsesOf(context, trace)) {
    BL_RETURN_IF_ERROR(EvaluateRoots(context, use.indices));
    if (const std::optional<std::string> message = FaultOf(use)) return Fault(use, *message);
  }
  return absl::OutOfRangeError(
      "an index was out of bounds when it was used, and is not any more: its array was changed");
}

}  // namespace broadloom
