// NumPy looks for the first index, in C order, of the first array that has one out of bounds.
#include "frontend/index_faults.h"

#include <optional>
#include <shared_mutex>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "frontend/convert.h"
#include "frontend/evaluate.h"
#include "frontend/memory.h"
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
  return WithType(ToDataType(indices.dtype), [&](auto element) -> std::optional<int64_t> {
    if constexpr (std::is_integral_v<decltype(element)>)
      return FirstOutside<decltype(element)>(indices, extent);
    return std::nullopt;
  });
}

std::string MessageOf(int64_t index, int64_t axis, int64_t extent) {
  return absl::StrCat("index ", index, " is out of bounds for axis ", axis, " with size ", extent);
}

// Operands, copied: publication by another thread drops them.
struct Gathering {
  ExprPtr expr, source;
  std::vector<ExprPtr> indices;
};

std::vector<Gathering> GatheringsOf(Context& context, const Trace& trace) {
  std::vector<Gathering> gatherings;
  const std::shared_lock lock(context.publication);
  for (const TraceNode& node : trace.nodes) {
    const Expr& expr = *node.expr;
    if (expr.op != Op::k_gather || expr.inputs.empty()) continue;
    gatherings.push_back({node.expr, expr.inputs[0], {expr.inputs.begin() + 1, expr.inputs.end()}});
  }
  return gatherings;
}

absl::Status FaultOf(const Gathering& gathering) {
  const auto picked = static_cast<int>(gathering.indices.size());
  const Axes& axes = gathering.expr->attrs.Ints(AttrName::k_axes);
  for (int i = 0; i < picked; ++i) {
    const Shape& shape = gathering.source->shape;
    const int64_t extent = shape[shape.size() - picked + i].value();
    const std::optional<int64_t> found = FirstOutside(*gathering.indices[i], extent);
    if (!found.has_value()) continue;
    const std::string& source = gathering.expr->source;
    return absl::OutOfRangeError(absl::StrCat(MessageOf(*found, axes[i], extent),
                                              source.empty() ? "" : " (", source,
                                              source.empty() ? "" : ")"));
  }
  return absl::OkStatus();
}

}  // namespace

void CheckIndices(const Array& indices, int64_t extent, int64_t axis, bool all) {
  all = all || extent == 0;
  if (!all && (!indices.is_evaluated() || indices.size() > kFew)) return;
  if (const auto found = FirstOutside(*ExprOf(indices.eval()), extent))
    throw Error(ErrorCode::out_of_range, MessageOf(*found, axis, extent));
}

absl::Status NameIndexFault(Context& context, const Trace& trace) {
  for (const Gathering& gathering : GatheringsOf(context, trace)) {
    BL_RETURN_IF_ERROR(EvaluateRoots(context, gathering.indices));
    BL_RETURN_IF_ERROR(FaultOf(gathering));
  }
  return absl::OutOfRangeError(
      "an index was out of bounds when it was used, and is not any more: its array was changed");
}

}  // namespace broadloom
