// Arrays in files, with NumPy's names and arguments. What is missing is refused in
// broadloom/_files.py, which calls these.
#include "frontend/files.h"

#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/string_view.h>
#include <nanobind/stl/vector.h>

#include "frontend/python/binding.h"

namespace broadloom::python {
namespace {

// What os.fspath takes, as the system wants it.
std::string ToPath(nb::handle object) {
  const nb::object os = nb::module_::import_("os");
  if (nb::hasattr(object, "read") || nb::hasattr(object, "write"))
    Raise(PyExc_TypeError, std::string("a path is needed, not a file object (") +
                               Py_TYPE(object.ptr())->tp_name + ")");
  const nb::bytes path(os.attr("fsencode")(os.attr("fspath")(object)));
  return {path.c_str(), path.size()};
}

std::optional<MapMode> ToMapMode(nb::handle mode) {
  if (mode.is_none()) return std::nullopt;
  const std::pair<const char*, MapMode> modes[] = {
      {"r", MapMode::read},           {"readonly", MapMode::read}, {"r+", MapMode::update},
      {"readwrite", MapMode::update}, {"c", MapMode::copy},        {"copyonwrite", MapMode::copy},
      {"w+", MapMode::create},        {"write", MapMode::create}};
  for (const auto& [name, value] : modes)
    if (IsText(mode, name)) return value;
  Raise(PyExc_ValueError, std::string("mode must be one of 'r', 'c', 'r+', 'w+' (got ") +
                              nb::repr(mode).c_str() + ")");
}

Array Load(nb::handle file, nb::handle mode, nb::handle max_header_size) {
  const std::string path = ToPath(file);
  const LoadOptions options{ToMapMode(mode), ToInt(max_header_size)};
  return Unlocked([&] { return load(path, options); });
}

void SaveArchive(nb::handle file, nb::dict given, bool compressed) {
  const std::string path = ToPath(file);
  NamedArrays arrays;
  for (auto [name, object] : given) arrays.emplace_back(std::string(ToText(name)), ToArray(object));
  Unlocked([&] {
    (compressed ? savez_compressed : savez)(path, arrays);
    return true;
  });
}

TextOptions ToTextOptions(nb::dict given) {
  TextOptions options;
  const auto has = [&](const char* name) { return given.contains(name) && !given[name].is_none(); };
  options.dtype = ToDType(given["dtype"]);
  if (has("delimiter")) options.delimiter = ToText(given["delimiter"]);
  options.comments = nb::cast<std::vector<std::string>>(given["comments"]);
  options.skiprows = ToInt(given["skiprows"]);
  if (has("usecols")) options.usecols = ToInts(given["usecols"]);
  if (has("max_rows")) options.max_rows = ToInt(given["max_rows"]);
  options.ndmin = ToCInt(given["ndmin"]);
  options.loose = given.contains("missing");
  if (options.loose) options.missing = nb::cast<std::vector<std::string>>(given["missing"]);
  if (has("filling")) options.filling = ToNumber(given["filling"]);
  return options;
}

Array LoadText(nb::handle file, nb::dict given) {
  const TextOptions options = ToTextOptions(given);
  const std::string path = ToPath(file);
  return Unlocked([&] { return loadtxt(path, options); });
}

Array ParseText(nb::handle text, nb::dict given) {
  const TextOptions options = ToTextOptions(given);
  const std::string characters(ToText(text));
  return Unlocked([&] { return parsetxt(characters, options); });
}

void SaveText(nb::handle file, nb::handle x, const std::vector<std::string>& fmt,
              const std::string& delimiter, const std::string& newline, const std::string& header,
              const std::string& footer, const std::string& comments) {
  const TextFormat format{fmt, delimiter, newline, header, footer, comments};
  const std::string path = ToPath(file);
  const Array array = ToArray(x);
  Unlocked([&] {
    savetxt(path, array, format);
    return true;
  });
}

Array MemMap(nb::handle file, nb::handle dtype, nb::handle mode, nb::handle offset,
             nb::handle shape, bool fortran) {
  const std::string path = ToPath(file);
  const std::optional<Sizes> sizes =
      shape.is_none() ? std::nullopt : std::optional<Sizes>(ToShape(shape));
  return memmap(path, ToDType(dtype), ToMapMode(mode).value_or(MapMode::update), ToInt(offset),
                sizes, fortran);
}

void CheckSignals() {
  const nb::gil_scoped_acquire acquire;
  if (PyErr_CheckSignals() != 0) throw nb::python_error();
}

}  // namespace

void BindFiles(nb::module_& module, nb::class_<Array>& array) {
  set_interrupt_handler(CheckSignals);
  nb::class_<Npz>(module, "_Npz")
      .def("__init__",
           [](Npz* place, nb::handle file) {
             const std::string path = ToPath(file);
             Unlocked([&] { return new (place) Npz(path); });
           })
      .def("names", &Npz::names)
      .def("load", [](const Npz& npz, const std::string& name, int64_t max_header_size) {
        return Unlocked([&] { return npz.load(name, max_header_size); });
      });
  module.def("_is_npz", [](nb::handle file) { return is_npz(ToPath(file)); });
  module.def("_load", Load);
  module.def("_savez", SaveArchive);
  module.def("_loadtxt", LoadText);
  module.def("_parsetxt", ParseText);
  module.def("_savetxt", SaveText);
  module.def("_memmap", MemMap);
  module.def("_save", [](nb::handle file, nb::handle x) {
    const std::string path = ToPath(file);
    const Array values = ToArray(x);
    Unlocked([&] {
      save(path, values);
      return true;
    });
  });
  module.def("_fromfile",
             [](nb::handle file, nb::handle dtype, nb::handle count, nb::handle offset) {
               const std::string path = ToPath(file);
               const DataType type = ToDType(dtype);
               const int64_t some = ToInt(count), from = ToInt(offset);
               return Unlocked([&] { return fromfile(path, type, some, from); });
             });
  array.def(
      "tofile",
      [](const Array& x, nb::handle file, const std::string& sep, nb::handle format) {
        if (!sep.empty() || !IsText(format, "%s"))
          Raise(PyExc_NotImplementedError,
                "tofile: only bytes are written, sep and format make text: savetxt does");
        const std::string path = ToPath(file);
        Unlocked([&] {
          tofile(path, x);
          return true;
        });
      },
      nb::arg("fid"), nb::arg("sep") = "", nb::arg("format") = "%s",
      "Writes the elements to a file, as bytes in C order.");
}

}  // namespace broadloom::python
