// Programs without arrays: what will be done for arguments that are only described. Such an
// argument lies in memory that is reserved and never written, so that it costs nothing; the system
// shows it as zeros.
#include <sys/mman.h>

#include <algorithm>
#include <memory>
#include <new>
#include <optional>

#include "absl/strings/str_join.h"
#include "frontend/c/program_handle.h"
#include "frontend/convert.h"
#include "frontend/evaluation_steps.h"
#include "frontend/inspect.h"
#include "frontend/layout.h"
#include "frontend/plan.h"
#include "passes/pass.h"

namespace broadloom::c {
namespace {

Failure TooLarge() {
  return Failure(BL_INVALID_ARGUMENT, "an argument that is larger than memory can be");
}

Dims CheckedStrides(const Shape& shape, const bl_argument& argument, int64_t itemsize) {
  const std::optional<int64_t> count = NumElements(shape);
  if (!count.has_value() || *count > INT64_MAX / itemsize) throw TooLarge();
  const Sizes given = StridesOf(argument.strides, argument.ndim);
  return argument.strides == nullptr ? DenseStrides(shape, itemsize)
                                     : Dims(given.begin(), given.end());
}

// Bytes before the first element of strided memory, and from there to behind the last.
struct Reach {
  int64_t before = 0, behind = 0;
};

Reach ReachOf(const Shape& shape, const Dims& strides, int64_t itemsize) {
  Reach reach{0, itemsize};
  for (size_t axis = 0; axis < shape.size(); ++axis) {
    if (shape[axis].is(0)) return {};
    int64_t steps = 0;
    if (__builtin_mul_overflow(strides[axis], shape[axis].value() - 1, &steps) ||
        (steps < 0 ? __builtin_sub_overflow(reach.before, steps, &reach.before)
                   : __builtin_add_overflow(reach.behind, steps, &reach.behind)))
      throw TooLarge();
  }
  return reach;
}

// Of so many bytes, which only reading makes real.
std::shared_ptr<char> ReserveMemory(size_t bytes) {
  void* const memory =
      mmap(nullptr, bytes, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) throw std::bad_alloc();
  return {static_cast<char*>(memory), [bytes](char* begin) { munmap(begin, bytes); }};
}

Array Imagined(Context& context, const bl_argument* given, size_t i) {
  const bl_argument argument = ReadStruct(given, absl::StrCat("arguments[", i, "]").c_str());
  const DataType dtype = DTypeOf(argument.dtype);
  const Sizes sizes = ShapeOf(argument.shape, argument.ndim);
  const Shape shape = CheckedShape(sizes);
  const Dims strides = CheckedStrides(shape, argument, itemsize(dtype));
  const Reach reach = ReachOf(shape, strides, itemsize(dtype));
  int64_t bytes = 0;
  if (__builtin_add_overflow(reach.before, reach.behind, &bytes)) throw TooLarge();
  const std::shared_ptr<char> memory = ReserveMemory(std::max<int64_t>(1, bytes));
  Array array = lend(
      memory.get() + reach.before, dtype, sizes, Sizes(strides.begin(), strides.end()), [memory] {},
      &context);
  array.set_read_only(true);
  return array;
}

std::vector<Array> ResultsFor(const bl_program* program, const bl_argument* const* arguments,
                              size_t count) {
  const Program& p = ProgramOf(program);
  std::vector<Array> inputs;
  for (const bl_argument* argument : SpanOf(arguments, count, "arguments"))
    inputs.push_back(Imagined(*program->context, argument, inputs.size()));
  return p.Write(*program->context, inputs);
}

std::vector<ExprPtr> RootsOf(const std::vector<Array>& results) {
  std::vector<ExprPtr> roots;
  for (const Array& result : results) roots.push_back(ExprOf(result));
  return roots;
}

std::string CodeOf(const std::vector<Array>& results, CodeForm form) {
  std::string all;
  for (const NamedText& kernel : CodeOfKernels(results, form)) absl::StrAppend(&all, kernel.text);
  return all;
}

// What computes nothing has no graph.
std::string Dumped(const std::vector<Array>& results, const std::string& what) {
  if (what == "llvm") return CodeOf(results, CodeForm::llvm);
  if (what == "assembly") return CodeOf(results, CodeForm::assembly);
  const std::vector<NamedText> graphs = IrAfterPasses(results);
  if (what == "plan") return graphs.empty() ? "" : graphs.back().text;
  std::vector<std::string> names = {"trace"};
  for (const Pass& pass : Pipeline()) names.emplace_back(pass.name);
  if (std::find(names.begin(), names.end(), what) == names.end())
    throw Failure(BL_NOT_FOUND,
                  absl::StrCat("there is no dump '", what, "'; there are ",
                               absl::StrJoin(names, ", "), ", plan, llvm and assembly"));
  for (const NamedText& graph : graphs)
    if (graph.name == what) return graph.text;
  return "";
}

}  // namespace
}  // namespace broadloom::c

using namespace broadloom;     // NOLINT: what follows is C
using namespace broadloom::c;  // NOLINT

bl_error* bl_program_compile(const bl_program* program, const bl_argument* const* arguments,
                             size_t count) {
  return Guarded([&] {
    const std::vector<Array> results = ResultsFor(program, arguments, count);
    if (results.empty()) return;
    Context& context = *program->context;
    const Trace trace = Unwrap(TraceRoots(context, RootsOf(results)));
    const auto plan = Unwrap(FindPlan(context, trace));
    for (const auto& [id, kernel] : plan->kernels) Unwrap(kernel->Load(context).status());
  });
}

bl_error* bl_program_explain(const bl_program* program, const bl_argument* const* arguments,
                             size_t count, char** text) {
  return Guarded([&] {
    char*& result = NotNull(text, "text");
    result = NewText(explain(ResultsFor(program, arguments, count)));
  });
}

bl_error* bl_program_dump(const bl_program* program, const bl_argument* const* arguments,
                          size_t count, const char* what, char** text) {
  return Guarded([&] {
    char*& result = NotNull(text, "text");
    const std::string wanted = &NotNull(what, "what");
    const std::vector<Array> results = ResultsFor(program, arguments, count);
    if (results.empty()) throw Failure(BL_INVALID_ARGUMENT, "the program has no outputs");
    result = NewText(Dumped(results, wanted));
  });
}
