// Programs without arrays: what will be done for arguments that are only described. Such an
// argument lies in memory that is reserved and never written, so that it costs nothing; the system
// shows it as zeros.
#include <sys/mman.h>

#include <algorithm>
#include <new>

#include "absl/strings/str_join.h"
#include "codegen/compile.h"
#include "frontend/build_graph.h"
#include "frontend/c/program_handle.h"
#include "frontend/convert.h"
#include "frontend/evaluation_steps.h"
#include "frontend/layout.h"
#include "frontend/plan.h"
#include "ir/text.h"

namespace broadloom::c {
namespace {

// Bytes from the first element of strided memory to behind the last, and before that first one.
struct Reach {
  int64_t before = 0, behind = 0;
};

Reach ReachOf(const Sizes& shape, const Dims& strides, int64_t itemsize) {
  Reach reach{0, itemsize};
  for (size_t axis = 0; axis < shape.size(); ++axis) {
    int64_t steps = 0;
    if (shape[axis] == 0) return {};
    if (__builtin_mul_overflow(strides[axis], shape[axis] - 1, &steps) ||
        __builtin_add_overflow(steps < 0 ? reach.before : reach.behind, std::abs(steps),
                               steps < 0 ? &reach.before : &reach.behind))
      throw Failure(BL_INVALID_ARGUMENT, "an argument that is larger than memory");
  }
  return reach;
}

Array Imagined(Context& context, const bl_argument* given, size_t i) {
  const bl_argument argument = ReadStruct(given, absl::StrCat("arguments[", i, "]").c_str());
  const DataType dtype = DTypeOf(argument.dtype);
  const Sizes shape = ShapeOf(argument.shape, argument.ndim);
  const Sizes given_strides = StridesOf(argument.strides, argument.ndim);
  Dims strides(given_strides.begin(), given_strides.end());
  if (argument.strides == nullptr) strides = DenseStrides(CheckedShape(shape), itemsize(dtype));
  const Reach reach = ReachOf(shape, strides, itemsize(dtype));
  const auto bytes = static_cast<size_t>(std::max<int64_t>(1, reach.before + reach.behind));
  void* const memory =
      mmap(nullptr, bytes, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) throw std::bad_alloc();
  Array array = lend(
      static_cast<char*>(memory) + reach.before, dtype, shape,
      Sizes(strides.begin(), strides.end()), [memory, bytes] { munmap(memory, bytes); }, &context);
  array.set_read_only(true);
  return array;
}

std::vector<Array> ResultsFor(const bl_program* program, const bl_argument* const* arguments,
                              size_t count) {
  const Program& p = ProgramOf(program);
  std::vector<Array> inputs;
  for (const bl_argument* argument : SpanOf(arguments, count, "arguments"))
    inputs.push_back(Imagined(*program->context, argument, inputs.size()));
  return p.WriteFor(*program->context, inputs);
}

std::vector<ExprPtr> RootsOf(const std::vector<Array>& results) {
  std::vector<ExprPtr> roots;
  for (const Array& result : results) roots.push_back(ExprOf(result));
  return roots;
}

std::string CodeOf(Context& context, const Plan& plan, bool assembly) {
  const Target target = Unwrap(context.target());
  std::string text;
  for (NodeId id : plan.order) {
    const auto kernel = plan.kernels.find(id);
    if (kernel != plan.kernels.end())
      absl::StrAppend(&text, Unwrap(EmitText(kernel->second->text(), target, assembly)));
  }
  return text;
}

std::string Dumped(Context& context, const Trace& trace, const std::string& what) {
  if (what == "plan" || what == "llvm" || what == "assembly") {
    const auto plan = Unwrap(FindPlan(context, trace));
    return what == "plan" ? Print(plan->graph) : CodeOf(context, *plan, what == "assembly");
  }
  const BuiltGraph built = Unwrap(BuildGraph(trace));
  if (what == "trace") return Print(built.graph);
  std::vector<std::string> names;
  for (const Pass& pass : Pipeline()) names.emplace_back(pass.name);
  if (std::find(names.begin(), names.end(), what) == names.end())
    throw Failure(BL_NOT_FOUND,
                  absl::StrCat("there is no dump '", what, "'; there are trace, ",
                               absl::StrJoin(names, ", "), ", plan, llvm and assembly"));
  PassOptions options = PassOptionsOf(context, trace);
  options.stop_after = what;
  return Print(Unwrap(RunPasses(built.graph, Pipeline(), options)));
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
    Context& context = *program->context;
    const Trace trace = Unwrap(TraceRoots(context, RootsOf(results)));
    result = NewText(Dumped(context, trace, wanted));
  });
}
