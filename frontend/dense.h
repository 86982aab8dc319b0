// Memory for library calls (linear algebra, Fourier transforms, sorting, random numbers): operands
// evaluated and in C order, results to be filled. Such calls run when they are written: what they
// read is computed first, and what they return is ready.
#ifndef BROADLOOM_FRONTEND_DENSE_H_
#define BROADLOOM_FRONTEND_DENSE_H_

#include <cstdint>
#include <vector>

#include "frontend/array.h"

namespace broadloom {

// The values of `x` in `dtype`, evaluated, aligned and in C order: x's own memory where it already
// lies so, else a fresh copy.
Array Dense(const Array& x, DataType dtype);

// As `Dense`, but always memory of its own that the caller may overwrite.
struct Fresh {
  Array array;
  char* data;  // nobody else sees it until `array` is handed out
};
Fresh DenseCopy(const Array& x, DataType dtype);

// A new array in C order, to be filled. Throws memory_budget before anything is allocated.
Fresh MakeFresh(Context& context, DataType dtype, const Sizes& shape);
// The same with its axes in this order in memory, the outermost first.
Fresh MakeFresh(Context& context, DataType dtype, const Sizes& shape,
                const std::vector<int64_t>& order);

// The elements of a dense array. T has the dtype's size.
template <typename T>
const T* ElementsOf(const Array& dense) {
  return static_cast<const T*>(dense.data());
}

// Runs body(begin, end) over parts of [0, count) on the context's threads, in the floating-point
// mode of kernels; the parts' results must not depend on where they are cut, and the body must not
// throw. `cost`: nanoseconds an item, roughly.
void ParallelFor(Context& context, int64_t count, double cost,
                 const std::function<void(int64_t begin, int64_t end)>& body);

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_DENSE_H_
