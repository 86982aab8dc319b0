// broadloom._core: the C++ frontend with NumPy's spelling. broadloom/__init__.py re-exports it.
#include "frontend/python/dlpack.h"

NB_MODULE(_core, module) {
  using namespace broadloom::python;
  nanobind::set_leak_warnings(false);  // the process's context may outlive the interpreter
  BindErrors(module);
  BindErrorState(module);
  nanobind::class_<broadloom::Array> array = BindArray(module);
  BindExport(array);
  BindFormat(module, array);
  BindDLPack(module, array);
  BindIndexing(array);
  BindWriting(module, array);
  BindMemoryFacts(module, array);
  BindTable(module, array);
  BindClip(module, array);
  BindViews(module, array);
  BindFunctions(module, array);
  BindJoins(module);
  BindInsertion(module);
  BindPadding(module);
  BindIndices(module, array);
  BindCreation(module);
  BindLines(module);
  BindRearranging(module, array);
  BindLinalg(module, array);
  BindEinsum(module);
  BindStatistics(module);
  BindSorting(module, array);
  BindSelection(module, array);
  BindSets(module);
  BindDTypes(module);
  BindRandom(module);
  BindFft(module);
  BindFiles(module, array);
  BindProcess(module);
  BindJit(module);
  BindEvaluate(module);
  BindUfuncs(module);
  module.def("set_package_folder", [](const char* folder) { SetPackageFolder(folder); });
}
