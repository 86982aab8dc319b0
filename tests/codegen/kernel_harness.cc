#include "tests/codegen/kernel_harness.h"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "ir/status_macros.h"
#include "ir/text.h"
#include "runtime/image_loader.h"
#include "runtime/launch.h"
#include "runtime/libraries.h"
#include "tests/codegen/tensors.h"

namespace broadloom {
namespace {

// Memory between two pages that nobody may touch.
class GuardedBytes {
 public:
  explicit GuardedBytes(int64_t bytes, bool at_end) {
    const int64_t page = sysconf(_SC_PAGESIZE);
    const int64_t body = (bytes + page - 1) / page * page;
    size_ = body + 2 * page;
    map_ = static_cast<char*>(mmap(nullptr, size_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    if (body > 0) mprotect(map_ + page, body, PROT_READ | PROT_WRITE);
    data_ = map_ + page + (at_end ? body - bytes : 0);
  }
  GuardedBytes(GuardedBytes&& other) noexcept
      : map_(other.map_), data_(other.data_), size_(other.size_) {
    other.map_ = nullptr;
  }
  ~GuardedBytes() {
    if (map_ != nullptr) munmap(map_, size_);
  }
  char* data() const { return data_; }

 private:
  char* map_;
  char* data_;
  int64_t size_;
};

// An operand or output in guarded memory with the strides that its letters and the options ask for.
struct Placed {
  GuardedBytes memory;
  int64_t offset;
  std::vector<int64_t> strides;
};

Placed Place(const std::vector<int64_t>& shape, const std::string& letters, int64_t itemsize,
             StrideKind kind, bool at_end) {
  std::vector<int64_t> strides(shape.size(), 0);
  int64_t span = itemsize, offset = 0;
  const auto place = [&](size_t axis, bool unit) {
    const int64_t gap = !unit && kind == StrideKind::kPadded ? itemsize : 0;
    strides[axis] = span + gap;
    span = strides[axis] * (shape[axis] - 1) + span;
    if (!unit && kind == StrideKind::kReversed) {
      offset += strides[axis] * (shape[axis] - 1);
      strides[axis] = -strides[axis];
    }
  };
  for (size_t axis = 0; axis < shape.size(); ++axis) {
    if (letters[axis] == 'u' && shape[axis] > 0) place(axis, true);
  }
  for (size_t axis = shape.size(); axis-- > 0;) {
    const bool moves = letters[axis] != 'u' && letters[axis] != '0' && kind != StrideKind::kZero;
    if (moves && shape[axis] > 0) place(axis, false);
  }
  const bool empty = std::find(shape.begin(), shape.end(), 0) != shape.end();
  return {GuardedBytes(empty ? 0 : span, at_end), empty ? 0 : offset, strides};
}

// Visits (dense index, byte offset) of all elements.
template <typename Visit>
void ForElements(const std::vector<int64_t>& shape, const Placed& placed, Visit visit) {
  int64_t count = 1;
  for (int64_t extent : shape) count *= extent;
  for (int64_t index = 0; index < count; ++index) {
    int64_t rest = index, at = placed.offset;
    for (size_t axis = shape.size(); axis-- > 0; rest /= shape[axis])
      at += rest % shape[axis] * placed.strides[axis];
    visit(index, at);
  }
}

std::vector<int64_t> Numbers(const Shape& shape, const std::vector<int64_t>& symbols) {
  std::vector<int64_t> numbers;
  for (Extent extent : shape)
    numbers.push_back(extent.is_symbol() ? symbols.at(extent.symbol()) : extent.value());
  return numbers;
}

// Whether all outputs, the placed ones from `first` on, are equally far from a cache line in each
// row, as the runtime asks before it streams.
bool AreAlike(const std::vector<Placed>& placed, size_t first) {
  const auto far = [](const Placed& p) {
    return reinterpret_cast<uintptr_t>(p.memory.data() + p.offset) % 64;
  };
  return std::all_of(placed.begin() + first, placed.end(), [&](const Placed& p) {
    return far(p) == far(placed[first]) && p.strides == placed[first].strides;
  });
}

// min, max and their indices have no value over nothing: the frontend refuses before it launches.
bool NeedsElements(const Graph& body) {
  for (NodeId id = 0; id < body.size(); ++id) {
    if (body.node(id).info().Is(kNonEmpty)) return true;
  }
  return false;
}

}  // namespace

std::vector<const Graph*> KernelBodies(const Graph& graph) {
  std::vector<const Graph*> bodies;
  for (NodeId id = 0; id < graph.size(); ++id) {
    if (graph.node(id).op == Op::k_kernel) bodies.push_back(&graph.node(id).attrs.Body());
  }
  return bodies;
}

absl::StatusOr<KernelHarness> KernelHarness::Make(const Graph& body, const Target& target) {
  KernelHarness harness;
  const std::string text = Print(body);
  BL_ASSIGN_OR_RETURN(Graph canonical, Parse(text));
  harness.body_ = std::make_shared<Graph>(std::move(canonical));
  BL_ASSIGN_OR_RETURN(const Image image, Compile(text, target));
  BL_ASSIGN_OR_RETURN(harness.kernel_, LoadImage(image, ResolveSymbol));
  return harness;
}

absl::Status KernelHarness::RunAndCompare(const HarnessOptions& options, Executor& executor) const {
  const Graph& body = *body_;
  Bindings bindings;
  bindings.symbols = options.symbols;
  std::vector<Placed> placed;
  std::vector<int64_t> strides;
  std::vector<char*> pointers;
  std::vector<uint64_t> scalars;
  const auto add = [&](Placed p) {
    strides.insert(strides.end(), p.strides.begin(), p.strides.end());
    pointers.push_back(p.memory.data() + p.offset);
    placed.push_back(std::move(p));
  };
  const std::vector<int> picked = PickedAxes(body);
  const size_t rank = body.attrs().Dims(AttrName::k_shape).size();
  std::vector<int64_t> tables;
  for (NodeId id : body.params()) {
    const Node& param = body.node(id);
    const std::vector<int64_t> shape = Numbers(param.shape(), options.symbols);
    const auto random = options.ordinary ? OrdinaryTensor : RandomTensor;
    bindings.params.push_back(random(param.dtype(), shape, options.seed * 100 + id));
    Placed p = Place(shape, param.attrs.Text(AttrName::k_layout), param.dtype().size(),
                     options.strides, options.at_end);
    Tensor& tensor = bindings.params.back();
    const int64_t size = param.dtype().size();
    ForElements(shape, p, [&](int64_t index, int64_t at) {
      std::memcpy(p.memory.data() + at, tensor.bytes.data() + index * size, size);
    });
    ForElements(shape, p, [&](int64_t index, int64_t at) {  // elements that share a place are equal
      std::memcpy(tensor.bytes.data() + index * size, p.memory.data() + at, size);
    });
    for (int axis = 0; axis < picked[param.attrs.Int(AttrName::k_index)]; ++axis) {
      if (shape[rank + axis] == 0) return absl::OkStatus();  // the frontend picks nothing from it
      tables.insert(tables.end(), {p.strides[rank + axis], shape[rank + axis]});
    }
    p.strides.resize(rank);
    add(std::move(p));
  }
  for (NodeId id : body.scalars()) {
    bindings.scalars.push_back(
        ElementOf(RandomTensor(body.node(id).dtype(), {}, options.seed + id), 0));
    scalars.push_back(bindings.scalars.back().bits);
  }
  std::vector<std::vector<int64_t>> shapes;
  for (NodeId id : body.outputs()) {
    shapes.push_back(Numbers(body.node(id).shape(), options.symbols));
    std::string letters(shapes.back().size(), 's');
    add(Place(shapes.back(), letters, body.node(id).dtype().size(), StrideKind::kDense,
              options.at_end));
  }
  const std::vector<int64_t> extents =
      Numbers(body.attrs().Dims(AttrName::k_shape), options.symbols);
  Geometry geometry = GeometryFacts(body).For(extents, options.sizes);
  if (options.grain > 0) geometry.grain = {options.grain, options.grain};
  if (options.keep_in_outputs && geometry.keep > 0) {
    geometry.keep = 0;
    geometry.writes_twice = true;
  }
  const bool stream =
      options.stream && !geometry.writes_twice && AreAlike(placed, body.params().size());
  std::vector<char> partials(geometry.partial_bytes);
  const int64_t tuning[kTuneCount] = {geometry.block, stream, geometry.super, geometry.keep,
                                      geometry.rows};
  const int32_t cancelled = 0;
  int32_t fault = 0;
  const Args args{pointers.data(), strides.data(), extents.data(), scalars.data(), tuning,
                  partials.data(), &cancelled,     tables.data(),  &fault};
  BL_RETURN_IF_ERROR(Launch(*kernel_, absl::MakeSpan(geometry.items).subspan(0, geometry.phases),
                            absl::MakeSpan(geometry.grain).subspan(0, geometry.phases), args,
                            geometry.scratch_bytes, executor));
  const absl::StatusOr<std::vector<Tensor>> evaluated = Evaluate(body, bindings);
  const bool empty = std::find(extents.begin(), extents.end(), 0) != extents.end();
  if (absl::IsOutOfRange(evaluated.status()) && empty) return absl::OkStatus();
  if (absl::IsOutOfRange(evaluated.status()) != (fault != 0))
    return absl::InternalError(
        absl::StrCat("fault ", fault, ", but ", evaluated.status().message()));
  if (fault != 0) return absl::OkStatus();
  BL_RETURN_IF_ERROR(evaluated.status());
  const std::vector<Tensor>& expected = *evaluated;
  bool either_zero = false;
  for (NodeId id = 0; id < body.size(); ++id)
    either_zero |= body.node(id).op == Op::k_min || body.node(id).op == Op::k_max;
  for (size_t output = 0; output < expected.size(); ++output) {
    Tensor actual = MakeTensor(expected[output].dtype, shapes[output]);
    const Placed& p = placed[body.params().size() + output];
    ForElements(shapes[output], p, [&](int64_t index, int64_t at) {
      std::memcpy(actual.bytes.data() + index * actual.dtype.size(), p.memory.data() + at,
                  actual.dtype.size());
    });
    const std::string difference = Difference(actual, expected[output], either_zero);
    if (!difference.empty())
      return absl::InternalError(absl::StrCat("output ", output, ": ", difference));
  }
  return absl::OkStatus();
}

namespace {

// Every stride with both guard pages, with and without streams and scratch; then sizes of items and
// chunks, from the smallest to one for the whole.
std::vector<HarnessOptions> Variants(const std::vector<int64_t>& symbols) {
  std::vector<HarnessOptions> variants;
  for (StrideKind strides :
       {StrideKind::kDense, StrideKind::kPadded, StrideKind::kReversed, StrideKind::kZero}) {
    for (int variant = 0; variant < 4; ++variant) {
      variants.push_back({.symbols = symbols,
                          .strides = strides,
                          .at_end = variant % 2 == 0,
                          .stream = variant >= 2,
                          .keep_in_outputs = variant == 1});
    }
  }
  constexpr struct {
    ItemSizes sizes;
    int64_t grain;
  } kLaunches[] = {
      {{1, 8}, 1}, {{3, 16}, 3}, {{8, 32}, 8}, {{17, 256}, 17}, {{1 << 13, 1 << 20}, 1 << 20}};
  for (const auto& [sizes, grain] : kLaunches) {
    variants.push_back({.symbols = symbols,
                        .strides = grain % 2 == 0 ? StrideKind::kPadded : StrideKind::kDense,
                        .stream = sizes.block == 3,
                        .sizes = sizes,
                        .grain = grain,
                        .ordinary = true});
  }
  return variants;
}

std::string ToString(const HarnessOptions& options) {
  return absl::StrCat("symbols ", absl::StrJoin(options.symbols, " "), ", strides ",
                      static_cast<int>(options.strides), ", at end ", options.at_end, ", stream ",
                      options.stream, ", kept in outputs ", options.keep_in_outputs, ", block ",
                      options.sizes.block, ", super ", options.sizes.super, ", grain ",
                      options.grain);
}

}  // namespace

void CheckKernels(const Graph& planned, const Target& target,
                  const std::vector<std::vector<int64_t>>& shapes) {
  ThreadPool pool(2);
  for (const Graph* body : KernelBodies(planned)) {
    absl::StatusOr<KernelHarness> harness = KernelHarness::Make(*body, target);
    ASSERT_TRUE(harness.ok()) << harness.status() << "\n" << Print(*body);
    for (const std::vector<int64_t>& symbols : shapes) {
      const bool empty = std::find(symbols.begin(), symbols.end(), 0) != symbols.end();
      if (empty && NeedsElements(*body)) continue;
      for (const HarnessOptions& options : Variants(symbols)) {
        const absl::Status status = harness->RunAndCompare(options, pool);
        ASSERT_TRUE(status.ok()) << status << "\n" << ToString(options) << "\n" << Print(*body);
      }
    }
  }
}

}  // namespace broadloom
