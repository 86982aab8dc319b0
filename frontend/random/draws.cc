// The draws of a call as lazy arrays, and checks of parameters.
#include "frontend/random/draws.h"

#include <cmath>
#include <numbers>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "frontend/convert.h"
#include "frontend/tracing.h"
#include "ir/philox.h"

namespace broadloom::random {
namespace {

// Draws of lazy arrays have the numbers 0, 1, ...; streams get keys of their own from this one.
constexpr uint64_t kStreams = ~uint64_t{0};

std::string Text(const Sizes& shape) {
  return absl::StrCat("(", absl::StrJoin(shape, ","), shape.size() == 1 ? ",)" : ")");
}

int64_t Product(const Sizes& shape, size_t first) {
  int64_t product = 1;
  for (size_t axis = first; axis < shape.size(); ++axis) product *= shape[axis];
  return product;
}

Sizes ShapeOf(const char* function, const Size& size,
              std::initializer_list<const Operand*> parameters) {
  std::vector<Sizes> shapes;
  for (const Operand* x : parameters) {
    if (x->array() != nullptr) shapes.push_back(x->array()->shape());
  }
  if (!size.has_value()) return broadcast_shapes(shapes);
  CheckedShape(*size);
  const Sizes inner = broadcast_shapes(shapes);
  shapes.push_back(*size);
  if (broadcast_shapes(shapes) != *size)
    throw Error(
        ErrorCode::invalid_argument,
        absl::StrCat(function, ": Output size ", Text(*size),
                     " is not compatible with broadcast dimensions of inputs ", Text(inner), "."));
  return *size;
}

struct Rule {
  Array (*is_wrong)(const Array& x);
  const char* message;  // after the parameter's name
};

Array Outside(const Array& x, double low, bool low_too, double high, bool high_too) {
  const Array above = low_too ? x >= low : x > low, below = high_too ? x <= high : x < high;
  return logical_not(logical_and(above, below));
}

Rule RuleOf(Bound bound) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  switch (bound) {
    case Bound::none: return {nullptr, ""};
    case Bound::non_negative:
      return {[](const Array& x) { return logical_and(signbit(x), logical_not(isnan(x))); },
              " < 0"};
    case Bound::positive: return {[](const Array& x) { return x <= 0; }, " <= 0"};
    case Bound::whole_non_negative: return {[](const Array& x) { return x < 0; }, " < 0"};
    case Bound::positive_number:
      return {[](const Array& x) { return Outside(x, 0, false, kInfinity, true); }, " <= 0 or NaN"};
    case Bound::from_0_to_1:
      return {[](const Array& x) { return Outside(x, 0, true, 1, true); }, " < 0, > 1 or NaN"};
    case Bound::above_0_to_1:
      return {[](const Array& x) { return Outside(x, 0, false, 1, true); }, " <= 0, > 1 or NaN"};
    case Bound::from_0_below_1:
      return {[](const Array& x) { return Outside(x, 0, true, 1, false); }, " < 0, >= 1 or NaN"};
    case Bound::above_1:
      return {[](const Array& x) { return Outside(x, 1, false, kInfinity, true); }, " <= 1 or NaN"};
    case Bound::rate:
      return {[](const Array& x) { return Outside(x, 0, true, kMostRate, true); },
              " < 0, too large or NaN"};
  }
  return {nullptr, ""};
}

bool IsWrong(double x, Bound bound) {
  switch (bound) {
    case Bound::none: return false;
    case Bound::non_negative: return std::signbit(x) && !std::isnan(x);
    case Bound::positive: return x <= 0;
    case Bound::whole_non_negative: return x < 0;
    case Bound::positive_number: return !(x > 0);
    case Bound::from_0_to_1: return !(x >= 0 && x <= 1);
    case Bound::above_0_to_1: return !(x > 0 && x <= 1);
    case Bound::from_0_below_1: return !(x >= 0 && x < 1);
    case Bound::above_1: return !(x > 1);
    case Bound::rate: return !(x >= 0 && x <= kMostRate);
  }
  return false;
}

}  // namespace

void Check(const char* function, const char* name, const Operand& x, Bound bound) {
  if (bound == Bound::none) return;
  const Rule rule = RuleOf(bound);
  const std::string message = absl::StrCat(name, rule.message);
  if (x.array() != nullptr) {
    x.array()->eval();  // else it would be computed for the check, and once more for the numbers
    Refuse(function, rule.is_wrong(*x.array()), message);
  } else if (IsWrong(x.number().floating(), bound)) {
    throw Error(ErrorCode::invalid_argument, absl::StrCat(function, ": ", message));
  }
}

void Refuse(const char* function, const Array& wrong, const std::string& message) {
  if (any(wrong).item<bool>())
    throw Error(ErrorCode::invalid_argument, absl::StrCat(function, ": ", message));
}

Draws::Draws(const Generator& generator, const char* function, const Size& size,
             std::initializer_list<const Operand*> parameters)
    : generator_(generator),
      context_(*generator.state_->context),
      shape_(ShapeOf(function, size, parameters)) {}

int64_t Draws::count() const { return Product(shape_, 0); }

uint64_t Draws::Next(const Generator& generator) {
  CheckMayDraw();
  std::lock_guard lock(generator.state_->mutex);
  return generator.state_->state.draws++;
}

uint64_t Draws::StreamKey(const Generator& generator) {
  return Philox(Next(generator), kStreams, generator.state_->state.key);
}

Array Draws::Value(const Operand& x, DataType dtype) const {
  if (x.array() == nullptr) return scalar(x.number(), dtype, &context_);
  return x.array()->dtype() == dtype ? *x.array() : astype(*x.array(), dtype);
}

// The place of each element in C order, of indices along axes: a flat one would have to be stored
// where it is reshaped.
Array Draws::Index() const {
  Array index = scalar(uint64_t{0}, DataType::uint64, &context_);
  for (size_t axis = 0; axis < shape_.size(); ++axis) {
    if (shape_[axis] == 1) continue;
    std::vector<int64_t> others;
    for (size_t other = 0; other < shape_.size(); ++other) {
      if (other != axis) others.push_back(static_cast<int64_t>(other));
    }
    const Array indices = arange(0, shape_[axis], 1, DataType::int64, &context_);
    const Array along = others.empty() ? indices : expand_dims(indices, AxisList(others));
    index =
        index + astype(along, DataType::uint64) * static_cast<uint64_t>(Product(shape_, axis + 1));
  }
  return broadcast_to(index, shape_);
}

Array Draws::Bits() {
  const Array draw = scalar(Next(), DataType::uint64, &context_);
  const Array key = scalar(generator_.state_->state.key, DataType::uint64, &context_);
  return Make(Op::k_philox, {ExprOf(Index()), ExprOf(draw), ExprOf(key)});
}

Array Draws::Uniform() { return astype(Bits() >> 11, DataType::float64) * 0x1p-53; }

Array Draws::Open() { return (astype(Bits() >> 12, DataType::float64) + 0.5) * 0x1p-52; }

Array Draws::Uniform32(const Array& bits, int low) {
  const Array whole = astype((bits >> low) & 0xffffff, DataType::int32);
  return astype(whole, DataType::float32) * 0x1p-24;
}

Array Draws::Exponential() { return -log(Open()); }

// G. Box and M. Muller (1958).
Array Draws::Normal() {
  const Array radius = sqrt(log(Open()) * -2.0);
  return radius * cos(Uniform() * (2 * std::numbers::pi));
}

}  // namespace broadloom::random
