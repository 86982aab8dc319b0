// Rows at the ends of a part are read by its neighbours: they are computed before any part stores,
// and stored after everything else of it.
#include "frontend/staged_launch.h"

#include <algorithm>
#include <cstdlib>

#include "frontend/layout.h"
#include "frontend/memory.h"
#include "ir/status_macros.h"

namespace broadloom {
namespace {

constexpr int64_t kStageBytes = 128 << 10;  // two stay in the second-level cache
constexpr int64_t kWorthAPart = 256 << 10;

// Bytes from the first element of a row to the end of its last; none where they run backwards.
std::optional<int64_t> SpanOfRow(const Shape& shape, const Dims& strides, int64_t itemsize) {
  int64_t span = itemsize;
  for (size_t axis = 1; axis < shape.size(); ++axis) {
    if (shape[axis].value() > 1 && strides[axis] < 0) return std::nullopt;
    span += (shape[axis].value() - 1) * strides[axis];
  }
  return span;
}

// None where the rows lie in one another.
std::optional<int64_t> LagOf(const Shape& shape, const Dims& strides, int64_t itemsize,
                             const std::vector<int64_t>& distances) {
  if (std::all_of(distances.begin(), distances.end(), [](int64_t d) { return d == 0; })) return 0;
  const std::optional<int64_t> span = SpanOfRow(shape, strides, itemsize);
  if (!span.has_value() || strides[0] < *span) return std::nullopt;
  int64_t lag = 0;
  for (int64_t distance : distances)
    lag = std::max(lag, (std::abs(distance) + strides[0] - 1) / strides[0]);
  return lag;
}

class StagedRun {
 public:
  StagedRun(Context& context, const StagedLaunch& launch, char* scratch, FloatFlags& flags)
      : context_(context),
        launch_(launch),
        stages_(launch.stages),
        dense_(DenseStrides(launch.shape, launch.itemsize)),
        scratch_(scratch),
        flags_(flags) {
    std::copy(dense_.begin(), dense_.end(), launch.args.strides.end() - dense_.size());
  }

  void Run() {
    if (stages_.parts > 1 && stages_.lag > 0)
      ForParts([&](const Part& part) { ComputeEnds(part); });
    ForParts([&](const Part& part) { RunPart(part); });
  }

 private:
  struct Part {
    int64_t begin, end;   // rows
    int64_t first, last;  // of them those at its ends, that neighbours read
    char* scratch;        // two stages, then the ends
  };

  int64_t RowBytes() const { return dense_[0]; }

  Part PartOf(int64_t number) const {
    const int64_t rows = launch_.shape[0].value(), parts = stages_.parts;
    return {rows * number / parts, rows * (number + 1) / parts, number > 0 ? stages_.lag : 0,
            number + 1 < parts ? stages_.lag : 0, scratch_ + number * (stages_.bytes / parts)};
  }

  void ForParts(absl::FunctionRef<void(const Part&)> run) {
    context_.pool.ParallelFor(stages_.parts, 1, [&](int64_t begin, int64_t end, int) {
      const FloatEnvironment environment(&flags_);
      for (int64_t number = begin; number < end; ++number) run(PartOf(number));
    });
  }

  char* EndsOf(const Part& part) const { return part.scratch + 2 * stages_.rows * RowBytes(); }

  void ComputeEnds(const Part& part) {
    char* const ends = EndsOf(part);
    Compute(part.begin, part.begin + part.first, ends);
    Compute(part.end - part.last, part.end, ends + part.first * RowBytes());
  }

  void RunPart(const Part& part) {
    const int64_t begin = part.begin + part.first, end = part.end - part.last;
    int64_t stored = begin;
    int turn = 0;
    const auto stage = [&](int which) {
      return part.scratch + (which & 1) * stages_.rows * RowBytes();
    };
    for (int64_t row = begin; row < end; row += stages_.rows, ++turn) {
      Compute(row, std::min(row + stages_.rows, end), stage(turn));
      Store(stored, row, stage(turn + 1));
      stored = row;
    }
    Store(stored, end, stage(turn + 1));
    char* const ends = EndsOf(part);
    Store(part.begin, begin, ends);
    Store(end, part.end, ends + part.first * RowBytes());
  }

  void Compute(int64_t begin, int64_t end, char* to) {
    if (begin == end) return;
    const LaunchArgs& args = launch_.args;
    const size_t rank = args.extents.size();
    absl::InlinedVector<char*, 8> pointers = args.pointers;
    for (size_t i = 0; i + 1 < pointers.size(); ++i) pointers[i] += begin * args.strides[i * rank];
    pointers.back() = to;
    absl::InlinedVector<int64_t, 4> extents = args.extents;
    extents[0] = end - begin;
    const Geometry geometry = launch_.facts.For(extents);
    int64_t tuning[kTuneCount] = {};
    tuning[kTuneBlock] = geometry.block;
    constexpr int32_t kNever = 0;
    const Args raw{
        pointers.data(), args.strides.data(), extents.data(), args.scalars.data(), tuning, nullptr,
        &kNever};
    launch_.kernel.phase(0)(&raw, 0, geometry.items[0], nullptr);
  }

  void Store(int64_t begin, int64_t end, char* from) {
    Shape rows = launch_.shape;
    rows[0] = Extent(end - begin);
    const StridedArray& place = launch_.place;
    CopyStrided(rows, launch_.itemsize,
                {AddressOf(place) + begin * place.strides[0], place.strides}, {from, dense_});
  }

  Context& context_;
  const StagedLaunch& launch_;
  const Stages& stages_;
  const Dims dense_;
  char* const scratch_;
  FloatFlags& flags_;
};

}  // namespace

std::optional<Stages> PlanStages(const Shape& shape, const Dims& strides, int64_t itemsize,
                                 const std::vector<int64_t>& distances, int threads) {
  const int64_t total = NumElements(shape).value_or(0) * itemsize;
  if (shape.empty() || total == 0) return std::nullopt;
  const std::optional<int64_t> lag = LagOf(shape, strides, itemsize, distances);
  if (!lag.has_value()) return std::nullopt;
  const int64_t rows = shape[0].value(), row_bytes = total / rows;
  Stages stages;
  stages.lag = *lag;
  stages.rows = std::max({*lag, std::min(total / 8, kStageBytes) / row_bytes, int64_t{1}});
  const int64_t most =
      std::min({int64_t{threads}, total / kWorthAPart, rows / (2 * stages.lag + stages.rows)});
  stages.parts = std::max<int64_t>(most, 1);
  stages.bytes = stages.parts * 2 * (stages.rows + stages.lag) * row_bytes;
  return stages.bytes < total ? std::optional(stages) : std::nullopt;
}

absl::Status LaunchStaged(Context& context, const StagedLaunch& launch, FloatFlags& flags) {
  BL_ASSIGN_OR_RETURN(const std::shared_ptr<Buffer> scratch,
                      context.allocator.Allocate(launch.stages.bytes));
  StagedRun(context, launch, scratch->data(), flags).Run();
  return absl::OkStatus();
}

}  // namespace broadloom
