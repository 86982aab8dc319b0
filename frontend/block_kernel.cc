#include "frontend/block_kernel.h"

#include <algorithm>

namespace broadloom {
namespace {

constexpr uintptr_t kLine = 64;  // scratch begins at one

}  // namespace

void BlockKernel::Resize(absl::Span<const int64_t> extents) {
  extents_.assign(extents.begin(), extents.end());
  geometry_ = facts_.For(extents_);
  if (geometry_.scratch_bytes > 0) scratch_.resize(geometry_.scratch_bytes + kLine - 1);
  int64_t stride = itemsize_;
  for (size_t axis = extents.size(), at = strides_.size(); axis > 0; --axis) {
    strides_[--at] = stride;
    stride *= extents[axis - 1];
  }
}

void BlockKernel::Compute(absl::Span<const int64_t> begin, absl::Span<const int64_t> extents,
                          char* to) {
  if (!std::equal(extents.begin(), extents.end(), extents_.begin(), extents_.end()))
    Resize(extents);
  const size_t rank = extents.size();
  for (size_t i = 0; i + 1 < pointers_.size(); ++i) {
    int64_t offset = 0;
    for (size_t axis = 0; axis < rank; ++axis) offset += begin[axis] * strides_[i * rank + axis];
    pointers_[i] = args_.pointers[i] + offset;
  }
  pointers_.back() = to;
  int64_t tuning[kTuneCount] = {};
  tuning[kTuneBlock] = geometry_.block;
  tuning[kTuneRows] = geometry_.rows;
  constexpr int32_t kNever = 0;
  const Args raw{pointers_.data(), strides_.data(), extents_.data(), args_.scalars.data(),
                 tuning,           nullptr,         &kNever};
  const auto scratch = reinterpret_cast<uintptr_t>(scratch_.data());
  kernel_.phase(0)(&raw, 0, geometry_.items[0],
                   reinterpret_cast<void*>((scratch + kLine - 1) / kLine * kLine));
}

}  // namespace broadloom
