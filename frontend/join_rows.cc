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

// The same of a layout.
Lies HowItLies(absl::string_view letters) {
  const char row = letters[letters.size() - 2], last = letters.back();
  if (row == 'j' || (row == '0' && last == '0')) return Lies::kJoint;
  const bool shared =
      std::all_of(letters.begin(), letters.end() - 1, [](char c) { return c == '0'; });
  return shared && last == 'u' ? Lies::kShared : Lies::kOtherwise;
}

// How many rows become one; 0: none do. Rows of one element may have unit stride from row to row,
// which is then part of the code.
int64_t RowsTogether(absl::Span<const int64_t> extents, bool are_joint) {
  const int64_t rows = extents[extents.size() - 2], extent = extents.back();
  int64_t elements = 1;
  for (int64_t each : extents) elements *= each;
  if (rows < 2 || extent < 2 || elements < kFew) return 0;
  if (are_joint && elements >= kMany) return rows;
  return extent > kShort ? 0 : (kJoined / extent / kTogether + 1) * kTogether;
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

absl::InlinedVector<int64_t, 6> JoinedExtents(const Graph& body,
                                              absl::Span<const int64_t> extents) {
  absl::InlinedVector<int64_t, 6> joined(extents.begin(), extents.end());
  if (!MayJoinRows(body)) return joined;
  const size_t last = extents.size() - 1;
  bool are_joint = true;
  for (NodeId id : body.params()) {
    const Lies lies = HowItLies(body.node(id).attrs.Text(AttrName::k_layout));
    if (lies == Lies::kOtherwise) return joined;
    are_joint = are_joint && lies == Lies::kJoint;
  }
  const int64_t together = RowsTogether(extents, are_joint);
  if (together == 0) return joined;
  joined[last - 1] = std::max<int64_t>(1, extents[last - 1] / together);
  joined[last] = together * extents[last];
  return joined;
}

bool HasRaggedRows(const Graph& body, absl::Span<const int64_t> extents) {
  constexpr int64_t kLong = 2048, kLine = 64;  // bytes
  const auto last = static_cast<int64_t>(extents.size()) - 1;
  if (body.attrs().Int(AttrName::k_vector) != last || body.attrs().Has(AttrName::k_unroll))
    return false;
  return std::any_of(body.outputs().begin(), body.outputs().end(), [&](NodeId id) {
    const Node& output = body.node(id);
    if (output.shape()[last].is(1)) return false;
    const int64_t row = extents[last] * output.dtype().size();
    return row < kLong && row % kLine != 0;
  });
}

std::optional<JoinedRows> JoinRows(const LaunchArgs& args, const Graph& body) {
  const size_t rank = args.extents.size(), last = rank - 1;
  const int64_t rows = args.extents[last - 1], extent = args.extents[last];
  if (RowsTogether(args.extents, true) == 0) return std::nullopt;
  bool are_joint = true;
  for (size_t i = 0; i < args.pointers.size(); ++i) {
    const auto strides = absl::MakeConstSpan(args.strides).subspan(i * rank, rank);
    const Lies lies = HowItLies(strides, extent, ItemSizeOf(body, i));
    if (lies == Lies::kOtherwise) return std::nullopt;
    are_joint = are_joint && lies == Lies::kJoint;
  }
  const int64_t together = RowsTogether(args.extents, are_joint);
  if (together == 0) return std::nullopt;
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
