// indices.h in NumPy's spelling.
#include "frontend/indices.h"

#include "frontend/python/keywords.h"
#include "frontend/python/modes.h"
#include "frontend/python/tuples.h"
#include "frontend/rearrange.h"

namespace broadloom::python {
namespace {

using Line = nb::call_guard<UserLine>;

// --- Choices -------------------------------------------------------------------------------------
// Numbers of Python's follow the arrays' dtypes, and are cast to what all have in common.
std::vector<Array> ToChoices(const std::vector<nb::object>& objects) {
  std::vector<Array> choices;
  std::vector<DataType> dtypes;
  for (const nb::object& object : objects) {
    choices.push_back(ToArray(object));
    if (!IsWeakNumber(object)) dtypes.push_back(choices.back().dtype());
  }
  if (dtypes.empty()) return choices;
  const DataType together = result_type(dtypes);
  for (size_t i = 0; i < objects.size(); ++i) {
    if (IsWeakNumber(objects[i]))
      choices[i] = astype(choices[i], weak_dtype(together, ToNumber(objects[i])));
  }
  return choices;
}

std::vector<nb::object> ToObjects(nb::handle sequence) {
  std::vector<nb::object> objects;
  for (nb::handle object : sequence) objects.push_back(nb::borrow(object));
  return objects;
}

// The result is cast to `out` whatever its dtype is.
nb::object Choose(const Array& which, nb::handle choices, nb::handle out, nb::handle mode) {
  const std::vector<Array> arrays = ToChoices(ToObjects(choices));
  const IndexMode how = ToIndexMode(mode);
  return WithOut(out, [&](Array* target) {
    Array chosen = Unlocked([&] { return choose(which, arrays, how); });
    if (target == nullptr) return chosen;
    if (target->shape() != chosen.shape())
      Raise(PyExc_TypeError, "choose: `out` has not the shape of the result");
    return store(chosen, {.casting = Casting::unsafe, .out = target}, "choose");
  });
}

Array Select(nb::handle condlist, nb::handle choicelist, nb::handle otherwise) {
  if (nb::len(condlist) != nb::len(choicelist))
    Raise(PyExc_ValueError, "select: as many choices as conditions are needed");
  std::vector<nb::object> objects = ToObjects(choicelist);
  objects.push_back(nb::borrow(otherwise));
  std::vector<Array> choices = ToChoices(objects), conditions;
  for (nb::handle condition : condlist) conditions.push_back(ToArray(condition));
  const Array last = choices.back();
  choices.pop_back();
  return select(conditions, choices, last);
}

void BindChoices(nb::module_& module, nb::class_<Array>& array) {
  const auto an_out = [] { return nb::arg("out").none() = nb::none(); };
  const auto a_mode = [] { return nb::arg("mode").none() = "raise"; };
  module.def(
      "choose",
      [](nb::handle a, nb::handle choices, nb::handle out, nb::handle mode) {
        return Choose(ToArray(a), choices, out, mode);
      },
      nb::arg("a"), nb::arg("choices"), an_out(), a_mode(),
      "Of each place the element of the array whose number is there.", Line());
  array.def(
      "choose",
      [](const Array& x, const nb::args& choices, nb::handle out, nb::handle mode) {
        if (choices.size() == 0) Raise(PyExc_TypeError, "choose() takes exactly 1 argument");
        return Choose(x, choices.size() == 1 ? nb::object(choices[0]) : nb::object(choices), out,
                      mode);
      },
      nb::arg("choices"), nb::kw_only(), an_out(), a_mode(), Line());
  module.def("select", Select, nb::arg("condlist"), nb::arg("choicelist"), nb::arg("default") = 0,
             "Of each place the element of the first array whose condition is true.", Line());
  module.def(
      "extract",
      [](nb::handle condition, nb::handle arr) {
        const Array where = ToArray(condition), x = ToArray(arr);
        return Unlocked([&] { return extract(where, x); });
      },
      nb::arg("condition"), nb::arg("arr"), "The elements where a condition is not zero.", Line());
}

// --- Places --------------------------------------------------------------------------------------
// What NumPy has as objects are no integers either.
Array ToObjectless(nb::handle object, const char* name) {
  try {
    return ToArray(object);
  } catch (const nb::python_error& error) {
    if (!error.matches(PyExc_OverflowError)) throw;
  }
  Raise(PyExc_TypeError, std::string(name) + ": an index has 64 bits at most");
}

Array ToNumbers(nb::handle object, const char* name) {
  const Array x = ToObjectless(object, name);
  if (IsFloating(x.dtype()) || IsComplex(x.dtype()))
    Raise(PyExc_TypeError,
          std::string(name) + ": only integers are indices, not " + to_string(x.dtype()));
  return x;
}

bool IsFortran(nb::handle order) { return ToOrder(order, "CF") == 'F'; }

nb::tuple UnravelIndex(nb::handle indices, nb::handle shape, nb::handle order) {
  const Array places = ToNumbers(indices, "unravel_index");
  const Sizes sizes = ToSizes(shape, PyExc_ValueError);
  const bool fortran = IsFortran(order);
  return ToTuple(Unlocked([&] { return unravel_index(places, sizes, fortran); }));
}

// One for each axis, or for all.
std::vector<IndexMode> ToModes(nb::handle mode, size_t rank) {
  if (!nb::isinstance<nb::tuple>(mode) && !nb::isinstance<nb::list>(mode))
    return {ToIndexMode(mode)};
  std::vector<IndexMode> modes;
  for (nb::handle each : mode) modes.push_back(ToIndexMode(each));
  if (modes.size() != rank)
    Raise(PyExc_ValueError, "ravel_multi_index: one mode for each axis is needed");
  return modes;
}

Array RavelMultiIndex(nb::handle multi_index, nb::handle dims, nb::handle mode, nb::handle order) {
  std::vector<Array> coordinates;
  for (nb::handle each : multi_index) coordinates.push_back(ToNumbers(each, "ravel_multi_index"));
  const Sizes shape = ToSizes(dims, PyExc_ValueError);
  const std::vector<IndexMode> modes = ToModes(mode, shape.size());
  const bool fortran = IsFortran(order);
  return Unlocked([&] { return ravel_multi_index(coordinates, shape, modes, fortran); });
}

using Triangle = std::vector<Array> (*)(int64_t, int64_t, std::optional<int64_t>, Context*);

int64_t ToExtent(nb::handle number) {
  const bool is_float = PyFloat_Check(number.ptr());
  const nb::object whole = is_float ? nb::object(nb::int_(nb::borrow(number))) : nb::borrow(number);
  return std::max<int64_t>(0, ToInt(whole, PyExc_ValueError));
}

void DefTriangle(nb::module_& module, const char* name, Triangle triangle, const char* doc) {
  module.def(
      name,
      [=](nb::handle n, nb::handle k, nb::handle m) {
        const int64_t rows = ToExtent(n), diagonal = ToInt(k);
        const int64_t columns = m.is_none() ? rows : ToExtent(m);
        return ToTuple(Unlocked([&] { return triangle(rows, diagonal, columns, nullptr); }));
      },
      nb::arg("n"), nb::arg("k") = 0, nb::arg("m").none() = nb::none(), doc, Line());
}

nb::tuple Ix(const nb::args& given) {
  std::vector<Array> vectors;
  for (nb::handle each : given) {
    const Array x = ToArray(each);
    const bool is_array = nb::isinstance<Array>(each) || IsNDArray(each);
    vectors.push_back(x.size() == 0 && !is_array ? astype(x, DataType::int64) : x);
  }
  return ToTuple(Unlocked([&] { return ix_(vectors); }));
}

void BindPlaces(nb::module_& module) {
  module.def("unravel_index", UnravelIndex, nb::arg("indices"), nb::arg("shape"),
             nb::arg("order").none() = "C", "Coordinates of places in a flattened array.", Line());
  module.def("ravel_multi_index", RavelMultiIndex, nb::arg("multi_index"), nb::arg("dims"),
             nb::arg("mode").none() = "raise", nb::arg("order").none() = "C",
             "Places in a flattened array, of coordinates.", Line());
  DefTriangle(module, "tril_indices", tril_indices,
              "Coordinates on and below the k-th diagonal of an (n, m) matrix.");
  DefTriangle(module, "triu_indices", triu_indices,
              "Coordinates on and above the k-th diagonal of an (n, m) matrix.");
  module.def("ix_", Ix, "Vectors of indices, each along an axis of its own, as a tuple.", Line());
}

}  // namespace

IndexMode ToIndexMode(nb::handle mode) {
  if (mode.is_none() || IsText(mode, "raise")) return IndexMode::raise;
  if (IsText(mode, "wrap")) return IndexMode::wrap;
  if (IsText(mode, "clip")) return IndexMode::clip;
  constexpr IndexMode kNumbered[] = {IndexMode::clip, IndexMode::wrap, IndexMode::raise};
  const int64_t number = PyUnicode_Check(mode.ptr()) ? -1 : ToInt(mode);
  if (number < 0 || number >= static_cast<int64_t>(std::size(kNumbered)))
    Raise(PyExc_ValueError,
          std::string("a mode is 'raise', 'wrap' or 'clip', not ") + nb::repr(mode).c_str());
  return kNumbered[number];
}

void BindIndices(nb::module_& module, nb::class_<Array>& array) {
  BindChoices(module, array);
  BindPlaces(module);
}

}  // namespace broadloom::python
