// The shape rules that the op table names. Each is one small function of operand types and
// attributes; numbers and symbols take the same path, and where a symbol cannot be checked (is a
// reshape's size right?) the frontend has checked the number.
#include "ir/infer.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "ir/infer_errors.h"
#include "ir/status_macros.h"

namespace broadloom {
namespace {

Axes CheckedAxes(const Attrs& attrs) { return attrs.Ints(AttrName::k_axes); }

absl::Status CheckAxes(Op op, Types inputs, const Axes& axes, int64_t rank) {
  std::vector<bool> seen(rank);
  for (int64_t axis : axes) {
    if (axis < 0 || axis >= rank)
      return Invalid(op, inputs, "axis ", axis, " is out of bounds for ", rank, " dimensions");
    if (seen[axis]) return Invalid(op, inputs, "axis ", axis, " is given twice");
    seen[axis] = true;
  }
  return absl::OkStatus();
}

absl::StatusOr<Shape> InferElementwise(Op op, Types inputs) {
  const ValueType& highest = *std::max_element(
      inputs.begin(), inputs.end(),
      [](const ValueType& a, const ValueType& b) { return a.shape.size() < b.shape.size(); });
  if (std::all_of(inputs.begin(), inputs.end(), [&](const ValueType& input) {
        return input.shape.empty() || input.shape == highest.shape;
      }))
    return highest.shape;  // by far the most frequent case
  std::vector<Shape> shapes;
  for (const ValueType& input : inputs) shapes.push_back(input.shape);
  std::optional<Shape> shape = BroadcastShapes(shapes);
  if (shape.has_value()) return *shape;
  return Invalid(op, inputs, "operands could not be broadcast together with shapes ",
                 absl::StrJoin(shapes, " ", [](std::string* out, const Shape& s) {
                   absl::StrAppend(out, ToString(s));
                 }));
}

// The operand's axes but those that are picked, aligned at the right with the integers'.
absl::StatusOr<Shape> InferGather(Op op, Types inputs) {
  const Shape& from = inputs[0].shape;
  std::vector<Shape> shapes = {Shape(from.begin(), from.end() - (inputs.size() - 1))};
  for (const ValueType& index : inputs.subspan(1)) shapes.push_back(index.shape);
  std::optional<Shape> shape = BroadcastShapes(shapes);
  if (shape.has_value()) return *shape;
  return Invalid(op, inputs, "the indices and the other axes could not be broadcast together");
}

absl::StatusOr<Shape> InferScan(Op op, Types inputs, const Attrs& attrs) {
  const Shape& shape = inputs[0].shape;
  BL_RETURN_IF_ERROR(CheckAxes(op, inputs, {attrs.Int(AttrName::k_axis)}, shape.size()));
  return shape;
}

absl::StatusOr<Shape> InferReduce(Op op, Types inputs, const Attrs& attrs) {
  const Shape& from = inputs[0].shape;
  const Axes axes = CheckedAxes(attrs);
  BL_RETURN_IF_ERROR(CheckAxes(op, inputs, axes, from.size()));
  const bool keepdims = attrs.IntOr(AttrName::k_keepdims, 0) != 0;
  Shape to;
  for (size_t axis = 0; axis < from.size(); ++axis) {
    const bool reduced = std::find(axes.begin(), axes.end(), axis) != axes.end();
    if (reduced && InfoOf(op).Is(kNonEmpty) && from[axis].is(0)) {
      return Invalid(op, inputs, "zero-size array to reduction operation ", InfoOf(op).name,
                     " which has no identity");
    }
    if (!reduced) to.push_back(from[axis]);
    if (reduced && keepdims) to.push_back(1);
  }
  return to;
}

absl::StatusOr<Shape> InferBroadcastTo(Op op, Types inputs, const Attrs& attrs) {
  const Shape& from = inputs[0].shape;
  const Shape& to = attrs.Dims(AttrName::k_shape);
  const std::optional<Shape> merged = BroadcastShapes({from, to});
  if (from.size() > to.size() || !merged.has_value() || *merged != to) {
    return Invalid(op, inputs, "cannot broadcast to ", ToString(to));
  }
  return to;
}

absl::StatusOr<Shape> InferExpandDims(Op op, Types inputs, const Attrs& attrs) {
  const Axes axes = CheckedAxes(attrs);
  const Shape& from = inputs[0].shape;
  const size_t rank = from.size() + axes.size();
  BL_RETURN_IF_ERROR(CheckAxes(op, inputs, axes, rank));
  Shape to;
  size_t next = 0;
  for (size_t axis = 0; axis < rank; ++axis) {
    const bool inserted = std::find(axes.begin(), axes.end(), axis) != axes.end();
    to.push_back(inserted ? Extent(1) : from[next++]);
  }
  return to;
}

absl::StatusOr<Shape> InferSqueeze(Op op, Types inputs, const Attrs& attrs) {
  const Axes axes = CheckedAxes(attrs);
  const Shape& from = inputs[0].shape;
  BL_RETURN_IF_ERROR(CheckAxes(op, inputs, axes, from.size()));
  Shape to;
  for (size_t axis = 0; axis < from.size(); ++axis) {
    const bool removed = std::find(axes.begin(), axes.end(), axis) != axes.end();
    if (removed && !from[axis].is(1)) {
      return Invalid(op, inputs, "cannot squeeze axis ", axis, ", whose extent is ",
                     ToString(from[axis]), ", not 1");
    }
    if (!removed) to.push_back(from[axis]);
  }
  return to;
}

absl::StatusOr<Shape> InferPermute(Op op, Types inputs, const Attrs& attrs) {
  const Axes axes = CheckedAxes(attrs);
  const Shape& from = inputs[0].shape;
  if (axes.size() != from.size())
    return Invalid(op, inputs, axes.size(), " axes given for ", from.size(), " dimensions");
  BL_RETURN_IF_ERROR(CheckAxes(op, inputs, axes, from.size()));
  Shape to;
  for (int64_t axis : axes) to.push_back(from[axis]);
  return to;
}

absl::StatusOr<Shape> InferDiagonal(Op op, Types inputs, const Attrs& attrs) {
  const Axes axes = CheckedAxes(attrs);
  Shape to = inputs[0].shape;
  if (axes.size() != 2) return Invalid(op, inputs, axes.size(), " axes given, not two");
  BL_RETURN_IF_ERROR(CheckAxes(op, inputs, axes, to.size()));
  if (to[axes[0]] != to[axes[1]])
    return Invalid(op, inputs, "the axes ", axes[0], " and ", axes[1], " differ in extent");
  to[axes[1]] = 1;
  return to;
}

bool IsLiteral(const Shape& shape) {
  return std::none_of(shape.begin(), shape.end(), [](Extent e) { return e.is_symbol(); });
}

// Whether two shapes may have the same number of elements: once equal symbols are struck out, only
// literals can tell.
bool MayHaveSameCount(Shape a, Shape b) {
  for (auto extent = a.begin(); extent != a.end();) {
    const auto same = std::find(b.begin(), b.end(), *extent);
    if (extent->is_symbol() && same != b.end()) {
      b.erase(same);
      extent = a.erase(extent);
    } else {
      ++extent;
    }
  }
  if (!IsLiteral(a) || !IsLiteral(b)) return true;
  const std::optional<int64_t> count = NumElements(a);
  return count.has_value() && count == NumElements(b);
}

absl::StatusOr<Shape> InferReshape(Op op, Types inputs, const Attrs& attrs) {
  const Shape& from = inputs[0].shape;
  const Shape& to = attrs.Dims(AttrName::k_shape);
  const Axes groups = attrs.Has(AttrName::k_groups) ? attrs.Ints(AttrName::k_groups)
                                                    : Axes{static_cast<int64_t>(from.size()),
                                                           static_cast<int64_t>(to.size())};
  size_t from_at = 0, to_at = 0;
  for (size_t i = 0; i + 1 < groups.size(); i += 2) {
    const auto take = [](const Shape& shape, size_t& at, int64_t count) -> std::optional<Shape> {
      if (count < 0 || static_cast<uint64_t>(count) > shape.size() - at) return std::nullopt;
      at += count;
      return Shape(shape.begin() + at - count, shape.begin() + at);
    };
    const std::optional<Shape> a = take(from, from_at, groups[i]),
                               b = take(to, to_at, groups[i + 1]);
    if (!a.has_value() || !b.has_value() || !MayHaveSameCount(*a, *b))
      return Invalid(op, inputs, "cannot reshape into ", ToString(to));
  }
  if (groups.size() % 2 != 0 || from_at != from.size() || to_at != to.size())
    return Invalid(op, inputs, "the groups are not those of ", ToString(to));
  return to;
}

absl::StatusOr<Shape> InferSlice(Op op, Types inputs, const Attrs& attrs) {
  const Shape& from = inputs[0].shape;
  const Shape& starts = attrs.Dims(AttrName::k_starts);
  const Shape& steps = attrs.Dims(AttrName::k_steps);
  const Shape& sizes = attrs.Dims(AttrName::k_sizes);
  if (starts.size() != from.size() || steps.size() != from.size() || sizes.size() != from.size()) {
    return Invalid(op, inputs, "needs a start, a step and a size for each of ", from.size(),
                   " axes");
  }
  for (size_t axis = 0; axis < from.size(); ++axis) {
    if (!IsLiteral({from[axis], starts[axis], steps[axis], sizes[axis]}) || sizes[axis].is(0))
      continue;
    int64_t last;
    const bool overflows =
        __builtin_mul_overflow(steps[axis].value(), sizes[axis].value() - 1, &last) ||
        __builtin_add_overflow(last, starts[axis].value(), &last);
    const auto inside = [&](int64_t i) { return i >= 0 && i < from[axis].value(); };
    if (overflows || !inside(starts[axis].value()) || !inside(last))
      return Invalid(op, inputs, "slice leaves axis ", axis);
  }
  return sizes;
}

// A slice of the first operand is what the second one replaces.
absl::StatusOr<Shape> InferInsert(Op op, Types inputs, const Attrs& attrs) {
  BL_ASSIGN_OR_RETURN(const Shape slice, InferSlice(op, inputs, attrs));
  if (inputs[0].dtype != inputs[1].dtype || inputs[1].shape != slice)
    return Invalid(op, inputs, "the second operand is not like the slice ", ToString(slice));
  return inputs[0].shape;
}

// A mask has the axes along which it picks, in their order.
absl::Status CheckMask(Op op, Types inputs, const Axes& axes) {
  Shape picked;
  for (int64_t axis : axes) picked.push_back(inputs[0].shape[axis]);
  if (inputs.size() == 3 && inputs[2].shape == picked) return absl::OkStatus();
  return Invalid(op, inputs, "the mask is not like the axes ", ToString(picked));
}

absl::Status CheckVectors(Op op, Types inputs, const Axes& axes, Extent count) {
  if (inputs.size() != axes.size() + 2)
    return Invalid(op, inputs, axes.size(), " axes for ", inputs.size() - 2, " indices");
  for (const ValueType& index : inputs.subspan(2)) {
    if (index.shape != Shape{count})
      return Invalid(op, inputs, "the indices are not vectors, one for each row");
  }
  return absl::OkStatus();
}

// What is stored has one axis of rows, then those of the first operand along which nothing picks.
absl::StatusOr<Shape> InferScatter(Op op, Types inputs, const Attrs& attrs) {
  const Shape &shape = inputs[0].shape, &rows = inputs[1].shape;
  const Axes axes = CheckedAxes(attrs);
  BL_RETURN_IF_ERROR(CheckAxes(op, inputs, axes, shape.size()));
  if (rows.empty()) return Invalid(op, inputs, "the second operand has no rows");
  Shape stored = {rows[0]};
  for (size_t axis = 0; axis < shape.size(); ++axis) {
    if (std::find(axes.begin(), axes.end(), axis) == axes.end()) stored.push_back(shape[axis]);
  }
  if (inputs[0].dtype != inputs[1].dtype || rows != stored)
    return Invalid(op, inputs, "the second operand is not like rows ", ToString(stored));
  BL_RETURN_IF_ERROR(inputs[2].dtype.is_bool() ? CheckMask(op, inputs, axes)
                                               : CheckVectors(op, inputs, axes, rows[0]));
  return shape;
}

absl::StatusOr<Shape> InferMatmul(Op op, Types inputs) {
  const Shape& a = inputs[0].shape;
  const Shape& b = inputs[1].shape;
  if (a.empty() || b.empty())
    return Invalid(op, inputs, "needs operands of at least one dimension");
  const Extent a_inner = a.back();
  const Extent b_inner = b.size() == 1 ? b[0] : b[b.size() - 2];
  if (!(a_inner == b_inner)) {
    return Invalid(op, inputs, "the operands' inner extents differ: ", ToString(a_inner), " and ",
                   ToString(b_inner));
  }
  const size_t a_batch = a.size() < 2 ? 0 : a.size() - 2, b_batch = b.size() < 2 ? 0 : b.size() - 2;
  std::optional<Shape> shape = BroadcastShapes(
      {Shape(a.begin(), a.begin() + a_batch), Shape(b.begin(), b.begin() + b_batch)});
  if (!shape.has_value())
    return Invalid(op, inputs, "the leading axes cannot be broadcast together");
  if (a.size() > 1) shape->push_back(a[a.size() - 2]);
  if (b.size() > 1) shape->push_back(b.back());
  return *shape;
}

absl::StatusOr<Shape> InferShape(Op op, Types inputs, const Attrs& attrs) {
  if (InfoOf(op).op_class == OpClass::kScan) return InferScan(op, inputs, attrs);
  switch (InfoOf(op).shape_rule) {
    case ShapeRule::kFromAttr: return attrs.Dims(AttrName::k_shape);
    case ShapeRule::kScalar: return Shape();
    case ShapeRule::kBroadcastTo: return InferBroadcastTo(op, inputs, attrs);
    case ShapeRule::kExpandDims: return InferExpandDims(op, inputs, attrs);
    case ShapeRule::kSqueeze: return InferSqueeze(op, inputs, attrs);
    case ShapeRule::kPermute: return InferPermute(op, inputs, attrs);
    case ShapeRule::kDiagonal: return InferDiagonal(op, inputs, attrs);
    case ShapeRule::kReshape: return InferReshape(op, inputs, attrs);
    case ShapeRule::kSlice: return InferSlice(op, inputs, attrs);
    case ShapeRule::kInsert: return InferInsert(op, inputs, attrs);
    case ShapeRule::kScatter: return InferScatter(op, inputs, attrs);
    case ShapeRule::kElementwise: return InferElementwise(op, inputs);
    case ShapeRule::kGather: return InferGather(op, inputs);
    case ShapeRule::kReduce: return InferReduce(op, inputs, attrs);
    case ShapeRule::kMatmul: return InferMatmul(op, inputs);
    case ShapeRule::kBody:
    case ShapeRule::kResult: break;
  }
  return absl::InternalError(absl::StrCat(InfoOf(op).name, " is typed by its graph"));
}

absl::Status CheckHas(Op op, Types inputs, const Attrs& attrs, absl::Span<const AttrName> names) {
  for (AttrName name : names) {
    if (!attrs.Has(name)) return Invalid(op, inputs, "lacks the attribute ", InfoOf(name).name);
  }
  return absl::OkStatus();
}

absl::Status CheckPicks(Op op, Types inputs) {
  if (inputs.size() < 2) return Invalid(op, inputs, "takes an array and indices");
  const size_t picked = inputs.size() - 1, rank = inputs[0].shape.size();
  if (picked <= rank) return absl::OkStatus();
  return Invalid(op, inputs, picked, " indices for ", rank, " dimensions");
}

absl::Status CheckRequired(Op op, Types inputs, const Attrs& attrs) {
  switch (InfoOf(op).shape_rule) {
    case ShapeRule::kBroadcastTo:
    case ShapeRule::kReshape: return CheckHas(op, inputs, attrs, {AttrName::k_shape});
    case ShapeRule::kFromAttr:
      if (op == Op::k_iota)
        return CheckHas(op, inputs, attrs, {AttrName::k_shape, AttrName::k_axis});
      return CheckHas(op, inputs, attrs, {AttrName::k_shape, AttrName::k_dtype, AttrName::k_index});
    case ShapeRule::kExpandDims:
    case ShapeRule::kSqueeze:
    case ShapeRule::kPermute:
    case ShapeRule::kDiagonal:
    case ShapeRule::kReduce: return CheckHas(op, inputs, attrs, {AttrName::k_axes});
    case ShapeRule::kGather: return CheckPicks(op, inputs);
    case ShapeRule::kScatter:
      if (inputs.size() < 3) return Invalid(op, inputs, "takes two arrays, and indices or a mask");
      return CheckHas(op, inputs, attrs, {AttrName::k_axes});
    case ShapeRule::kSlice:
    case ShapeRule::kInsert:
      return CheckHas(op, inputs, attrs,
                      {AttrName::k_starts, AttrName::k_steps, AttrName::k_sizes});
    default: break;
  }
  if (InfoOf(op).op_class == OpClass::kScan) return CheckHas(op, inputs, attrs, {AttrName::k_axis});
  if (op == Op::k_astype || op == Op::k_scalar)
    return CheckHas(op, inputs, attrs, {AttrName::k_dtype});
  if (op == Op::k_constant) return CheckHas(op, inputs, attrs, {AttrName::k_value});
  if (op == Op::k_extent) return CheckHas(op, inputs, attrs, {AttrName::k_dim});
  return absl::OkStatus();
}

}  // namespace

std::string ToString(const ValueType& type) {
  return absl::StrCat(type.dtype.code(), ToString(type.shape));
}

absl::StatusOr<ValueType> InferType(Op op, Types inputs, const Attrs& attrs) {
  const int arity = InfoOf(op).arity();
  if (arity >= 0 && static_cast<int>(inputs.size()) != arity) {
    return Invalid(op, inputs, "takes ", arity, " operands, not ", inputs.size());
  }
  BL_RETURN_IF_ERROR(CheckRequired(op, inputs, attrs));
  BL_ASSIGN_OR_RETURN(const ComputeTypes dtypes, InferDTypes(op, inputs, attrs));
  BL_ASSIGN_OR_RETURN(Shape shape, InferShape(op, inputs, attrs));
  return ValueType{dtypes.result, std::move(shape)};
}

Axes NestReduced(const Axes& axes, const Shape& operand) {
  Axes nested;
  for (const bool ones : {true, false}) {
    for (int64_t axis : axes) {
      if (operand[axis].is(1) == ones) nested.push_back(axis);
    }
  }
  return nested;
}

bool SuitsLanes(const Axes& nested, const Shape& operand) {
  return !nested.empty() && std::all_of(operand.begin() + nested.back() + 1, operand.end(),
                                        [](Extent e) { return e.is(1); });
}

void SetDefaultOrder(const Shape& operand, Attrs& attrs) {
  if (attrs.Has(AttrName::k_order)) return;
  Axes nested = NestReduced(attrs.Ints(AttrName::k_axes), operand);
  attrs.Set(AttrName::k_order, std::string(SuitsLanes(nested, operand) ? "lanes" : "rows"));
  attrs.Set(AttrName::k_axes, std::move(nested));
}

Axes ReshapeGroups(const Shape& from, const Shape& to) {
  const std::optional<int64_t> count = NumElements(from);
  const bool walks = count.has_value() && *count > 0 && count == NumElements(to);
  if (!walks && !(from == to))
    return {static_cast<int64_t>(from.size()), static_cast<int64_t>(to.size())};
  Axes groups;
  size_t i = 0, j = 0;
  while (i < from.size() || j < to.size()) {
    size_t i_end = i, j_end = j;
    int64_t left = 1, right = 1;
    if (i < from.size()) left = from[i_end++].value();
    if (j < to.size() && (left != 1 || to[j].is(1))) right = to[j_end++].value();
    while (left != right) {
      if ((left < right || j_end == to.size()) && i_end < from.size())
        left *= from[i_end++].value();
      else if (j_end < to.size())
        right *= to[j_end++].value();
    }
    groups.push_back(static_cast<int64_t>(i_end - i));
    groups.push_back(static_cast<int64_t>(j_end - j));
    i = i_end;
    j = j_end;
  }
  return groups;
}

}  // namespace broadloom
