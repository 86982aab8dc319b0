// What NumPy tells of an array's memory: whose it is, how it lies, what shares it.
#include <algorithm>

#include "frontend/python/keywords.h"
#include "frontend/storage.h"
#include "frontend/windows.h"

namespace broadloom::python {
namespace {

using Line = nb::call_guard<UserLine>;

// The object that stands for all of the storage, if it is still there. A former one's place in
// memory may be taken by another.
nb::object OwnerOf(const Array& x) {
  const auto* const owner = static_cast<const Array*>(x.storage()->face.load());
  nb::object found = owner == nullptr ? nb::object() : nb::find(*owner);
  if (!found.is_valid()) return {};
  const bool is_owner = owner->storage() == x.storage() && !owner->is_view();
  return is_owner ? found : nb::object();
}

nb::object BaseOf(const Array& x) {
  if (!x.is_view()) return nb::none();
  if (x.is_lent()) {
    auto* const lender = static_cast<PyObject*>(const_cast<void*>(x.storage()->face.load()));
    return lender == nullptr ? ToSharedNumPy(x) : nb::borrow(lender);
  }
  nb::object owner = OwnerOf(x);
  if (owner.is_valid()) return owner;
  x.storage()->face = nullptr;
  return nb::cast(Array(x.storage(), nullptr, false));
}

// As in NumPy the owner of the memory decides; windows have none that could be asked.
bool MayBeWriteable(const Array& x) {
  if (x.is_lent()) {
    auto* const lender = static_cast<PyObject*>(const_cast<void*>(x.storage()->face.load()));
    return lender != nullptr && nb::cast<bool>(nb::handle(lender).attr("flags").attr("writeable"));
  }
  if (!x.is_view()) return true;
  const ViewSteps& steps = x.view()->steps;
  if (std::any_of(steps.begin(), steps.end(),
                  [](const ViewStep& step) { return step.op == kWindows; }))
    return false;
  const nb::object owner = OwnerOf(x);
  return owner.is_valid() ? !nb::cast<const Array&>(owner).is_read_only() : !x.storage()->is_closed;
}

void SetWriteable(Array& x, bool writeable) {
  if (writeable && x.is_read_only() && !MayBeWriteable(x))
    Raise(PyExc_ValueError, "cannot set WRITEABLE flag to True of this array");
  x.set_read_only(!writeable);
}

Array Contiguous(nb::handle object, nb::handle dtype, const char* order) {
  const nb::object asarray = nb::module_::import_("broadloom").attr("asarray");
  const Array x = nb::cast<Array>(asarray(object, dtype, nb::arg("order") = order));
  return x.ndim() == 0 ? reshape(x, {1}) : x;
}

}  // namespace

void RememberOwner(nb::handle object) {
  const Array& x = *nb::inst_ptr<Array>(object);
  if (x.is_null() || x.is_view()) return;
  const void* nobody = nullptr;
  x.storage()->face.compare_exchange_strong(nobody, &x);
}

void BindMemoryFacts(nb::module_& module, nb::class_<Array>& array) {
  array
      .def_prop_ro("base", BaseOf,
                   "The array whose memory this is a view of; None where it has its own.")
      .def_prop_ro(
          "flags",
          [](nb::handle x) { return nb::module_::import_("broadloom._flags").attr("Flags")(x); },
          "How the elements lie in memory, and whether they may be written to.")
      .def_prop_ro(
          "_order",
          [](const Array& x) { return nb::make_tuple(IsInCOrder(x), IsInFortransOrder(x)); })
      .def_prop_rw(
          "_writeable", [](const Array& x) { return !x.is_read_only() && !x.is_scalar(); },
          SetWriteable)
      .def_prop_ro("_is_evaluated", &Array::is_evaluated)
      .def_prop_ro("_is_lent", &Array::is_lent)
      .def_prop_ro("_owns", [](const Array& x) { return !x.is_view(); })
      .def(
          "setflags",
          [](Array& x, nb::handle write, nb::handle, nb::handle) {
            if (!write.is_none()) SetWriteable(x, nb::cast<Truthy>(write));
          },
          nb::arg("write").none() = nb::none(), nb::arg("align").none() = nb::none(),
          nb::arg("uic").none() = nb::none(), "Whether this array may be written to.");
  module.def(
      "shares_memory",
      [](nb::handle a, nb::handle b, nb::handle) { return shares_memory(ToArray(a), ToArray(b)); },
      nb::arg("a"), nb::arg("b"), nb::arg("max_work").none() = nb::none(),
      "Whether two arrays have an element in common.");
  module.def(
      "may_share_memory",
      [](nb::handle a, nb::handle b, nb::handle) {
        return shares_memory(ToArray(a), ToArray(b), /*bounds_only=*/true);
      },
      nb::arg("a"), nb::arg("b"), nb::arg("max_work").none() = nb::none(),
      "Whether the memory of two arrays overlaps from its first to its last byte.");
  module.def(
      "ascontiguousarray",
      [](nb::handle a, nb::handle dtype, nb::handle) { return Contiguous(a, dtype, "C"); },
      nb::arg("a"), nb::arg("dtype").none() = nb::none(), nb::kw_only(),
      nb::arg("like").none() = nb::none(), "In C order in memory; at least one axis.", Line());
  module.def(
      "asfortranarray",
      [](nb::handle a, nb::handle dtype, nb::handle) { return Contiguous(a, dtype, "F"); },
      nb::arg("a"), nb::arg("dtype").none() = nb::none(), nb::kw_only(),
      nb::arg("like").none() = nb::none(), "In Fortran's order in memory.", Line());
}

}  // namespace broadloom::python
