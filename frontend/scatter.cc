// x[key] = value, where the key holds index arrays and masks.
#include "frontend/scatter.h"

#include <algorithm>
#include <numeric>
#include <optional>

#include "absl/strings/str_cat.h"
#include "frontend/convert.h"
#include "frontend/dense.h"
#include "frontend/index_faults.h"
#include "frontend/layout.h"
#include "frontend/memory.h"
#include "frontend/rearrange.h"
#include "frontend/scatter_rows.h"
#include "frontend/sorting/masks.h"
#include "frontend/storage.h"
#include "frontend/write.h"

namespace broadloom {

std::vector<int64_t> OffsetsOf(const Array& view, const Places& places, const Dims& strides) {
  const Sizes shape = view.shape();
  int64_t count = 1;
  for (int64_t extent : places.shape) count *= extent;
  std::vector<int64_t> offsets(count);
  for (size_t i = 0; i < places.axes.size() && count > 0; ++i) {
    const int64_t axis = places.axes[i], extent = shape[axis], stride = strides[axis];
    const Array which = Dense(broadcast_to(places.indices[i], places.shape), DataType::int64);
    const int64_t* const from = ElementsOf<int64_t>(which);
    for (int64_t k = 0; k < count; ++k) {
      const int64_t at = from[k];
      if (at < -extent || at >= extent)
        throw Error(ErrorCode::out_of_range,
                    absl::StrCat("index ", at, " is out of bounds for axis ", places.source_axes[i],
                                 " with size ", extent));
      offsets[k] += (at < 0 ? at + extent : at) * stride;
    }
  }
  return offsets;
}

Array ApartFrom(const Array& x, const Array& dense) {
  const bool shares = ExprOf(dense)->storage.buffer == x.storage()->value()->storage.buffer;
  return shares ? DenseCopy(dense, dense.dtype()).array : dense;
}

Array PickedFirst(const Array& value, const Sizes& places, int64_t at) {
  std::vector<int64_t> from, to;
  for (int64_t i = 0; i < static_cast<int64_t>(places.size()); ++i)
    from.push_back(at + i), to.push_back(i);
  return moveaxis(value, from, to);
}

Sizes PickedShape(const Array& view, const Places& places, int64_t at) {
  Sizes shape;
  const Sizes of_view = view.shape();
  for (int64_t axis = 0; axis < view.ndim(); ++axis) {
    if (std::find(places.axes.begin(), places.axes.end(), axis) == places.axes.end())
      shape.push_back(of_view[axis]);
  }
  shape.insert(shape.begin() + at, places.shape.begin(), places.shape.end());
  return shape;
}

namespace {

// Elements that masks without axes repeat once, or not at all.
void AssignRepeated(const Array& view, const Places& places, const Array& value, int64_t at) {
  if (places.shape[0] > 0) assign(view, squeeze(value, AxisList(static_cast<int>(at))));
}

// Of values without elements NumPy does not see axes in front that what is picked has not.
Operand WithoutLead(const Operand& operand, const Sizes& picked) {
  if (operand.array() == nullptr) return operand;
  const Sizes shape = operand.array()->shape();
  if (shape.size() <= picked.size()) return operand;
  const Sizes rest(shape.end() - static_cast<int64_t>(picked.size()), shape.end());
  const bool is_empty = std::find(rest.begin(), rest.end(), 0) != rest.end();
  return is_empty ? Operand(reshape(*operand.array(), rest)) : operand;
}

// The value as it is picked, converted; axes of extent 1 that the key adds are gone.
Array ValueOf(const Array& x, Sizes shape, const PickKey& key, const Operand& operand) {
  for (int64_t axis : key.added) shape.insert(shape.begin() + axis, 1);
  const Array value(
      ValueFor(x.context(), ExprOf(x)->dtype, ToShape(shape), WithoutLead(operand, shape)));
  return key.added.empty() ? value : squeeze(value, AxisList(key.added));
}

// What is picked as rows (n, axes that stay), and for each row its place.
struct Rows {
  Array values;
  std::vector<Array> indices;
};

Rows RowsOf(const Array& value, const Places& places, int64_t at) {
  Rows rows{PickedFirst(value, places.shape, at), {}};
  Sizes shape = rows.values.shape();
  shape.erase(shape.begin(), shape.begin() + places.shape.size());
  shape.insert(shape.begin(), CountOf(places.shape));
  rows.values = reshape(rows.values, shape);
  for (const Array& index : places.indices)
    rows.indices.push_back(reshape(broadcast_to(index, places.shape), {shape[0]}));
  return rows;
}

// --- Later: an operation whose result is the view's new value ------------------------------------

Array Scattered(const Array& view, const Array& rows, const std::vector<Array>& indices,
                const std::vector<int64_t>& axes, const std::vector<int64_t>& source_axes) {
  ExprList inputs = {ExprOf(view), ExprOf(rows)};
  for (const Array& index : indices) inputs.push_back(ExprOf(index));
  return Make(Op::k_scatter, std::move(inputs),
              Attrs()
                  .Set(AttrName::k_axes, Axes(axes.begin(), axes.end()))
                  .Set(AttrName::k_source_axes, Axes(source_axes.begin(), source_axes.end())));
}

// --- Now: into memory that nobody else wants, or at which others look ----------------------------

// Whether a write of this value, by these indices or masks, need not wait, or cannot.
bool IsNow(const Array& x, const Array& value, const std::vector<Array>& indices) {
  Storage& storage = *x.storage();
  if (MayRepeat(x)) {
    value.eval();
    storage.Settle();
    storage.LeaveToOthers();
    return true;
  }
  const auto is_ready = [](const Array& array) { return array.is_evaluated(); };
  return storage.is_seen() ||
         (is_ready(value) && std::all_of(indices.begin(), indices.end(), is_ready) &&
          storage.TakeForWriting());
}

RowScatter ScatterTo(const Array& x, const Array& view, const Array& rows,
                     const std::vector<int64_t>& axes) {
  if (x.storage()->is_seen()) x.storage()->KeepForOthers();
  const Expr &target = *ExprOf(view), &from = *ExprOf(rows);
  return {AddressOf(target.storage), target.shape,
          target.storage.strides,    Axes(axes.begin(), axes.end()),
          AddressOf(from.storage),   from.storage.strides,
          from.shape[0].value(),     target.dtype.size()};
}

// Whatever can be looked at is refused where it is written.
void CheckIndices(const Array& view, const Places& places, bool all) {
  const Sizes shape = view.shape();
  for (size_t i = 0; i < places.indices.size(); ++i) {
    const Array& index = places.indices[i];
    if (all || index.is_evaluated() || shape[places.axes[i]] == 0)
      CheckIndices(index, shape[places.axes[i]], places.source_axes[i], /*all=*/true);
  }
}

void StoreNow(const Array& x, const Array& view, const Places& places, const Rows& rows) {
  const Array values = ApartFrom(x, rows.values.eval());
  std::vector<Array> indices;
  std::vector<IndexVector> vectors;
  for (const Array& index : rows.indices) {
    indices.push_back(ApartFrom(x, Dense(index, DataType::int64)));
    vectors.push_back({ElementsOf<char>(indices.back()), sizeof(int64_t)});
  }
  if (!ScatterRows(x.context(), ScatterTo(x, view, values, places.axes), vectors))
    CheckIndices(view, places, /*all=*/true);
}

void StorePicked(const Array& x, const Array& view, const PickKey& key, const Operand& operand) {
  const Places places = PlacesOf(key);
  const Array value = ValueOf(x, PickedShape(view, places, key.at), key, operand);
  if (places.indices.empty()) return AssignRepeated(view, places, value, key.at);
  if (CountOf(places.shape) == 0) return;
  const Rows rows = RowsOf(value, places, key.at);
  if (IsNow(x, value, places.indices)) return StoreNow(x, view, places, rows);
  CheckIndices(view, places, /*all=*/false);
  assign(view, Scattered(view, rows.values, rows.indices, places.axes, places.source_axes));
}

// --- By one mask --------------------------------------------------------------------------------

// Whether a value is the same wherever the mask of a key holds: its axis there is missing, or has
// extent 1.
bool IsSameForAll(const Array& view, const PickKey& key, const Operand& operand) {
  const Array& mask = key.pickers[0].array;
  const bool is_mask =
      key.pickers.size() == 1 && key.pickers[0].is_mask() && mask.ndim() > 0 && mask.size() > 0;
  if (!is_mask || !key.added.empty() || MayRepeat(view)) return false;
  if (operand.array() == nullptr) return true;
  const Sizes shape = operand.array()->shape();
  const int64_t behind = view.ndim() - mask.ndim() - key.at;  // axes of what is picked
  const int64_t axis = static_cast<int64_t>(shape.size()) - behind - 1;
  return axis < 0 || shape[axis] == 1;
}

void StoreSame(const Array& x, const Array& view, const PickKey& key, const Operand& operand) {
  const auto& [mask, axis, source_axis] = key.pickers[0];
  Places one{{}, {}, {}, {1}};
  for (int64_t i = 0; i < mask.ndim(); ++i) one.axes.push_back(axis + i);
  Array value = ValueOf(x, PickedShape(view, one, key.at), key, operand);
  value = squeeze(value, AxisList(static_cast<int>(key.at)));
  Sizes of_mask(view.ndim(), 1);
  std::copy_n(mask.shape().begin(), mask.ndim(), of_mask.begin() + axis);
  assign_where(view, reshape(mask, of_mask), expand_dims(value, AxisList(one.axes)));
}

// --- By a mask of the first axes, where each true element has a row of its own -------------------

// How many rows a value is, where its shape tells.
std::optional<int64_t> CountOfRows(const Operand& operand, int64_t rank, const PickKey& key) {
  if (operand.array() == nullptr || !key.added.empty()) return std::nullopt;
  const Sizes shape = operand.array()->shape();
  const bool tells = static_cast<int64_t>(shape.size()) == rank && shape[0] != 1;
  return tells ? std::optional(shape[0]) : std::nullopt;
}

void StoreSelected(const Array& x, const Array& view, const PickKey& key, const Operand& operand) {
  const Array& mask = key.pickers[0].array;
  std::vector<int64_t> axes(mask.ndim());
  std::iota(axes.begin(), axes.end(), 0);
  Sizes shape = view.shape();
  shape.erase(shape.begin(), shape.begin() + mask.ndim());
  const std::optional<int64_t> count =
      mask.is_evaluated() ? std::nullopt
                          : CountOfRows(operand, static_cast<int64_t>(shape.size()) + 1, key);
  std::optional<TrueElements> chosen;
  if (!count.has_value()) chosen.emplace(mask);
  shape.insert(shape.begin(), count.has_value() ? *count : chosen->count());
  const Array value = ValueOf(x, shape, key, operand);
  if (!count.has_value() && value.size() == 0) return;
  if (!IsNow(x, value, {mask})) return assign(view, Scattered(view, value, {mask}, axes, axes));
  const Array flags = ApartFrom(x, Dense(mask, DataType::bool_));
  if (!chosen.has_value() ||
      ExprOf(chosen->mask())->storage.buffer != ExprOf(flags)->storage.buffer)
    chosen.emplace(flags);  // apart from what is written to
  const Array rows = ApartFrom(x, value.eval());
  if (!ScatterRowsWhere(ScatterTo(x, view, rows, axes), *chosen))
    throw Error(ErrorCode::invalid_argument, MaskFault(shape[0], chosen->count()));
}

}  // namespace

namespace {

// By one mask of all axes.
void CheckRankOfValue(const Array& x, const std::vector<Index>& items, const PickKey& key,
                      const Operand& operand) {
  const bool is_selection = items.size() == 1 && key.pickers.size() == 1 &&
                            key.pickers[0].is_mask() && key.pickers[0].array.ndim() == x.ndim();
  if (is_selection && operand.array() != nullptr && operand.array()->ndim() > 1)
    throw Error(ErrorCode::type_error,
                absl::StrCat("boolean array indexing assignment requires a 0 or 1-dimensional "
                             "input, input has ",
                             operand.array()->ndim(), " dimensions"));
}

}  // namespace

void AssignPicked(const Array& x, const std::vector<Index>& items, const Operand& operand) {
  CheckWriteable(x);
  const PickKey key = TakeApart(x, items);
  CheckRankOfValue(x, items, key, operand);
  const Array view = ViewAt(x, key.view);
  if (IsSameForAll(view, key, operand)) return StoreSame(x, view, key, operand);
  IsSelection(key) ? StoreSelected(x, view, key, operand) : StorePicked(x, view, key, operand);
}

}  // namespace broadloom
