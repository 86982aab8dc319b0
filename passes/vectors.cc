#include "passes/vectors.h"

#include <algorithm>
#include <string>

#include "ir/byte_index.h"
#include "ir/emission_order.h"
#include "ir/evaluate.h"

namespace broadloom {
namespace {

// Elements of a vector; of one that picks, element by element, fewer.
constexpr int kMostElements = 256, kMostPicked = 64;

// Indices have no say in what vectors lie along: they are read once for many elements, or one by
// one with them.
bool IsOnlyIndex(const Graph& body, NodeId param) {
  bool is_index = false;
  for (NodeId id = 0; id < body.size(); ++id) {
    const Inputs& inputs = body.node(id).inputs;
    for (size_t i = 0; i < inputs.size(); ++i) {
      if (inputs[i] != param) continue;
      if (!body.node(id).info().is_gather() || i == 0) return false;
      is_index = true;
    }
  }
  return is_index;
}

// Minimum and maximum of floats keep three registers for each vector of results
// (codegen/reducer.h).
bool FillsRegisters(const Graph& body, NodeId reduce) {
  const Op op = body.node(reduce).op;
  return (op == Op::k_min || op == Op::k_max) && body.node(reduce).dtype().is_floating();
}

// Registers of running values for each vector of results.
int RegistersOf(const Graph& body, NodeId reduce) {
  const Op op = body.node(reduce).op;
  if (op == Op::k_argmin || op == Op::k_argmax) return 4;
  return FillsRegisters(body, reduce) ? 3 : 1;
}

// Operations that wait for one another, all operations, and values that wait in registers.
struct Chain {
  int depth = 0, operations = 0, live = 0;
};

Chain ChainOf(const Graph& body, const MachineModel& machine) {
  std::vector<int> depth(body.size());
  Chain chain;
  chain.live = MostRegisters(body, machine.vector_bytes == 64);
  for (NodeId id = 0; id < body.size(); ++id) {
    const Node& node = body.node(id);
    if (node.rank() == 0) continue;  // numbers are operands in memory
    for (NodeId input : node.inputs) depth[id] = std::max(depth[id], depth[input]);
    if (node.info().is_elementwise()) {
      ++chain.operations;
      chain.depth = std::max(chain.depth, ++depth[id]);
    }
  }
  return chain;
}

// Whether an index stands for the bytes that it is made from, in all gathers by it.
bool IsMadeOfBytes(const Graph& body, NodeId index) {
  bool is_index = false;
  for (NodeId id = 0; id < body.size(); ++id) {
    const Inputs& inputs = body.node(id).inputs;
    if (std::find(inputs.begin(), inputs.end(), index) == inputs.end()) continue;
    if (!ByteIndexOf(body, id)) return false;
    is_index = true;
  }
  return is_index;
}

// Whether a body looks bytes up in registers (codegen/byte_lookup.cc), and nothing in it is so wide
// that a register of bytes would become too many.
bool LooksUpBytes(const Graph& body) {
  bool looks_up = false;
  for (NodeId id = 0; id < body.size(); ++id) {
    const Node& node = body.node(id);
    if (node.rank() > 0 && node.dtype().size() > kMostLookedUpBytes && !IsMadeOfBytes(body, id))
      return false;
    looks_up = looks_up || ByteIndexOf(body, id).has_value();
  }
  return looks_up;
}

bool Gathers(const Graph& body) {
  for (NodeId id = 0; id < body.size(); ++id) {
    if (body.node(id).info().is_gather()) return true;
  }
  return false;
}

// Of the results: a whole register of these is stored at once.
int NarrowestResult(const Graph& body) {
  int narrowest = WidestElement(body);
  for (NodeId id : body.outputs()) narrowest = std::min(narrowest, body.node(id).dtype().size());
  return narrowest;
}

// Registers of a plain map's vectors. Two, but more where results are narrower, or operations wait
// for one another over a longer way than a core looks ahead: then so many vectors are on the way
// together as keep its units busy; if their values fit in registers.
int Registers(const Graph& body, const MachineModel& machine) {
  constexpr int kFarAhead = 16, kOnTheWay = 12, kMost = 8;
  if (Gathers(body)) return 2;
  bool is_plain = true;
  for (NodeId id = 0; id < body.size(); ++id) {
    const Node& node = body.node(id);
    is_plain = is_plain && !node.info().Is(kCostly) && !node.dtype().is_complex();
  }
  const Chain chain = ChainOf(body, machine);
  const int all = machine.vector_bytes == 64 ? 32 : 16;
  const bool is_long = is_plain && chain.depth > kFarAhead;
  const int of_results = std::clamp(WidestElement(body) / NarrowestResult(body), 2, 4);
  int registers = 2;
  while (2 * registers * chain.live <= all &&
         (registers < of_results ||
          (is_long && registers < kMost && registers * chain.operations < kOnTheWay * chain.depth)))
    registers *= 2;
  return registers;
}

// Whether each lane reduces a column of its own, so that no lane waits for another one.
bool LanesAreColumns(const Graph& body) {
  const Axes& inner = body.attrs().Ints(AttrName::k_inner);
  return std::find(inner.begin(), inner.end(), body.attrs().Int(AttrName::k_vector)) == inner.end();
}

}  // namespace

// What varies along all axes of the domain is read for each of its elements, all else more rarely.
int WeightOf(const Graph& body, NodeId param) {
  constexpr int kMany = 64;
  const Node& node = body.node(param);
  const int rank = static_cast<int>(body.attrs().Dims(AttrName::k_shape).size());
  for (int axis = 0; axis < rank; ++axis) {
    if (node.rank() <= axis || node.shape()[axis] != body.attrs().Dims(AttrName::k_shape)[axis])
      return 1;
  }
  return kMany;
}

bool IsPlain(const Graph& body) {
  for (NodeId id = 0; id < body.size(); ++id) {
    const Node& node = body.node(id);
    const bool is_plain = node.info().is_elementwise() || node.info().is_reduce() ||
                          node.op == Op::k_param || node.op == Op::k_scalar ||
                          node.op == Op::k_constant || node.op == Op::k_broadcast_to;
    if (!is_plain || node.dtype().is_complex()) return false;
  }
  return true;
}

int WidestElement(const Graph& body) {
  const int64_t vector = body.attrs().IntOr(AttrName::k_vector, -1);
  int widest = 1;
  for (NodeId id = 0; id < body.size(); ++id) {
    const Node& node = body.node(id);
    const bool is_index = node.op == Op::k_argmin || node.op == Op::k_argmax;
    const bool is_one = node.rank() == 0 ||  // for all lanes
                        (vector >= 0 && node.rank() > vector && node.shape()[vector].is(1) &&
                         !node.info().is_reduce());
    if (!is_index && !is_one) widest = std::max(widest, node.dtype().size());
  }
  return widest;
}

bool AreVectors(const Graph& body, int axis) {
  return std::all_of(body.outputs().begin(), body.outputs().end(), [&](NodeId id) {
    const Node& output = body.node(id);
    return output.rank() > axis && !output.shape()[axis].is(1);
  });
}

bool IsSerial(const Graph& body) {
  const Shape& result = body.node(body.outputs()[0]).shape();
  return !body.attrs().Has(AttrName::k_inner) &&
         std::all_of(result.begin(), result.end(), [](Extent e) { return e.is(1); });
}

int VectorAxis(const Graph& body, const std::vector<bool>& allowed) {
  int best = -1, best_score = -1;
  for (int axis = static_cast<int>(allowed.size()) - 1; axis >= 0; --axis) {
    if (!allowed[axis]) continue;
    int score = 0;
    for (NodeId param : body.params()) {
      if (body.node(param).attrs.Text(AttrName::k_layout)[axis] == 'u' && !IsOnlyIndex(body, param))
        score += WeightOf(body, param);
    }
    if (score > best_score) {
      best = axis;
      best_score = score;
    }
  }
  return std::max(best, 0);
}

int VectorAxis(const Graph& body) {
  const Shape& domain = body.attrs().Dims(AttrName::k_shape);
  if (body.attrs().Has(AttrName::k_inner))
    return static_cast<int>(body.attrs().Ints(AttrName::k_inner).back());
  const Shape& result = body.node(body.outputs()[0]).shape();
  std::vector<bool> allowed(domain.size());
  for (size_t axis = 0; axis < domain.size(); ++axis) allowed[axis] = !result[axis].is(1);
  return VectorAxis(body, allowed);
}

int TileRows(const Graph& body, const std::vector<NodeId>& reductions, int vector,
             const MachineModel& machine) {
  constexpr int kMostRows = 4, kOthers = 5;  // registers of operands and what is on the way
  int row = static_cast<int>(body.attrs().Dims(AttrName::k_shape).size()) - 1;
  const Shape& result = body.node(body.outputs()[0]).shape();
  while (row >= 0 && (row == vector || result[row].is(1))) --row;
  if (row < 0 || !AreVectors(body, vector) || !AreVectors(body, row) || !IsPlain(body)) return 1;
  const auto varies = [&](NodeId id, int axis) {
    const Node& node = body.node(id);
    return node.rank() > axis && !node.shape()[axis].is(1);
  };
  bool shares = false;
  int registers = 0;
  for (NodeId id = 0; id < body.size(); ++id) {
    const Node& node = body.node(id);
    shares = shares || (node.op == Op::k_param && varies(id, vector) && !varies(id, row));
  }
  for (NodeId id : reductions) {
    if (varies(id, vector) && varies(id, row)) registers += 2 * RegistersOf(body, id);
  }
  if (!shares || registers == 0) return 1;
  const int all = machine.vector_bytes == 64 ? 32 : 16;
  int rows = kMostRows;
  while (rows > 1 && rows * registers + kOthers > all) rows /= 2;
  return rows;
}

int VectorWidth(const Graph& body, const std::vector<NodeId>& reductions,
                const MachineModel& machine) {
  if (body.attrs().Has(AttrName::k_inner)) {
    int lanes = 0;
    for (NodeId id : reductions) {
      const Node& reduce = body.node(id);  // sums of integers have no order to keep
      if (reduce.info().Is(kOrdered) && reduce.dtype().is_floating())
        lanes = LanesOf(reduce.dtype());
    }
    if (lanes > 0) return lanes;
  }
  if (!reductions.empty() && IsSerial(body)) return 1;
  const int most = Gathers(body) ? kMostPicked : kMostElements;
  if (reductions.empty()) {
    if (machine.permutes_bytes && LooksUpBytes(body)) return machine.vector_bytes;
    return std::clamp(Registers(body, machine) * machine.vector_bytes / WidestElement(body), 1,
                      most);
  }
  const bool fills = std::any_of(reductions.begin(), reductions.end(),
                                 [&](NodeId id) { return FillsRegisters(body, id); });
  const bool few = body.attrs().Has(AttrName::k_tile) || (fills && machine.vector_bytes < 64);
  int bytes = (few ? 2 : 4) * machine.vector_bytes;
  if (body.attrs().Has(AttrName::k_inner))
    bytes = fills && LanesAreColumns(body) ? machine.vector_bytes : kLaneBytes;
  return std::clamp(bytes / WidestElement(body), 1, most);
}

}  // namespace broadloom
