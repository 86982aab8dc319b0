// Lines that are not contiguous are gathered, a few neighbours at a time, and scattered again.
#include "frontend/sorting/along.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "frontend/context.h"
#include "frontend/sized_element.h"
#include "frontend/sorting/elements.h"

namespace broadloom {
namespace {

// Nanoseconds, roughly.
double CostOf(int64_t extent) {
  const auto n = static_cast<double>(extent);
  return 20 + n * std::log2(n + 1);
}

// rows of `count` elements, `from_stride` bytes apart, become columns that are `to_stride` apart.
template <typename T>
void Transpose(int64_t rows, int64_t count, const char* from, int64_t from_stride, char* to,
               int64_t to_stride) {
  for (int64_t row = 0; row < rows; ++row) {
    const char* const in = from + row * from_stride;
    char* const out = to + row * static_cast<int64_t>(sizeof(T));
    for (int64_t i = 0; i < count; ++i)
      std::memcpy(out + i * to_stride, in + i * static_cast<int64_t>(sizeof(T)), sizeof(T));
  }
}

void Transpose(int64_t itemsize, int64_t rows, int64_t count, const char* from, int64_t from_stride,
               char* to, int64_t to_stride) {
  WithSizedElement(itemsize, [&](auto element) {
    Transpose<decltype(element)>(rows, count, from, from_stride, to, to_stride);
  });
}

// Strips of lines side by side, each thread with memory of its own for one.
class Strips {
 public:
  Strips(Context& context, const Along& along, const char* from, char* to, Elements sizes)
      : context_(context), along_(along), from_(from), to_(to), sizes_(sizes) {}

  void Run(LineFunction function) {
    const int64_t count = along_.outer * strips_;
    const bool together = along_.extent >= sorting::kLongLine;
    const int64_t shares = together ? 1 : std::min<int64_t>(context_.pool.threads(), count);
    const Fresh scratch = MakeFresh(context_, DataType::uint8, {shares, bytes_});
    if (together) {
      for (int64_t i = 0; i < count; ++i) Strip(i, scratch.data, function, &context_.pool);
      return;
    }
    ParallelFor(context_, shares, 1e9, [&](int64_t begin, int64_t end) {
      for (int64_t share = begin; share < end; ++share) {
        for (int64_t i = share; i < count; i += shares)
          Strip(i, scratch.data + share * bytes_, function, nullptr);
      }
    });
  }

 private:
  void Strip(int64_t index, char* scratch, LineFunction function, Executor* executor) const {
    const int64_t outer = index / strips_, first = index % strips_ * width_;
    const int64_t width = std::min(width_, along_.inner - first), extent = along_.extent;
    const int64_t corner = outer * extent * along_.inner + first;
    char *const results = scratch, *const lines = scratch + width_ * extent * sizes_.to;
    Transpose(sizes_.from, extent, width, from_ + corner * sizes_.from, along_.inner * sizes_.from,
              lines, extent * sizes_.from);
    function(lines, results, width, executor);
    Transpose(sizes_.to, width, extent, results, extent * sizes_.to, to_ + corner * sizes_.to,
              along_.inner * sizes_.to);
  }

  Context& context_;
  const Along along_;
  const char* const from_;
  char* const to_;
  const Elements sizes_;
  // Whole cache lines, and not much more than the second-level cache holds.
  const int64_t width_ =
      std::min(along_.inner, std::clamp<int64_t>((1 << 18) / (along_.extent * sizes_.to), 16, 256));
  const int64_t strips_ = (along_.inner + width_ - 1) / width_;
  // Both are aligned: results first, whose elements have at least eight bytes or those of lines.
  const int64_t bytes_ = (width_ * along_.extent * (sizes_.from + sizes_.to) + 63) / 64 * 64;
};

}  // namespace

sorting::Element ElementOf(DataType dtype) {
  using sorting::Element;
  switch (dtype) {
    case DataType::int8: return Element::int8;
    case DataType::int16: return Element::int16;
    case DataType::int32: return Element::int32;
    case DataType::int64: return Element::int64;
    case DataType::bool_:
    case DataType::uint8: return Element::uint8;
    case DataType::uint16: return Element::uint16;
    case DataType::uint32: return Element::uint32;
    case DataType::uint64: return Element::uint64;
    case DataType::float16: return Element::float16;
    case DataType::bfloat16: return Element::bfloat16;
    case DataType::float32: return Element::float32;
    case DataType::float64: return Element::float64;
    case DataType::complex64: return Element::complex64;
    case DataType::complex128: return Element::complex128;
  }
  return Element::float64;
}

Along::Along(const Sizes& shape, int64_t axis) : extent(shape[axis]) {
  for (int64_t i = 0; i < static_cast<int64_t>(shape.size()); ++i) {
    if (i != axis) (i < axis ? outer : inner) *= shape[i];
  }
}

void ForEachLine(Context& context, sorting::Lines lines,
                 absl::FunctionRef<void(int64_t first, int64_t count, Executor* executor)> body) {
  if (lines.extent >= sorting::kLongLine && lines.count / 2 < context.pool.threads())
    return body(0, lines.count, &context.pool);
  ParallelFor(context, lines.count, CostOf(lines.extent),
              [&](int64_t begin, int64_t end) { body(begin, end - begin, nullptr); });
}

void ForLines(Context& context, const Along& along, const char* from, char* to, Elements sizes,
              LineFunction function) {
  if (along.size() == 0) return;
  if (along.inner > 1) return Strips(context, along, from, to, sizes).Run(function);
  ForEachLine(context, {along.outer, along.extent},
              [&](int64_t first, int64_t count, Executor* executor) {
                const int64_t at = first * along.extent;
                function(from + at * sizes.from, to + at * sizes.to, count, executor);
              });
}

void PickAlong(const Array& x, const Along& along, const int64_t* places, char* to) {
  WithElement(x.dtype(), [&](auto element) {
    using T = decltype(element);
    const T* const from = ElementsOf<T>(x);
    T* const picked = reinterpret_cast<T*>(to);
    const auto pick = [=](int64_t row, const T* lines) {
      for (int64_t at = row * along.inner, i = 0; i < along.inner; ++i, ++at)
        picked[at] = lines[places[at] * along.inner + i];
    };
    ParallelFor(x.context(), along.outer * along.extent, 5.0 * static_cast<double>(along.inner),
                [&](int64_t begin, int64_t end) {
                  for (int64_t row = begin; row < end;) {
                    const int64_t outer = row / along.extent,
                                  stop = std::min(end, (outer + 1) * along.extent);
                    for (; row < stop; ++row) pick(row, from + outer * along.extent * along.inner);
                  }
                });
  });
}

}  // namespace broadloom
