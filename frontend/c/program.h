// A graph of operations that is written as if somebody had written them: each node becomes a
// pending expression, so that typing, layouts, plans and kernels are those of arrays.
#ifndef BROADLOOM_FRONTEND_C_PROGRAM_H_
#define BROADLOOM_FRONTEND_C_PROGRAM_H_

#include <string>
#include <vector>

#include "absl/types/span.h"
#include "frontend/array.h"
#include "frontend/expr.h"
#include "frontend/source.h"
#include "ir/graph.h"

namespace broadloom::c {

// Nodes are those that its outputs need, numbered as they are printed; so are its symbols. Never
// changes.
class Program {
 public:
  // Who wrote a node: for errors, and for those that name a line.
  struct Place {
    std::string text;
    SourceLine line;
  };

  // Throws with the line and column of what cannot be read, breaks a law of docs/ir.md, or is an
  // operation that only passes make.
  static Program Parse(const std::string& text);
  // `places` of its nodes.
  Program(const Graph& graph, const std::vector<Place>& places);
  // With these in place of its symbols. Throws where an operation cannot be typed then.
  Program Specialized(absl::Span<const Extent> extents) const;

  const Graph& graph() const { return graph_; }
  size_t symbols() const { return symbols_; }
  std::vector<NodeId> inputs() const;  // params, then scalars

  // What its symbols are for inputs of these types; the ones that none of them has stay symbols.
  // Throws where a type is not the input's.
  std::vector<Extent> ExtentsFor(absl::Span<const ValueType> types) const;
  // Its outputs, pending and fresh. Throws where symbols are left.
  std::vector<Array> Write(Context& context, const std::vector<Array>& inputs) const;
  // The same of a program with symbols.
  std::vector<Array> WriteFor(Context& context, const std::vector<Array>& inputs) const;

 private:
  Program(const Graph& graph, const std::vector<Place>& places, absl::Span<const Extent> extents);
  void CopyOperands(const Graph& from, absl::Span<const Extent> extents,
                    std::vector<NodeId>& mapping);
  void CopyNode(const Graph& from, NodeId id, absl::Span<const Extent> extents,
                std::vector<NodeId>& mapping, const Place& place);

  Graph graph_;
  std::vector<Place> places_;
  size_t symbols_ = 0;
};

}  // namespace broadloom::c

#endif  // BROADLOOM_FRONTEND_C_PROGRAM_H_
