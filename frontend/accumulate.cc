// function.at: an elementwise function on picked elements, one after another. What has a loop of
// its own runs in it; else the places are taken in rounds, in which no place occurs twice.
#include <algorithm>
#include <numeric>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "frontend/accumulate_loops.h"
#include "frontend/convert.h"
#include "frontend/dense.h"
#include "frontend/float_errors.h"
#include "frontend/memory.h"
#include "frontend/rearrange.h"
#include "frontend/scatter.h"
#include "frontend/scatter_rows.h"
#include "frontend/storage.h"
#include "frontend/write.h"

namespace broadloom {
namespace {

using Value = std::optional<Array>;  // none: the function has one operand

Op OpOf(const std::string& function, bool has_values) {
  const std::optional<Op> op = ParseOp(function);
  const bool known = op.has_value() && InfoOf(*op).is_elementwise() && InfoOf(*op).Is(kPublic);
  if (!known || InfoOf(*op).arity() > 2)
    throw Error(ErrorCode::invalid_argument,
                absl::StrCat(function,
                             " has no `at`: it is no elementwise function of the table "
                             "of one operand or two"));
  if (InfoOf(*op).arity() == 2 && !has_values)
    throw Error(ErrorCode::invalid_argument,
                absl::StrCat(function, ".at: a second operand is needed"));
  if (InfoOf(*op).arity() == 1 && has_values)
    throw Error(ErrorCode::invalid_argument,
                absl::StrCat(function, ".at: the function has one operand, and two are given"));
  return *op;
}

// As in NumPy no number is weak here.
Value ValueOf(Context& context, const std::optional<Operand>& operand) {
  if (!operand.has_value()) return std::nullopt;
  if (operand->array() != nullptr) return *operand->array();
  return scalar(operand->number(), ToDataType(DefaultDType(operand->number())), &context);
}

Array Broadcast(const std::string& function, const Array& value, const Sizes& shape) {
  if (BroadcastShapes({ExprOf(value)->shape, ToShape(shape)}) != ToShape(shape))
    throw Error(ErrorCode::invalid_argument,
                absl::StrCat(function, ".at: array is not broadcastable to correct shape: ",
                             ToString(ExprOf(value)->shape), " to ", ToString(ToShape(shape))));
  return value.shape() == shape ? value : broadcast_to(value, shape);
}

Array Computed(const std::string& function, const Array& x, const Value& value) {
  std::vector<Operand> operands = {x};
  if (value.has_value()) operands.emplace_back(*value);
  const Array result = call(function, operands);
  return result.dtype() == x.dtype() ? result : astype(result, x.dtype());
}

// Each element once.
void UpdateView(const std::string& function, const Array& view, const Value& value) {
  Value wide = value;
  if (wide.has_value()) wide = Broadcast(function, *wide, view.shape());
  assign(view, Computed(function, view, wide));
}

// --- In rounds -----------------------------------------------------------------------------------

// Which of the picked places are taken first, second, ...: each round has a place once.
std::vector<std::vector<int64_t>> RoundsOf(const std::vector<int64_t>& places) {
  absl::flat_hash_map<int64_t, size_t> taken;
  std::vector<std::vector<int64_t>> rounds;
  for (size_t k = 0; k < places.size(); ++k) {
    const size_t round = taken[places[k]]++;
    if (round == rounds.size()) rounds.emplace_back();
    rounds[round].push_back(static_cast<int64_t>(k));
  }
  return rounds;
}

// The picked axes of the view first, as one vector of indices each.
struct Vectors {
  Array view;
  std::vector<Array> indices;
};

Vectors VectorsOf(const Array& view, const Places& places) {
  std::vector<int64_t> to(places.axes.size());
  std::iota(to.begin(), to.end(), 0);
  Vectors vectors{moveaxis(view, places.axes, to), {}};
  for (const Array& index : places.indices)
    vectors.indices.push_back(reshape(broadcast_to(index, places.shape), {-1}));
  return vectors;
}

void RunInRounds(const std::string& function, const Array& view, const Places& places,
                 const Value& value) {
  const Vectors vectors = VectorsOf(view, places);
  const std::vector<int64_t> offsets = OffsetsOf(view, places, ExprOf(view)->storage.strides);
  const std::vector<std::vector<int64_t>> rounds = RoundsOf(offsets);
  if (rounds.empty())
    Computed(function, zeros({0}, view.dtype(), &view.context()), value);  // or its error
  for (const std::vector<int64_t>& round : rounds) {
    const Index which = array(round, &view.context());
    std::vector<Index> key;
    for (const Array& index : vectors.indices)
      key.emplace_back(rounds.size() == 1 ? index : broadloom::index(index, {which}));
    Value own = value;
    if (own.has_value() && rounds.size() > 1) own = index(*own, {which});
    assign(vectors.view, key, Computed(function, index(vectors.view, key), own));
  }
}

// --- In a loop -----------------------------------------------------------------------------------

// The dtype of values for a loop: that of the function's arithmetic. Sums and their like of narrow
// integers are the same modulo a power of two.
DType ValueDType(Op op, DType dtype, DType value) {
  if (InfoOf(op).dtype_rule == DTypeRule::kLogical) return DType::kBool;
  const DType together = PromoteTypes(dtype, value);
  if (together.is_complex()) return together;
  const std::vector<ValueType> types = {{dtype, {}}, {value, {}}};
  const DType compute = Unwrap(InferDTypes(op, types, {})).operands;
  const bool wraps = op == Op::k_add || op == Op::k_subtract || op == Op::k_multiply ||
                     op == Op::k_bitwise_and || op == Op::k_bitwise_or || op == Op::k_bitwise_xor;
  return wraps && dtype.is_integer() && compute.is_integer() ? dtype : compute;
}

void Speak(const std::string& function, unsigned flags) {
  constexpr std::pair<unsigned, FloatError> kFlags[] = {{4, FloatError::divide},
                                                        {8, FloatError::over},
                                                        {16, FloatError::under},
                                                        {1, FloatError::invalid}};
  unsigned errors = 0;
  for (const auto& [flag, error] : kFlags) errors |= (flags & flag) != 0 ? BitOf(error) : 0;
  for (const auto& [flag, error] : kFlags)
    if ((flags & flag) != 0) SpeakNow(error, function, errors);
}

// Where elements of the view lie: indices as they are where there is one vector of them.
struct Located {
  Targets targets;
  Array index;  // keeps them
  std::vector<int64_t> offsets;
};

void Locate(const Array& view, const Places& places, Located& located) {
  const Dims& strides = ExprOf(view)->storage.strides;
  Targets& targets = located.targets;
  if (places.axes.size() == 1) {
    const Array wide = broadcast_to(places.indices[0], places.shape);
    located.index = ApartFrom(view, Dense(wide, DataType::int64));
    targets.places = ElementsOf<int64_t>(located.index);
    targets.count = located.index.size();
    targets.extent = view.shape()[places.axes[0]];
    targets.stride = strides[places.axes[0]];
    bool fits = true;
    for (int64_t k = 0; k < targets.count; ++k)
      fits &= targets.places[k] >= -targets.extent && targets.places[k] < targets.extent;
    if (fits) return;
  }
  located.offsets = OffsetsOf(view, places, strides);  // or its error
  targets.places = located.offsets.data();
  targets.count = static_cast<int64_t>(located.offsets.size());
}

// The elements at each place, in C order.
void AddRest(const Rest& rest, Targets& targets) {
  if (rest.shape.empty()) return;
  const size_t last = rest.shape.size() - 1;
  targets.inner = rest.shape[last].value();
  targets.inner_stride = rest.strides[last];
  for (size_t axis = 0; axis < last; ++axis) {
    std::vector<int64_t> rows;
    for (int64_t row : targets.rows) {
      for (int64_t i = 0; i < rest.shape[axis].value(); ++i)
        rows.push_back(row + i * rest.strides[axis]);
    }
    targets.rows = std::move(rows);
  }
}

void RunInLoop(const std::string& function, Op op, AccumulateLoop loop, const Array& view,
               const Places& places, const Array& dense) {
  Storage& storage = *view.storage();
  Located located;
  Locate(view, places, located);
  const Array values = ApartFrom(view, dense);
  if (storage.is_seen()) storage.KeepForOthers();
  const Expr& expr = *ExprOf(view);
  located.targets.to = AddressOf(expr.storage);
  AddRest(RestOf(expr.shape, expr.storage.strides, places.axes), located.targets);
  FloatFlags flags{0};
  {
    const FloatEnvironment environment(&flags);
    loop(located.targets, {ElementsOf<char>(values), values.ndim() == 0});
  }
  const bool computes =
      op == Op::k_add || op == Op::k_subtract || op == Op::k_multiply || op == Op::k_divide;
  if (computes && !expr.dtype.is_integer()) Speak(function, flags.load());
}

// --- Either --------------------------------------------------------------------------------------

// Of picked elements, in order, where one number is for all.
struct Ordered {
  Array all;
  Array number;  // null: there are several
};

Ordered OrderedOf(const std::string& function, const Array& value, const Array& view,
                  const Places& places, const PickKey& key) {
  Sizes shape = PickedShape(view, places, key.at);
  for (int64_t axis : key.added) shape.insert(shape.begin() + axis, 1);
  Array wide = Broadcast(function, value, shape);
  if (!key.added.empty()) wide = squeeze(wide, AxisList(key.added));
  return {wide, value.size() == 1 ? reshape(value, {}) : Array()};
}

// The axes of places as one.
Array Flat(const Array& ordered, const Places& places) {
  const Sizes shape = ordered.shape();
  const auto rank = static_cast<int64_t>(places.shape.size());
  int64_t count = 1;
  for (int64_t extent : places.shape) count *= extent;
  Sizes flat = {count};
  flat.insert(flat.end(), shape.begin() + rank, shape.end());
  return reshape(ordered, flat);
}

void RunOn(const std::string& function, Op op, const Array& view, const Places& places,
           const PickKey& key, const Value& value) {
  if (!value.has_value()) return RunInRounds(function, view, places, value);
  const DType own = ExprOf(view)->dtype;
  const DType type = ValueDType(op, own, ExprOf(*value)->dtype);
  const Ordered ordered = OrderedOf(function, *value, view, places, key);
  const Array in_order = PickedFirst(ordered.all, places.shape, key.at);
  const AccumulateLoop loop = LoopOf(op, own, type);
  if (loop == nullptr) return RunInRounds(function, view, places, Flat(in_order, places));
  const Array& values = ordered.number.is_null() ? in_order : ordered.number;
  RunInLoop(function, op, loop, view, places, Dense(values, ToDataType(type)));
}

void UpdatePicked(const std::string& function, Op op, const Array& x,
                  const std::vector<Index>& items, const Value& value) {
  const PickKey key = TakeApart(x, items);
  const Array view = ViewAt(x, key.view);
  const Places places = PlacesOf(key);
  if (places.indices.empty()) {  // masks without axes: once, or not at all
    Value wide = value;
    if (value.has_value()) wide = OrderedOf(function, *value, view, places, key).all;
    if (places.shape[0] == 0) return;
    if (value.has_value()) wide = squeeze(*wide, AxisList(static_cast<int>(key.at)));
    return UpdateView(function, view, wide);
  }
  Storage& storage = *x.storage();
  if (storage.is_seen() || storage.TakeForWriting())
    return RunOn(function, op, view, places, key, value);
  const Array copy = DenseCopy(view, x.dtype()).array;
  RunOn(function, op, copy, places, key, value);
  assign(view, copy);
}

}  // namespace

void apply_at(const std::string& function, const Array& x, const std::vector<Index>& items,
              const std::optional<Operand>& values) {
  const Op op = OpOf(function, values.has_value());
  CheckWriteable(x);
  const Value value = ValueOf(x.context(), values);
  if (HasPickers(items)) return UpdatePicked(function, op, x, items, value);
  UpdateView(function, ViewAt(x, items), value);
}

}  // namespace broadloom
