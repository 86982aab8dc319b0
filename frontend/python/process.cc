// What concerns the whole process: evaluation, explanation, memory, caches, threads.
#include <nanobind/stl/string.h>

#include "frontend/context.h"
#include "frontend/python/binding.h"

namespace broadloom::python {
namespace {

std::vector<Array> ToArrays(const nb::args& args, const char* name) {
  std::vector<Array> arrays;
  for (nb::handle arg : args) {
    if (!nb::isinstance<Array>(arg)) {
      Raise(PyExc_TypeError,
            std::string(name) + "() takes broadloom arrays, not " + Py_TYPE(arg.ptr())->tp_name);
    }
    arrays.push_back(nb::cast<Array>(arg));
  }
  return arrays;
}

void SetBroadcastWarnings(const std::string& action, double times, int64_t bytes) {
  using Action = BroadcastWarnings::Action;
  const bool known = action == "ignore" || action == "warn" || action == "raise";
  if (!known)
    Raise(PyExc_ValueError, "action must be 'ignore', 'warn' or 'raise', not '" + action + "'");
  set_broadcast_warnings({action == "ignore" ? Action::ignore
                          : action == "warn" ? Action::warn
                                             : Action::raise,
                          times, bytes});
}

// Addresses of GOMP_parallel and omp_get_thread_num.
void JoinOpenMp(uintptr_t parallel, uintptr_t thread_num) {
  default_context().pool.Join({reinterpret_cast<decltype(OpenMp::parallel)>(parallel),
                               reinterpret_cast<decltype(OpenMp::thread_num)>(thread_num)});
}

}  // namespace

void BindProcess(nb::module_& module) {
  module.def(
      "eval", [](const nb::args& args) { Evaluate(ToArrays(args, "eval")); },
      "Computes the arrays together: what they share is computed once.");
  module.def(
      "explain", [](const nb::args& args) { return explain(ToArrays(args, "explain")); },
      "What eval() would do with these arrays, as text; computes nothing.");
  module.def("get_memory_budget", [] { return memory_budget(); });
  module.def("set_memory_budget", [](int64_t bytes) { set_memory_budget(bytes); });
  module.def("memory_info", [] {
    const MemoryUse use = memory_info();
    return nb::make_tuple(use.live, use.peak, use.cached);
  });
  module.def(
      "reset_peak", [] { reset_peak(); },
      "From now on memory_info().peak is the peak since this call.");
  module.def("cache_info", [] {
    const CacheInfo info = cache_info();
    return nb::make_tuple(info.compiles, info.hits, info.disk_hits, info.kernels, info.bytes);
  });
  module.def("cache_clear", [] { cache_clear(); }, "Forgets all compiled kernels.");
  module.def(
      "set_num_threads", [](int threads) { set_num_threads(threads); }, nb::arg("threads"),
      "How many threads evaluate; 0: one per CPU.");
  module.def("get_num_threads", [] { return num_threads(); }, "How many threads evaluate.");
  module.def("_join_openmp", JoinOpenMp, nb::arg("parallel"), nb::arg("thread_num"),
             "Runs loops on the threads of the OpenMP library with these functions, from now on.");
  module.def(
      "set_precision_warnings", [](bool on) { set_precision_warnings(on); }, nb::arg("on") = true,
      "Whether conversions that can lose digits (int64 as float64, narrowing) warn with "
      "PrecisionWarning.");
  module.def("set_broadcast_warnings", SetBroadcastWarnings, nb::arg("action") = "warn",
             nb::arg("times") = 8.0, nb::arg("bytes") = int64_t{64} << 20,
             "What happens when a stored result has more than `bytes` bytes and more than `times` "
             "the bytes of its "
             "operands: 'ignore', 'warn' (BroadcastWarning) or 'raise'.");
}

}  // namespace broadloom::python
