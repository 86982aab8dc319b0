// pad in NumPy's spelling: widths and values are broadcast to a pair for each axis.
#include <cstring>
#include <string_view>

#include "frontend/joining.h"
#include "frontend/python/keywords.h"

namespace broadloom::python {
namespace {

struct Mode {
  const char* name;
  PadMode mode;
  const char* keyword;  // the only one that it takes
};
constexpr Mode kModes[] = {
    {"constant", PadMode::constant, "constant_values"},
    {"edge", PadMode::edge, ""},
    {"empty", PadMode::empty, ""},
    {"linear_ramp", PadMode::linear_ramp, "end_values"},
    {"maximum", PadMode::maximum, "stat_length"},
    {"mean", PadMode::mean, "stat_length"},
    {"median", PadMode::median, "stat_length"},
    {"minimum", PadMode::minimum, "stat_length"},
    {"reflect", PadMode::reflect, "reflect_type"},
    {"symmetric", PadMode::symmetric, "reflect_type"},
    {"wrap", PadMode::wrap, ""},
};

const Mode& ToMode(nb::handle name) {
  for (const Mode& mode : kModes) {
    if (IsText(name, mode.name)) return mode;
  }
  if (PyObject_Hash(name.ptr()) == -1) throw nb::python_error();
  Raise(PyExc_ValueError, std::string("pad: mode ") + nb::repr(name).c_str() + " is not supported");
}

// The keyword's value, or none.
nb::object ValueOf(const Mode& mode, const nb::kwargs& keywords) {
  nb::object value;
  for (const auto& [name, given] : keywords) {
    if (!IsText(name, mode.keyword))
      Raise(PyExc_ValueError, std::string("pad: mode '") + mode.name +
                                  "' does not take the keyword " + nb::repr(name).c_str());
    value = nb::borrow(given);
  }
  return value;
}

Array Pairs(const Array& x, int rank) { return broadcast_to(x, {rank, 2}); }

// Whole numbers that are not negative, a pair for each axis.
std::vector<int64_t> ToPairs(const Array& x, int rank) {
  const int rows = std::max(rank, 1);  // also those of no axis are looked at
  const Array pairs = Pairs(astype(x, DataType::int64), rows);
  Evaluate({pairs});
  const auto* const first = static_cast<const char*>(pairs.data());
  const Sizes strides = pairs.memory_strides();
  std::vector<int64_t> widths;
  for (int64_t i = 0; i < 2 * rows; ++i) {
    std::memcpy(&widths.emplace_back(), first + i / 2 * strides[0] + i % 2 * strides[1],
                sizeof(int64_t));
    if (widths.back() < 0) Raise(PyExc_ValueError, "pad: widths and lengths may not be negative");
  }
  widths.resize(2 * static_cast<size_t>(rank));
  return widths;
}

// Beyond 64 bits NumPy has objects, which are no numbers.
Array ToNumbers(nb::handle object) {
  try {
    return ToArray(object);
  } catch (const nb::python_error& error) {
    if (!error.matches(PyExc_OverflowError)) throw;
  }
  Raise(PyExc_TypeError, "pad: widths and lengths must be of integral type");
}

// A number, for both sides, or a tuple of two.
nb::tuple ToPair(nb::handle widths) {
  if (PyLong_Check(widths.ptr())) return nb::make_tuple(widths, widths);
  const bool is_pair = nb::isinstance<nb::tuple>(widths) && nb::len(widths) == 2;
  if (!is_pair || !PyLong_Check(nb::object(widths[0]).ptr()) ||
      !PyLong_Check(nb::object(widths[1]).ptr()))
    Raise(PyExc_AssertionError, "pad: the widths of an axis are an integer, or a tuple of two");
  return nb::borrow<nb::tuple>(widths);
}

// A dict has the axes that are padded.
nb::object ListOf(const nb::dict& of_axes, int rank) {
  nb::list list;
  for (int axis = 0; axis < rank; ++axis) list.append(nb::make_tuple(0, 0));
  const nb::object items = list;  // whose axes may be negative
  for (const auto& [axis, widths] : of_axes) items[axis] = ToPair(widths);
  return items;
}

// One number for all, without an array of it; none: something else, or too large.
std::optional<int64_t> ToWidth(nb::handle given) {
  int overflow = 1;
  const int64_t width =
      PyLong_CheckExact(given.ptr()) ? PyLong_AsLongLongAndOverflow(given.ptr(), &overflow) : 0;
  return overflow == 0 && width >= 0 ? std::optional(width) : std::nullopt;
}

std::vector<Widths> ToWidths(nb::handle given, int rank) {
  if (const std::optional<int64_t> width = ToWidth(given))
    return std::vector<Widths>(static_cast<size_t>(rank), {*width, *width});
  const bool is_dict = nb::isinstance<nb::dict>(given);
  const Array x =
      ToNumbers(is_dict ? ListOf(nb::borrow<nb::dict>(given), rank) : nb::borrow(given));
  if (!IsInteger(x.dtype()) || x.dtype() >= DataType::uint8)
    Raise(PyExc_TypeError, "`pad_width` must be of integral type.");
  const std::vector<int64_t> pairs = ToPairs(x, rank);
  std::vector<Widths> widths;
  for (size_t i = 0; i < pairs.size(); i += 2) widths.push_back({pairs[i], pairs[i + 1]});
  return widths;
}

// One value for all axes, or one for each side, is an array's element; many are Python's numbers.
std::vector<std::array<Operand, 2>> ToValues(nb::handle given, int rank) {
  const Array x = ToArray(given), pairs = Pairs(x, rank);
  const bool are_elements = x.size() == 1 || (x.size() == 2 && x.shape() != Sizes{2, 1});
  std::vector<std::array<Operand, 2>> values;
  for (int64_t axis = 0; axis < rank; ++axis) {
    const auto value = [&](int64_t side) {
      const Array element = index(pairs, {axis, side});
      return are_elements ? Operand(element) : Operand(ToNumber(ToPythonScalar(element)));
    };
    values.push_back({value(0), value(1)});
  }
  return values;
}

// Rounded to whole numbers.
std::vector<std::array<std::optional<int64_t>, 2>> ToLengths(nb::handle given, int rank) {
  if (given.is_none()) return {};
  const std::vector<int64_t> pairs = ToPairs(round(ToNumbers(given), 0), rank);
  std::vector<std::array<std::optional<int64_t>, 2>> lengths;
  for (size_t i = 0; i < pairs.size(); i += 2) lengths.push_back({pairs[i], pairs[i + 1]});
  return lengths;
}

PadOptions ToOptions(const Mode& mode, nb::handle value, const Array& x) {
  PadOptions options;
  if (!value.is_valid()) return options;
  const int rank = x.ndim();
  const std::string_view keyword = mode.keyword;
  if (keyword == "reflect_type")
    options.odd = IsText(value, "odd");
  else if (keyword == "stat_length" && x.size() > 0)
    options.stat_length = ToLengths(value, rank);
  else if (keyword != "stat_length")
    options.values = ToValues(value, rank);
  return options;
}

// function(vector, widths, axis, keywords) changes the vector.
Array PadBy(nb::handle function, const Array& x, const std::vector<Widths>& widths,
            const nb::kwargs& keywords) {
  const auto change = [&](const Array& line, const Widths& pair, int64_t axis) {
    const nb::gil_scoped_acquire locked;
    const nb::object vector = nb::cast(line);
    function(vector, nb::make_tuple(pair.before, pair.after), axis, nb::dict(keywords));
    return nb::cast<Array>(vector);
  };
  return Unlocked([&] { return pad(x, widths, change); });
}

Array Pad(nb::handle array, nb::handle pad_width, nb::handle mode, const nb::kwargs& keywords) {
  const Array x = ToArray(array);
  const std::vector<Widths> widths = ToWidths(pad_width, x.ndim());
  if (PyCallable_Check(mode.ptr()) != 0) return PadBy(mode, x, widths, keywords);
  const Mode& known = ToMode(mode);
  const nb::object value = ValueOf(known, keywords);
  const PadOptions options = ToOptions(known, value, x);
  return Unlocked([&] { return pad(x, widths, known.mode, options); });
}

}  // namespace

void BindPadding(nb::module_& module) {
  module.def("pad", Pad, nb::arg("array"), nb::arg("pad_width"),
             nb::arg("mode").none() = "constant", nb::arg("kwargs"),
             "A copy with more elements around it: constants (`constant_values`), edges, ramps to "
             "`end_values`, statistics of the `stat_length` nearest elements, reflections "
             "(`reflect_type`), or what a function makes of each line.",
             nb::call_guard<UserLine>());
}

}  // namespace broadloom::python
