// Rows at the ends of a part are read by its neighbours: they are computed before any part stores,
// and stored after everything else of it.
#include "frontend/staged_launch.h"

#include <algorithm>
#include <cstdlib>

#include "frontend/block_kernel.h"
#include "frontend/memory.h"
#include "ir/status_macros.h"

namespace broadloom {
namespace {

constexpr int64_t kStageBytes = 8 << 10;  // two stay in the first-level cache
constexpr int64_t kWorthAPart = 256 << 10;

// How far apart, along each axis, elements can be that lie `distance` bytes from each other: the
// farthest in `reach`. False where none do. Finer axes step within a step of coarser ones.
bool Reach(const Shape& shape, const Dims& strides, size_t axis, int64_t distance, Dims& reach) {
  if (axis == shape.size()) return distance == 0;
  const int64_t extent = shape[axis].value(), stride = std::abs(strides[axis]);
  if (extent <= 1) return Reach(shape, strides, axis + 1, distance, reach);
  bool any = false;
  for (int64_t apart : {std::abs(distance) / stride, std::abs(distance) / stride + 1}) {
    if (apart >= extent ||
        !Reach(shape, strides, axis + 1, std::abs(distance) - apart * stride, reach))
      continue;
    reach[axis] = std::max(reach[axis], apart);
    any = true;
  }
  return any;
}

int64_t BytesBehind(const Shape& shape, size_t axis, int64_t itemsize) {
  for (size_t i = axis + 1; i < shape.size(); ++i) itemsize *= shape[i].value();
  return itemsize;
}

// The first axis along which there is something to read, or with rows that fit.
int StagedAxis(const Shape& shape, const Dims& reach, int64_t itemsize) {
  int axis = 0;
  while (reach[axis] == 0 && BytesBehind(shape, axis, itemsize) > kStageBytes) ++axis;
  return axis;
}

class StagedRun {
 public:
  StagedRun(Context& context, const StagedLaunch& launch, char* scratch, FloatFlags& flags)
      : context_(context),
        launch_(launch),
        stages_(launch.stages),
        shape_(launch.shape),
        scratch_(scratch),
        flags_(flags) {
    Shape widest = shape_;
    if (!IsLast(stages_.axis)) widest.back() = stages_.width;
    stage_bytes_ = stages_.rows * BytesBehind(widest, stages_.axis, launch.itemsize);
  }

  void Run() {
    if (stages_.pieces > 1) return ForParts([&](int64_t number) { RunPieces(number); });
    if (stages_.parts > 1 && stages_.lag > 0) {
      ForParts([&](int64_t number) {
        Part part = PartOf(number);
        ComputeEnds(part);
      });
    }
    ForParts([&](int64_t number) {
      Part part = PartOf(number);
      RunPart(part);
    });
  }

 private:
  struct Part {
    int64_t begin, end;   // rows
    int64_t first, last;  // of them those at its ends, that neighbours read
    char* scratch;        // two stages, then the ends
    Dims origin, extents;
    int64_t row_bytes;
    BlockKernel kernel;
  };

  bool IsLast(int axis) const { return axis + 1 == static_cast<int>(shape_.size()); }
  int64_t Rows() const { return shape_[stages_.axis].value(); }

  // All of what there is; `width` of the last axis.
  Part Whole(char* scratch) const {
    Part part{
        0,  Rows(),  0,
        0,  scratch, Dims(shape_.size(), 0),
        {}, 0,       BlockKernel(launch_.kernel, launch_.facts, launch_.args, launch_.itemsize)};
    for (Extent extent : shape_) part.extents.push_back(extent.value());
    for (int axis = 0; axis < stages_.axis; ++axis) part.extents[axis] = 1;
    part.row_bytes = BytesBehind(shape_, stages_.axis, launch_.itemsize);
    return part;
  }

  Part PartOf(int64_t number) const {
    const int64_t parts = stages_.parts;
    Part part = Whole(scratch_ + number * 2 * stage_bytes_);
    part.scratch += std::max<int64_t>(0, 2 * number - 1) * stages_.lag * part.row_bytes;
    part.begin = Rows() * number / parts;
    part.end = Rows() * (number + 1) / parts;
    part.first = number > 0 ? stages_.lag : 0;
    part.last = number + 1 < parts ? stages_.lag : 0;
    return part;
  }

  void RunPieces(int64_t number) {
    Part part = Whole(scratch_ + number * 2 * stage_bytes_);
    for (int64_t piece = number; piece < stages_.pieces; piece += stages_.parts) {
      MoveTo(piece, part);
      RunPart(part);
    }
  }

  void MoveTo(int64_t piece, Part& part) const {
    if (!IsLast(stages_.axis)) {
      const int64_t all = shape_.back().value(), strips = (all + stages_.width - 1) / stages_.width;
      part.origin.back() = piece % strips * stages_.width;
      part.extents.back() = std::min(stages_.width, all - part.origin.back());
      piece /= strips;
      part.row_bytes = launch_.itemsize;
      for (size_t axis = stages_.axis + 1; axis < shape_.size(); ++axis)
        part.row_bytes *= part.extents[axis];
    }
    for (int axis = stages_.axis; axis-- > 0; piece /= shape_[axis].value())
      part.origin[axis] = piece % shape_[axis].value();
  }

  void ForParts(absl::FunctionRef<void(int64_t)> run) {
    context_.pool.ParallelFor(stages_.parts, 1, [&](int64_t begin, int64_t end, int) {
      const FloatEnvironment environment(&flags_);
      for (int64_t number = begin; number < end; ++number) run(number);
    });
  }

  char* EndsOf(const Part& part) const { return part.scratch + 2 * stage_bytes_; }

  void ComputeEnds(Part& part) const {
    char* const ends = EndsOf(part);
    Compute(part, part.begin, part.begin + part.first, ends);
    Compute(part, part.end - part.last, part.end, ends + part.first * part.row_bytes);
  }

  void RunPart(Part& part) const {
    const int64_t begin = part.begin + part.first, end = part.end - part.last;
    int64_t stored = begin;
    int turn = 0;
    const auto stage = [&](int which) { return part.scratch + (which & 1) * stage_bytes_; };
    for (int64_t row = begin; row < end; row += stages_.rows, ++turn) {
      Compute(part, row, std::min(row + stages_.rows, end), stage(turn));
      Store(part, stored, row, stage(turn + 1));
      stored = row;
    }
    Store(part, stored, end, stage(turn + 1));
    char* const ends = EndsOf(part);
    Store(part, part.begin, begin, ends);
    Store(part, end, part.end, ends + part.first * part.row_bytes);
  }

  void Compute(Part& part, int64_t begin, int64_t end, char* to) const {
    if (begin == end) return;
    part.origin[stages_.axis] = begin;
    part.extents[stages_.axis] = end - begin;
    part.kernel.Compute(part.origin, part.extents, to);
  }

  void Store(Part& part, int64_t begin, int64_t end, char* from) const {
    if (begin == end) return;
    part.origin[stages_.axis] = begin;
    part.extents[stages_.axis] = end - begin;
    const size_t rank = shape_.size();
    char* place = AddressOf(launch_.place);
    Shape rows(rank);
    Dims dense(rank);
    int64_t stride = launch_.itemsize;
    for (size_t axis = rank; axis-- > 0; stride *= part.extents[axis]) {
      place += part.origin[axis] * launch_.place.strides[axis];
      rows[axis] = part.extents[axis];
      dense[axis] = stride;
    }
    CopyStrided(rows, launch_.itemsize, {place, launch_.place.strides}, {from, dense});
  }

  Context& context_;
  const StagedLaunch& launch_;
  const Stages& stages_;
  const Shape& shape_;
  char* const scratch_;
  FloatFlags& flags_;
  int64_t stage_bytes_;
};

}  // namespace

std::optional<Stages> PlanStages(const Shape& shape, const Dims& strides, int64_t itemsize,
                                 const std::vector<int64_t>& distances, int threads) {
  const int64_t total = NumElements(shape).value_or(0) * itemsize;
  if (shape.empty() || total == 0) return std::nullopt;
  Dims reach(shape.size(), 0);
  for (int64_t distance : distances) Reach(shape, strides, 0, distance, reach);
  Stages stages;
  stages.axis = StagedAxis(shape, reach, itemsize);
  stages.lag = reach[stages.axis];
  const int64_t rows = shape[stages.axis].value(), last = shape.back().value();
  const int64_t least = std::max<int64_t>(1, stages.lag);
  int64_t row_bytes = BytesBehind(shape, stages.axis, itemsize);
  stages.width = last;
  const bool has_strips = stages.axis + 1 < static_cast<int>(shape.size()) && reach.back() == 0;
  if (has_strips && least * row_bytes > kStageBytes) {
    stages.width = std::max<int64_t>(1, kStageBytes / (least * (row_bytes / last)));
    row_bytes = row_bytes / last * stages.width;
  }
  stages.rows = std::max(least, std::min(total / 8, kStageBytes) / row_bytes);
  stages.pieces = (last + stages.width - 1) / stages.width;
  for (int axis = 0; axis < stages.axis; ++axis) stages.pieces *= shape[axis].value();
  const int64_t most = stages.pieces > 1 ? stages.pieces : rows / (2 * stages.lag + stages.rows);
  stages.parts = std::max<int64_t>(1, std::min({int64_t{threads}, total / kWorthAPart, most}));
  const int64_t ends = stages.pieces > 1 ? 0 : (stages.parts - 1) * stages.lag;
  stages.bytes = 2 * (stages.parts * stages.rows + ends) * row_bytes;
  return stages.bytes < total ? std::optional(stages) : std::nullopt;
}

absl::Status LaunchStaged(Context& context, const StagedLaunch& launch, FloatFlags& flags) {
  BL_ASSIGN_OR_RETURN(const std::shared_ptr<Buffer> scratch,
                      context.allocator.Allocate(launch.stages.bytes));
  StagedRun(context, launch, scratch->data(), flags).Run();
  return absl::OkStatus();
}

}  // namespace broadloom
