// The methods of Array.
#include "frontend/array.h"

#include "absl/strings/str_cat.h"
#include "frontend/convert.h"
#include "frontend/evaluate.h"
#include "frontend/memory.h"
#include "frontend/storage.h"

namespace broadloom {
namespace {

// What is to be computed for an array.
ExprPtr RootOf(const Array& x) {
  const ExprPtr& expr = ExprOf(x);
  if (x.view() == nullptr) return expr;
  ExprPtr written = x.storage()->PendingBehind(*x.view(), *expr);
  return written == nullptr ? expr : written;
}

std::vector<ExprPtr> RootsOf(absl::Span<const Array> arrays) {
  std::vector<ExprPtr> roots;
  for (const Array& array : arrays) roots.push_back(RootOf(array));
  return roots;
}

void Evaluate(absl::Span<const Array> arrays) {
  Context& context = arrays[0].context();
  Unwrap(EvaluateRoots(context, RootsOf(arrays)));
  std::vector<ExprPtr> left;
  for (const Array& array : arrays) {
    const ExprPtr& expr = ExprOf(array);
    if (expr->ready.load(std::memory_order_acquire)) continue;
    PublishView(context, expr);
    left.push_back(expr);
  }
  Unwrap(EvaluateRoots(context, left));  // those that take a copy
}

const StridedArray& StorageOf(const Array& array) {
  array.eval();
  return ExprOf(array)->storage;
}

}  // namespace

Sizes Array::shape() const {
  Sizes sizes;
  for (Extent extent : ExprOf(*this)->shape) sizes.push_back(extent.value());
  return sizes;
}

// As in NumPy arrays without elements have none, but for views of others.
Sizes Array::strides() const {
  if (view_ == nullptr && size() == 0) return Sizes(ndim(), 0);
  const Dims& strides = ExprOf(*this)->strides;
  return Sizes(strides.begin(), strides.end());
}

DataType Array::dtype() const { return ToDataType(ExprOf(*this)->dtype); }
int Array::ndim() const { return ExprOf(*this)->rank(); }
int64_t Array::size() const { return *NumElements(ExprOf(*this)->shape); }
int64_t Array::nbytes() const { return size() * ExprOf(*this)->dtype.size(); }
bool Array::is_evaluated() const { return HasElements(*ExprOf(*this)); }
Context& Array::context() const { return *ExprOf(*this)->context; }

const Array& Array::eval() const {
  if (!is_evaluated()) Evaluate({this, 1});
  return *this;
}

const void* Array::data() const { return AddressOf(StorageOf(*this)); }
Sizes Array::memory_strides() const {
  const Dims& strides = StorageOf(*this).strides;
  return Sizes(strides.begin(), strides.end());
}
std::shared_ptr<void> Array::owner() const {
  if (is_null()) ExprOf(*this);  // throws
  return Export(*this);
}
bool Array::is_lent() const { return !is_null() && storage_->is_lent(); }

void Array::copy_to(void* to) const {
  const StridedArray& storage = StorageOf(*this);
  const Expr& expr = *ExprOf(*this);
  const int64_t itemsize = expr.dtype.size();
  Dims dense = {};
  int64_t stride = itemsize;
  dense.resize(expr.rank());
  for (int axis = expr.rank() - 1; axis >= 0; --axis) {
    dense[axis] = stride;
    stride *= expr.shape[axis].value();
  }
  CopyStrided(expr.shape, itemsize, {static_cast<char*>(to), dense},
              {AddressOf(storage), storage.strides});
}

Number Array::item_number() const {
  if (size() != 1)
    throw Error(ErrorCode::invalid_argument,
                "can only convert an array of size 1 to a Python scalar");
  uint64_t words[2] = {};
  copy_to(words);
  const Scalar scalar{ExprOf(*this)->dtype, words[0], words[1]};
  if (scalar.dtype.is_complex())
    return std::complex<double>(AsDouble(scalar), AsDouble(ImaginaryOf(scalar)));
  if (scalar.dtype.is_floating()) return AsDouble(scalar);
  if (scalar.dtype.is_bool()) return AsInt(scalar) != 0;
  if (scalar.dtype == DType::kUInt64) return scalar.bits;
  return AsInt(scalar);
}

void Array::check_dtype(DataType expected) const {
  if (dtype() == expected) return;
  throw Error(ErrorCode::type_error,
              absl::StrCat("an array of ", to_string(dtype()), ", not ", to_string(expected)));
}

Array Array::operator[](std::initializer_list<Index> items) const { return index(*this, items); }
Array Array::astype(DataType dtype) const { return broadloom::astype(*this, dtype); }
Array Array::reshape(const Sizes& shape) const { return broadloom::reshape(*this, shape); }

Array Array::transpose() const {
  std::vector<int64_t> axes;
  for (int axis = ndim() - 1; axis >= 0; --axis) axes.push_back(axis);
  return permute_dims(*this, axes);
}

Array Array::operator-() const { return negative(*this); }
Array Array::operator+() const { return positive(*this); }
Array Array::operator~() const { return invert(*this); }
namespace {

// A number is not written to: the name is one of another number from now on.
Array& Update(Array& x, const Array& value) {
  if (x.is_scalar()) return x = value;
  assign(x, value);
  return x;
}

}  // namespace

Array& Array::operator+=(const Operand& other) { return Update(*this, add(*this, other)); }
Array& Array::operator-=(const Operand& other) { return Update(*this, subtract(*this, other)); }
Array& Array::operator*=(const Operand& other) { return Update(*this, multiply(*this, other)); }
Array& Array::operator/=(const Operand& other) { return Update(*this, divide(*this, other)); }

void eval(const std::vector<Array>& arrays) {
  if (!arrays.empty()) Evaluate(arrays);
}

std::string explain(const std::vector<Array>& arrays) {
  if (arrays.empty()) return "nothing to evaluate\n";
  const std::vector<ExprPtr> roots = RootsOf(arrays);
  WrittenRoots written;
  for (size_t i = 0; i < arrays.size(); ++i) {
    if (arrays[i].storage()->is_written()) written.insert(roots[i].get());
  }
  return Unwrap(Explain(arrays[0].context(), roots, written));
}

void Array::set_read_only(bool read_only) {
  is_read_only_ = read_only;
  if (storage_ != nullptr && !is_view()) storage_->is_closed = read_only;
}

}  // namespace broadloom
