// Text of arrays: the floor of broadloom/_printing.py, which knows the options.
#include "frontend/format.h"

#include <nanobind/stl/string.h>

#include "frontend/python/binding.h"

namespace broadloom::python {
namespace {

using OwnMode = nb::call_guard<FloatEnvironment>;  // numbers are converted in it

// In the order of _printing._merged.
PrintOptions ToPrintOptions(const nb::tuple& given) {
  PrintOptions options;
  options.precision = nb::cast<int>(given[0]);
  options.threshold = nb::cast<int64_t>(given[1]);
  options.edgeitems = nb::cast<int64_t>(given[2]);
  options.linewidth = nb::cast<int64_t>(given[3]);
  options.suppress = nb::cast<bool>(given[4]);
  options.nanstr = nb::cast<std::string>(given[5]);
  options.infstr = nb::cast<std::string>(given[6]);
  options.sign = nb::cast<std::string>(given[7])[0];
  options.floatmode = static_cast<FloatMode>(nb::cast<int>(given[8]));
  return options;
}

// What _printing makes of an array.
auto WrittenBy(const char* function) {
  return [function](nb::handle x) {
    return nb::module_::import_("broadloom._printing").attr(function)(x);
  };
}

}  // namespace

void BindFormat(nb::module_& module, nb::class_<Array>& array) {
  array.def("__repr__", WrittenBy("array_repr")).def("__str__", WrittenBy("array_str"));
  module.def(
      "repr_of_array",
      [](nb::handle object, const nb::tuple& given) {
        const Array x = ToArray(object);
        const PrintOptions options = ToPrintOptions(given);
        return Unlocked([&] { return array_repr(x, options, "Array"); });
      },
      OwnMode());
  module.def(
      "str_of_array",
      [](nb::handle object, const nb::tuple& given) {
        const Array x = ToArray(object);
        const PrintOptions options = ToPrintOptions(given);
        return Unlocked([&] { return array_str(x, options); });
      },
      OwnMode());
  module.def(
      "array_to_string",
      [](nb::handle object, const nb::tuple& given, const std::string& separator,
         const std::string& prefix, const std::string& suffix) {
        const Array x = ToArray(object);
        const PrintOptions options = ToPrintOptions(given);
        return Unlocked([&] { return array2string(x, options, {separator, prefix, suffix}); });
      },
      OwnMode());
}

}  // namespace broadloom::python
