// x[key] = value, where the key holds index arrays and masks.
#include "frontend/scatter.h"

#include <algorithm>
#include <cstring>

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "frontend/convert.h"
#include "frontend/dense.h"
#include "frontend/index_faults.h"
#include "frontend/layout.h"
#include "frontend/memory.h"
#include "frontend/rearrange.h"
#include "frontend/scatter_line.h"
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

Rest RestOf(const Expr& view, const Places& places) {
  Rest rest;
  for (int axis = 0; axis < view.rank(); ++axis) {
    if (std::find(places.axes.begin(), places.axes.end(), axis) != places.axes.end()) continue;
    rest.shape.push_back(view.shape[axis]);
    rest.strides.push_back(view.storage.strides[axis]);
  }
  return rest;
}

namespace {

// One after another, so that of two values for one place the last one stays.
void Scatter(char* to, const std::vector<int64_t>& offsets, const Rest& rest, int64_t itemsize,
             const Array& value) {
  const Dims dense = DenseStrides(rest.shape, itemsize);
  const int64_t bytes = *NumElements(rest.shape) * itemsize;
  const char* from = ElementsOf<char>(value);
  if (rest.shape.empty() && itemsize == 8) {  // the compiler copies what it knows the size of
    for (int64_t offset : offsets) std::memcpy(to + offset, from, 8), from += 8;
  } else if (rest.shape.empty() && itemsize == 4) {
    for (int64_t offset : offsets) std::memcpy(to + offset, from, 4), from += 4;
  } else {
    for (int64_t offset : offsets) {
      CopyStrided(rest.shape, itemsize, {to + offset, rest.strides},
                  {const_cast<char*>(from), dense});
      from += bytes;
    }
  }
}

}  // namespace

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

}  // namespace

namespace {

// What is read while x is written to must not lie in its memory.
Array ApartFrom(const Array& x, const Array& dense) {
  const bool shares = ExprOf(dense)->storage.buffer == x.storage()->value()->storage.buffer;
  return shares ? DenseCopy(dense, dense.dtype()).array : dense;
}

// Stores values in a view of x: where it lies if nobody else wants what is there, and if others
// look at the memory; else in a copy of the view.
void StoreValues(const Array& x, const Array& view, Array values,
                 absl::FunctionRef<void(const Expr& target, const Array& values)> store) {
  Storage& storage = *x.storage();
  if (!storage.is_seen() && !storage.TakeForWriting()) {
    const Fresh copy = DenseCopy(view, x.dtype());
    store(*ExprOf(copy.array), values);
    return assign(view, copy.array);
  }
  values = ApartFrom(x, values);
  if (storage.is_seen()) storage.KeepForOthers();
  store(*ExprOf(view), values);
}

// One array of indices for one axis, and no other.
void StoreInLine(const Expr& target, const Array& places, const Array& values) {
  ScatterLine(*target.context,
              {AddressOf(target.storage), target.shape[0].value(), target.storage.strides[0]},
              ElementsOf<int64_t>(places), places.size(), ElementsOf<char>(values),
              target.dtype.size());
}

// The value as it is picked, converted; axes of extent 1 that the key adds are gone.
Array ValueOf(const Array& x, Sizes shape, const PickKey& key, const Operand& operand) {
  for (int64_t axis : key.added) shape.insert(shape.begin() + axis, 1);
  const Array value(ValueFor(x.context(), ExprOf(x)->dtype, ToShape(shape), operand));
  return key.added.empty() ? value : squeeze(value, AxisList(key.added));
}

void StorePicked(const Array& x, const Array& view, const PickKey& key, const Operand& operand) {
  const Places places = PlacesOf(key);
  Array value = ValueOf(x, PickedShape(view, places, key.at), key, operand);
  if (places.indices.empty()) return AssignRepeated(view, places, value, key.at);
  value = Dense(PickedFirst(value, places.shape, key.at), x.dtype());
  if (view.ndim() == 1) {
    const Array where =
        ApartFrom(x, Dense(broadcast_to(places.indices[0], places.shape), DataType::int64));
    const int64_t extent = view.shape()[0];
    if (!AreInBounds(x.context(), ElementsOf<int64_t>(where), where.size(), extent))
      CheckIndices(where, extent, places.source_axes[0], /*all=*/true);
    return StoreValues(x, view, std::move(value), [&](const Expr& target, const Array& values) {
      StoreInLine(target, where, values);
    });
  }
  StoreValues(x, view, std::move(value), [&](const Expr& target, const Array& values) {
    Scatter(AddressOf(target.storage), OffsetsOf(view, places, target.storage.strides),
            RestOf(target, places), target.dtype.size(), values);
  });
}

// By a mask of the first axes.
void StoreSelected(const Array& x, const Array& view, const PickKey& key, const Operand& operand) {
  const Array mask = ApartFrom(x, Dense(key.pickers[0].array, DataType::bool_));
  const TrueElements chosen(mask);
  Sizes shape = view.shape();
  shape.erase(shape.begin(), shape.begin() + mask.ndim());
  shape.insert(shape.begin(), chosen.count());
  const Array value = Dense(ValueOf(x, shape, key, operand), x.dtype());
  if (value.size() == 0) return;
  StoreValues(x, view, value, [&](const Expr& target, const Array& values) {
    const int64_t size = target.dtype.size(), rows = mask.size();
    if (IsInOrder(target.shape, target.storage.strides, size))
      return StoreTrueRows(chosen, ElementsOf<char>(values), AddressOf(target.storage),
                           *NumElements(target.shape) * size / rows);
    const Places places = PlacesOf(key);
    Scatter(AddressOf(target.storage), OffsetsOf(view, places, target.storage.strides),
            RestOf(target, places), size, values);
  });
}

}  // namespace

void AssignPicked(const Array& x, const std::vector<Index>& items, const Operand& operand) {
  CheckWriteable(x);
  const PickKey key = TakeApart(x, items);
  const Array view = ViewAt(x, key.view);
  // By itself, so that it holds x no more if it was computed from x.
  if (operand.array() != nullptr) operand.array()->eval();
  IsSelection(key) ? StoreSelected(x, view, key, operand) : StorePicked(x, view, key, operand);
}

}  // namespace broadloom
