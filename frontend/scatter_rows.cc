#include "frontend/scatter_rows.h"

#include <algorithm>
#include <atomic>
#include <cstring>

#include "frontend/dense.h"
#include "frontend/layout.h"
#include "frontend/memory.h"
#include "frontend/sized_element.h"

namespace broadloom {
namespace {

int64_t At(const IndexVector& index, int64_t i) {
  int64_t at;
  std::memcpy(&at, index.data + i * index.stride, sizeof at);
  return at;
}

// --- One axis, rows of one element ---------------------------------------------------------------
// Each thread reads all places and stores what falls into a part of the line of its own: so values
// for one place are stored in their order, and what is written stays in fewer cache lines.

// What falls elsewhere goes to a place that nobody reads: a branch would be mispredicted half of
// the time, and compilers make one of a conditional address, but not of a product.
template <typename T>
void StorePart(const RowScatter& scatter, const IndexVector& index, int64_t first, int64_t size) {
  T elsewhere;
  const auto nowhere = reinterpret_cast<uintptr_t>(&elsewhere),
             data = reinterpret_cast<uintptr_t>(scatter.target);
  const int64_t extent = scatter.shape[0].value(), stride = scatter.strides[0];
  const int64_t row_stride = scatter.row_strides[0];
  const char* const rows = scatter.rows;
  for (int64_t i = 0; i < scatter.count; ++i) {
    const int64_t given = At(index, i), at = given + (given < 0 ? extent : 0);
    const bool is_here = static_cast<uint64_t>(at - first) < static_cast<uint64_t>(size);
    const uintptr_t to = nowhere + (data + at * stride - nowhere) * is_here;
    std::memcpy(reinterpret_cast<char*>(to), rows + i * row_stride, sizeof(T));
  }
}

void StoreLine(Context& context, const RowScatter& scatter, const IndexVector& index) {
  constexpr int64_t kWorthAThread = 1 << 16, kMostParts = 8;
  const int64_t parts = std::clamp(scatter.count / kWorthAThread, int64_t{1},
                                   std::min<int64_t>(context.pool.threads(), kMostParts));
  const int64_t extent = scatter.shape[0].value();
  WithSizedElement(scatter.itemsize, [&](auto element) {
    context.pool.ParallelFor(parts, 1, [&](int64_t begin, int64_t end, int) {
      for (int64_t part = begin; part < end; ++part) {
        const int64_t first = extent * part / parts, last = extent * (part + 1) / parts;
        StorePart<decltype(element)>(scatter, index, first, last - first);
      }
    });
  });
}

// --- Any rows ------------------------------------------------------------------------------------

constexpr int64_t kBlock = 512;  // places that are located at once

// Stores the next rows so many bytes from the target's first element.
class RowWriter {
 public:
  explicit RowWriter(const RowScatter& scatter)
      : scatter_(scatter),
        rest_(RestOf(scatter.shape, scatter.strides, scatter.axes)),
        next_(scatter.rows) {}

  void Store(absl::Span<const int64_t> offsets) {
    rest_.shape.empty() ? StoreElements(offsets) : StoreRows(offsets);
  }

 private:
  void StoreElements(absl::Span<const int64_t> offsets) {
    WithSizedElement(scatter_.itemsize, [&](auto element) {
      for (int64_t offset : offsets) std::memcpy(scatter_.target + offset, Next(), sizeof element);
    });
  }

  void StoreRows(absl::Span<const int64_t> offsets) {
    const auto strides = absl::MakeConstSpan(scatter_.row_strides).subspan(1);
    for (int64_t offset : offsets)
      CopyStrided(rest_.shape, scatter_.itemsize, {scatter_.target + offset, rest_.strides},
                  {const_cast<char*>(Next()), strides});
  }

  const char* Next() {
    const char* const row = next_;
    next_ += scatter_.row_strides[0];
    return row;
  }

  const RowScatter& scatter_;
  const Rest rest_;
  const char* next_;
};

void Locate(const RowScatter& scatter, absl::Span<const IndexVector> indices, int64_t begin,
            absl::Span<int64_t> offsets) {
  std::fill(offsets.begin(), offsets.end(), 0);
  for (size_t k = 0; k < indices.size(); ++k) {
    const int64_t axis = scatter.axes[k];
    const int64_t extent = scatter.shape[axis].value(), stride = scatter.strides[axis];
    for (size_t i = 0; i < offsets.size(); ++i) {
      const int64_t at = At(indices[k], begin + static_cast<int64_t>(i));
      offsets[i] += (at < 0 ? at + extent : at) * stride;
    }
  }
}

void StoreAll(const RowScatter& scatter, absl::Span<const IndexVector> indices) {
  RowWriter writer(scatter);
  int64_t offsets[kBlock];
  for (int64_t begin = 0; begin < scatter.count; begin += kBlock) {
    const auto block = absl::MakeSpan(offsets).subspan(0, std::min(kBlock, scatter.count - begin));
    Locate(scatter, indices, begin, block);
    writer.Store(block);
  }
}

// --- Where a mask holds --------------------------------------------------------------------------

// Whether the rows lie one behind the other, and so does where they go.
bool AreDense(const RowScatter& scatter) {
  Shape shape = RestOf(scatter.shape, scatter.strides, scatter.axes).shape;
  shape.insert(shape.begin(), Extent(scatter.count));
  for (size_t k = 0; k < scatter.axes.size(); ++k) {
    if (scatter.axes[k] != static_cast<int64_t>(k)) return false;
  }
  return IsInOrder(scatter.shape, scatter.strides, scatter.itemsize) &&
         IsInOrder(shape, scatter.row_strides, scatter.itemsize);
}

// Flags in C order of the axes.
void StoreWhere(const RowScatter& scatter, const uint8_t* flags, int64_t size) {
  RowWriter writer(scatter);
  const auto rank = static_cast<int>(scatter.axes.size());
  Dims at(rank, 0);
  int64_t offset = 0;
  for (int64_t i = 0; i < size; ++i) {
    if (flags[i] != 0) writer.Store({&offset, 1});
    for (int k = rank - 1; k >= 0; --k) {
      const int64_t extent = scatter.shape[scatter.axes[k]].value();
      const int64_t stride = scatter.strides[scatter.axes[k]];
      offset += stride;
      if (++at[k] < extent) break;
      offset -= extent * stride;
      at[k] = 0;
    }
  }
}

}  // namespace

Rest RestOf(const Shape& shape, const Dims& strides, absl::Span<const int64_t> axes) {
  Rest rest;
  for (size_t axis = 0; axis < shape.size(); ++axis) {
    if (std::find(axes.begin(), axes.end(), static_cast<int64_t>(axis)) != axes.end()) continue;
    rest.shape.push_back(shape[axis]);
    rest.strides.push_back(strides[axis]);
  }
  return rest;
}

bool AreInBounds(Context& context, const IndexVector& index, int64_t count, int64_t extent) {
  std::atomic<bool> all = true;
  const auto check = [&](int64_t stride, int64_t begin, int64_t end) {
    bool outside = false;
    for (int64_t i = begin; i < end; ++i) {
      const int64_t at = At({index.data, stride}, i);
      outside |= (at < -extent) | (at >= extent);
    }
    if (outside) all = false;
  };
  constexpr int64_t kDense = sizeof(int64_t);  // compilers make vectors of what they know
  context.pool.ParallelFor(count, int64_t{1} << 17, [&](int64_t begin, int64_t end, int) {
    index.stride == kDense ? check(kDense, begin, end) : check(index.stride, begin, end);
  });
  return all;
}

bool ScatterRows(Context& context, const RowScatter& scatter,
                 absl::Span<const IndexVector> indices) {
  for (size_t k = 0; k < indices.size(); ++k) {
    const int64_t extent = scatter.shape[scatter.axes[k]].value();
    if (!AreInBounds(context, indices[k], scatter.count, extent)) return false;
  }
  scatter.shape.size() == 1 ? StoreLine(context, scatter, indices[0]) : StoreAll(scatter, indices);
  return true;
}

bool ScatterRowsWhere(const RowScatter& scatter, const TrueElements& chosen) {
  if (chosen.count() != scatter.count) return false;
  if (scatter.count == 0) return true;
  const int64_t size = chosen.mask().size();
  if (AreDense(scatter)) {
    const int64_t bytes = *NumElements(scatter.shape) / size * scatter.itemsize;
    StoreTrueRows(chosen, scatter.rows, scatter.target, bytes);
  } else {
    StoreWhere(scatter, ElementsOf<uint8_t>(chosen.mask()), size);
  }
  return true;
}

}  // namespace broadloom
