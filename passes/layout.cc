// Follows layout letters through chains of views. The walk down a chain is a loop: chains are as
// long as users make them.
#include "passes/layout.h"

#include <algorithm>
#include <vector>

namespace broadloom {
namespace {

std::string DenseLetters(const Shape& shape) {
  std::string letters(shape.size(), 'j');
  if (!letters.empty()) letters.back() = 'u';
  return letters;
}

// An axis that is joint with one of extent 1 steps as that one does, which may go away or stand
// still.
std::string Settled(std::string letters, const Shape& shape) {
  for (size_t axis = letters.size(); axis-- > 1;) {
    if (letters[axis - 1] != 'j' || letters[axis] == 'j' || !shape[axis].is(1)) continue;
    letters[axis - 1] = letters[axis] == '0' ? 's' : letters[axis];
  }
  return letters;
}

std::string Permuted(const std::string& letters, const Axes& axes) {
  std::string result;
  for (size_t i = 0; i < axes.size(); ++i) {
    const bool neighbours_stay = i + 1 < axes.size() && axes[i + 1] == axes[i] + 1;
    const char letter = letters[axes[i]];
    result.push_back(letter == 'j' && !neighbours_stay ? 's' : letter);
  }
  return result;
}

std::string Sliced(std::string letters, const Shape& from, const Node& slice) {
  const Shape& steps = slice.attrs.Dims(AttrName::k_steps);
  for (size_t axis = 0; axis < letters.size(); ++axis) {
    const bool whole = slice.shape()[axis] == from[axis];
    if (!steps[axis].is(1) && letters[axis] != '0') letters[axis] = 's';
    if ((!whole || !steps[axis].is(1)) && axis > 0 && letters[axis - 1] == 'j')
      letters[axis - 1] = 's';
  }
  return letters;
}

std::string DiagonalLetters(std::string letters, const Axes& axes) {
  const bool moves = letters[axes[0]] != '0' || letters[axes[1]] != '0';
  letters[axes[0]] = moves ? 's' : '0';
  letters[axes[1]] = '0';
  for (int64_t axis : axes) {
    if (axis > 0 && letters[axis - 1] == 'j') letters[axis - 1] = 's';
  }
  return letters;
}

std::string Broadcast(std::string letters, const Shape& from, const Shape& to) {
  letters.insert(0, to.size() - from.size(), '0');
  for (size_t axis = 0; axis < to.size(); ++axis) {
    const size_t missing = to.size() - from.size();
    if (axis < missing || from[axis - missing] == to[axis]) continue;
    letters[axis] = '0';
    if (axis > 0 && letters[axis - 1] == 'j') letters[axis - 1] = 's';
  }
  return letters;
}

// One group of a reshape: `count` letters become `to` letters.
std::optional<std::string> Regrouped(absl::string_view letters, absl::Span<const Extent> extents,
                                     size_t to) {
  std::string kept;
  for (size_t i = 0; i < letters.size(); ++i) {
    if (!extents[i].is(1)) kept.push_back(letters[i]);
  }
  if (kept.empty()) return std::string(to, '0');
  const bool joint = std::all_of(kept.begin(), kept.end() - 1, [&](char c) {
    return c == 'j' || (c == '0' && kept.back() == '0');
  });
  if (!joint) return std::nullopt;
  std::string result(to, kept.back() == '0' ? '0' : 'j');
  if (to > 0) result.back() = kept.back();
  return result;
}

std::optional<std::string> ApplyLetters(const Graph& graph, const Node& view, std::string letters) {
  const Shape& from = graph.node(view.inputs[0]).shape();
  switch (view.op) {
    case Op::k_permute_dims: return Permuted(letters, view.attrs.Ints(AttrName::k_axes));
    case Op::k_diagonal:
      return DiagonalLetters(std::move(letters), view.attrs.Ints(AttrName::k_axes));
    case Op::k_slice: return Sliced(std::move(letters), from, view);
    case Op::k_broadcast_to: return Broadcast(std::move(letters), from, view.shape());
    case Op::k_reshape:
      return ReshapeLayout(letters, from, view.attrs.Ints(AttrName::k_groups), view.shape());
    default: return std::nullopt;
  }
}

}  // namespace

std::optional<std::string> ReshapeLayout(const std::string& given, const Shape& from,
                                         const Axes& groups, const Shape& to) {
  const std::string letters = Settled(given, from);
  std::string result;
  size_t i = 0;
  for (size_t g = 0; g + 1 < groups.size(); g += 2) {
    std::optional<std::string> part =
        Regrouped(absl::string_view(letters).substr(i, groups[g]),
                  absl::MakeSpan(from).subspan(i, groups[g]), groups[g + 1]);
    if (!part.has_value()) return std::nullopt;
    i += groups[g];
    result += *part;
  }
  return result.size() == to.size() ? std::optional<std::string>(result) : std::nullopt;
}

std::optional<std::string> LayoutOf(const Graph& graph, NodeId id) {
  std::vector<NodeId> chain;
  while (graph.node(id).info().is_view()) {
    chain.push_back(id);
    id = graph.node(id).inputs[0];
  }
  const Node& base = graph.node(id);
  std::optional<std::string> letters =
      base.op == Op::k_param ? base.attrs.Text(AttrName::k_layout) : DenseLetters(base.shape());
  for (auto view = chain.rbegin(); view != chain.rend() && letters.has_value(); ++view) {
    letters = ApplyLetters(graph, graph.node(*view), *std::move(letters));
  }
  if (!letters.has_value()) return std::nullopt;
  return Settled(*std::move(letters), chain.empty() ? base.shape() : graph.node(chain[0]).shape());
}

}  // namespace broadloom
