// Elements chosen from several arrays.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "frontend/indices.h"
#include "frontend/joining/parts.h"
#include "frontend/sorting/elements.h"

namespace broadloom {
namespace {

// From 0 to the number of choices, dense.
Array Numbers(const Array& which, int64_t count, IndexMode mode) {
  if (!can_cast(which.dtype(), DataType::int64))
    throw Error(ErrorCode::type_error,
                absl::StrCat("choose: cannot cast ", to_string(which.dtype()), " safely to int64"));
  const Fresh numbers = DenseCopy(which, DataType::int64);
  auto* const number = reinterpret_cast<int64_t*>(numbers.data);
  for (int64_t i = 0; i < which.size(); ++i) {
    if (mode == IndexMode::wrap) number[i] = (number[i] % count + count) % count;
    if (mode == IndexMode::clip) number[i] = std::clamp<int64_t>(number[i], 0, count - 1);
    if (number[i] < 0 || number[i] >= count)
      throw Error(ErrorCode::invalid_argument,
                  absl::StrCat("choose: ", number[i], " is none of ", count, " choices"));
  }
  return numbers.array;
}

// An array in memory, broadcast.
struct Source {
  const char* data;
  Sizes strides;
};

Source SourceOf(const Array& x, const Sizes& shape) {
  const Array wide = broadcast_to(x, shape);
  return {static_cast<const char*>(wide.data()), wide.memory_strides()};
}

// Elements of type T in C order, one after another.
template <typename T>
struct Choice {
  const Sizes& shape;
  const Source& numbers;
  const std::vector<Source>& choices;
  T* to;

  static int64_t OffsetOf(const Sizes& at, const Sizes& strides) {
    int64_t offset = 0;
    for (size_t axis = 0; axis < at.size(); ++axis) offset += at[axis] * strides[axis];
    return offset;
  }
  void operator()(int64_t begin, int64_t end) const {
    Sizes at(shape.size());
    int64_t rest = begin;
    for (size_t axis = shape.size(); axis-- > 0; rest /= shape[axis]) at[axis] = rest % shape[axis];
    for (int64_t i = begin; i < end; ++i) {
      const auto* const number =
          reinterpret_cast<const int64_t*>(numbers.data + OffsetOf(at, numbers.strides));
      const Source& choice = choices[*number];
      to[i] = *reinterpret_cast<const T*>(choice.data + OffsetOf(at, choice.strides));
      for (size_t axis = shape.size(); axis-- > 0; at[axis] = 0) {
        if (++at[axis] < shape[axis]) break;
      }
    }
  }
};

DataType CommonOf(const std::vector<Array>& arrays) {
  std::vector<DataType> dtypes;
  for (const Array& array : arrays) dtypes.push_back(array.dtype());
  return result_type(dtypes);
}

Sizes ShapeOf(const std::vector<Array>& arrays) {
  std::vector<Sizes> shapes;
  for (const Array& array : arrays) shapes.push_back(array.shape());
  return broadcast_shapes(shapes);
}

}  // namespace

Array choose(const Array& which, const std::vector<Array>& choices, IndexMode mode) {
  if (choices.empty()) throw Error(ErrorCode::invalid_argument, "choose: there are no choices");
  const DataType dtype = CommonOf(choices);
  std::vector<Array> all;
  for (const Array& choice : choices) all.push_back(joining::Cast(choice, dtype));
  all.push_back(which);
  const Sizes shape = ShapeOf(all);
  all.back() = Numbers(which, static_cast<int64_t>(choices.size()), mode);
  eval(all);
  std::vector<Source> sources;
  for (const Array& array : all) sources.push_back(SourceOf(array, shape));
  const Fresh result = MakeFresh(which.context(), dtype, shape);
  if (result.array.size() == 0) return result.array;
  WithElement(dtype, [&](auto element) {
    using T = decltype(element);
    ParallelFor(which.context(), result.array.size(), 10,
                Choice<T>{shape, sources.back(), sources, reinterpret_cast<T*>(result.data)});
  });
  return result.array;
}

Array select(const std::vector<Array>& conditions, const std::vector<Array>& choices,
             const Array& otherwise) {
  if (conditions.size() != choices.size())
    throw Error(ErrorCode::invalid_argument,
                absl::StrCat("select: ", conditions.size(), " conditions for ", choices.size(),
                             " choices"));
  if (conditions.empty())
    throw Error(ErrorCode::invalid_argument, "select: there are no conditions");
  std::vector<Array> all = choices;
  all.push_back(otherwise);
  const DataType dtype = CommonOf(all);
  Array result = joining::Cast(otherwise, dtype);
  for (size_t i = conditions.size(); i-- > 0;) {
    if (conditions[i].dtype() != DataType::bool_)
      throw Error(ErrorCode::type_error,
                  absl::StrCat("select: condition ", i, " is not of bools, but of ",
                               to_string(conditions[i].dtype())));
    result = where(conditions[i], joining::Cast(choices[i], dtype), result);
  }
  if (joining::LiesInC(result)) return result;
  return copy(reshape(reshape(result, {result.size()}), result.shape()));
}

Array extract(const Array& condition, const Array& x) {
  return take(reshape(x, {x.size()}), flatnonzero(condition));
}

}  // namespace broadloom
