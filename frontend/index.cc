// x[1, 2:, None, ...]: at most one slice, one squeeze and one expand_dims.
#include <algorithm>
#include <cstring>
#include <variant>

#include "absl/strings/str_cat.h"
#include "frontend/convert.h"
#include "frontend/index_arrays.h"
#include "frontend/memory.h"
#include "frontend/storage.h"
#include "frontend/write.h"

namespace broadloom {
namespace {

struct Range {
  int64_t start, step, size;
};

// Python's slice.indices().
Range RangeOf(const Slice& slice, int64_t extent) {
  const int64_t step = slice.step.value_or(1);
  if (step == 0) throw Error(ErrorCode::invalid_argument, "slice step cannot be zero");
  const int64_t low = step > 0 ? 0 : -1, high = step > 0 ? extent : extent - 1;
  const auto clamped = [&](int64_t i) { return std::clamp(i < 0 ? i + extent : i, low, high); };
  const int64_t start = slice.start.has_value() ? clamped(*slice.start) : (step > 0 ? low : high);
  const int64_t stop = slice.stop.has_value() ? clamped(*slice.stop) : (step > 0 ? high : low);
  const uint64_t distance = step > 0 ? stop - start : start - stop;
  if (step > 0 ? stop <= start : start <= stop) return {0, 1, 0};
  const uint64_t stride = step > 0 ? static_cast<uint64_t>(step) : -static_cast<uint64_t>(step);
  const int64_t size = static_cast<int64_t>((distance - 1) / stride) + 1;
  return {start, size == 1 ? 1 : step, size};  // one element: the step means nothing
}

Range RangeOf(int64_t at, int64_t extent, int axis) {
  if (at < -extent || at >= extent) {
    throw Error(ErrorCode::out_of_range, absl::StrCat("index ", at, " is out of bounds for axis ",
                                                      axis, " with size ", extent));
  }
  return {at < 0 ? at + extent : at, 1, 1};
}

class Indexer {
 public:
  Indexer(const Array& x, const std::vector<Index>& items) : x_(x), shape_(ExprOf(x)->shape) {
    for (const Index& item : items)
      used_ += !std::holds_alternative<NewAxis>(item) && !std::holds_alternative<Ellipsis>(item);
    if (used_ > static_cast<int>(shape_.size())) {
      throw Error(ErrorCode::out_of_range,
                  absl::StrCat("too many indices for array: array is ", shape_.size(),
                               "-dimensional, but ", used_, " were indexed"));
    }
    for (const Index& item : items) std::visit([this](const auto& i) { Take(i); }, item);
    if (result_axis_ + static_cast<int64_t>(shape_.size()) - axis_ > kMaxRank)
      throw Error(ErrorCode::out_of_range,
                  absl::StrCat("an index whose result has more than ", kMaxRank, " axes"));
    while (axis_ < static_cast<int>(shape_.size())) Take(Slice{});
  }

  Array Result() const {
    Array result = x_;
    if (cuts_) {
      Attrs attrs;
      attrs.Set(AttrName::k_starts, starts_)
          .Set(AttrName::k_steps, steps_)
          .Set(AttrName::k_sizes, sizes_);
      result = ViewOf(result, Op::k_slice, std::move(attrs));
    }
    if (!removed_.empty())
      result = ViewOf(result, Op::k_squeeze, Attrs().Set(AttrName::k_axes, removed_));
    if (!added_.empty())
      result = ViewOf(result, Op::k_expand_dims, Attrs().Set(AttrName::k_axes, added_));
    return result;
  }

 private:
  void Take(int64_t at) {
    removed_.push_back(axis_);
    Append(RangeOf(at, shape_[axis_].value(), axis_));
  }
  void Take(const Array& number) { Take(number.item<int64_t>()); }
  void Take(const Slice& slice) {
    Append(RangeOf(slice, shape_[axis_].value()));
    ++result_axis_;
  }
  void Take(NewAxis) { added_.push_back(result_axis_++); }
  void Take(Ellipsis) {
    if (has_ellipsis_)
      throw Error(ErrorCode::out_of_range, "an index can only have a single ellipsis ('...')");
    has_ellipsis_ = true;
    for (int left = static_cast<int>(shape_.size()) - used_; left > 0; --left) Take(Slice{});
  }
  void Append(const Range& range) {
    starts_.push_back(range.start);
    steps_.push_back(range.step);
    sizes_.push_back(range.size);
    cuts_ = cuts_ || range.start != 0 || range.step != 1 || !shape_[axis_].is(range.size);
    ++axis_;
  }

  const Array& x_;
  const Shape& shape_;
  int used_ = 0, axis_ = 0;
  int64_t result_axis_ = 0;
  bool has_ellipsis_ = false, cuts_ = false;
  Shape starts_, steps_, sizes_;
  Axes removed_, added_;
};

// In memory of its own: a number does not change with the array.
Array NumberAt(const Expr& element) {
  const int64_t size = element.dtype.size();
  std::shared_ptr<Buffer> buffer = Unwrap(element.context->allocator.Allocate(size));
  std::memcpy(buffer->data(), AddressOf(element.storage), size);
  return Array(MakeReady(*element.context, element.dtype, {}, {std::move(buffer), 0, {}}));
}

}  // namespace

Array index(const Array& x, const std::vector<Index>& items) {
  if (HasPickers(items)) return Pick(x, items);
  Array result = Indexer(x, items).Result();
  if (result.view() == x.view() && !x.is_scalar()) result = WholeView(x);
  const bool is_element = result.ndim() == 0 && static_cast<int>(items.size()) == x.ndim();
  if (!is_element) return result;
  if (!result.is_evaluated()) return Array(ExprOf(result));
  return NumberAt(*ExprOf(result));
}

Array ViewAt(const Array& x, const std::vector<Index>& items) { return Indexer(x, items).Result(); }

void assign(const Array& x, const std::vector<Index>& items, const Operand& value) {
  HasPickers(items) ? AssignPicked(x, items, value) : assign(ViewAt(x, items), value);
}

}  // namespace broadloom
