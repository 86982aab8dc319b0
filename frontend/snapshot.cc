// A few arrays a scope: they are searched one by one.
#include "frontend/snapshot.h"

#include <atomic>
#include <utility>

#include "frontend/storage.h"

namespace broadloom {
namespace {

thread_local Snapshot* current = nullptr;
std::atomic<int64_t> last_id = 0;

}  // namespace

Snapshot::Snapshot() : outer_(std::exchange(current, this)), id_(++last_id) {}
Snapshot::~Snapshot() { current = outer_; }
Snapshot* Snapshot::Current() { return current; }

const std::shared_ptr<Expr>& Snapshot::ValueOf(const std::shared_ptr<Storage>& storage,
                                               const std::shared_ptr<View>& view) {
  for (const Seen& seen : seen_) {
    if (seen.storage == storage && seen.view == view) return *seen.expr;
  }
  seen_.push_back({storage, view, std::make_unique<ExprPtr>(storage->Load(view.get()))});
  return *seen_.back().expr;
}

void Snapshot::Forget(const Storage& storage) {
  for (size_t i = seen_.size(); i-- > 0;) {
    if (seen_[i].storage.get() != &storage) continue;
    forgotten_.push_back(std::move(seen_[i].expr));
    seen_.erase(seen_.begin() + static_cast<int64_t>(i));
  }
}

}  // namespace broadloom
