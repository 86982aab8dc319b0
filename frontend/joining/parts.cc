// A copy is a nest of loops, ordered by the strides of its target. Large ones are cut into pieces
// for the threads, so that one parallel loop does the work of all parts.
#include "frontend/joining/parts.h"

#include <algorithm>
#include <cstring>

#include "frontend/convert.h"
#include "frontend/copy_loops.h"

namespace broadloom::joining {
namespace {

struct Copy {
  char* to;
  const char* from;
  CopyLoops loops;
};

// Axes by their strides, the outermost first.
Dims AxesOf(const Region& region) {
  Dims axes;
  for (size_t axis = 0; axis < region.shape.size(); ++axis) {
    const auto inside = [&](int64_t other) { return region.strides[other] < region.strides[axis]; };
    axes.insert(std::find_if(axes.begin(), axes.end(), inside), static_cast<int64_t>(axis));
  }
  return axes;
}

Copy CopyOf(const Region& to, const char* from, const Sizes& steps, const Dims& axes,
            int64_t itemsize) {
  Copy copy{to.data, from, {}};
  for (int64_t axis : axes) copy.loops.Append({to.shape[axis], to.strides[axis], steps[axis]});
  copy.loops.Finish(itemsize);
  return copy;
}

const char* DataOf(const Array& x) { return static_cast<const char*>(x.data()); }

constexpr int64_t kPiece = int64_t{1} << 19;  // bytes that one thread copies at a time

// Pieces of about that many bytes: the outermost loop is cut, and where one turn of it is larger
// than that, the loops inside.
void Split(const Copy& copy, int64_t itemsize, std::vector<Copy>& pieces) {
  const CopyLoop& outer = copy.loops[0];
  int64_t turn = itemsize;  // bytes
  for (size_t i = 1; i < copy.loops.size(); ++i) turn *= copy.loops[i].count;
  if (outer.count * turn <= kPiece) return pieces.push_back(copy);
  const int64_t turns = std::max<int64_t>(1, kPiece / turn);
  for (int64_t begin = 0; begin < outer.count; begin += turns) {
    Copy piece = copy;
    piece.to += begin * outer.to;
    piece.from += begin * outer.from;
    piece.loops.outermost().count = std::min(turns, outer.count - begin);
    if (turn <= kPiece || piece.loops.size() == 1) {
      pieces.push_back(std::move(piece));
    } else {
      piece.loops.RemoveOutermost();
      Split(piece, itemsize, pieces);
    }
  }
}

void RunAll(Context& context, const std::vector<Copy>& pieces, int64_t itemsize) {
  const auto count = static_cast<int64_t>(pieces.size());
  int64_t bytes = 0;
  for (const Copy& piece : pieces) bytes += itemsize * piece.loops.elements();
  const double cost =
      0.2 * static_cast<double>(bytes) / static_cast<double>(std::max<int64_t>(1, count));
  ParallelFor(context, count, cost, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i)
      pieces[i].loops.Run(itemsize, pieces[i].to, pieces[i].from);
  });
}

Array BroadcastTo(const Array& x, const Dims& shape) {
  const Sizes sizes(shape.begin(), shape.end());
  return x.shape() == sizes ? x : broadcast_to(x, sizes);
}

bool IsEmpty(absl::Span<const int64_t> shape) {
  return std::find(shape.begin(), shape.end(), 0) != shape.end();
}

void EvaluatePending(const std::vector<Part>& parts) {
  std::vector<Array> pending;
  for (const Part& part : parts) {
    if (!part.from.is_evaluated() && !IsEmpty(part.to.shape)) pending.push_back(part.from);
  }
  eval(pending);
}

constexpr int64_t kFewRuns = 1000;  // that are cut into pieces

// What the runs of one array have in common.
class Runs {
 public:
  Runs(const Region& to, const Array& from, int64_t axis)
      : to_(to),
        axes_(AxesOf(to)),
        axis_(axis),
        data_(DataOf(from)),
        steps_(from.memory_strides()),
        itemsize_(broadloom::itemsize(from.dtype())) {
    const joining::Copy turn = CopyOf({0, 0, 1});
    const CopyLoop& loop = turn.loops[0];
    const int64_t bytes = loop.count * itemsize_;
    const bool is_block = turn.loops.size() == 1 && loop.to == itemsize_ && loop.from == itemsize_;
    if (is_block && to.strides[axis] == bytes && steps_[axis] == bytes) block_ = bytes;
  }
  int64_t itemsize() const { return itemsize_; }
  joining::Copy CopyOf(const Run& run) const {
    return joining::CopyOf(to_.Cut(axis_, run.to, run.count), data_ + run.from * steps_[axis_],
                           steps_, axes_, itemsize_);
  }
  void Copy(const Run& run) const {
    if (run.count == 0) return;
    if (block_ == 0) {
      const joining::Copy copy = CopyOf(run);
      return copy.loops.Run(itemsize_, copy.to, copy.from);
    }
    std::memcpy(to_.data + run.to * block_, data_ + run.from * block_, run.count * block_);
  }

 private:
  const Region& to_;
  const Dims axes_;
  const int64_t axis_;
  const char* const data_;
  const Sizes steps_;
  const int64_t itemsize_;
  int64_t block_ = 0;  // bytes of one place, where a run is one block in memory
};

}  // namespace

Region Region::Cut(int64_t axis, int64_t begin, int64_t count, int64_t step) const {
  Region cut = *this;
  cut.data += begin * strides[axis];
  cut.shape[axis] = count;
  cut.strides[axis] *= step;
  return cut;
}

Region All(const Fresh& fresh) {
  const Sizes shape = fresh.array.shape(), strides = fresh.array.memory_strides();
  return {fresh.data, Dims(shape.begin(), shape.end()), Dims(strides.begin(), strides.end())};
}

Array Cut(const Array& x, int64_t axis, int64_t begin, int64_t count, int64_t step) {
  std::vector<Index> items(static_cast<size_t>(axis), Slice{});
  const int64_t end = begin + count * step;
  const bool to_the_front = step < 0 && end < 0;
  items.emplace_back(Slice{begin, to_the_front ? std::nullopt : std::optional(end), step});
  return index(x, items);
}

void CopyParts(const std::vector<Part>& parts) {
  if (parts.empty()) return;
  EvaluatePending(parts);
  const int64_t size = itemsize(parts[0].from.dtype());
  std::vector<Copy> pieces;
  for (const auto& [to, from] : parts) {
    if (IsEmpty(to.shape)) continue;
    const Array wide = BroadcastTo(from, to.shape);
    Split(CopyOf(to, DataOf(wide), wide.memory_strides(), AxesOf(to), size), size, pieces);
  }
  RunAll(parts[0].from.context(), pieces, size);
}

void CopyRuns(const Region& to, const Array& from, int64_t axis, int64_t count,
              absl::FunctionRef<Run(int64_t)> run_at) {
  if (from.size() == 0) return;
  const Runs runs(to, from, axis);
  if (count < kFewRuns) {
    std::vector<Copy> pieces;
    for (int64_t i = 0; i < count; ++i) {
      const Run run = run_at(i);
      if (run.count > 0) Split(runs.CopyOf(run), runs.itemsize(), pieces);
    }
    return RunAll(from.context(), pieces, runs.itemsize());
  }
  const double cost = 10 + 0.2 * static_cast<double>(from.nbytes()) / static_cast<double>(count);
  ParallelFor(from.context(), count, cost, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) runs.Copy(run_at(i));
  });
}

Array Cast(const Array& x, DataType dtype) { return x.dtype() == dtype ? x : astype(x, dtype); }

int64_t AxisOf(int64_t axis, int64_t rank, const char* name) {
  return NormalizedAxes(AxisList(std::vector<int64_t>{axis}), static_cast<int>(rank), name)[0];
}

}  // namespace broadloom::joining
