// Programs: read, numbered, made for extents.
#include "frontend/c/program.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "frontend/c/guarded.h"
#include "frontend/unwrap.h"
#include "ir/text.h"
#include "ir/verify.h"

namespace broadloom::c {
namespace {

// The parser's "line:column: what".
Failure ParseFailure(const absl::Status& status) {
  const std::pair<absl::string_view, absl::string_view> parts =
      absl::StrSplit(status.message(), absl::MaxSplits(": ", 1));
  return Failure(BL_INVALID_ARGUMENT, std::string(parts.second), std::string(parts.first));
}

// Positions do not descend by much; lines are counted once.
class LineCounter {
 public:
  explicit LineCounter(absl::string_view text) {
    for (size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '\n') starts_.push_back(i + 1);
    }
  }
  std::string PlaceOf(size_t position) const {
    const auto next = std::upper_bound(starts_.begin(), starts_.end(), position);
    return absl::StrCat(next - starts_.begin(), ":", position - *std::prev(next) + 1);
  }

 private:
  std::vector<size_t> starts_ = {0};
};

std::vector<Program::Place> PlacesOf(const std::string& text, const std::string& name,
                                     const std::vector<size_t>& positions) {
  const LineCounter lines(text);
  std::vector<Program::Place> places;
  for (size_t position : positions) {
    std::string place = lines.PlaceOf(position);
    auto line = std::make_shared<const std::string>(absl::StrCat("@", name, ":", place));
    places.push_back({std::move(place), std::move(line)});
  }
  return places;
}

bool IsMadeByPasses(Op op) { return op == Op::k_kernel || op == Op::k_result || op == Op::k_keep; }

// Calls `visit` for each extent of a node, in the order in which they are printed.
template <typename Visit>
void VisitExtents(const Node& node, const Visit& visit) {
  for (Extent extent : node.shape()) visit(extent);
  for (const auto& [name, value] : node.attrs) {
    if (const auto* dims = std::get_if<Shape>(&value)) {
      for (Extent extent : *dims) visit(extent);
    } else if (const auto* dim = std::get_if<Extent>(&value)) {
      visit(*dim);
    }
  }
}

// Symbols by first appearance in print, in place of the graph's own.
std::vector<Extent> PrintedSymbols(const Graph& graph) {
  std::vector<Extent> renamed;
  int next = 0;
  for (NodeId id : PrintedOrder(graph)) {
    VisitExtents(graph.node(id), [&](Extent extent) {
      if (!extent.is_symbol()) return;
      const auto symbol = static_cast<size_t>(extent.symbol());
      if (renamed.size() <= symbol) renamed.resize(symbol + 1);
      if (!renamed[symbol].is_symbol()) renamed[symbol] = Extent::Symbol(next++);
    });
  }
  return renamed;
}

Extent Replaced(Extent extent, absl::Span<const Extent> extents) {
  return extent.is_symbol() ? extents[extent.symbol()] : extent;
}

Shape Replaced(const Shape& shape, absl::Span<const Extent> extents) {
  Shape replaced;
  for (Extent extent : shape) replaced.push_back(Replaced(extent, extents));
  return replaced;
}

Attrs Replaced(const Attrs& attrs, absl::Span<const Extent> extents) {
  Attrs replaced = attrs;
  for (const auto& [name, value] : attrs) {
    if (const auto* dims = std::get_if<Shape>(&value)) replaced.Set(name, Replaced(*dims, extents));
    if (const auto* dim = std::get_if<Extent>(&value)) replaced.Set(name, Replaced(*dim, extents));
  }
  return replaced;
}

// What breaks a law of the IR was written by the user.
Failure FailureAt(const absl::Status& status, const std::string& place) {
  const bool broken = status.code() == absl::StatusCode::kInternal;
  return Failure(broken ? BL_INVALID_ARGUMENT : CodeOf(broadloom::CodeOf(status.code())),
                 std::string(status.message()), place);
}

}  // namespace

Program Program::Parse(const std::string& text) {
  std::vector<size_t> positions;
  const absl::StatusOr<Graph> graph = broadloom::Parse(text, &positions);
  if (!graph.ok()) throw ParseFailure(graph.status());
  const std::vector<Place> places = PlacesOf(text, graph->name(), positions);
  for (NodeId id = 0; id < graph->size(); ++id) {
    if (IsMadeByPasses(graph->node(id).op))
      throw Failure(BL_UNIMPLEMENTED,
                    absl::StrCat(graph->node(id).info().name,
                                 " is an operation that only passes make: no program has it"),
                    places[id].text);
    const absl::Status status = VerifyNode(*graph, id);
    if (!status.ok())
      throw FailureAt(absl::Status(status.code(), absl::StrCat(graph->node(id).info().name, ": ",
                                                               status.message())),
                      places[id].text);
  }
  if (!graph->attrs().empty())
    throw Failure(BL_UNIMPLEMENTED, "a schedule is of kernels' bodies: no program has one");
  return Program(*graph, places);
}

Program::Program(const Graph& graph, const std::vector<Place>& places)
    : Program(graph, places, PrintedSymbols(graph)) {}

Program::Program(const Graph& graph, const std::vector<Place>& places,
                 absl::Span<const Extent> extents)
    : graph_(graph.name()) {
  std::vector<NodeId> mapping(graph.size(), -1);
  CopyOperands(graph, extents, mapping);
  for (NodeId id : PrintedOrder(graph)) {
    if (mapping[id] < 0) CopyNode(graph, id, extents, mapping, places[id]);
    const NodeId copy = mapping[id];
    if (copy == static_cast<NodeId>(places_.size())) places_.push_back(places[id]);
    VisitExtents(graph_.node(copy), [&](Extent extent) {
      if (extent.is_symbol()) symbols_ = std::max<size_t>(symbols_, extent.symbol() + 1);
    });
  }
  std::vector<NodeId> outputs;
  for (NodeId output : graph.outputs()) outputs.push_back(mapping[output]);
  graph_.set_outputs(std::move(outputs));
}

void Program::CopyOperands(const Graph& from, absl::Span<const Extent> extents,
                           std::vector<NodeId>& mapping) {
  for (NodeId id : from.params()) {
    const Node& node = from.node(id);
    mapping[id] = Unwrap(graph_.AddParam({node.dtype(), Replaced(node.shape(), extents)},
                                         node.attrs.Text(AttrName::k_layout), IsFinite(node)));
  }
  for (NodeId id : from.scalars())
    mapping[id] = Unwrap(graph_.AddScalar(from.node(id).dtype(), IsFinite(from.node(id))));
}

void Program::CopyNode(const Graph& from, NodeId id, absl::Span<const Extent> extents,
                       std::vector<NodeId>& mapping, const Place& place) {
  const Node& node = from.node(id);
  Inputs inputs;
  for (NodeId input : node.inputs) inputs.push_back(mapping[input]);
  const absl::StatusOr<NodeId> copy =
      graph_.Add(node.op, std::move(inputs), Replaced(node.attrs, extents));
  if (!copy.ok()) throw FailureAt(copy.status(), place.text);
  const absl::Status status = VerifyNode(graph_, *copy);
  if (!status.ok()) throw FailureAt(status, place.text);
  mapping[id] = *copy;
}

// Symbols that are left are numbered anew.
Program Program::Specialized(absl::Span<const Extent> extents) const {
  const Program with_gaps(graph_, places_, extents);
  return Program(with_gaps.graph_, with_gaps.places_);
}

std::vector<NodeId> Program::inputs() const {
  std::vector<NodeId> inputs = graph_.params();
  inputs.insert(inputs.end(), graph_.scalars().begin(), graph_.scalars().end());
  return inputs;
}

std::vector<Extent> Program::ExtentsFor(absl::Span<const ValueType> types) const {
  const std::vector<NodeId> operands = inputs();
  if (types.size() != operands.size())
    throw Failure(BL_INVALID_ARGUMENT, absl::StrCat("the program takes ", operands.size(),
                                                    " inputs, not ", types.size()));
  std::vector<Extent> extents;
  for (size_t i = 0; i < symbols_; ++i) extents.push_back(Extent::Symbol(static_cast<int>(i)));
  for (size_t i = 0; i < types.size(); ++i) {
    const ValueType& wanted = graph_.node(operands[i]).type;
    bool fits = types[i].dtype == wanted.dtype && types[i].shape.size() == wanted.shape.size();
    for (size_t axis = 0; fits && axis < wanted.shape.size(); ++axis) {
      const Extent given = types[i].shape[axis];
      const Extent known = Replaced(wanted.shape[axis], extents);
      if (known.is_symbol()) extents[known.symbol()] = given;
      fits = known.is_symbol() || known == given;
    }
    if (!fits)
      throw Failure(
          BL_INVALID_ARGUMENT,
          absl::StrCat("input ", i, " is ", ToString(types[i]), ", not ",
                       ToString(ValueType{wanted.dtype, Replaced(wanted.shape, extents)})),
          places_[operands[i]].text);
  }
  return extents;
}

}  // namespace broadloom::c
