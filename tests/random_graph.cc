#include "tests/random_graph.h"

#include <algorithm>
#include <optional>
#include <random>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace broadloom {
namespace {

using Extents = std::vector<std::string>;  // as printed: "s0" or "1"

struct Value {
  std::string name;
  Extents shape;
  std::string dtype;
};

bool IsComplex(const std::string& dtype) { return dtype[0] == 'c'; }
bool IsFloat(const std::string& dtype) { return dtype[0] == 'f' || dtype == "bf16"; }
bool IsPart(const std::string& dtype) { return dtype == "f32" || dtype == "f64"; }

class Generator {
 public:
  explicit Generator(uint64_t seed) : random_(seed) {}

  std::string Graph() {
    dtype_ = Pick({"f64", "f64", "f32", "f32", "i32", "f16", "bf16", "u8", "i64"});
    mixed_ = Chance(3);
    const size_t rank = 1 + Below(3);
    for (size_t axis = 0; axis < rank; ++axis)
      space_.push_back(Chance(4) && axis > 0 ? space_[0] : absl::StrCat("s", axis));
    for (size_t params = 1 + Below(3); params > 0; --params) AddParam();
    const std::string head = absl::StrCat("graph @main(", absl::StrJoin(params_, ", "), ") {\n");
    for (size_t nodes = 2 + Below(14); nodes > 0; --nodes) AddNode();
    return absl::StrCat(head, body_, "  return ", absl::StrJoin(Outputs(), ", "), "\n}\n");
  }

 private:
  size_t Below(size_t n) { return random_() % n; }
  bool Chance(size_t one_in) { return Below(one_in) == 0; }
  std::string Pick(const std::vector<std::string>& from) { return from[Below(from.size())]; }
  // Late values more often: deep graphs, not wide ones.
  const Value& PickValue() {
    const size_t last = std::min<size_t>(values_.size(), Chance(2) ? 5 : values_.size());
    return values_[values_.size() - 1 - Below(last)];
  }

  // The first operand has all axes, others may lack some.
  void AddParam() {
    Extents shape = space_;
    std::string layout(space_.size(), 's');
    if (Chance(2)) {
      std::fill(layout.begin(), layout.end(), 'j');
      layout.back() = 'u';
    }
    for (size_t axis = 0; axis < shape.size() && !values_.empty(); ++axis) {
      if (!Chance(3)) continue;
      shape[axis] = "1";
      std::replace(layout.begin(), layout.end(), 'j', 's');
      layout[axis] = '0';
    }
    const std::string name = absl::StrCat("%p", values_.size());
    const std::string dtype = mixed_ ? AnyDType() : dtype_;
    params_.push_back(absl::StrCat(name, ": ", dtype, "[", absl::StrJoin(shape, ","),
                                   "] {layout=\"", layout, "\"}"));
    values_.push_back({name, shape, dtype});
  }

  std::string AnyDType() {
    return Pick({"f64", "f32", "f16", "bf16", "i8", "i32", "i64", "u8", "u32", "b1"});
  }

  void Add(Extents shape, const std::string& dtype, const std::string& made) {
    const std::string name = absl::StrCat("%v", values_.size());
    absl::StrAppend(&body_, "  ", name, " = ", made, "\n");
    values_.push_back({name, std::move(shape), dtype});
  }

  void AddNode() {
    const Value x = Real(PickValue());
    const size_t kind = Below(25);
    if (kind < 4) return AddUnary(x);
    if (kind < 12) return AddBinary(x, Cast(Real(PickValue()), x.dtype));
    if (kind < 18) return AddReduce(x);
    if (kind < 19) return AddTranspose(x);
    if (kind < 21) return AddGather(x);
    if (kind < 22) return AddElement(x);
    if (kind < 23) return AddSlice(x);
    if (kind < 24) return AddDiagonal(x);
    if (IsPart(x.dtype)) return AddComplex(x, Cast(Real(PickValue()), x.dtype));
  }

  // A complex number's part; others as they are.
  Value Real(const Value& x) {
    if (!IsComplex(x.dtype)) return x;
    Add(x.shape, x.dtype == "c64" ? "f32" : "f64",
        absl::StrCat(Pick({"real", "imag"}), " ", x.name));
    return values_.back();
  }

  Value Cast(const Value& x, const std::string& dtype) {
    if (x.dtype == dtype) return x;
    Add(x.shape, dtype, absl::StrCat("astype ", x.name, " {dtype=", dtype, "}"));
    return values_.back();
  }

  void AddUnary(const Value& x) {
    if (mixed_ && Chance(2)) {
      Cast(x, AnyDType());
      return;
    }
    if (x.dtype == "b1") return Add(x.shape, "b1", absl::StrCat("logical_not ", x.name));
    const std::string op = IsFloat(x.dtype) ? Pick({"negative", "square", "exp", "tanh", "abs"})
                                            : Pick({"negative", "square", "abs"});
    Add(x.shape, x.dtype, absl::StrCat(op, " ", x.name));
  }

  // The shape of both together, if they have one.
  std::optional<Extents> Broadcast(const Value& x, const Value& y) {
    Extents shape = x.shape;
    for (size_t axis = 0; axis < shape.size(); ++axis) {
      if (shape[axis] == "1") shape[axis] = y.shape[axis];
      if (y.shape[axis] != "1" && y.shape[axis] != shape[axis]) return std::nullopt;
    }
    return shape;
  }

  void AddBinary(const Value& x, const Value& y) {
    const std::optional<Extents> shape = Broadcast(x, y);
    if (!shape.has_value()) return;
    const std::string op = x.dtype == "b1"
                               ? Pick({"logical_and", "logical_or", "logical_xor"})
                               : Pick({"add", "subtract", "multiply", "maximum", "minimum"});
    Add(*shape, x.dtype, absl::StrCat(op, " ", x.name, ", ", y.name));
  }

  void AddComplex(const Value& x, const Value& y) {
    const std::optional<Extents> shape = Broadcast(x, y);
    if (!shape.has_value()) return;
    Add(*shape, x.dtype == "f32" ? "c64" : "c128", absl::StrCat("complex ", x.name, ", ", y.name));
  }

  void AddReduce(const Value& x) {
    std::vector<size_t> axes;
    Extents shape = x.shape;
    for (size_t axis = 0; axis < shape.size(); ++axis) {
      if (!Chance(2)) continue;
      axes.push_back(axis);
      shape[axis] = "1";
    }
    if (axes.empty()) return;
    const std::string op =
        x.dtype == "b1" ? Pick({"any", "all"}) : Pick({"sum", "sum", "max", "min", "prod", "max"});
    const bool widens = !IsFloat(x.dtype) && (op == "sum" || op == "prod");
    Add(shape, x.dtype,
        absl::StrCat(op, " ", x.name, " {axes=[", absl::StrJoin(axes, ","), "], keepdims=1",
                     widens ? absl::StrCat(", dtype=", x.dtype, "}") : "}"));
  }

  void AddTranspose(const Value& x) {
    std::vector<size_t> axes(x.shape.size());
    for (size_t i = 0; i < axes.size(); ++i) axes[i] = i;
    std::shuffle(axes.begin(), axes.end(), random_);
    Extents shape;
    for (size_t axis : axes) shape.push_back(x.shape[axis]);
    Add(shape, x.dtype,
        absl::StrCat("permute_dims ", x.name, " {axes=[", absl::StrJoin(axes, ","), "]}"));
  }

  // Of the first two axes that have one extent, in either order.
  void AddDiagonal(const Value& x) {
    for (size_t second = 1; second < x.shape.size(); ++second) {
      const auto end = x.shape.begin() + static_cast<std::ptrdiff_t>(second);
      const size_t first = std::find(x.shape.begin(), end, x.shape[second]) - x.shape.begin();
      if (first == second) continue;
      Extents shape = x.shape;
      const bool turned = Chance(2);
      shape[turned ? first : second] = "1";
      const std::string axes =
          turned ? absl::StrCat(second, ",", first) : absl::StrCat(first, ",", second);
      return Add(shape, x.dtype, absl::StrCat("diagonal ", x.name, " {axes=[", axes, "]}"));
    }
  }

  // One place along an axis. Extents are numbers from 2 on, or 1 for ever.
  void AddSlice(const Value& x) {
    const size_t axis = Below(x.shape.size());
    std::vector<size_t> starts(x.shape.size(), 0), steps(x.shape.size(), 1);
    starts[axis] = x.shape[axis] == "1" ? 0 : Below(2);
    Extents shape = x.shape;
    shape[axis] = "1";
    Add(shape, x.dtype,
        absl::StrCat("slice ", x.name, " {starts=[", absl::StrJoin(starts, ","), "], steps=[",
                     absl::StrJoin(steps, ","), "], sizes=[", absl::StrJoin(shape, ","), "]}"));
  }

  // The first or the last element, picked by numbers.
  void AddElement(const Value& x) {
    const std::string name = absl::StrCat("%g", tables_++);
    absl::StrAppend(&body_, "  ", name, "i = constant {value=i64:", Chance(2) ? "0" : "-1", "}\n  ",
                    name, " = gather ", x.name);
    std::vector<size_t> axes;
    for (size_t axis = 0; axis < x.shape.size(); ++axis) {
      absl::StrAppend(&body_, ", ", name, "i");
      axes.push_back(axis);
    }
    absl::StrAppend(&body_, "\n");
    Add(Extents(axes.size(), "1"), x.dtype,
        absl::StrCat("expand_dims ", name, " {axes=[", absl::StrJoin(axes, ","), "]}"));
  }

  // Along one or two axes, each by an integer array that may vary along all of them.
  void AddGather(const Value& x) {
    std::vector<size_t> picked = {Below(x.shape.size())};
    const size_t second = Below(x.shape.size());
    if (second != picked[0] && Chance(3)) picked.push_back(second);
    Value result = {"", x.shape, x.dtype};
    for (size_t axis : picked) result.shape[axis] = "1";
    std::string indices;
    for (size_t axis : picked) {
      const Value index = AddIndex(x.shape[axis]);
      const std::optional<Extents> shape = Broadcast(result, index);
      if (!shape.has_value()) return;
      result.shape = *shape;
      absl::StrAppend(&indices, ", ", index.name);
    }
    Add(result.shape, x.dtype, absl::StrCat("gather ", AddTable(x, picked), indices));
  }

  // The picked axes last, and axes of extent 1 in their place.
  std::string AddTable(const Value& x, const std::vector<size_t>& picked) {
    std::vector<size_t> axes, sorted = picked;
    for (size_t axis = 0; axis < x.shape.size(); ++axis) {
      if (std::find(picked.begin(), picked.end(), axis) == picked.end()) axes.push_back(axis);
    }
    axes.insert(axes.end(), picked.begin(), picked.end());
    std::sort(sorted.begin(), sorted.end());
    const std::string name = absl::StrCat("%t", tables_++);
    absl::StrAppend(&body_, "  ", name, "p = permute_dims ", x.name, " {axes=[",
                    absl::StrJoin(axes, ","), "]}\n  ", name, " = expand_dims ", name, "p {axes=[",
                    absl::StrJoin(sorted, ","), "]}\n");
    return name;
  }

  // Integers that are, but rarely, fewer than the extent.
  Value AddIndex(const std::string& extent) {
    const Value x = Cast(Real(PickValue()), Chance(3) ? "i32" : "i64");
    if (Chance(20)) return x;
    const std::string name = absl::StrCat("%e", tables_++);
    absl::StrAppend(&body_, "  ", name,
                    extent == "1" ? " = constant {value=i64:1}\n"
                                  : absl::StrCat(" = extent {dim=", extent, "}\n"));
    Add(x.shape, "i64", absl::StrCat("remainder ", x.name, ", ", name));
    const Value index = values_.back();
    if (!Chance(3)) return index;
    Add(x.shape, "i64", absl::StrCat("subtract ", index.name, ", ", name));
    return values_.back();
  }

  std::vector<std::string> Outputs() {
    std::vector<std::string> outputs = {values_.back().name};
    for (size_t more = Below(4); more > 0; --more) {
      const std::string& name = values_[Below(values_.size())].name;
      if (name[1] == 'v' && std::find(outputs.begin(), outputs.end(), name) == outputs.end())
        outputs.push_back(name);
    }
    return outputs;
  }

  std::mt19937_64 random_;
  std::string dtype_, body_;
  bool mixed_ = false;
  int tables_ = 0;
  Extents space_;
  std::vector<std::string> params_;
  std::vector<Value> values_;
};

}  // namespace

std::string RandomGraph(uint64_t seed) { return Generator(seed).Graph(); }

}  // namespace broadloom
