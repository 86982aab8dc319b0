// NumPy's arrays on top of immutable expressions: what an Array is a view of, and what a write
// does.
//
// A storage holds the expression that is its value now. Reading applies the array's view to it. A
// write puts another value in its place, so that expressions which captured the old one keep it.
// Memory that is seen from outside, as it was lent to us or exported, is written at once;
// expressions that still want what was there get a copy of it first.
#ifndef BROADLOOM_FRONTEND_STORAGE_H_
#define BROADLOOM_FRONTEND_STORAGE_H_

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "frontend/array.h"
#include "frontend/expr.h"

namespace broadloom {

// One view operation.
struct ViewStep {
  Op op;
  Attrs attrs;
};
using ViewSteps = absl::InlinedVector<ViewStep, 2>;
ExprPtr Applied(const ExprPtr& from, const ViewStep& step);
// As one with the last one, where two slices or permutations meet.
void AddStep(ViewSteps& steps, ViewStep step);

// How an array that is not all of its storage looks at it. Copies of the array share it.
struct View {
  ViewSteps steps;  // from the storage's value on; of lent memory none
  // What the storage's value is through the view; of lent memory an array in it. Null after a
  // write.
  ExprPtr expr;
  std::atomic<bool> fresh{true};
  std::shared_ptr<void> lender;  // of lent memory: kept for as long as it is seen
};

class Storage {
 public:
  explicit Storage(ExprPtr value);
  // Lent memory: all of it, as bytes.
  Storage(Context& context, std::shared_ptr<Buffer> buffer);

  const ExprPtr& value() const { return value_; }
  const ExprPtr& ValueOf(View& view);
  ExprPtr Load(View* view);  // the same of either, while others write
  std::shared_ptr<View> AddView(ViewSteps steps, ExprPtr expr);
  bool is_lent() const { return is_lent_; }
  // Whether others look at the memory: lenders, or those to whom it was exported.
  bool is_seen() const { return is_lent_ || exports_.load(std::memory_order_acquire) > 0; }
  int64_t snapshot() const { return snapshot_; }  // in which it was made; 0: none
  int64_t tracing() const { return tracing_; }    // the same of TracingScope (frontend/jit.h)

  // How many writes are pending with one more, which is about to replace the value.
  int CountWrite() {
    return writes_ = value_->ready.load(std::memory_order_acquire) ? 1 : writes_ + 1;
  }
  // Whether some are.
  bool is_written() const { return writes_ > 0 && !value_->ready.load(std::memory_order_acquire); }
  // The value, where writes are pending that can be done where it lies: all of it, if `expr`, what
  // it is through `view`, shows all, or parts of what is there. To be computed instead of `expr`.
  // Null elsewhere.
  ExprPtr PendingBehind(const View& view, const Expr& expr);
  // A write to memory that is not lent: what all arrays on it are views of from now on.
  void Replace(ExprPtr value);
  // Before a write to memory that is seen: whoever may still want what it holds is given a copy.
  void KeepForOthers();
  // Moves away from memory that others hold, too. What is seen from outside stays.
  void LeaveToOthers();
  // Whether the memory of a value that is there can be written to, as nobody else wants it.
  bool TakeForWriting();
  // The same of memory that is seen, too, after KeepForOthers. It stays where it is for as long as
  // what is returned lives, which must be short and wait for nobody; null where it cannot be had.
  static std::shared_ptr<void> TakeForArranging(const std::shared_ptr<Storage>& storage);
  // Computes the value, and has all views lie in its memory.
  void Settle();
  // The same where nobody but `view` is left to see the storage: the view is all of it from now on.
  void ShrinkTo(View& view);

  // Whom a host language takes for the owner of the memory; null: nobody yet.
  std::atomic<const void*> face{nullptr};
  // Whether the array that was all of it, which may be gone, was read-only.
  std::atomic<bool> is_closed{false};

 private:
  friend std::shared_ptr<void> Export(const Array& x);
  const ExprPtr& Refreshed(View& view) const;
  bool TakeLocked();
  bool IsCaptured() const;
  bool LiesHere(const View& view) const;
  void Return(View& view) const;
  std::shared_ptr<Buffer> CopyOfMemory() const;
  void MoveTo(const std::shared_ptr<Buffer>& buffer);
  std::unique_lock<std::mutex> LockWhenArranged();

  std::mutex mutex_;
  ExprPtr value_;
  std::vector<std::weak_ptr<View>> views_;
  const bool is_lent_;
  const int64_t snapshot_, tracing_;
  std::atomic<int> exports_{0};
  std::atomic<int> arranging_{0};  // threads that rearrange elements where they lie
  int writes_ = 0;                 // since the value was last there
};

// An array that shares the memory of x, by a view operation that can be written through (or
// broadcast_to, whose result is read-only).
Array ViewOf(const Array& x, Op op, Attrs attrs);
// The same of all of x, in the shape that it has.
Array WholeView(const Array& x);
// The elements of x whose places along two axes of one extent are equal, along the first of them.
Array DiagonalView(const Array& x, int64_t axis, int64_t dropped);
// The windows of x (frontend/windows.h), sharing its memory. Read-only.
Array WindowView(const Array& x, Attrs windows);

// x's memory, to be seen from outside for as long as what is returned lives.
std::shared_ptr<void> Export(const Array& x);

// The real (k_real) or imaginary part of a complex array, sharing its memory.
Array PartView(const Array& z, Op op);

// Memory of somebody else, which `release` gives back.
struct Lender {
  char* begin = nullptr;
  int64_t bytes = 0;
  std::function<void()> release;
  const void* face = nullptr;  // Storage::face
};
// Elements in it, at `data`. What lies inside of memory that is lent already shares its storage.
Array LendArray(Context& context, Lender lender, char* data, DType dtype, Shape shape, Dims strides,
                bool read_only);

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_STORAGE_H_
