// What the handles of broadloom.h stand for.
#ifndef BROADLOOM_FRONTEND_C_HANDLES_H_
#define BROADLOOM_FRONTEND_C_HANDLES_H_

#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

#include "absl/types/span.h"
#include "frontend/array.h"
#include "frontend/c/guarded.h"

// Counted; freed with the last one that retained it.
struct bl_counted {
  std::atomic<int64_t> count{1};
};

struct bl_context : bl_counted {
  explicit bl_context(std::shared_ptr<broadloom::Context> c) : context(std::move(c)) {}
  const std::shared_ptr<broadloom::Context> context;
};

struct bl_array : bl_counted {
  bl_array(std::shared_ptr<broadloom::Context> c, broadloom::Array a);

  const std::shared_ptr<broadloom::Context> context;  // dies after the array
  const broadloom::Array array;
  const broadloom::Sizes shape, strides;
  std::mutex mutex;
  std::shared_ptr<void> owner;  // guarded by mutex: of memory whose address was given away
};

namespace broadloom::c {

template <typename Handle>
Handle* Retain(Handle* handle) {
  if (handle != nullptr) handle->count.fetch_add(1, std::memory_order_relaxed);
  return handle;
}

template <typename Handle>
void Release(Handle* handle) {
  if (handle != nullptr && handle->count.fetch_sub(1, std::memory_order_acq_rel) == 1)
    delete handle;
}

inline const std::shared_ptr<Context>& ContextOf(const bl_context* context) {
  return NotNull(context, "context").context;
}
inline const Array& ArrayOf(const bl_array* array) { return NotNull(array, "array").array; }

// Throws type_error for an array of another context.
const Array& ArrayIn(const Context& context, const bl_array* array);
// At least one. Their context is that of the first.
std::vector<Array> ArraysOf(bl_array* const* arrays, size_t count);

DataType DTypeOf(bl_dtype dtype);  // throws
inline bl_dtype DTypeNumber(DataType dtype) { return static_cast<bl_dtype>(dtype) + 1; }
static_assert(static_cast<int>(DataType::bool_) + 1 == BL_BOOL &&
              static_cast<int>(DataType::uint8) + 1 == BL_UINT8 &&
              static_cast<int>(DataType::bfloat16) + 1 == BL_BFLOAT16 &&
              static_cast<int>(DataType::complex128) + 1 == BL_COMPLEX128);

// `ndim` numbers, of which extents are not negative.
Sizes ShapeOf(const int64_t* shape, int32_t ndim);
Sizes StridesOf(const int64_t* strides, int32_t ndim);  // none: no numbers

}  // namespace broadloom::c

#endif  // BROADLOOM_FRONTEND_C_HANDLES_H_
