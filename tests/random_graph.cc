#include "tests/random_graph.h"

#include <algorithm>
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
};

class Generator {
 public:
  explicit Generator(uint64_t seed) : random_(seed) {}

  std::string Graph() {
    dtype_ = Pick({"f64", "f64", "f32", "i32"});
    const size_t rank = 1 + Below(3);
    for (size_t axis = 0; axis < rank; ++axis)
      space_.push_back(Chance(8) && axis > 0 ? space_[0] : absl::StrCat("s", axis));
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
    params_.push_back(absl::StrCat(name, ": ", dtype_, "[", absl::StrJoin(shape, ","),
                                   "] {layout=\"", layout, "\"}"));
    values_.push_back({name, shape});
  }

  void Add(Extents shape, const std::string& made) {
    const std::string name = absl::StrCat("%v", values_.size());
    absl::StrAppend(&body_, "  ", name, " = ", made, "\n");
    values_.push_back({name, std::move(shape)});
  }

  void AddNode() {
    const Value x = PickValue();
    const size_t kind = Below(20);
    if (kind < 4) return Add(x.shape, absl::StrCat(Unary(), " ", x.name));
    if (kind < 12) return AddBinary(x, PickValue());
    if (kind < 19) return AddReduce(x);
    return AddTranspose(x);
  }

  std::string Unary() {
    return dtype_[0] == 'f' ? Pick({"negative", "square", "exp", "tanh", "abs"})
                            : Pick({"negative", "square", "abs"});
  }

  void AddBinary(const Value& x, const Value& y) {
    Extents shape = x.shape;
    for (size_t axis = 0; axis < shape.size(); ++axis) {
      if (shape[axis] == "1") shape[axis] = y.shape[axis];
      if (y.shape[axis] != "1" && y.shape[axis] != shape[axis]) return;
    }
    Add(shape, absl::StrCat(Pick({"add", "subtract", "multiply", "maximum", "minimum"}), " ",
                            x.name, ", ", y.name));
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
    const std::string op = Pick({"sum", "sum", "max", "min", "prod", "max"});
    const bool widens = dtype_ == "i32" && (op == "sum" || op == "prod");
    Add(shape, absl::StrCat(op, " ", x.name, " {axes=[", absl::StrJoin(axes, ","), "], keepdims=1",
                            widens ? ", dtype=i32}" : "}"));
  }

  void AddTranspose(const Value& x) {
    std::vector<size_t> axes(x.shape.size());
    for (size_t i = 0; i < axes.size(); ++i) axes[i] = i;
    std::shuffle(axes.begin(), axes.end(), random_);
    Extents shape;
    for (size_t axis : axes) shape.push_back(x.shape[axis]);
    Add(shape, absl::StrCat("permute_dims ", x.name, " {axes=[", absl::StrJoin(axes, ","), "]}"));
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
  Extents space_;
  std::vector<std::string> params_;
  std::vector<Value> values_;
};

}  // namespace

std::string RandomGraph(uint64_t seed) { return Generator(seed).Graph(); }

}  // namespace broadloom
