// Differences of neighbours and sums of trapezoids.
#include <cmath>

#include "absl/strings/str_cat.h"
#include "frontend/joining/assembly.h"
#include "frontend/statistics.h"
#include "frontend/statistics/common.h"

namespace broadloom {
namespace {

Array Step(const Array& x, int64_t axis) {
  const Array later = AlongAxis(x, axis, {1, {}, {}}), earlier = AlongAxis(x, axis, {{}, -1, {}});
  return x.dtype() == DataType::bool_ ? not_equal(later, earlier) : later - earlier;
}

// A number as one layer along the axis.
Array Layer(const Array& value, const Array& x, int64_t axis) {
  if (value.ndim() > 0) return value;
  Sizes shape = x.shape();
  shape[axis] = 1;
  return broadcast_to(value, shape);
}

Array CastToEnd(const Array& x, DataType dtype, const char* name) {
  if (!can_cast(x.dtype(), dtype, Casting::same_kind))
    throw Error(ErrorCode::type_error,
                absl::StrCat("ediff1d: dtype ", to_string(x.dtype()), " of `", name,
                             "` must be compatible with input `ary` (", to_string(dtype),
                             ") under the `same_kind` rule."));
  return reshape(As(x, dtype), {-1});
}

// Distances between coordinates, or one number where they are all the same.
Operand Distances(const Operand& spacing, int64_t extent) {
  if (spacing.array() == nullptr || spacing.array()->ndim() == 0) return spacing;
  const Array& given = *spacing.array();
  if (given.ndim() != 1)
    throw Error(ErrorCode::invalid_argument, "gradient: distances must be either scalars or 1d");
  if (given.size() != extent)
    throw Error(
        ErrorCode::invalid_argument,
        absl::StrCat("gradient: when 1d, distances (", given.size(),
                     ") must match the length of the corresponding dimension (", extent, ")"));
  const Array x = IsInexact(given.dtype()) ? given : astype(given, DataType::float64);
  const Array steps = Step(x, 0).eval(), first = index(steps, {0});
  return all(steps == first).item<bool>() ? first : steps;
}

// For each axis.
std::vector<Operand> AllDistances(const std::vector<Operand>& spacings, const Sizes& shape,
                                  const std::vector<int64_t>& axes) {
  if (spacings.empty()) return std::vector<Operand>(axes.size(), 1.0);
  const Array* const first = spacings[0].array();
  if (spacings.size() == 1 && (first == nullptr || first->ndim() == 0))
    return std::vector<Operand>(axes.size(), spacings[0]);
  if (spacings.size() != axes.size())
    throw Error(ErrorCode::type_error,
                absl::StrCat("gradient: invalid number of arguments: ", spacings.size(),
                             " spacings for ", axes.size(), " axes"));
  std::vector<Operand> distances;
  for (size_t i = 0; i < axes.size(); ++i)
    distances.push_back(Distances(spacings[i], shape[axes[i]]));
  return distances;
}

// Weights of three values.
struct Weights {
  Array a, b, c;
};

Array Weighted(const Weights& w, const Array& x, const Array& y, const Array& z) {
  return w.a * x + w.b * y + w.c * z;
}

class Gradient {
 public:
  Gradient(const Array& f, int64_t axis, const Operand& distances)
      : f_(f), axis_(axis), n_(f.shape()[axis]), distances_(distances) {}

  Array Compute(int edge_order) const {
    std::vector<Array> parts = {edge_order == 1 ? Edge(0) : SecondEdge(/*at_end=*/false)};
    if (n_ > 2) parts.push_back(Uniform() ? UniformInterior() : Interior());
    parts.push_back(edge_order == 1 ? Edge(n_ - 2) : SecondEdge(/*at_end=*/true));
    for (Array& part : parts) part = As(part, f_.dtype());
    return joining::Joined("gradient", parts, axis_, joining::OwnOrder(f_));
  }

 private:
  bool Uniform() const { return distances_.array() == nullptr || distances_.array()->ndim() == 0; }

  Array At(int64_t begin, int64_t end) const { return AlongAxis(f_, axis_, {begin, end, {}}); }

  // The distances from `begin` on, along the axis.
  Array Steps(int64_t begin, int64_t end) const {
    Sizes shape(f_.ndim(), 1);
    shape[axis_] = end - begin;
    return reshape(index(*distances_.array(), {Slice{begin, end, {}}}), shape);
  }

  Array UniformInterior() const { return (At(2, n_) - At(0, n_ - 2)) / multiply(2.0, distances_); }

  Array Interior() const {
    const Array d1 = Steps(0, n_ - 2), d2 = Steps(1, n_ - 1);
    const Weights w{-d2 / (d1 * (d1 + d2)), (d2 - d1) / (d1 * d2), d1 / (d2 * (d1 + d2))};
    return Weighted(w, At(0, n_ - 2), At(1, n_ - 1), At(2, n_));
  }

  Array Edge(int64_t at) const {
    const Array step = At(at + 1, at + 2) - At(at, at + 1);
    return Uniform() ? divide(step, distances_) : step / Steps(at, at + 1);
  }

  Array SecondEdge(bool at_end) const {
    const int64_t at = at_end ? n_ - 3 : 0;
    return Weighted(at_end ? LastWeights() : FirstWeights(), At(at, at + 1), At(at + 1, at + 2),
                    At(at + 2, at + 3));
  }

  Weights FirstWeights() const {
    if (Uniform()) return UniformWeights(-1.5, 2.0, -0.5);
    const Array d1 = Steps(0, 1), d2 = Steps(1, 2);
    return {-(2.0 * d1 + d2) / (d1 * (d1 + d2)), (d1 + d2) / (d1 * d2), -d1 / (d2 * (d1 + d2))};
  }

  Weights LastWeights() const {
    if (Uniform()) return UniformWeights(0.5, -2.0, 1.5);
    const Array d1 = Steps(n_ - 3, n_ - 2), d2 = Steps(n_ - 2, n_ - 1);
    return {d2 / (d1 * (d1 + d2)), -(d2 + d1) / (d1 * d2), (2.0 * d2 + d1) / (d2 * (d1 + d2))};
  }

  Weights UniformWeights(double a, double b, double c) const {
    const auto over = [&](double x) {
      return divide(scalar(x, f_.dtype(), &f_.context()), distances_);
    };
    return {over(a), over(b), over(c)};
  }

  const Array& f_;
  const int64_t axis_, n_;
  const Operand distances_;
};

}  // namespace

Array diff(const Array& given, int64_t n, int given_axis, const std::optional<Array>& prepend,
           const std::optional<Array>& append) {
  if (n == 0) return given;
  if (n < 0)
    throw Error(ErrorCode::invalid_argument,
                absl::StrCat("diff: order must be non-negative but got ", n));
  if (given.ndim() == 0)
    throw Error(ErrorCode::invalid_argument,
                "diff requires input that is at least one dimensional");
  const int64_t axis = AxisOf(given_axis, given.ndim(), "diff");
  std::vector<Array> parts;
  if (prepend.has_value()) parts.push_back(Layer(*prepend, given, axis));
  parts.push_back(given);
  if (append.has_value()) parts.push_back(Layer(*append, given, axis));
  Array x = parts.size() == 1 ? given : concat(parts, static_cast<int>(axis));
  // Of nothing there is nothing left to take.
  for (int64_t i = 0; i < n && (i == 0 || x.shape()[axis] > 0); ++i) x = Step(x, axis);
  return x;
}

Array ediff1d(const Array& given, const std::optional<Array>& to_end,
              const std::optional<Array>& to_begin) {
  const Array x = reshape(given, {-1});
  const Array steps = AlongAxis(x, 0, {1, {}, {}}) - AlongAxis(x, 0, {{}, -1, {}});
  std::vector<Array> parts;
  if (to_begin.has_value()) parts.push_back(CastToEnd(*to_begin, x.dtype(), "to_begin"));
  parts.push_back(steps);
  if (to_end.has_value()) parts.push_back(CastToEnd(*to_end, x.dtype(), "to_end"));
  return parts.size() == 1 ? steps : concat(parts, 0);
}

std::vector<Array> gradient(const Array& given, const std::vector<Operand>& spacings,
                            const AxisList& given_axes, int edge_order) {
  const std::vector<int64_t> axes = AxesOf(given_axes, given.ndim(), "gradient");
  const std::vector<Operand> distances = AllDistances(spacings, given.shape(), axes);
  if (edge_order > 2)
    throw Error(ErrorCode::invalid_argument, "gradient: 'edge_order' greater than 2 not supported");
  const Array f = IsInexact(given.dtype()) ? given : astype(given, DataType::float64);
  std::vector<Array> results;
  for (size_t i = 0; i < axes.size(); ++i) {
    if (f.shape()[axes[i]] < edge_order + 1)
      throw Error(ErrorCode::invalid_argument,
                  "gradient: Shape of array too small to calculate a numerical gradient, at least "
                  "(edge_order + 1) elements are required.");
    if (given.dtype() == DataType::bool_)
      throw Error(ErrorCode::type_error, "gradient: bools cannot be subtracted");
    results.push_back(Gradient(f, axes[i], distances[i]).Compute(edge_order));
  }
  return results;
}

Array trapezoid(const Array& y, const std::optional<Array>& x, const Operand& dx, int given_axis) {
  if (given_axis < -y.ndim() || given_axis >= y.ndim())  // NumPy's class here
    throw Error(ErrorCode::out_of_range,
                absl::StrCat("trapezoid: axis ", given_axis, " is out of bounds for array of ",
                             y.ndim(), " dimensions"));
  const int64_t axis = AxisOf(given_axis, y.ndim(), "trapezoid");
  Operand width = dx;
  if (x.has_value() && x->ndim() == 1) {
    const Array steps = diff(*x);
    Sizes shape(y.ndim(), 1);
    shape[axis] = steps.size();
    width = reshape(steps, shape);
  } else if (x.has_value()) {
    width = diff(*x, 1, given_axis);
  }
  const Array sums = AlongAxis(y, axis, {1, {}, {}}) + AlongAxis(y, axis, {{}, -1, {}});
  return sum(multiply(width, sums) / 2.0, AxisList(given_axis));
}

Array unwrap(const Array& p, std::optional<double> discont, int given_axis, const Number& period,
             std::optional<DataType> strong) {
  if (p.ndim() == 0)
    throw Error(ErrorCode::invalid_argument,
                "unwrap: diff requires input that is at least one dimensional");
  const int64_t axis = AxisOf(given_axis, p.ndim(), "unwrap");
  const Array given = Step(p, axis);
  const Array steps = strong.has_value() ? As(given, result_type(given.dtype(), *strong)) : given;
  const bool whole = !IsInexact(steps.dtype()) && period.kind() < Number::Kind::floating;
  const int64_t half = static_cast<int64_t>(std::floor(period.floating() / 2));
  const Operand high = whole ? Operand(half) : Operand(period.floating() / 2);
  const Operand low = whole ? Operand(-half) : Operand(-(period.floating() / 2));
  Array turned = add(remainder(subtract(steps, low), Operand(period)), low);
  // Where a jump of exactly half a period keeps its sign.
  if (!whole || period.integer() % 2 == 0)
    turned = where(logical_and(equal(turned, low), greater(steps, 0)), high, turned);
  const Array change = turned - steps;
  const double least = discont.value_or(period.floating() / 2);
  const Array correction = where(less(abs(steps), least), 0, change);
  const Array rest =
      AlongAxis(p, axis, {1, {}, {}}) + cumulative_sum(correction, static_cast<int>(axis));
  const DataType dtype = result_type(steps.dtype(), turned.dtype());
  const Array first = AlongAxis(p, axis, {{}, 1, {}});
  return joining::Joined("unwrap", {As(first, dtype), As(rest, dtype)}, axis, joining::OwnOrder(p));
}

}  // namespace broadloom
