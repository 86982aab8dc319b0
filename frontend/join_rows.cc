#include "frontend/join_rows.h"

#include <algorithm>
#include <cstring>

#include "absl/types/span.h"
#include "passes/in_place.h"

namespace broadloom {
namespace {

constexpr int64_t kShort = 64;      // elements of a row
constexpr int64_t kJoined = 2048;   // of a joined one, at least
constexpr int64_t kFew = 1 << 12;   // elements of the domain that are not worth it
constexpr int64_t kMany = 1 << 20;  // that make enough blocks for all threads
constexpr int64_t kTogether = 64;   // rows: joined ones begin as far from a cache line as the first

enum class Lies { kJoint, kShared, kOtherwise };

// `strides`: of all axes; the rows' is the last but one. Shared is what all rows of the domain
// share.
Lies HowItLies(absl::Span<const int64_t> strides, int64_t extent, int64_t itemsize) {
  const int64_t stride = strides.back(), row_stride = strides[strides.size() - 2];
  if (row_stride == stride * extent) return Lies::kJoint;  // also what is one number
  const bool shared =
      std::all_of(strides.begin(), strides.end() - 1, [](int64_t outer) { return outer == 0; });
  return shared && stride == itemsize ? Lies::kShared : Lies::kOtherwise;
}

// Of a pointer: operands, then results.
int64_t ItemSizeOf(const Graph& body, size_t pointer) {
  const size_t params = body.params().size();
  const NodeId id = pointer < params ? body.params()[pointer] : body.outputs()[pointer - params];
  return body.node(id).dtype().size();
}

std::vector<char> Repeated(const char* row, int64_t bytes, int64_t times) {
  std::vector<char> all(bytes * times);
  for (int64_t i = 0; i < times; ++i) std::memcpy(all.data() + i * bytes, row, bytes);
  return all;
}

}  // namespace

bool MayJoinRows(const Graph& body) {
  const auto rank = static_cast<int64_t>(body.attrs().Dims(AttrName::k_shape).size());
  return rank >= 2 && IsPointwiseMap(body) && !body.attrs().Has(AttrName::k_across) &&
         body.attrs().Int(AttrName::k_vector) == rank - 1;
}

std::optional<JoinedRows> JoinRows(const LaunchArgs& args, const Graph& body) {
  const size_t rank = args.extents.size(), last = rank - 1;
  const int64_t rows = args.extents[last - 1], extent = args.extents[last];
  int64_t elements = 1;
  for (int64_t each : args.extents) elements *= each;
  // Rows of one element may have unit stride from row to row, which is then part of the code.
  if (extent < 2 || elements < kFew) return std::nullopt;
  bool are_joint = true;
  for (size_t i = 0; i < args.pointers.size(); ++i) {
    const auto strides = absl::MakeConstSpan(args.strides).subspan(i * rank, rank);
    const Lies lies = HowItLies(strides, extent, ItemSizeOf(body, i));
    if (lies == Lies::kOtherwise) return std::nullopt;
    are_joint = are_joint && lies == Lies::kJoint;
  }
  const bool is_one = are_joint && elements >= kMany;
  if (rows < 2 || (!is_one && extent > kShort)) return std::nullopt;
  const int64_t together = is_one ? rows : (kJoined / extent / kTogether + 1) * kTogether;
  JoinedRows joined{args, args, {}};
  joined.whole.extents[last - 1] = rows / together;
  joined.whole.extents[last] = together * extent;
  joined.rest.extents[last - 1] = rows % together == 0 ? 0 : 1;
  joined.rest.extents[last] = rows % together * extent;
  for (size_t i = 0; i < args.pointers.size(); ++i) {
    const int64_t row_stride = args.strides[i * rank + last - 1];
    if (row_stride == 0 && args.strides[i * rank + last] != 0) {
      joined.repeated.push_back(Repeated(args.pointers[i], extent * ItemSizeOf(body, i), together));
      joined.whole.pointers[i] = joined.rest.pointers[i] = joined.repeated.back().data();
      continue;
    }
    for (LaunchArgs* part : {&joined.whole, &joined.rest})
      part->strides[i * rank + last - 1] = row_stride * together;
    joined.rest.pointers[i] += rows / together * together * row_stride;
  }
  return joined;
}

}  // namespace broadloom
