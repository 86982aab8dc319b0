// Views of storages, and what a write does to them.
#include "frontend/storage.h"

#include <algorithm>
#include <cstring>
#include <shared_mutex>
#include <utility>

#include "absl/container/inlined_vector.h"
#include "frontend/bytes.h"
#include "frontend/convert.h"
#include "frontend/layout.h"
#include "frontend/memory.h"
#include "frontend/snapshot.h"
#include "frontend/tracing.h"
#include "frontend/windows.h"

namespace broadloom {
namespace {

// Steps that are one, so that the views of a loop like x = x[1:] do not pile up.
bool MergeSlices(Attrs& inner, const Attrs& outer) {
  Shape starts, steps;
  for (size_t axis = 0; axis < outer.Dims(AttrName::k_starts).size(); ++axis) {
    const int64_t step = inner.Dims(AttrName::k_steps)[axis].value();
    starts.push_back(inner.Dims(AttrName::k_starts)[axis].value() +
                     outer.Dims(AttrName::k_starts)[axis].value() * step);
    const bool moves = outer.Dims(AttrName::k_sizes)[axis].value() > 1;
    steps.push_back(moves ? outer.Dims(AttrName::k_steps)[axis].value() * step : 1);
  }
  inner.Set(AttrName::k_starts, starts)
      .Set(AttrName::k_steps, steps)
      .Set(AttrName::k_sizes, outer.Dims(AttrName::k_sizes));
  return true;
}

bool MergePermutations(Attrs& inner, const Attrs& outer) {
  Axes axes;
  for (int64_t axis : outer.Ints(AttrName::k_axes))
    axes.push_back(inner.Ints(AttrName::k_axes)[axis]);
  inner.Set(AttrName::k_axes, axes);
  return true;
}

bool Merge(ViewStep& inner, const ViewStep& outer) {
  if (inner.op != outer.op) return false;
  if (inner.op == Op::k_slice) return MergeSlices(inner.attrs, outer.attrs);
  if (inner.op == Op::k_permute_dims) return MergePermutations(inner.attrs, outer.attrs);
  return false;
}

// Every other number of the complex array's memory.
ExprPtr PartOf(const ExprPtr& z, Op op) {
  ExprPtr part;
  if (z->ready.load(std::memory_order_acquire)) {
    const DType dtype = ComponentOf(z->dtype);
    const int64_t offset = z->storage.offset + (op == Op::k_real ? 0 : dtype.size());
    part = MakeReady(*z->context, dtype, z->shape, {z->storage.buffer, offset, z->storage.strides});
  } else {
    part = Unwrap(MakeExpr(*z->context, op, {z}, {}));
  }
  part->strides = z->strides;  // wherever it was computed
  DeriveLeafLayout(*part);
  return part;
}

// Whether parts of something that is there have been written: the writes can be done in its place.
bool IsWrittenInPart(const ExprPtr& value) {
  const std::shared_lock lock(value->context->publication);
  const Expr* expr = value.get();
  bool is_written = false;
  while (!expr->ready.load(std::memory_order_relaxed)) {
    const bool is_write = expr->op == Op::k_insert || expr->op == Op::k_scatter;
    if (!is_write && !InfoOf(expr->op).is_view()) return false;
    is_written = is_written || is_write;
    expr = expr->inputs[0].get();
  }
  return is_written && expr->storage.buffer != nullptr &&
         expr->storage.buffer->size() == BytesOf(expr->shape, expr->dtype);
}

int64_t CurrentSnapshot() {
  const Snapshot* const snapshot = Snapshot::Current();
  return snapshot == nullptr ? 0 : snapshot->id();
}

}  // namespace

ExprPtr Applied(const ExprPtr& from, const ViewStep& step) {
  if (step.op == kWindows) return WindowsOf(from, step.attrs);
  if (step.op == Op::k_real || step.op == Op::k_imag) return PartOf(from, step.op);
  return Unwrap(MakeExpr(*from->context, step.op, {from}, step.attrs));
}

// Parts of complex numbers come last, so that they are written where the numbers lie.
void AddStep(ViewSteps& steps, ViewStep step) {
  const bool is_part =
      !steps.empty() && (steps.back().op == Op::k_real || steps.back().op == Op::k_imag);
  if (is_part && step.op != kWindows && InfoOf(step.op).is_view()) {
    ViewStep part = std::move(steps.back());
    steps.pop_back();
    AddStep(steps, std::move(step));
    steps.push_back(std::move(part));
    return;
  }
  if (steps.empty() || !Merge(steps.back(), step)) steps.push_back(std::move(step));
}

Storage::Storage(ExprPtr value)
    : value_(std::move(value)),
      is_lent_(false),
      snapshot_(CurrentSnapshot()),
      tracing_(TracingScope::Current()) {}

Storage::Storage(Context& context, std::shared_ptr<Buffer> buffer)
    : is_lent_(true), snapshot_(CurrentSnapshot()), tracing_(TracingScope::Current()) {
  const int64_t bytes = buffer->size();
  value_ = MakeReady(context, DType::kUInt8, {bytes}, {std::move(buffer), 0, {1}});
}

std::shared_ptr<View> Storage::AddView(ViewSteps steps, ExprPtr expr) {
  auto view = std::make_shared<View>();
  view->steps = std::move(steps);
  view->expr = std::move(expr);
  const std::unique_lock lock(mutex_);
  if (views_.size() == views_.capacity())
    std::erase_if(views_, [](const std::weak_ptr<View>& each) { return each.expired(); });
  views_.push_back(view);
  return view;
}

const ExprPtr& Storage::ValueOf(View& view) {
  if (view.fresh.load(std::memory_order_acquire)) return view.expr;
  const std::unique_lock lock(mutex_);
  return Refreshed(view);
}

ExprPtr Storage::Load(View* view) {
  const std::unique_lock lock(mutex_);
  return view == nullptr ? value_ : Refreshed(*view);
}

ExprPtr Storage::PendingBehind(const View& view, const Expr& expr) {
  const std::unique_lock lock(mutex_);
  if (writes_ == 0 || is_lent_ || view.expr.get() != &expr ||
      value_->ready.load(std::memory_order_acquire))
    return nullptr;
  const bool shows_all =
      NumElements(expr.shape) == NumElements(value_->shape) &&
      std::all_of(view.steps.begin(), view.steps.end(), [](const ViewStep& step) {
        return step.op != kWindows && step.op != Op::k_broadcast_to && InfoOf(step.op).is_view();
      });
  return shows_all || IsWrittenInPart(value_) ? value_ : nullptr;
}

const ExprPtr& Storage::Refreshed(View& view) const {
  if (view.fresh.load(std::memory_order_relaxed)) return view.expr;
  ExprPtr expr = value_;
  for (const ViewStep& step : view.steps) expr = Applied(expr, step);
  view.expr = std::move(expr);
  view.fresh.store(true, std::memory_order_release);
  return view.expr;
}

void Storage::Replace(ExprPtr value) {
  if (Snapshot* const snapshot = Snapshot::Current()) snapshot->Forget(*this);
  std::vector<ExprPtr> dropped;  // dies after the lock is released
  const std::unique_lock lock = LockWhenArranged();
  dropped.push_back(std::exchange(value_, std::move(value)));
  for (const std::weak_ptr<View>& each : views_) {
    const std::shared_ptr<View> view = each.lock();
    if (view == nullptr) continue;
    view->fresh.store(false, std::memory_order_release);
    dropped.push_back(std::exchange(view->expr, nullptr));
  }
}

// By counting who holds the memory, and who holds an array in it, besides the views of this
// storage, some of which hold the same one. Views may die meanwhile, on other threads: whatever
// they held has been counted before, and then seems to be held by somebody else.
bool Storage::IsCaptured() const {
  struct Held {
    const Expr* array;
    int64_t holders;
  };
  const int64_t holders_of_memory = value_->storage.buffer.use_count();
  absl::InlinedVector<Held, 2> shared = {{value_.get(), value_.use_count()}};
  int64_t arrays = 0;
  for (const std::weak_ptr<View>& each : views_) {
    const std::shared_ptr<View> view = each.lock();
    if (view == nullptr || !LiesHere(*view)) continue;
    const int64_t holders = view->expr.use_count();
    if (holders > 1)
      shared.push_back({view->expr.get(), holders});
    else
      ++arrays;
  }
  std::sort(shared.begin(), shared.end(),
            [](const Held& a, const Held& b) { return std::less<>()(a.array, b.array); });
  for (size_t first = 0, next = 0; first < shared.size(); first = next) {
    int64_t holders = 0;
    for (; next < shared.size() && shared[next].array == shared[first].array; ++next)
      holders = std::max(holders, shared[next].holders);
    if (holders > static_cast<int64_t>(next - first)) return true;
    ++arrays;
  }
  return holders_of_memory > arrays;
}

// And not in memory of its own, as a view does that was computed before the value was.
bool Storage::LiesHere(const View& view) const {
  return view.expr != nullptr && view.expr->ready.load(std::memory_order_acquire) &&
         view.expr->storage.buffer == value_->storage.buffer;
}

bool Storage::TakeForWriting() {
  const std::unique_lock lock(mutex_);
  return TakeLocked();
}

std::shared_ptr<void> Storage::TakeForArranging(const std::shared_ptr<Storage>& storage) {
  if (storage->is_seen()) storage->KeepForOthers();
  const std::unique_lock lock(storage->mutex_);
  if (!storage->is_seen() && !storage->TakeLocked()) return nullptr;
  ++storage->arranging_;
  return {storage.get(), [kept = storage](Storage* arranged) {
            --arranged->arranging_;
            arranged->arranging_.notify_all();
          }};
}

// Once the memory may be moved or left.
std::unique_lock<std::mutex> Storage::LockWhenArranged() {
  std::unique_lock lock(mutex_);
  while (const int arranging = arranging_.load()) {
    lock.unlock();
    arranging_.wait(arranging);
    lock.lock();
  }
  return lock;
}

bool Storage::TakeLocked() {
  if (!value_->ready.load(std::memory_order_acquire) || IsCaptured()) return false;
  for (const std::weak_ptr<View>& each : views_) {
    const std::shared_ptr<View> view = each.lock();
    if (view != nullptr && !LiesHere(*view)) view->fresh.store(false, std::memory_order_release);
  }
  return true;
}

std::shared_ptr<Buffer> Storage::CopyOfMemory() const {
  const Buffer& buffer = *value_->storage.buffer;
  if (buffer.is_absent()) ThrowNoElements();
  std::shared_ptr<Buffer> copy = Unwrap(AllocateCounted(*value_->context, buffer.size()));
  std::memcpy(copy->data(), buffer.data(), buffer.size());
  return copy;
}

void Storage::MoveTo(const std::shared_ptr<Buffer>& buffer) {
  const auto moved = [&](const ExprPtr& from) {
    ExprPtr to = MakeReady(*from->context, from->dtype, from->shape,
                           {buffer, from->storage.offset, from->storage.strides});
    to->strides = from->strides;
    to->layout = from->layout;
    return to;
  };
  for (const std::weak_ptr<View>& each : views_) {
    const std::shared_ptr<View> view = each.lock();
    if (view == nullptr) continue;
    if (LiesHere(*view))
      view->expr = moved(view->expr);
    else
      view->fresh.store(false, std::memory_order_release);
  }
  value_ = moved(value_);
}

// The registry's lock is taken by itself: who lends holds it while views are added.
void Storage::KeepForOthers() {
  std::shared_ptr<Buffer> copy;
  {
    const std::unique_lock lock(mutex_);
    if (!IsCaptured()) return;
    copy = CopyOfMemory();
    value_->storage.buffer->Exchange(copy);  // that buffer, which the others hold, is the copy now
    MoveTo(copy);
  }
  if (!is_lent_) return;
  LentMemory& lent = value_->context->lent;
  const std::unique_lock entries(lent.mutex);
  lent.entries[copy->data()].buffer = copy;
}

void Storage::LeaveToOthers() {
  const std::unique_lock lock = LockWhenArranged();
  if (!is_seen() && IsCaptured()) MoveTo(CopyOfMemory());
}

Array::Array(std::shared_ptr<Expr> expr) {
  if (expr == nullptr) return;
  is_scalar_ = expr->rank() == 0;
  storage_ = std::make_shared<Storage>(std::move(expr));
}

Array::Array(std::shared_ptr<Storage> storage, std::shared_ptr<View> view, bool read_only)
    : storage_(std::move(storage)), view_(std::move(view)), is_read_only_(read_only) {}

const std::shared_ptr<Expr>& Array::expr() const {
  static const ExprPtr kNone;
  if (storage_ == nullptr) return kNone;
  Snapshot* const snapshot = Snapshot::Current();
  if (snapshot != nullptr && storage_->snapshot() != snapshot->id())
    return snapshot->ValueOf(storage_, view_);
  return view_ == nullptr ? storage_->value() : storage_->ValueOf(*view_);
}

namespace {

Array ViewBy(const Array& x, ViewStep step, ExprPtr expr) {
  const bool read_only = x.is_read_only() || step.op == Op::k_broadcast_to || step.op == kWindows;
  if (x.storage()->is_lent())
    return Array(x.storage(), x.storage()->AddView({}, std::move(expr)), read_only);
  ViewSteps steps;
  if (x.view() != nullptr) steps = x.view()->steps;
  AddStep(steps, std::move(step));
  return Array(x.storage(), x.storage()->AddView(std::move(steps), std::move(expr)), read_only);
}

}  // namespace

Array ViewOf(const Array& x, Op op, Attrs attrs) {
  const ExprPtr& from = ExprOf(x);
  ExprPtr expr = Unwrap(MakeExpr(*from->context, op, {from}, std::move(attrs)));
  ViewStep step{op, expr->attrs};
  return ViewBy(x, std::move(step), std::move(expr));
}

Array WholeView(const Array& x) {
  ViewSteps steps;
  if (x.view() != nullptr) steps = x.view()->steps;
  return Array(x.storage(), x.storage()->AddView(std::move(steps), ExprOf(x)), x.is_read_only());
}

Array DiagonalView(const Array& x, int64_t axis, int64_t dropped) {
  const Array square =
      ViewOf(x, Op::k_diagonal, Attrs().Set(AttrName::k_axes, Axes{axis, dropped}));
  return ViewOf(square, Op::k_squeeze, Attrs().Set(AttrName::k_axes, Axes{dropped}));
}

Array WindowView(const Array& x, Attrs windows) {
  ExprPtr expr = WindowsOf(ExprOf(x), windows);
  return ViewBy(x, {kWindows, std::move(windows)}, std::move(expr));
}

Array PartView(const Array& z, Op op) { return ViewBy(z, {op, {}}, PartOf(ExprOf(z), op)); }

}  // namespace broadloom
