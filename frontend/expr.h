// Tracing: light, reference-counted nodes with concrete shapes. A `Graph` is only built from them
// when a plan is missing.
#ifndef BROADLOOM_FRONTEND_EXPR_H_
#define BROADLOOM_FRONTEND_EXPR_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/status/statusor.h"
#include "frontend/errstate.h"
#include "frontend/source.h"
#include "ir/attrs.h"
#include "ir/infer.h"
#include "ir/op.h"
#include "runtime/allocator.h"

namespace broadloom {

class Context;

using Dims = absl::InlinedVector<int64_t, 4>;

// Elements in memory: element (i, j, ...) is at data + offset + i * strides[0] + j * strides[1] ...
// (bytes).
struct StridedArray {
  std::shared_ptr<Buffer> buffer;
  int64_t offset = 0;
  Dims strides;
};

// What the order of a reduction's additions may depend on: facts of the expression from its
// creation on, never of what was evaluated when.
struct Layout {
  absl::InlinedVector<int8_t, 4>
      order;  // axes from outermost to innermost in memory: NumPy's K order
  absl::InlinedVector<bool, 4>
      joint;  // joint[k]: order[k] and order[k + 1] can be walked as one axis in every operand
  bool outer = false;  // some operands vary only along one axis, others only along another

  bool operator==(const Layout&) const = default;
};

struct Expr;
using ExprPtr = std::shared_ptr<Expr>;
using ExprList = absl::InlinedVector<ExprPtr, 3>;
struct Function;  // frontend/written.h

// What a node's value is the result of, where it is the last of several nodes; or a part of that
// result, which is complex.
struct Whole {
  Op op;
  std::vector<ExprPtr> operands;
  mutable std::atomic<bool> judged{false};  // as Expr::judged, of all nodes that share it
};

// An operation that may be pending. Immutable but for `storage`, which evaluation fills in once.
struct Expr {
  Op op = Op::k_param;
  DType dtype;
  Shape shape;  // numbers only
  ExprList inputs;
  Attrs attrs;  // numbers only
  Layout layout;
  Dims strides;   // NumPy's, had it evaluated everything at once; the sizes of a view's steps, not
                  // addresses
  Scalar scalar;  // of Op::k_scalar: the number, bound at launch
  Context* context = nullptr;
  SourceLine line;  // of the user's that wrote it

  int depth =
      0;  // steps that are not made by fusion, pending one before the other when it was made
  ErrorState errors;                        // what happens where it overflows and the like
  mutable std::atomic<bool> judged{false};  // reported already (frontend/float_errors.h)

  // Set once, under the context's publication lock, by whoever computes it first; then `inputs`,
  // `function` and `whole` are cleared.
  std::shared_ptr<const Function> function;  // that it is a part of; may be none
  std::shared_ptr<const Whole> whole;
  std::atomic<bool> ready{false};
  StridedArray storage;
  // Under the same lock: an evaluation overwrites what this is computed from, or has failed after
  // it did (frontend/donation.h).
  enum class Operands : int8_t { kept, claimed, lost } operands = Operands::kept;
  int claimed_after = 0;  // so many forks of the process

  ~Expr();  // frees long chains without recursion
  int rank() const { return static_cast<int>(shape.size()); }
  const std::string& source() const { return TextOf(line); }
};

// Whether it is there to be read: not so what stands for an argument of a function that `jit`
// traces, whose memory is absent.
inline bool HasElements(const Expr& expr) {
  return expr.ready.load(std::memory_order_acquire) && !expr.storage.buffer->is_absent();
}

// The only way to make a pending node: types it (errors are raised here, where the user wrote the
// operation), derives its layout, and applies views of ready arrays at once (they share storage and
// are never pending).
absl::StatusOr<ExprPtr> MakeExpr(Context& context, Op op, ExprList inputs, Attrs attrs);
// Under ErrorMode::raise and its like an operation is computed where it is written.
absl::Status ComputeIfAsked(Context& context, const ExprPtr& expr);
ExprPtr MakeReady(Context& context, DType dtype, Shape shape, StridedArray storage);
ExprPtr MakeScalarExpr(Context& context, Scalar scalar);

// Applies one view operation (broadcast_to, expand_dims, squeeze, permute_dims, slice, diagonal,
// reshape where strides allow it) to strides. NotFound where a reshape cannot be a view. Extents
// are numbers.
absl::StatusOr<StridedArray> ApplyView(Op op, const Attrs& attrs, int64_t itemsize,
                                       const Shape& from, const StridedArray& array);

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_EXPR_H_
