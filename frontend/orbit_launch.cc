#include "frontend/orbit_launch.h"

#include <algorithm>
#include <atomic>
#include <memory>

#include "absl/container/inlined_vector.h"
#include "frontend/block_kernel.h"
#include "frontend/layout.h"
#include "frontend/memory.h"
#include "ir/status_macros.h"

namespace broadloom {
namespace {

constexpr int64_t kOrbitBytes = 16 << 10;  // of a thread: stays in the first-level cache
constexpr int64_t kLeastBytes = 1 << 10;   // of a block, where there are many
constexpr int64_t kWorthAPart = 256 << 10;
constexpr size_t kMostBlocks = 48;  // in an orbit: as many ways there are to turn a cube

// Whether a symmetry of the group exchanges an axis for another one, or mirrors it.
bool IsMoved(const std::vector<Symmetry>& group, size_t axis) {
  return std::any_of(group.begin(), group.end(), [&](const Symmetry& symmetry) {
    return symmetry.from[axis] != static_cast<int>(axis);
  });
}

bool IsMirrored(const std::vector<Symmetry>& group, size_t axis) {
  return std::any_of(group.begin(), group.end(),
                     [&](const Symmetry& symmetry) { return symmetry.mirrored[axis]; });
}

// The largest power of two of which `power` factors are at most `most`.
int64_t RootOf(int64_t most, int64_t power) {
  int64_t root = 1;
  const auto fits = [&](int64_t candidate) {
    int64_t product = 1;
    for (int64_t i = 0; i < power; ++i) product *= candidate;
    return product <= most;
  };
  while (fits(2 * root)) root *= 2;
  return root;
}

// Of blocks of `most` elements: the same along axes that are exchanged, whole rows elsewhere.
std::vector<int64_t> SizesOfBlocks(const Shape& shape, const std::vector<Symmetry>& group,
                                   int64_t most) {
  std::vector<int64_t> sizes(shape.size());
  int64_t moved = 0, rest = std::max<int64_t>(1, most);
  for (size_t axis = 0; axis < shape.size(); ++axis)
    moved += IsMoved(group, axis) && shape[axis].value() > 1;
  const int64_t root = moved > 0 ? RootOf(rest, moved) : 1;
  for (size_t axis = 0; axis < shape.size(); ++axis) {
    if (!IsMoved(group, axis)) continue;
    sizes[axis] = std::min(root, shape[axis].value());
    rest = std::max<int64_t>(1, rest / sizes[axis]);
  }
  for (size_t axis = shape.size(); axis-- > 0;) {
    if (IsMoved(group, axis)) continue;
    sizes[axis] = std::min(rest, shape[axis].value());
    rest = std::max<int64_t>(1, rest / sizes[axis]);
  }
  return sizes;
}

}  // namespace

BlocksOfAxis::BlocksOfAxis(int64_t extent, int64_t most, bool is_mirrored)
    : extent(extent), count((extent + most - 1) / most), is_mirrored(is_mirrored) {
  if (is_mirrored && extent % 2 == 1 && count % 2 == 0) ++count;  // one in the middle
  size = is_mirrored ? (extent + count - 1) / count : most;
  least = extent / count;
  longer = extent % count / 2;
}

int64_t BlocksOfAxis::Begin(int64_t block) const {
  if (!is_mirrored) return std::min(block * size, extent);
  if (2 * block > count) return extent - Begin(count - block);
  return block * least + std::min(block, longer);
}

std::optional<Orbits> PlanOrbits(const Shape& shape, int64_t itemsize,
                                 const std::vector<Symmetry>& symmetries, int64_t writes,
                                 int threads) {
  const int64_t total = NumElements(shape).value_or(0) * itemsize;
  std::optional<std::vector<Symmetry>> group = GroupOf(symmetries, shape.size(), kMostBlocks);
  if (shape.empty() || total == 0 || !group.has_value()) return std::nullopt;
  const int64_t order = static_cast<int64_t>(group->size()), together = order * writes;
  const int64_t most = std::max(kOrbitBytes / together, kLeastBytes);
  const std::vector<int64_t> sizes =
      SizesOfBlocks(shape, *group, std::min(most, total / 4 / order) / itemsize);
  Orbits orbits;
  orbits.blocks = 1;
  orbits.block_bytes = itemsize;
  for (size_t axis = 0; axis < shape.size(); ++axis) {
    orbits.axes.emplace_back(shape[axis].value(), sizes[axis], IsMirrored(*group, axis));
    orbits.blocks *= orbits.axes.back().count;
    orbits.block_bytes *= orbits.axes.back().size;
  }
  orbits.group = *std::move(group);
  orbits.parts = std::max<int64_t>(1, std::min<int64_t>(threads, total * writes / kWorthAPart));
  orbits.bytes = orbits.parts * together * orbits.block_bytes;
  return orbits.bytes < total * writes ? std::optional(std::move(orbits)) : std::nullopt;
}

namespace {

class OrbitRun {
 public:
  OrbitRun(Context& context, const Orbits& orbits, int64_t itemsize,
           const std::vector<OrbitWrite>& writes, char* scratch, FloatFlags& flags)
      : context_(context),
        orbits_(orbits),
        itemsize_(itemsize),
        writes_(writes),
        scratch_(scratch),
        flags_(flags) {
    for (const BlocksOfAxis& axis : orbits.axes) counts_.push_back(axis.count);
  }

  void Run() {
    context_.pool.ParallelFor(orbits_.parts, 1, [&](int64_t begin, int64_t end, int) {
      const FloatEnvironment environment(&flags_);
      for (int64_t part = begin; part < end; ++part) RunPart(part);
    });
  }

 private:
  struct Block {
    Dims begin, extents, dense;
    Shape shape;
  };
  using Kernels = std::vector<std::unique_ptr<BlockKernel>>;

  // Parts take blocks as they are done with others; who finds the first one of an orbit does all
  // of it.
  void RunPart(int64_t part) {
    Kernels kernels;
    for (const OrbitWrite& write : writes_) {
      kernels.push_back(
          write.kernel == nullptr
              ? nullptr
              : std::make_unique<BlockKernel>(*write.kernel, *write.facts, write.args, itemsize_));
    }
    char* const scratch = scratch_ + part * (orbits_.bytes / orbits_.parts);
    while (true) {
      const int64_t begin = next_.fetch_add(kTaken);
      if (begin >= orbits_.blocks) return;
      for (int64_t number = begin; number < std::min(begin + kTaken, orbits_.blocks); ++number)
        RunOrbitOf(number, kernels, scratch);
    }
  }

  void RunOrbitOf(int64_t number, const Kernels& kernels, char* scratch) const {
    absl::InlinedVector<Block, 2> orbit;
    const Dims first = IndexOf(number);
    absl::InlinedVector<Dims, 2> known;
    for (const Symmetry& symmetry : orbits_.group) {
      Dims index = symmetry.Of(first, counts_);
      if (index < first) return;  // that one's
      if (std::find(known.begin(), known.end(), index) != known.end()) continue;
      orbit.push_back(BlockAt(index));
      known.push_back(std::move(index));
    }
    char* at = scratch;
    for (const Block& block : orbit) {
      for (size_t i = 0; i < writes_.size(); ++i, at += orbits_.block_bytes)
        Compute(block, writes_[i], kernels[i].get(), at);
    }
    at = scratch;
    for (const Block& block : orbit) {
      for (size_t i = 0; i < writes_.size(); ++i, at += orbits_.block_bytes)
        Copy(block, PlaceIn(writes_[i].place, block), {at, block.dense});
    }
  }

  void Compute(const Block& block, const OrbitWrite& write, BlockKernel* kernel, char* to) const {
    if (kernel != nullptr) return kernel->Compute(block.begin, block.extents, to);
    Copy(block, {to, block.dense}, PlaceIn(write.from, block));
  }

  void Copy(const Block& block, const Strided& to, const Strided& from) const {
    CopyStrided(block.shape, itemsize_, to, from);
  }

  static Strided PlaceIn(const StridedArray& array, const Block& block) {
    char* address = AddressOf(array);
    for (size_t axis = 0; axis < block.begin.size(); ++axis)
      address += block.begin[axis] * array.strides[axis];
    return {address, array.strides};
  }

  Dims IndexOf(int64_t number) const {
    Dims index(counts_.size());
    for (size_t axis = counts_.size(); axis-- > 0; number /= counts_[axis])
      index[axis] = number % counts_[axis];
    return index;
  }

  Block BlockAt(const Dims& index) const {
    const size_t rank = index.size();
    Block block{Dims(rank), Dims(rank), Dims(rank), Shape(rank)};
    int64_t stride = itemsize_;
    for (size_t axis = rank; axis-- > 0;) {
      block.begin[axis] = orbits_.axes[axis].Begin(index[axis]);
      block.extents[axis] = orbits_.axes[axis].SizeOf(index[axis]);
      block.shape[axis] = block.extents[axis];
      block.dense[axis] = stride;
      stride *= block.extents[axis];
    }
    return block;
  }

  static constexpr int64_t kTaken = 8;  // blocks at a time

  Context& context_;
  const Orbits& orbits_;
  const int64_t itemsize_;
  const std::vector<OrbitWrite>& writes_;
  char* const scratch_;
  FloatFlags& flags_;
  Dims counts_;  // of blocks, by axis
  std::atomic<int64_t> next_ = 0;
};

}  // namespace

absl::Status LaunchOrbits(Context& context, const Orbits& orbits, int64_t itemsize,
                          const std::vector<OrbitWrite>& writes, FloatFlags& flags) {
  BL_ASSIGN_OR_RETURN(const std::shared_ptr<Buffer> scratch,
                      context.allocator.Allocate(orbits.bytes));
  OrbitRun(context, orbits, itemsize, writes, scratch->data(), flags).Run();
  return absl::OkStatus();
}

}  // namespace broadloom
