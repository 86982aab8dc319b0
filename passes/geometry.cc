// How the numbers of a launch follow from a body's schedule.
#include "passes/geometry.h"

#include <algorithm>

#include "ir/evaluate.h"

namespace broadloom {
namespace {

constexpr int64_t kTargetWork = 1 << 17;     // instructions in a chunk: tens of microseconds
constexpr int64_t kBytesPerInstruction = 8;  // that come from memory meanwhile
constexpr int64_t kLeastChunks = 16;         // of rows
constexpr int64_t kLeastMapChunks = 64;      // where there are so many blocks
constexpr int64_t kBlockElements = 1 << 14;  // of the vector axis in an item of a map
constexpr int64_t kAcrossBlock = 32;         // of one that picks from other rows in each lane
constexpr int64_t kColumnBlock = 2048, kLeastColumns = 256;
constexpr int64_t kSuperAdditions = 1024;  // a block times 2^7
constexpr int64_t kMaxSupers = 4096;
constexpr int64_t kMaxKeptRow = 1 << 17;  // bytes: stays in the second-level cache
constexpr int64_t kTreeLevels = 24;       // runtime/kernel.h
constexpr int64_t kPackRows = 512;        // codegen/body_emitter.h
constexpr int64_t kLeastPackedRows = 64, kPackedChunks = 32;  // of a launch
constexpr int64_t kTurnedBlock = 64;       // elements of the vector axis in a tile of a map
constexpr int64_t kTurnedRows = 64;        // in a tile, at most
constexpr int64_t kTurnedBytes = 1 << 19;  // of a tile of whole rows: half of the second cache
constexpr int64_t kTurnPadding = 1024, kTurnGap = 16;  // runtime/kernel.h

int64_t CeilDiv(int64_t a, int64_t b) { return b == 0 ? 0 : (a + b - 1) / b; }
bool Contains(const Axes& axes, int64_t axis) {
  return std::find(axes.begin(), axes.end(), axis) != axes.end();
}

// Bytes of the running values of a reduction (codegen/reducer.h).
int64_t PartBytes(const Graph& body, const Node& reduce) {
  const DType operand = body.node(reduce.inputs[0]).dtype();
  if (reduce.op == Op::k_argmin || reduce.op == Op::k_argmax) return operand.size() + 8;
  const bool remembers_nan =
      (reduce.op == Op::k_min || reduce.op == Op::k_max) && operand.is_floating();
  return reduce.dtype().size() + (remembers_nan ? std::max(reduce.dtype().size(), 4) : 0);
}

// Whether lanes pick from places far apart: then a few of them at a time, for all rows, find what
// they need in the cache.
bool PicksAcross(const Graph& body, int vector_axis) {
  for (NodeId id = 0; id < body.size(); ++id) {
    if (!body.node(id).info().is_gather()) continue;
    const Node& source = body.node(body.node(id).inputs[0]);
    const char letter = source.attrs.Text(AttrName::k_layout)[vector_axis];
    if (letter != 'u' && letter != '0') return true;
  }
  return false;
}

// Few enough partial results that they are no array of their own, yet enough to keep every thread
// busy.
int64_t SuperFor(int64_t additions) {
  int64_t super = kSuperAdditions;
  while (CeilDiv(additions, super) > kMaxSupers) super *= 2;
  return super;
}

}  // namespace

GeometryFacts::GeometryFacts(const Graph& body)
    : is_rows(body.attrs().Text(AttrName::k_kind) == "rows"),
      is_columns(body.attrs().Text(AttrName::k_kind) == "columns"),
      is_partial(body.attrs().Text(AttrName::k_kind) == "partial"),
      vector_axis(static_cast<int>(body.attrs().Int(AttrName::k_vector))),
      width(static_cast<int>(body.attrs().Int(AttrName::k_width))) {
  if (body.attrs().Has(AttrName::k_inner)) inner = body.attrs().Ints(AttrName::k_inner);
  const int64_t unrolled = body.attrs().IntOr(AttrName::k_unroll, -1);
  lanes = Contains(inner, vector_axis);
  picks_across = PicksAcross(body, vector_axis);
  outputs = static_cast<int64_t>(body.outputs().size());
  const Shape& domain = body.attrs().Dims(AttrName::k_shape);
  for (int axis = 0; axis < static_cast<int>(domain.size()); ++axis) {
    const bool in_result =
        std::any_of(body.outputs().begin(), body.outputs().end(),
                    [&](NodeId id) { return !body.node(id).shape()[axis].is(1); });
    if (in_result && !Contains(inner, axis) && axis != vector_axis && axis != unrolled)
      outer.push_back(axis);
    vector_in_result |= in_result && axis == vector_axis;
  }
  rows_are_dense = true;
  for (size_t i = 0; i < inner.size(); ++i)
    rows_are_dense &= inner[i] == static_cast<int64_t>(domain.size() - inner.size() + i);
  for (NodeId id = 0; id < body.size(); ++id) {
    const Node& node = body.node(id);
    if (node.info().is_elementwise() || node.info().is_gather())
      work += node.info().Is(kCostly) ? 20 : 1;
    if (node.op == Op::k_keep)
      kept_itemsize = std::max<int64_t>(kept_itemsize, node.dtype().size());
    if (!node.info().is_reduce()) continue;
    partial_element_bytes += PartBytes(body, node);
    if (!is_rows && !is_columns && !is_partial && unrolled < 0) {
      for (int64_t axis : node.attrs.Ints(AttrName::k_axes))
        looped.push_back(static_cast<int>(axis));
    }
  }
  if (unrolled >= 0) work *= domain[unrolled].value();
  const auto add_bytes = [&](NodeId id) {
    const Node& node = body.node(id);
    if (node.rank() > vector_axis && !node.shape()[vector_axis].is(1))
      element_bytes += node.dtype().size();
  };
  for (NodeId id : body.params()) add_bytes(id);
  for (NodeId id : body.outputs()) add_bytes(id);
  if (!body.attrs().Has(AttrName::k_pack)) return;
  const bool turns = body.attrs().Has(AttrName::k_across);
  for (int64_t param : body.attrs().Ints(AttrName::k_pack)) {
    const int64_t itemsize = body.node(body.params()[param]).dtype().size();
    if (turns)
      turned_itemsizes.push_back(itemsize);
    else
      pack_bytes += kPackRows * width * itemsize;
  }
}

Geometry GeometryFacts::For(absl::Span<const int64_t> extents, ItemSizes sizes) const {
  if (is_partial) return lanes ? PartialLanes(extents, sizes) : PartialColumns(extents, sizes);
  if (is_columns) return Columns(extents, sizes);
  Geometry geometry;
  int64_t rows = 1, row_work = work;
  for (int axis : outer) rows *= extents[axis];
  if (is_rows) row_work = WorkOfRow(extents);
  for (int axis : looped) row_work *= std::max<int64_t>(extents[axis], 1);
  geometry.items[0] = rows;
  if (!is_rows && vector_in_result) {
    const int64_t block = !looped.empty()             ? width
                          : !turned_itemsizes.empty() ? kTurnedBlock
                          : picks_across              ? kAcrossBlock
                                                      : kBlockElements;
    geometry.block = sizes.block > 0 ? sizes.block : block;
    geometry.items[0] = rows * CeilDiv(extents[vector_axis], geometry.block);
    row_work *= std::min(extents[vector_axis], geometry.block);
  }
  const bool is_plain =
      !is_rows && vector_in_result && looped.empty() && turned_itemsizes.empty() && !picks_across;
  if (is_plain)
    geometry.grain[0] =
        GrainOfMap(geometry.items[0], std::min(extents[vector_axis], geometry.block));
  else
    geometry.grain[0] = std::max<int64_t>(1, kTargetWork / std::max<int64_t>(row_work, 1));
  if (is_rows)
    geometry.grain[0] = std::min(geometry.grain[0], std::max<int64_t>(rows / kLeastChunks, 1));
  if (kept_itemsize > 0 && rows_are_dense) {
    int64_t row = kept_itemsize;
    for (int64_t axis : inner) row *= extents[axis];
    if (row <= kMaxKeptRow) geometry.keep = CeilDiv(row, 64) * 64;
  }
  geometry.writes_twice = kept_itemsize > 0 && geometry.keep == 0;
  if (pack_bytes > 0) {  // what is packed serves many rows
    const int64_t many = std::max<int64_t>(kLeastPackedRows, geometry.items[0] / kPackedChunks);
    geometry.grain[0] = std::max(geometry.grain[0], std::min(rows, many));
  }
  geometry.scratch_bytes = pack_bytes + outputs * geometry.keep;
  if (!turned_itemsizes.empty()) AddTurned(extents, geometry);
  return geometry;
}

// Blocks of a map that go together: enough work, counted as WorkOfRow does, and chunks for all
// threads.
int64_t GeometryFacts::GrainOfMap(int64_t blocks, int64_t elements) const {
  const int64_t block_work = std::max(
      {int64_t{1}, 2 * work * elements / width, elements * element_bytes / kBytesPerInstruction});
  return std::clamp(blocks / kLeastMapChunks, int64_t{1},
                    std::max<int64_t>(1, kTargetWork / block_work));
}

// Vectors of two registers, or what memory takes longer for.
int64_t GeometryFacts::WorkOfRow(absl::Span<const int64_t> extents) const {
  int64_t others = 1;
  for (int64_t axis : inner) others *= axis == vector_axis ? 1 : extents[axis];
  const int64_t vectors = 2 * CeilDiv(extents[vector_axis], width);
  return others *
         std::max(vectors * work, extents[vector_axis] * element_bytes / kBytesPerInstruction);
}

// Whole tiles go to one thread.
void GeometryFacts::AddTurned(absl::Span<const int64_t> extents, Geometry& geometry) const {
  const int64_t length = is_rows ? extents[vector_axis] : geometry.block;
  const int64_t pitch = is_rows ? length + kTurnGap : length;
  const int64_t widest = *std::max_element(turned_itemsizes.begin(), turned_itemsizes.end());
  const int64_t fitting = kTurnedBytes / std::max<int64_t>(length * widest, 1) / 16 * 16;
  geometry.rows = std::clamp<int64_t>(fitting, is_rows ? 0 : 1, kTurnedRows);
  if (geometry.rows == 0) return;
  geometry.grain[0] = CeilDiv(geometry.grain[0], geometry.rows) * geometry.rows;
  for (int64_t itemsize : turned_itemsizes)
    geometry.scratch_bytes += (geometry.rows * pitch * itemsize + kTurnPadding + 63) / 64 * 64;
}

// Blocks as wide as leave some for each thread.
Geometry GeometryFacts::Columns(absl::Span<const int64_t> extents, ItemSizes sizes) const {
  Geometry geometry;
  int64_t rows = 1, additions = 1;
  for (int axis : outer) rows *= extents[axis];
  for (int64_t axis : inner) additions *= extents[axis];
  const int64_t columns = extents[vector_axis], few = CeilDiv(columns * rows, kLeastChunks);
  geometry.block = sizes.block > 0 ? sizes.block : std::clamp(few, kLeastColumns, kColumnBlock);
  const int64_t blocks = CeilDiv(columns, geometry.block);
  geometry.items[0] = rows * blocks;
  const int64_t row_work = std::max<int64_t>(additions, 1) * geometry.block * work;
  geometry.grain[0] = std::max<int64_t>(1, kTargetWork / row_work);
  geometry.scratch_bytes = kTreeLevels * geometry.block * partial_element_bytes;
  return geometry;
}

Geometry GeometryFacts::PartialLanes(absl::Span<const int64_t> extents, ItemSizes sizes) const {
  Geometry geometry;
  geometry.phases = 2;
  int64_t additions = CeilDiv(extents[inner.back()], width);
  for (size_t i = 0; i + 1 < inner.size(); ++i) additions *= extents[inner[i]];
  geometry.super = sizes.super > 0 ? sizes.super : SuperFor(additions);
  geometry.items = {CeilDiv(additions, geometry.super), 1};
  geometry.grain[0] = std::max<int64_t>(1, kTargetWork / (geometry.super * width * work));
  geometry.partial_bytes = geometry.items[0] * width * partial_element_bytes;
  return geometry;
}

Geometry GeometryFacts::PartialColumns(absl::Span<const int64_t> extents, ItemSizes sizes) const {
  Geometry geometry;
  geometry.phases = 2;
  int64_t additions = 1;
  for (int64_t axis : inner) additions *= extents[axis];
  geometry.super = sizes.super > 0 ? sizes.super : SuperFor(additions);
  geometry.block = sizes.block > 0 ? sizes.block : kColumnBlock;
  const int64_t columns = extents[vector_axis], supers = CeilDiv(additions, geometry.super);
  geometry.items = {supers * CeilDiv(columns, geometry.block), CeilDiv(columns, geometry.block)};
  geometry.partial_bytes = supers * columns * partial_element_bytes;
  geometry.scratch_bytes = kTreeLevels * geometry.block * partial_element_bytes;
  return geometry;
}

}  // namespace broadloom
