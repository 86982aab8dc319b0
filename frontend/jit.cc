#include "frontend/jit.h"

#include <algorithm>
#include <array>
#include <memory>
#include <mutex>
#include <utility>

#include "frontend/convert.h"
#include "frontend/expr_memory.h"
#include "frontend/float_errors.h"
#include "frontend/layout.h"
#include "frontend/memory.h"
#include "frontend/storage.h"

namespace broadloom {
namespace {

constexpr size_t kMostRecordings = 64;  // of a function; the oldest go first

// Bytes from the first element to the last, whatever the signs of the strides; and where the first
// one is among them.
struct Range {
  int64_t bytes, first;
};
Range RangeOf(const Expr& expr) {
  int64_t least = 0, most = 0;
  for (int axis = 0; axis < expr.rank(); ++axis) {
    const int64_t reach =
        (std::max<int64_t>(expr.shape[axis].value(), 1) - 1) * expr.storage.strides[axis];
    (reach < 0 ? least : most) += reach;
  }
  return {most - least + expr.dtype.size(), -least};
}

bool IsLikeLayout(const Layout& a, const Layout& b) {
  return a.order == b.order && a.joint == b.joint && a.outer == b.outer;
}

bool IsLike(const Expr& a, const Expr& b) {
  return a.dtype == b.dtype && a.shape == b.shape && a.context == b.context &&
         a.storage.strides == b.storage.strides && a.strides == b.strides &&
         IsLikeLayout(a.layout, b.layout);
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

Array StandIn(const Array& x) {
  const Expr& like = *ExprOf(x.eval());
  const Range range = RangeOf(like);
  ExprPtr expr = MakeReady(*like.context, like.dtype, like.shape,
                           {Buffer::Absent(range.bytes), range.first, like.storage.strides});
  expr->strides = like.strides;
  expr->layout = like.layout;
  Array array(std::move(expr));
  array.set_scalar(x.is_scalar());
  array.set_read_only(true);
  return array;
}

Recording::Recording(std::vector<Array> stand_ins, std::vector<Array> results)
    : stand_ins_(std::move(stand_ins)), results_(std::move(results)), errors_(error_state()) {
  for (size_t i = 0; i < results_.size(); ++i) {
    const ExprPtr& expr = ExprOf(results_[i]);
    const auto argument = std::ranges::find(stand_ins_, expr, ExprOf);
    const auto root = std::ranges::find(roots_, expr);
    if (argument != stand_ins_.end()) {
      kinds_.push_back({Kind::kArgument, static_cast<size_t>(argument - stand_ins_.begin())});
    } else if (expr->ready.load(std::memory_order_acquire)) {
      shows_arguments_ = shows_arguments_ || expr->storage.buffer->is_absent();
      kinds_.push_back({Kind::kKept, i});
    } else {
      kinds_.push_back({Kind::kComputed, static_cast<size_t>(root - roots_.begin())});
      if (root != roots_.end()) continue;
      computed_.push_back(results_[i]);
      roots_.push_back(expr);
    }
  }
}

bool Recording::Fits(absl::Span<const Array> arguments) const {
  return errors_ == error_state() &&
         std::equal(arguments.begin(), arguments.end(), stand_ins_.begin(), stand_ins_.end(),
                    [](const Array& argument, const Array& stand_in) {
                      return argument.is_scalar() == stand_in.is_scalar() &&
                             IsLike(*ExprOf(argument), *ExprOf(stand_in));
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

std::optional<Recording::Outcome> Recording::Run(absl::Span<const ExprPtr> arguments) const {
  if (shows_arguments_) return std::nullopt;
  Outcome outcome;
  if (roots_.empty()) return outcome;
  std::vector<Binding> bindings;
  bindings.reserve(arguments.size());
  for (size_t i = 0; i < arguments.size(); ++i) {
    const StridedArray& place = ExprOf(stand_ins_[i])->storage;
    StridedArray array = arguments[i]->storage;
    array.offset -= place.offset;
    bindings.push_back({place.buffer.get(), std::move(array)});
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

std::vector<Array> Recording::ResultsOf(const Outcome& outcome,
                                        const std::vector<Array>& arguments) const {
  std::vector<Array> results;
  for (const auto& [kind, index] : kinds_) {
    results.push_back(kind == Kind::kComputed   ? outcome.computed[index]
                      : kind == Kind::kArgument ? arguments[index]
                                                : results_[index]);
  }
  return results;
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

  std::vector<Array> Call(const std::vector<Array>& arguments) {
    if (TracingScope::Current() != 0 || !MayTrace()) return function_(arguments);
    if (!std::ranges::all_of(arguments, &Array::is_evaluated)) eval(arguments);
    const std::shared_ptr<const Recording> recording = RecordingFor(arguments);
    std::vector<ExprPtr> exprs;
    for (const Array& argument : arguments) exprs.push_back(ExprOf(argument));
    const std::optional<Recording::Outcome> outcome = recording->Run(exprs);
    if (!outcome.has_value()) {
      std::vector<Array> results = function_(arguments);
      eval(results);
      return results;
    }
    if (outcome->flags.has_value()) Recording::Report(function_(arguments), *outcome->flags);
    return recording->ResultsOf(*outcome, arguments);
  }

 private:
  std::shared_ptr<const Recording> RecordingFor(const std::vector<Array>& arguments) {
    if (auto found = Find(arguments)) return found;
    std::vector<Array> stand_ins;
    for (const Array& argument : arguments) stand_ins.push_back(StandIn(argument));
    const TracingScope scope;
    std::vector<Array> results = function_(stand_ins);
    auto made = std::make_shared<const Recording>(std::move(stand_ins), std::move(results));
    const std::lock_guard lock(mutex_);
    if (recordings_.size() == kMostRecordings) recordings_.erase(recordings_.begin());
    recordings_.push_back(made);
    return made;
  }

  std::shared_ptr<const Recording> Find(const std::vector<Array>& arguments) {
    const std::lock_guard lock(mutex_);
    for (const auto& recording : recordings_) {
      if (recording->Fits(arguments)) return recording;
    }
    return nullptr;
  }

  const ArrayFunction function_;
  std::mutex mutex_;
  std::vector<std::shared_ptr<const Recording>> recordings_;
};

}  // namespace

ArrayFunction jit(ArrayFunction function) {
  auto jitted = std::make_shared<Jitted>(std::move(function));
  return [jitted](const std::vector<Array>& arguments) { return jitted->Call(arguments); };
}

}  // namespace broadloom
