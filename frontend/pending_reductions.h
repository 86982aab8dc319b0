// Reductions of large arrays that wait to be computed, as far as anybody still holds them.
#ifndef BROADLOOM_FRONTEND_PENDING_REDUCTIONS_H_
#define BROADLOOM_FRONTEND_PENDING_REDUCTIONS_H_

#include <array>
#include <cstddef>
#include <memory>
#include <mutex>
#include <vector>

namespace broadloom {

struct Expr;

// The latest ones. They keep the old value of what is written to meanwhile (frontend/holders.h).
class PendingReductions {
 public:
  void Add(const std::shared_ptr<Expr>& reduction) {
    const std::lock_guard lock(mutex_);
    latest_[next_++ % kMost] = reduction;
  }

  std::vector<std::shared_ptr<Expr>> Alive() {
    const std::lock_guard lock(mutex_);
    std::vector<std::shared_ptr<Expr>> alive;
    for (const std::weak_ptr<Expr>& each : latest_) {
      if (std::shared_ptr<Expr> expr = each.lock()) alive.push_back(std::move(expr));
    }
    return alive;
  }

 private:
  static constexpr size_t kMost = 32;

  std::mutex mutex_;
  std::array<std::weak_ptr<Expr>, kMost> latest_;
  size_t next_ = 0;
};

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_PENDING_REDUCTIONS_H_
