// x[i, mask, 1:]: which axes are picked, and where the picked ones stand in the result.
#include "frontend/index_arrays.h"

#include <algorithm>
#include <numeric>
#include <variant>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "frontend/convert.h"
#include "frontend/gather.h"
#include "frontend/layout.h"
#include "frontend/sorting.h"
#include "frontend/statistics/common.h"

namespace broadloom {
namespace {

template <typename... Parts>
[[noreturn]] void OutOfRange(const Parts&... parts) {
  throw Error(ErrorCode::out_of_range, absl::StrCat(parts...));
}

bool IsInteger(DataType dtype) { return dtype != DataType::bool_ && !IsInexact(dtype); }

// A number of integer dtype is an integer.
Index Plain(const Index& item) {
  const auto* const array = std::get_if<Array>(&item);
  if (array == nullptr || array->dtype() == DataType::bool_) return item;
  if (!IsInteger(array->dtype()))
    OutOfRange("arrays used as indices must be of integer (or boolean) type");
  return array->ndim() == 0 ? Index(array->item<int64_t>()) : item;
}

int64_t AxesTaken(const Index& item) {
  if (const auto* array = std::get_if<Array>(&item))
    return array->dtype() == DataType::bool_ ? array->ndim() : 1;
  return std::holds_alternative<int64_t>(item) || std::holds_alternative<Slice>(item);
}

class KeyReader {
 public:
  KeyReader(const Array& x, const std::vector<Index>& items) : shape_(x.shape()) {
    std::vector<Index> plain;
    for (const Index& item : items) plain.push_back(Plain(item));
    Count(plain);
    for (const Index& item : plain) std::visit([this](const auto& i) { Take(i); }, item);
    while (axis_ < static_cast<int64_t>(shape_.size())) Take(Slice{});
  }

  PickKey Result() {
    key_.at = apart_ ? 0 : first_;
    int64_t axis = 0, before = 0;  // of the result
    for (bool added : is_added_) {
      if (axis == key_.at) axis += key_.rank;
      if (added && axis < key_.at) ++before;
      if (added) key_.added.push_back(axis);
      ++axis;
    }
    key_.at -= before;
    return std::move(key_);
  }

 private:
  // Numbers of axes are checked before anything else.
  void Count(const std::vector<Index>& items) {
    int64_t inserted = 0, sliced = 0;
    for (const Index& item : items) {
      used_ += AxesTaken(item);
      inserted += std::holds_alternative<NewAxis>(item);
      sliced += std::holds_alternative<Slice>(item);
      if (const auto* array = std::get_if<Array>(&item))
        key_.rank =
            std::max<int64_t>(key_.rank, array->dtype() == DataType::bool_ ? 1 : array->ndim());
    }
    const auto rank = static_cast<int64_t>(shape_.size());
    if (used_ > rank)
      OutOfRange("too many indices for array: array is ", rank, "-dimensional, but ", used_,
                 " were indexed");
    const int64_t axes = inserted + sliced + rank - used_ + key_.rank;
    if (axes > kMaxRank)
      OutOfRange("number of dimensions must be within [0, ", kMaxRank,
                 "], indexing result would have ", axes);
  }

  void Take(int64_t at) {
    Advanced();
    key_.view.emplace_back(at);
    ++axis_;
  }
  void Take(const Slice& slice) {
    Basic(/*added=*/false);
    Append(slice);
  }
  void Take(NewAxis) { Basic(/*added=*/true); }
  void Take(Ellipsis) {
    if (has_ellipsis_) OutOfRange("an index can only have a single ellipsis ('...')");
    has_ellipsis_ = true;
    Separate();
    for (auto left = static_cast<int64_t>(shape_.size()) - used_; left > 0; --left) Take(Slice{});
  }
  void Take(const Array& array) {
    Advanced();
    const bool is_mask = array.dtype() == DataType::bool_;
    key_.pickers.push_back({array, view_axis_, axis_});
    for (int64_t i = 0; i < (is_mask ? array.ndim() : 1); ++i) {
      if (is_mask) CheckExtent(array.shape()[i]);
      Append(Slice{});
    }
  }

  void Append(const Slice& slice) {
    key_.view.emplace_back(slice);
    ++axis_;
    ++view_axis_;
  }
  // As in NumPy an axis of a mask that has no elements fits any.
  void CheckExtent(int64_t extent) const {
    if (extent > 0 && extent != shape_[axis_])
      OutOfRange("boolean index did not match indexed array along axis ", axis_,
                 "; size of axis is ", shape_[axis_], " but size of corresponding boolean axis is ",
                 extent);
  }

  // Integers count as index arrays: together they stand where the first one does, unless something
  // else comes between.
  void Advanced() {
    if (state_ == State::kBefore) first_ = static_cast<int64_t>(is_added_.size());
    apart_ = apart_ || state_ == State::kAfter;
    if (!apart_) state_ = State::kAmong;
  }
  void Separate() {
    if (state_ == State::kAmong) state_ = State::kAfter;
  }
  void Basic(bool added) {
    Separate();
    is_added_.push_back(added);
  }

  enum class State { kBefore, kAmong, kAfter };  // the index arrays

  const Sizes shape_;
  PickKey key_;
  State state_ = State::kBefore;
  int64_t used_ = 0, axis_ = 0, view_axis_ = 0, first_ = 0;
  bool has_ellipsis_ = false, apart_ = false;
  std::vector<bool> is_added_;  // of the result's axes but those of pickers
};

std::string ShapeText(const Sizes& shape) {
  return absl::StrCat("(", absl::StrJoin(shape, ","), shape.size() == 1 ? ",)" : ")");
}

// The shape that all broadcast to.
Sizes Together(const std::vector<Sizes>& shapes, int64_t rank) {
  Sizes result(rank, 1);
  for (const Sizes& shape : shapes) {
    for (size_t i = 1; i <= shape.size(); ++i) {
      int64_t& extent = result[result.size() - i];
      const int64_t own = shape[shape.size() - i];
      if (own != extent && own != 1 && extent != 1)
        OutOfRange("shape mismatch: indexing arrays could not be broadcast together with shapes ",
                   absl::StrJoin(shapes, " ", [](std::string* out, const Sizes& s) {
                     out->append(ShapeText(s));
                   }));
      if (own != 1) extent = own;
    }
  }
  return result;
}

Array Repeated(const Array& view, const Places& places, int64_t at) {
  const Array one = expand_dims(view, static_cast<int>(at));
  Sizes shape = one.shape();
  shape[at] = places.shape[0];
  return copy(broadcast_to(one, shape));
}

// The axes that are not picked lie inside, in the order of the array's memory.
Array Selected(const Array& view, const Array& mask) {
  const Dims& strides = ExprOf(view)->strides;
  const Dims others(strides.begin() + mask.ndim(), strides.end());
  const AxisOrder order = OrderBySteps(others);
  if (std::is_sorted(order.begin(), order.end())) return Select(view, mask);
  std::vector<int64_t> axes(mask.ndim()), result = {0};
  std::iota(axes.begin(), axes.end(), 0);
  for (int64_t axis : order) {
    axes.push_back(mask.ndim() + axis);
    result.push_back(1 + axis);
  }
  const Array selected = Select(permute_dims(view, axes), mask);
  return Array(ExprOf(permute_dims(selected, InversePermutation(result))));  // no view
}

// The picked axes lie outside, in C order where others are left, else as NumPy's iterator over the
// indices walks.
AxisOrder OrderOfPicked(const Array& view, const Places& places, int64_t at) {
  Dims strides;
  std::vector<int64_t> others;  // axes of the result
  bool is_alone = true;
  for (int64_t axis = 0; axis < view.ndim(); ++axis) {
    if (std::find(places.axes.begin(), places.axes.end(), axis) != places.axes.end()) continue;
    const auto next = static_cast<int64_t>(others.size());
    others.push_back(next < at ? next : next + static_cast<int64_t>(places.shape.size()));
    strides.push_back(ExprOf(view)->strides[axis]);
    is_alone = is_alone && ExprOf(view)->shape[axis].is(1);
  }
  std::vector<ExprPtr> indices;  // that have a say
  for (const Array& index : is_alone ? places.indices : std::vector<Array>())
    indices.push_back(ExprOf(index));
  AxisOrder order = OrderTogether(indices, ToShape(places.shape));
  for (int8_t& axis : order) axis = static_cast<int8_t>(axis + at);
  for (int8_t axis : OrderBySteps(strides)) order.push_back(static_cast<int8_t>(others[axis]));
  return order;
}

Array Picked(const Array& view, const PickKey& key) {
  if (IsSelection(key)) return Selected(view, key.pickers[0].array);
  const Places places = PlacesOf(key);
  if (places.indices.empty()) return Repeated(view, places, key.at);
  const Array picked = Gather(view, places, key.at);
  if (ExprOf(picked)->op == Op::k_gather && !picked.is_evaluated())
    OrderGather(*ExprOf(picked), OrderOfPicked(view, places, key.at));
  return picked;
}

}  // namespace

bool HasPickers(const std::vector<Index>& items) {
  return std::any_of(items.begin(), items.end(), [](const Index& item) {
    const auto* const array = std::get_if<Array>(&item);
    return array != nullptr && (array->ndim() > 0 || !IsInteger(array->dtype()));
  });
}

bool IsSelection(const PickKey& key) {
  const Picker& first = key.pickers[0];
  return key.pickers.size() == 1 && first.is_mask() && first.array.ndim() > 0 && first.axis == 0;
}

PickKey TakeApart(const Array& x, const std::vector<Index>& items) {
  return KeyReader(x, items).Result();
}

int64_t CountOf(const Sizes& shape) {
  return std::accumulate(shape.begin(), shape.end(), int64_t{1}, std::multiplies<>());
}

Places PlacesOf(const PickKey& key) {
  Places places;
  std::vector<Sizes> shapes;
  const auto add = [&](const Array& indices, int64_t axis, int64_t source_axis) {
    places.indices.push_back(indices);
    places.axes.push_back(axis);
    places.source_axes.push_back(source_axis);
    shapes.push_back(indices.shape());
  };
  for (const Picker& picker : key.pickers) {
    if (!picker.is_mask()) {
      add(picker.array, picker.axis, picker.source_axis);
    } else if (picker.array.ndim() == 0) {
      shapes.push_back({picker.array.item<bool>() ? 1 : 0});
    } else {
      int64_t axis = 0;
      for (const Array& coordinates : nonzero(picker.array)) {
        add(coordinates, picker.axis + axis, picker.source_axis + axis);
        ++axis;
      }
    }
  }
  places.shape = Together(shapes, key.rank);
  return places;
}

Array Pick(const Array& x, const std::vector<Index>& items) {
  const PickKey key = TakeApart(x, items);
  const Array result = Picked(index(x, key.view), key);
  return key.added.empty() ? result : expand_dims(result, AxisList(key.added));
}

}  // namespace broadloom
