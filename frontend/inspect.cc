#include "frontend/inspect.h"

#include <algorithm>
#include <optional>

#include "absl/algorithm/container.h"
#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "codegen/compile.h"
#include "frontend/bytes.h"
#include "frontend/explain_kernel.h"
#include "frontend/explain_plan.h"
#include "frontend/unwrap.h"
#include "ir/text.h"

namespace broadloom {
namespace {

std::vector<ExprPtr> PendingOf(const std::vector<Array>& arrays) {
  if (arrays.empty()) return {};
  std::vector<ExprPtr> roots;
  for (const Array& array : arrays) roots.push_back(array.expr());
  return Unwrap(PendingToExplain(arrays[0].context(), roots));
}

std::optional<PlanToExplain> Planned(const std::vector<Array>& arrays) {
  const std::vector<ExprPtr> pending = PendingOf(arrays);
  if (pending.empty()) return std::nullopt;
  return Unwrap(PlanOf(arrays[0].context(), pending));
}

// Numbers the arrays of a plan while its steps are walked in order.
class StepWalk {
 public:
  StepWalk(Context& context, const PlanToExplain& planned)
      : context_(context), planned_(planned), graph_(planned.plan->graph) {}

  PlanSteps Walk() && {
    for (NodeId id : planned_.plan->order) Add(id);
    for (NodeId output : graph_.outputs()) {
      if (const auto found = array_of_.find(output); found != array_of_.end())
        steps_.arrays[found->second].is_output = true;
    }
    return std::move(steps_);
  }

 private:
  void Add(NodeId id) {
    const Node& node = graph_.node(id);
    if (node.op == Op::k_param) {
      const StridedArray& array = planned_.trace.ParamArray(node.attrs.Int(AttrName::k_index));
      AddArray(id, {.memory = array.buffer.get()});
    } else if (node.op == Op::k_result) {
      AddArray(id,
               {.step = step_of_.at(node.inputs[0]), .is_handed_on = planned_.plan->IsWindow(id)});
    } else if (node.info().is_view()) {
      if (const auto from = array_of_.find(node.inputs[0]); from != array_of_.end())
        array_of_[id] = int{from->second};
    } else if (!node.info().is_leaf()) {
      AddStep(id);
    }
  }

  void AddArray(NodeId id, PlanSteps::Array array) {
    const Node& node = graph_.node(id);
    const Shape shape = planned_.numbers.Of(node.shape());
    array.type = Describe(node.dtype(), shape);
    array.bytes = BytesOf(shape, node.dtype());
    array_of_[id] = static_cast<int>(steps_.arrays.size());
    steps_.arrays.push_back(std::move(array));
  }

  void AddStep(NodeId id) {
    const Node& node = graph_.node(id);
    PlanSteps::Step step{.name = std::string(node.info().name)};
    for (NodeId input : node.inputs) {
      const auto found = array_of_.find(input);
      if (found != array_of_.end() && !absl::c_linear_search(step.operands, found->second))
        step.operands.push_back(found->second);
    }
    step_of_[id] = static_cast<int>(steps_.steps.size());
    if (node.op == Op::k_kernel) {
      KernelFacts facts =
          FactsOfKernel(context_, *planned_.plan, planned_.numbers, planned_.assignment, id);
      step.name = std::move(facts.domain);
      step.operations = std::move(facts.operations);
      step.read = facts.read, step.written = facts.written;
    } else {
      AddArray(id, {.step = step_of_[id]});
      for (int operand : step.operands)
        step.read = AddBytes(step.read, steps_.arrays[operand].bytes);
      step.written = steps_.arrays.back().bytes;
    }
    steps_.steps.push_back(std::move(step));
  }

  Context& context_;
  const PlanToExplain& planned_;
  const Graph& graph_;
  PlanSteps steps_;
  absl::flat_hash_map<NodeId, int> array_of_, step_of_;
};

}  // namespace

std::vector<NamedText> IrAfterPasses(const std::vector<Array>& arrays) {
  const std::optional<PlanToExplain> planned = Planned(arrays);
  std::vector<NamedText> texts;
  if (!planned.has_value()) return texts;
  const auto note = [&](absl::string_view pass, const Graph& graph) {
    if (pass == Pipeline().front().name) texts.resize(1);  // once more from there
    texts.push_back({std::string(pass), Print(graph)});
  };
  Unwrap(MakePlan(arrays[0].context(), planned->trace, note).status());
  return texts;
}

std::vector<NamedText> CodeOfKernels(const std::vector<Array>& arrays, CodeForm form) {
  const std::optional<PlanToExplain> planned = Planned(arrays);
  std::vector<NamedText> texts;
  if (!planned.has_value()) return texts;
  Context& context = arrays[0].context();
  const Target target = Unwrap(context.target());
  for (NodeId id : planned->plan->order) {
    const auto kernel = planned->plan->kernels.find(id);
    if (kernel == planned->plan->kernels.end()) continue;
    const KernelFacts facts =
        FactsOfKernel(context, *planned->plan, planned->numbers, planned->assignment, id);
    texts.push_back({absl::StrCat(facts.domain, ": ", facts.operations),
                     Unwrap(EmitText(kernel->second->text(), target, form == CodeForm::assembly))});
  }
  return texts;
}

PlanSteps StepsOf(const std::vector<Array>& arrays) {
  const std::optional<PlanToExplain> planned = Planned(arrays);
  return planned.has_value() ? StepWalk(arrays[0].context(), *planned).Walk() : PlanSteps();
}

const void* MemoryOf(const Array& array) {
  const std::shared_ptr<Expr>& expr = array.expr();
  return expr->ready.load(std::memory_order_acquire) ? expr->storage.buffer.get() : nullptr;
}

double LeastSeconds(const std::vector<Array>& arrays) {
  const std::optional<PlanToExplain> planned = Planned(arrays);
  if (!planned.has_value()) return 0;
  double seconds = 0;
  for (const auto& [id, kernel] : planned->plan->kernels) {
    seconds += LeastSecondsOfKernel(arrays[0].context(), *planned->plan, planned->numbers,
                                    planned->assignment, id);
  }
  return seconds;
}

}  // namespace broadloom
