// NumPy's keyword arguments of elementwise functions and reductions.
#include "frontend/python/keywords.h"

#include <nanobind/stl/vector.h>

#include <algorithm>
#include <memory>
#include <string_view>

#include "frontend/composed.h"
#include "frontend/python/extended.h"
#include "frontend/reduce_some.h"
#include "frontend/warn.h"

namespace broadloom::python {
namespace {

nb::handle OnlyOut(nb::handle out) {
  if (!nb::isinstance<nb::tuple>(out)) return out;
  if (nb::len(out) != 1)
    Raise(PyExc_ValueError, "The 'out' tuple must have exactly one entry per output");
  return out[0].ptr();
}

}  // namespace

nb::handle NotGiven() {
  static const nb::handle marker = nb::str("<no value>").release();  // never freed
  return marker;
}

Array ToMask(nb::handle where) {
  const Array mask = ToArray(where.is_none() ? nb::handle(Py_False) : where);
  return nb::isinstance<Array>(where) || IsNDArray(where) ? mask : astype(mask, DataType::bool_);
}

std::optional<Number> ToInitial(nb::handle initial, DataType dtype) {
  if (initial.is_none() || initial.is(NotGiven())) return std::nullopt;
  const bool is_array = nb::isinstance<Array>(initial) || IsNDArray(initial);
  if (is_array ? ToArray(initial).ndim() > 0 : PySequence_Check(initial.ptr()) == 1)
    Raise(PyExc_ValueError, "the initial value of a reduction must be one number");
  return ToNumberBeside(initial, dtype >= DataType::float16);
}

std::optional<Number> ToInitialIn(nb::handle out, nb::handle initial, DataType dtype) {
  const std::optional<Number> given = ToInitial(initial, dtype);
  if (!given.has_value() || !IsArrayOut(out) || DTypeOfOut(out) == dtype) return given;
  if (given->kind() == Number::Kind::complex && !IsComplex(dtype))
    return given;  // a truth for bools, an error elsewhere
  const Array stored = astype(full({}, *given, dtype), DTypeOfOut(out));
  return ToNumber(nb::cast(astype(stored, dtype)));
}

Array BesideInitial(nb::handle initial, const Array& x, nb::handle out) {
  if (initial.is_none() || initial.is(NotGiven()) || !IsArrayOut(out)) return x;
  const DataType dtype = result_type(DTypeOfOut(out), x.dtype());
  return dtype == x.dtype() ? x : astype(x, dtype);
}

void CheckNoIdentity(const char* name, nb::handle initial, const ReduceOptions& options,
                     const Array& x, const Array& result) {
  if (!initial.is_none()) return;
  const auto fail = [&](const char* why) {
    throw Error(ErrorCode::invalid_argument,
                std::string(name) + ": initial=None leaves no identity, which " + why);
  };
  if (options.where.has_value()) fail("a where mask needs");
  if (x.size() == 0 && result.size() > 0) fail("a reduction of no elements needs");
}

nb::object OrNumPys(const char* name, nb::handle x, nb::handle y,
                    const std::function<nb::object()>& ours) {
  try {
    return ours();
  } catch (const nb::python_error& error) {
    const bool is_conversion = error.matches(PyExc_TypeError) || error.matches(PyExc_ValueError) ||
                               error.matches(PyExc_OverflowError);
    if (!is_conversion || numpy_if_there() == nullptr) throw;
  }
  const auto given = [](nb::handle operand) {
    const bool is_ours = nb::isinstance<Array>(operand);
    return is_ours ? ToNumPy(nb::cast<const Array&>(operand)) : nb::borrow(operand);
  };
  return nb::cast(ToArray(nb::object(numpy().module.attr(name)(given(x), given(y)))));
}

Casting ToCasting(nb::handle object) {
  constexpr std::string_view kNames[] = {"no", "equiv", "safe", "same_kind", "unsafe"};
  if (!PyUnicode_Check(object.ptr())) Raise(PyExc_TypeError, "casting must be a string");
  const std::string_view name = ToText(object);
  for (size_t i = 0; i < std::size(kNames); ++i) {
    if (name == kNames[i]) return static_cast<Casting>(i);
  }
  Raise(PyExc_ValueError,
        std::string("casting must be one of 'no', 'equiv', 'safe', 'same_kind', 'unsafe' (got ") +
            nb::repr(object).c_str() + ")");
}

bool Keywords::given() const {
  return !out.is_none() || !where.is(Py_True) || !dtype.is_none() ||
         !IsText(casting, "same_kind") || !(order.is_none() || IsText(order, "K"));
}

namespace {

// Where a result goes: nowhere, an array of ours, or NumPy's, which is written when it is there.
class Out {
 public:
  explicit Out(nb::handle given) : given_(nb::borrow(given)) {
    if (given_.is_none()) return;
    if (nb::isinstance<Array>(given_)) {
      array_ = &nb::cast<Array&>(given_);
      return;
    }
    if (!IsNDArray(given_)) Raise(PyExc_TypeError, "return arrays must be of ArrayType");
    lent_ = std::make_unique<Array>(ToArray(given_));
    array_ = lent_.get();
  }
  Array* array() const { return array_; }
  // What the function returns.
  nb::object Finish(const Array& value, nb::handle order = nb::none()) const {
    if (array_ == nullptr) return nb::cast(InOrder(value, order));
    if (lent_ != nullptr && !lent_->is_lent())  // not as we read it
      numpy().module.attr("copyto")(given_, ToNumPy(*lent_));
    return given_;
  }

 private:
  nb::object given_;
  std::unique_ptr<Array> lent_;
  Array* array_ = nullptr;
};

}  // namespace

nb::object WithOut(nb::handle given, const std::function<Array(Array* out)>& compute,
                   nb::handle order) {
  const Out out(OnlyOut(given));
  return out.Finish(compute(out.array()), order);
}

CallOptions OptionsOf(const Keywords& keywords) {
  ToOrder(keywords.order);
  CallOptions options;
  options.casting = ToCasting(keywords.casting);
  options.dtype = ToOptionalDType(keywords.dtype);
  if (!keywords.where.is(Py_True)) options.where = ToMask(keywords.where);
  return options;
}

namespace {

// 'A' is Fortran's order where all operands lie in it, else C's.
nb::object OrderFor(const std::vector<Operand>& operands, nb::handle order) {
  if (ToOrder(order) != 'A') return nb::borrow(order);
  const bool in_fortrans = std::all_of(operands.begin(), operands.end(), [](const Operand& x) {
    return x.array() == nullptr || IsInFortransOrder(*x.array());
  });
  return nb::str(in_fortrans ? "F" : "C");
}

}  // namespace

nb::object CallWithKeywords(const char* name, const std::vector<Operand>& operands,
                            const Keywords& keywords) {
  CallOptions options = OptionsOf(keywords);
  return WithOut(
      keywords.out,
      [&](Array* out) {
        options.out = out;
        return call(name, operands, options);
      },
      OrderFor(operands, keywords.order));
}

namespace {

std::vector<Out> OutsOf(const char* name, nb::handle given, size_t results) {
  std::vector<Out> outs;
  if (results == 1) {
    outs.emplace_back(OnlyOut(given));
    return outs;
  }
  const bool is_tuple = nb::isinstance<nb::tuple>(given);
  if (!given.is_none() && !(is_tuple && nb::len(given) == results))
    Raise(is_tuple ? PyExc_ValueError : PyExc_TypeError,
          std::string(name) + ": 'out' must be a tuple of " + std::to_string(results) + " arrays");
  for (size_t i = 0; i < results; ++i)
    outs.emplace_back(is_tuple ? nb::object(given[i]) : nb::none());
  return outs;
}

}  // namespace

nb::object CallComposed(const char* name, const std::vector<Operand>& operands,
                        const Keywords& keywords) {
  const size_t results = composed_results(name);
  const std::vector<Out> outs = OutsOf(name, keywords.out, results);
  std::vector<Array*> arrays;
  for (const Out& out : outs) arrays.push_back(out.array());
  const std::vector<Array> values = call_composed(name, operands, OptionsOf(keywords), arrays);
  const nb::object order = OrderFor(operands, keywords.order);
  if (results == 1) return outs[0].Finish(values[0], order);
  nb::list finished;
  for (size_t i = 0; i < results; ++i) finished.append(outs[i].Finish(values[i], order));
  return nb::tuple(finished);
}

std::vector<Operand> ToWeakOperands(std::initializer_list<nb::handle> objects) {
  std::vector<Operand> operands;
  for (nb::handle object : objects)
    operands.push_back(IsWeakNumber(object) ? Operand(ToNumber(object)) : Operand(ToArray(object)));
  return operands;
}

std::vector<Array> ToPromotedArrays(nb::handle sequence) {
  std::vector<nb::object> objects;
  for (nb::handle object : sequence) objects.push_back(nb::borrow(object));
  std::vector<Array> arrays;
  std::vector<DataType> dtypes;
  for (const nb::object& object : objects) {
    arrays.push_back(ToArray(object));
    if (!IsWeakNumber(object)) dtypes.push_back(arrays.back().dtype());
  }
  if (dtypes.empty()) return arrays;
  const DataType together = result_type(dtypes);
  for (size_t i = 0; i < objects.size(); ++i) {
    if (!IsWeakNumber(objects[i])) continue;
    const Number number = ToNumber(objects[i]);
    arrays[i] = full({}, number, weak_dtype(together, number));  // warns of overflow
  }
  return arrays;
}

void RaiseOutShape(const char* name, const Sizes& out, const Sizes& result) {
  const auto text = [](const Sizes& shape) {
    return std::string(nb::repr(nb::tuple(nb::cast(shape))).c_str());
  };
  Raise(PyExc_ValueError, std::string(name) + ": `out` has shape " + text(out) +
                              ", not that of the result, " + text(result));
}

nb::object ReduceInto(nb::handle out, const char* name, const std::function<Array()>& compute,
                      Casting casting) {
  return WithOut(out, [&](Array* target) {
    const Array value = compute();
    if (target == nullptr) return value;
    if (target->shape() != value.shape()) RaiseOutShape(name, target->shape(), value.shape());
    return store(value, {.casting = casting, .out = target}, name);
  });
}

bool IsArrayOut(nb::handle out) { return nb::isinstance<Array>(out) || IsNDArray(out); }

DataType DTypeOfOut(nb::handle out) {
  return nb::isinstance<Array>(out) ? nb::cast<const Array&>(out).dtype()
                                    : ToDType(out.attr("dtype"));
}

std::optional<DataType> DTypeBeside(nb::handle out, const Array& x, nb::handle dtype) {
  if (!dtype.is_none() || !IsArrayOut(out)) return ToOptionalDType(dtype);
  return result_type(DTypeOfOut(out), x.dtype());
}

void WarnOfComplexOut(nb::handle out, std::optional<DataType> dtype) {
  if (!dtype.has_value() || !IsArrayOut(out) || !IsComplex(DTypeOfOut(out))) return;
  if (*dtype != DataType::bool_ && !IsComplex(*dtype)) WarnOfComplexAsReal();
}

std::optional<DataType> MeanDTypeBeside(nb::handle out, const Array& x, nb::handle dtype) {
  const bool is_wide = x.dtype() >= DataType::float16;
  return is_wide ? DTypeBeside(out, x, dtype) : ToOptionalDType(dtype);
}

bool AddsSquaresElsewhere(nb::handle out, const Array& x, nb::handle dtype) {
  return dtype.is_none() && !IsComplex(x.dtype()) &&
         MeanDTypeBeside(out, x, dtype).value_or(x.dtype()) != x.dtype();
}

std::optional<DataType> DividesIn(nb::handle out, bool is_mean, const Array& x, nb::handle dtype) {
  if (!IsArrayOut(out) || IsLongDouble(dtype) || IsComplex(x.dtype())) return std::nullopt;
  const DataType to = DTypeOfOut(out),
                 own = DTypeOfSums(is_mean, x.dtype(), ToOptionalDType(dtype)).value_or(x.dtype());
  return IsComplex(own) || own == to ? std::nullopt : std::optional(to);
}

void CheckIndexOut(const char* name, nb::handle out) {
  if (IsArrayOut(out) && !can_cast(DTypeOfOut(out), DataType::int64, Casting::safe))
    Raise(PyExc_TypeError,
          std::string(name) + ": `out` must hold indices, not " + to_string(DTypeOfOut(out)));
}

double ToCorrection(double ddof, nb::handle correction) {
  if (correction.is(NotGiven())) return ddof;
  if (ddof != 0) Raise(PyExc_ValueError, "ddof and correction can't be provided simultaneously.");
  return ToNumber(correction).floating();
}

}  // namespace broadloom::python
