#include "frontend/jit.h"

#include <algorithm>
#include <array>
#include <memory>
#include <mutex>
#include <utility>

#include "frontend/convert.h"
#include "frontend/evaluate.h"
#include "frontend/expr_memory.h"
#include "frontend/float_errors.h"
#include "frontend/layout.h"
#include "frontend/memory.h"
#include "frontend/storage.h"

namespace broadloom {
namespace {

bool IsLike(const Expr& a, const Expr& b) {
  return a.dtype == b.dtype && a.shape == b.shape && a.context == b.context &&
         a.storage.strides == b.storage.strides && a.strides == b.strides && a.layout == b.layout;
}

// As the node would be, had it been published.
Array PublishedLike(const Array& traced, StridedArray storage) {
  const Expr& like = *ExprOf(traced);
  ExprPtr expr = NewExpr();
  expr->op = like.op;
  expr->dtype = like.dtype;
  expr->shape = like.shape;
  expr->layout = like.layout;
  expr->strides = like.strides;
  expr->context = like.context;
  expr->storage = std::move(storage);
  expr->ready.store(true, std::memory_order_release);
  Array array(std::move(expr));
  array.set_scalar(traced.is_scalar());
  array.set_read_only(traced.is_read_only());
  return array;
}

}  // namespace

bool MayTrace() {
  const ErrorState state = error_state();
  return std::ranges::all_of(
      std::array{state.divide, state.over, state.under, state.invalid},
      [](ErrorMode mode) { return mode == ErrorMode::ignore || mode == ErrorMode::warn; });
}

std::vector<Argument> ArgumentsIn(absl::Span<const Array> arrays) {
  std::vector<Argument> arguments;
  arguments.reserve(arrays.size());
  for (const Array& array : arrays) arguments.push_back({ExprOf(array), array.is_scalar()});
  return arguments;
}

bool AreReady(absl::Span<const Argument> arguments) {
  return std::ranges::all_of(arguments, [](const Argument& argument) {
    return argument.expr->ready.load(std::memory_order_acquire);
  });
}

void Compute(absl::Span<const Argument> arguments) {
  std::vector<ExprPtr> exprs;
  for (const Argument& argument : arguments) exprs.push_back(argument.expr);
  if (!exprs.empty()) Unwrap(EvaluateRoots(*exprs[0]->context, exprs));
}

Array StandIn(const Argument& argument) {
  const Expr& like = *argument.expr;
  ExprPtr expr =
      MakeReady(*like.context, like.dtype, like.shape, {Buffer::Absent(), 0, like.storage.strides});
  expr->strides = like.strides;
  expr->layout = like.layout;
  Array array(std::move(expr));
  array.set_scalar(argument.is_scalar);
  array.set_read_only(true);
  return array;
}

Recording::Recording(std::vector<Array> stand_ins, std::vector<Array> results)
    : stand_ins_(std::move(stand_ins)), errors_(error_state()) {
  for (size_t i = 0; i < results.size(); ++i) {
    const ExprPtr& expr = ExprOf(results[i]);
    const auto argument = std::ranges::find(stand_ins_, expr, ExprOf);
    if (argument != stand_ins_.end()) {
      results_.push_back({From::kArgument, static_cast<size_t>(argument - stand_ins_.begin())});
    } else if (!expr->ready.load(std::memory_order_acquire)) {
      AddComputed(results[i], expr);
    } else if (expr->storage.buffer->is_absent()) {
      shows_arguments_ = true;
    } else if (results[i].storage()->tracing() == TracingScope::Current()) {
      AddComputed(results[i], Unwrap(MakeExpr(*expr->context, Op::k_copy, {expr}, {})));
    } else {
      results_.push_back({From::kElsewhere, i});
    }
  }
}

void Recording::AddComputed(const Array& result, ExprPtr root) {
  if (!roots_.empty() && roots_[0]->context != root->context)
    throw Error(ErrorCode::type_error, "jit: the results are arrays of two contexts");
  const auto known = std::ranges::find(roots_, root);
  results_.push_back({From::kComputed, static_cast<size_t>(known - roots_.begin())});
  if (known != roots_.end()) return;
  computed_.push_back(result);
  roots_.push_back(std::move(root));
}

bool Recording::Fits(absl::Span<const Argument> arguments) const {
  return errors_ == error_state() &&
         std::equal(arguments.begin(), arguments.end(), stand_ins_.begin(), stand_ins_.end(),
                    [](const Argument& argument, const Array& stand_in) {
                      return argument.is_scalar == stand_in.is_scalar() &&
                             IsLike(*argument.expr, *ExprOf(stand_in));
                    });
}

// None where it takes several.
std::unique_ptr<BoundEvaluation> Recording::TakeEvaluation(
    absl::Span<const Binding> bindings) const {
  {
    const std::lock_guard lock(mutex_);
    if (last_ != nullptr && last_->Serves(bindings)) return std::move(last_);
  }
  return Unwrap(BoundEvaluation::Make(*roots_[0]->context, roots_, bindings));
}

std::optional<Recording::Outcome> Recording::Run(absl::Span<const Argument> arguments) const {
  if (shows_arguments_) return std::nullopt;
  Outcome outcome;
  if (roots_.empty()) return outcome;
  std::vector<Binding> bindings;
  bindings.reserve(arguments.size());
  for (size_t i = 0; i < arguments.size(); ++i) {
    const Buffer* const absent = ExprOf(stand_ins_[i])->storage.buffer.get();
    bindings.push_back({absent, arguments[i].expr->storage});
  }
  std::unique_ptr<BoundEvaluation> evaluation = TakeEvaluation(bindings);
  if (evaluation == nullptr) return std::nullopt;
  auto values = Unwrap(evaluation->Run(bindings));
  if (!values.has_value()) return std::nullopt;
  {
    const std::lock_guard lock(mutex_);
    last_.swap(evaluation);
  }
  for (size_t i = 0; i < roots_.size(); ++i)
    outcome.computed.push_back(PublishedLike(computed_[i], std::move(values->arrays[i])));
  outcome.flags = values->flags;
  return outcome;
}

void Recording::Report(absl::Span<const Array> results, unsigned flags) {
  std::vector<ExprPtr> roots;
  for (const Array& result : results) {
    const ExprPtr& expr = ExprOf(result);
    if (!expr->ready.load(std::memory_order_acquire)) roots.push_back(expr);
  }
  if (roots.empty()) return;
  Context& context = *roots[0]->context;
  const Trace trace = Unwrap(TraceRoots(context, roots));
  Unwrap(ReportFloatErrors(context, trace, flags));
}

namespace {

class Jitted {
 public:
  explicit Jitted(ArrayFunction function) : function_(std::move(function)) {}

  std::vector<Array> Call(const std::vector<Array>& arrays) {
    if (TracingScope::Current() != 0 || !MayTrace()) return function_(arrays);
    std::vector<Argument> arguments = ArgumentsIn(arrays);
    if (!AreReady(arguments)) {
      eval(arrays);
      arguments = ArgumentsIn(arrays);
      Compute(arguments);
    }
    const std::shared_ptr<const Traced> traced = TracedFor(arguments);
    const std::optional<Recording::Outcome> outcome = traced->recording.Run(arguments);
    if (!outcome.has_value()) {
      std::vector<Array> results = function_(arrays);
      eval(results);
      return results;
    }
    if (outcome->flags.has_value()) Recording::Report(function_(arrays), *outcome->flags);
    std::vector<Array> results;
    for (const auto& [from, index] : traced->recording.results()) {
      results.push_back(from == Recording::From::kComputed   ? outcome->computed[index]
                        : from == Recording::From::kArgument ? arrays[index]
                                                             : traced->results[index]);
    }
    return results;
  }

 private:
  struct Traced {
    Traced(std::vector<Array> stand_ins, const std::vector<Array>& results)
        : results(results), recording(std::move(stand_ins), results) {}
    const std::vector<Array> results;
    const Recording recording;
  };

  std::shared_ptr<const Traced> TracedFor(const std::vector<Argument>& arguments) {
    if (auto found = Find(arguments)) return found;
    std::vector<Array> stand_ins;
    for (const Argument& argument : arguments) stand_ins.push_back(StandIn(argument));
    const TracingScope scope;
    const std::vector<Array> results = function_(stand_ins);
    auto made = std::make_shared<const Traced>(std::move(stand_ins), results);
    const std::lock_guard lock(mutex_);
    if (traced_.size() == kMostTraced) traced_.erase(traced_.begin());
    traced_.push_back(made);
    return made;
  }

  std::shared_ptr<const Traced> Find(const std::vector<Argument>& arguments) {
    const std::lock_guard lock(mutex_);
    const auto found = std::ranges::find_if(
        traced_, [&](const auto& traced) { return traced->recording.Fits(arguments); });
    return found == traced_.end() ? nullptr : *found;
  }

  const ArrayFunction function_;
  std::mutex mutex_;
  std::vector<std::shared_ptr<const Traced>> traced_;
};

}  // namespace

ArrayFunction jit(ArrayFunction function) {
  auto jitted = std::make_shared<Jitted>(std::move(function));
  return [jitted](const std::vector<Array>& arguments) { return jitted->Call(arguments); };
}

}  // namespace broadloom
