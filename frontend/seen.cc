// Memory that others see: what was lent to us, and what was exported.
#include "frontend/bytes.h"
#include "frontend/convert.h"
#include "frontend/evaluate.h"
#include "frontend/memory.h"
#include "frontend/storage.h"

namespace broadloom {

void Storage::Settle() {
  const bool was_there = Load(nullptr)->ready.load(std::memory_order_acquire);
  if (const ExprPtr value = Load(nullptr); !was_there)
    Unwrap(EvaluateRoots(*value->context, {value}));
  const std::unique_lock lock(mutex_);
  for (const std::weak_ptr<View>& each : views_) {
    const std::shared_ptr<View> view = each.lock();
    if (view == nullptr || LiesHere(*view)) continue;
    const bool is_fresh = view->fresh.exchange(false, std::memory_order_acq_rel);
    if (is_fresh && !was_there) Return(*view);
  }
}

// What a view was before the value was there, it stays: lent memory may have changed since.
void Storage::Return(View& view) const {
  const ExprPtr own = view.expr;
  if (!own->ready.load(std::memory_order_acquire)) return;
  const Expr& here = *Refreshed(view);
  if (!here.ready.load(std::memory_order_acquire)) return;  // a copy of what is there now
  CopyStrided(here.shape, here.dtype.size(), {AddressOf(here.storage), here.storage.strides},
              {AddressOf(own->storage), own->storage.strides});
}

void Storage::ShrinkTo(View& view) {
  const ExprPtr expr = Load(&view);
  if (!expr->ready.load(std::memory_order_acquire)) Unwrap(EvaluateRoots(*expr->context, {expr}));
  ExprPtr value = MakeReady(*expr->context, expr->dtype, expr->shape, expr->storage);
  const std::unique_lock lock(mutex_);
  std::swap(value_, value);
  view.steps.clear();
}

namespace {

// Whether most of what is pending behind a view is seen by nothing, and so need not be computed.
// What the view shows lies closer then than in NumPy, which is worth it only where that is large.
bool MayShrink(const Array& x) {
  constexpr int64_t kLarge = 1 << 20;  // bytes
  const std::shared_ptr<Storage>& storage = x.storage();
  if (storage.use_count() != 1 || x.view() == nullptr) return false;
  const ExprPtr value = storage->Load(nullptr), shown = storage->Load(x.view().get());
  const int64_t bytes = BytesOf(value->shape, value->dtype);
  return !value->ready.load(std::memory_order_acquire) && bytes > kLarge &&
         bytes / 2 > BytesOf(shown->shape, shown->dtype);
}

}  // namespace

std::shared_ptr<void> Export(const Array& x) {
  const std::shared_ptr<Storage>& storage = x.storage();
  if (storage->is_lent()) return storage;
  if (MayShrink(x))
    storage->ShrinkTo(*x.view());
  else
    storage->Settle();
  // Numbers, flattened copies and other arrays may lie in the same memory.
  storage->LeaveToOthers();
  storage->exports_.fetch_add(1, std::memory_order_acq_rel);
  return {storage.get(),
          [storage](void*) { storage->exports_.fetch_sub(1, std::memory_order_acq_rel); }};
}

namespace {

// That of lent memory which holds all of this; none: null.
std::shared_ptr<Storage> FindLent(Context& context, const char* begin, const char* end) {
  auto& entries = context.lent.entries;
  for (auto next = entries.upper_bound(begin); next != entries.begin();) {
    LentMemory::Entry& entry = (--next)->second;
    std::shared_ptr<Buffer> buffer = entry.buffer.lock();
    if (buffer == nullptr) {
      next = entries.erase(next);
      continue;
    }
    if (end > buffer->data() + buffer->size()) return nullptr;
    std::shared_ptr<Storage> storage = entry.storage.lock();
    if (storage == nullptr) {
      storage = std::make_shared<Storage>(context, std::move(buffer));
      entry.storage = storage;
    }
    return storage;
  }
  return nullptr;
}

}  // namespace

Array LendArray(Context& context, Lender lender, char* data, DType dtype, Shape shape, Dims strides,
                bool read_only) {
  const std::unique_lock lock(context.lent.mutex);
  std::shared_ptr<Storage> storage = FindLent(context, lender.begin, lender.begin + lender.bytes);
  std::shared_ptr<void> release;
  if (storage == nullptr) {
    auto buffer = Buffer::Lend(lender.begin, lender.bytes, std::move(lender.release));
    storage = std::make_shared<Storage>(context, buffer);
    storage->face = lender.face;
    if (lender.bytes > 0) context.lent.entries[lender.begin] = {buffer, storage};
  } else if (lender.release) {
    release = std::shared_ptr<void>(nullptr, [f = std::move(lender.release)](void*) { f(); });
  }
  const std::shared_ptr<Buffer>& buffer = storage->value()->storage.buffer;
  ExprPtr expr = MakeReady(context, dtype, std::move(shape),
                           {buffer, data - buffer->data(), std::move(strides)});
  std::shared_ptr<View> view = storage->AddView({}, std::move(expr));
  view->lender = std::move(release);
  return Array(std::move(storage), std::move(view), read_only);
}

}  // namespace broadloom
