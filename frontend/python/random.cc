// broadloom.random: default_rng and Generator, with numpy.random's spelling.
#include "frontend/python/random.h"

#include <nanobind/stl/tuple.h>

#include <tuple>

namespace broadloom::python {
namespace {

using random::State;

Generator Seeded(nb::handle seed) {
  if (seed.is_none()) return Generator();
  return Generator(ToWords(seed));
}

nb::object DefaultRng(nb::handle seed) {
  if (nb::isinstance<Generator>(seed)) return nb::borrow(seed);
  return nb::cast(Seeded(seed));
}

nb::list Spawn(const Generator& g, nb::handle count) {
  nb::list children;
  for (Generator& child : g.spawn(ToInt(count))) children.append(nb::cast(std::move(child)));
  return children;
}

using Words = std::tuple<uint64_t, uint64_t, uint64_t>;

void BindState(nb::class_<Generator>& generator) {
  generator
      .def("__getstate__",
           [](const Generator& g) {
             const State state = g.state();
             return Words(state.key, state.draws, state.children);
           })
      .def("__setstate__", [](Generator& g, const Words& words) {
        const auto [key, draws, children] = words;
        new (&g) Generator(State{.key = key, .draws = draws, .children = children});
      });
}

}  // namespace

void BindRandom(nb::module_& module) {
  nb::module_ sub = module.def_submodule("random", "Random numbers: default_rng and Generator.");
  nb::class_<Generator> generator(
      sub, "Generator",
      "Random numbers with the methods of numpy.random.Generator.\n\n"
      "The numbers are not NumPy's. They are Philox4x32-10 blocks of counters: element i of a call "
      "depends on the\nseed, on which call of the generator it is, and on i; not on threads, and "
      "not on when or with what else a\nlazy result is evaluated. A size of None gives a 0-d "
      "array. Parameters that have bounds are evaluated where\nthey are pending.");
  generator
      .def(
          "__init__", [](Generator* g, nb::handle seed) { new (g) Generator(Seeded(seed)); },
          nb::arg("seed").none() = nb::none())
      .def("__repr__", [](const Generator&) { return "Generator(Philox)"; })
      .def("spawn", Spawn, nb::arg("n_children"),
           "New generators, independent of this one and of each other.");
  BindState(generator);
  BindDistributions(generator);
  BindVectors(generator);
  BindChoices(generator);
  sub.def("default_rng", DefaultRng, nb::arg("seed").none() = nb::none(),
          "A Generator from a seed: an int or a sequence of ints that are not negative, of any "
          "size, all of whose bits\ncount; None: from the system. A Generator comes back as it "
          "is. The numbers are not those of NumPy's\ndefault_rng.");
}

}  // namespace broadloom::python
