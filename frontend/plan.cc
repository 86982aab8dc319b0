// Making plans: passes, then one PlannedKernel for each kernel node. Nothing is compiled here.
#include "frontend/plan.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "frontend/dump.h"
#include "ir/status_macros.h"
#include "ir/text.h"
#include "runtime/libraries.h"

namespace broadloom {
namespace {

PassOptions PassOptionsOf(Context& context, const Trace& trace) {
  PassOptions options;
  options.memories = trace.memories;
  options.fast = context.options.fast;
  options.machine = context.machine();
  options.stop_after = context.options.stop_after;
  if (context.options.debug < 2) return options;
  options.observer = [&context](absl::string_view pass, const Graph& graph, double seconds) {
    DebugLine(context.options, 2, absl::StrFormat("pass %s took %.3f ms", pass, seconds * 1e3));
    if (context.options.debug >= 3)
      DebugText(context.options, 3, absl::StrCat(pass, ".bl"), Print(graph));
  };
  return options;
}

void FindOrder(Plan& plan) {
  const std::vector<bool> live = LiveNodes(plan.graph);
  plan.last_use.assign(plan.graph.size(), -1);
  for (NodeId id = 0; id < plan.graph.size(); ++id) {
    if (!live[id]) continue;
    plan.order.push_back(id);
    const Op op = plan.graph.node(id).op;
    plan.writes = plan.writes || op == Op::k_insert || op == Op::k_scatter;
    for (NodeId input : plan.graph.node(id).inputs) plan.last_use[input] = id;
  }
  for (NodeId output : plan.graph.outputs()) plan.last_use[output] = plan.graph.size();
}

bool HasSeveralKernels(const Graph& graph) {
  int kernels = 0;
  for (NodeId id = 0; id < graph.size(); ++id) kernels += graph.node(id).op == Op::k_kernel;
  return kernels > 1;
}

// What windows are computed from is read last when all of it is.
void NoteWindows(Plan& plan) {
  const NodeId last = plan.windows->steps.back().kernel;
  plan.in_windows.assign(plan.graph.size(), false);
  for (const Windows::Step& step : plan.windows->steps) {
    plan.in_windows[step.kernel] = step.kernel != last;
    for (NodeId input : plan.graph.node(step.kernel).inputs)
      plan.last_use[input] = std::max(plan.last_use[input], last);
  }
  for (NodeId id : plan.order) {
    const Node& node = plan.graph.node(id);
    if (node.op == Op::k_result || node.info().is_view())
      plan.in_windows[id] = plan.in_windows[node.inputs[0]];
  }
}

absl::StatusOr<std::shared_ptr<const LoadedKernel>> CompileKernel(Context& context,
                                                                  const std::string& text,
                                                                  const Target& target) {
  DebugText(context.options, 1, "kernel.bl", text);
  for (bool assembly : {false, true}) {
    if (context.options.debug < 4) break;
    BL_ASSIGN_OR_RETURN(const std::string code, EmitText(text, target, assembly));
    DebugText(context.options, 4, assembly ? "kernel.s" : "kernel.ll", code);
  }
  BL_ASSIGN_OR_RETURN(const Image image, Compile(text, target));
  const LoaderOptions loader{context.options.perf, context.options.gdb};
  BL_ASSIGN_OR_RETURN(std::shared_ptr<LoadedKernel> kernel,
                      LoadImage(image, ResolveSymbol, loader));
  context.compiles.fetch_add(1);
  context.kernel_bytes.fetch_add(kernel->bytes());
  return kernel;
}

}  // namespace

absl::StatusOr<std::shared_ptr<const Plan>> MakePlan(Context& context, const Trace& trace,
                                                     const PassObserver& observer) {
  BL_ASSIGN_OR_RETURN(BuiltGraph built, BuildGraph(trace));
  if (context.options.debug >= 3) DebugText(context.options, 3, "trace.bl", Print(built.graph));
  PassOptions options = PassOptionsOf(context, trace);
  if (observer) {
    observer("trace", built.graph);
    options.observer = [&](absl::string_view pass, const Graph& graph, double) {
      observer(pass, graph);
    };
  }
  BL_ASSIGN_OR_RETURN(Graph graph, RunPasses(built.graph, Pipeline(), options));
  std::optional<Windows> windows;
  if (trace.has_steps && options.stop_after.empty() && !context.options.interpret) {
    windows = FindWindows(graph);
    if (!windows.has_value() && HasSeveralKernels(graph)) {  // they would store what they hand on
      options.windows = false;
      BL_ASSIGN_OR_RETURN(graph, RunPasses(built.graph, Pipeline(), options));
    }
  }
  auto plan = std::make_shared<Plan>();
  plan->graph = std::move(graph);
  plan->bindings = std::move(built.bindings);
  FindOrder(*plan);
  if (context.options.interpret) return plan;
  plan->windows = std::move(windows);
  if (plan->windows.has_value()) NoteWindows(*plan);
  for (NodeId id : plan->order) {
    const Node& node = plan->graph.node(id);
    if (node.op != Op::k_kernel) continue;
    plan->kernels[id] =
        std::make_unique<PlannedKernel>(node.attrs.Body(), Print(node.attrs.Body()));
  }
  return plan;
}

absl::StatusOr<const LoadedKernel*> PlannedKernel::Load(Context& context) const {
  if (const LoadedKernel* kernel = fast_.load(std::memory_order_acquire)) return kernel;
  const std::lock_guard lock(mutex_);
  if (loaded_ != nullptr) return loaded_.get();
  BL_ASSIGN_OR_RETURN(Target target, context.target());
  target.debug_object = context.options.gdb;
  const std::string key = absl::StrCat(text_, "\n", target.ToString());
  if (auto found = context.kernels.Find(key)) {
    loaded_ = *found;
  } else {
    BL_ASSIGN_OR_RETURN(auto compiled, CompileKernel(context, text_, target));
    loaded_ = context.kernels.Insert(key, std::move(compiled));
  }
  fast_.store(loaded_.get(), std::memory_order_release);
  return loaded_.get();
}

absl::StatusOr<std::shared_ptr<const Plan>> FindPlan(Context& context, const Trace& trace) {
  if (auto found = context.plans.Find(trace.key)) {
    DebugLine(context.options, 1, "plan: hit");
    return *std::move(found);
  }
  DebugLine(context.options, 1, "plan: miss");
  BL_ASSIGN_OR_RETURN(std::shared_ptr<const Plan> plan, MakePlan(context, trace));
  return context.plans.Insert(trace.key, std::move(plan));
}

Numbers::Numbers(const Plan& plan, const Trace& trace) {
  symbols_.reserve(plan.bindings.size());
  for (int number : plan.bindings) symbols_.push_back(trace.numbers[number]);
}

Shape Numbers::Of(const Shape& shape) const {
  Shape numbers;
  for (Extent extent : shape) numbers.push_back(Of(extent));
  return numbers;
}

Attrs Numbers::Of(const Attrs& attrs) const {
  Attrs numbers = attrs;
  for (const auto& [name, value] : attrs) {
    if (const auto* dims = std::get_if<Shape>(&value)) numbers.Set(name, Of(*dims));
  }
  return numbers;
}

}  // namespace broadloom
