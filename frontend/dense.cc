// Dense copies are kernels: a flattened array lies in C order.
#include "frontend/dense.h"

#include <algorithm>
#include <numeric>

#include "absl/strings/str_cat.h"
#include "frontend/convert.h"
#include "frontend/layout.h"
#include "frontend/memory.h"
#include "runtime/float_environment.h"

namespace broadloom {
namespace {

bool IsDense(const Array& array) {
  const Expr& expr = *ExprOf(array);
  return IsInOrder(expr.shape, expr.storage.strides, expr.dtype.size()) &&
         reinterpret_cast<uintptr_t>(array.data()) % ComponentOf(expr.dtype).size() == 0;
}

}  // namespace

Array Dense(const Array& x, DataType dtype) {
  const Array cast = x.dtype() == dtype ? x : astype(x, dtype);
  if (IsDense(cast.eval())) return cast;
  return DenseCopy(cast, dtype).array;
}

Fresh DenseCopy(const Array& x, DataType dtype) {
  const Array cast = x.dtype() == dtype ? x : astype(x, dtype);
  const Array flat = copy(reshape(cast, {x.size()})).eval();
  char* const data = AddressOf(ExprOf(flat)->storage);
  return {reshape(flat, x.shape()), data};
}

Fresh MakeFresh(Context& context, DataType dtype, const Sizes& shape) {
  std::vector<int64_t> order(shape.size());
  std::iota(order.begin(), order.end(), 0);
  return MakeFresh(context, dtype, shape, order);
}

Fresh MakeFresh(Context& context, DataType dtype, const Sizes& sizes,
                const std::vector<int64_t>& order) {
  const Shape shape = CheckedShape(sizes);
  const DType type = ToDType(dtype);
  const std::optional<int64_t> count = NumElements(shape);
  int64_t bytes = 0;
  if (!count.has_value() || __builtin_mul_overflow(*count, int64_t{type.size()}, &bytes))
    throw Error(ErrorCode::invalid_argument, absl::StrCat("array is too big: ", ToString(shape)));
  std::shared_ptr<Buffer> buffer = Unwrap(AllocateCounted(context, bytes));
  char* const data = buffer->data();
  const Dims strides =
      DenseStrides(shape, std::vector<int8_t>(order.begin(), order.end()), type.size());
  return {Array(MakeReady(context, type, shape, {std::move(buffer), 0, strides})), data};
}

void ParallelFor(Context& context, int64_t count, double cost,
                 const std::function<void(int64_t begin, int64_t end)>& body) {
  constexpr double kChunk = 1e5;  // nanoseconds: well above what handing it over costs
  const auto grain = static_cast<int64_t>(std::clamp(kChunk / std::max(cost, 0.1), 1.0, 1e9));
  const auto run = [&](int64_t begin, int64_t end, int) {
    const FloatEnvironment environment;
    body(begin, end);
  };
  if (count <= grain) return run(0, count, 0);
  context.pool.ParallelFor(count, grain, run);
}

}  // namespace broadloom
