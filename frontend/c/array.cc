// Arrays: made, looked at, read.
#include "frontend/c/handles.h"
#include "frontend/c/values.h"

bl_array::bl_array(std::shared_ptr<broadloom::Context> c, broadloom::Array a)
    : context(std::move(c)), array(std::move(a)), shape(array.shape()), strides(array.strides()) {}

namespace broadloom::c {

const Array& ArrayIn(const Context& context, const bl_array* array) {
  const Array& found = ArrayOf(array);
  if (array->context.get() != &context)
    throw Failure(BL_TYPE_ERROR, "arrays of two contexts cannot be mixed");
  return found;
}

std::vector<Array> ArraysOf(bl_array* const* arrays, size_t count) {
  if (count == 0) throw Failure(BL_INVALID_ARGUMENT, "no arrays");
  const auto given = SpanOf(arrays, count, "arrays");
  const Context& context = *NotNull(given[0], "arrays[0]").context;
  std::vector<Array> found;
  for (size_t i = 0; i < count; ++i) {
    NotNull(given[i], absl::StrCat("arrays[", i, "]").c_str());
    found.push_back(ArrayIn(context, given[i]));
  }
  return found;
}

Sizes ShapeOf(const int64_t* shape, int32_t ndim) {
  if (ndim < 0 || ndim > BL_MAX_NDIM)
    throw Failure(BL_INVALID_ARGUMENT,
                  absl::StrCat("ndim is ", ndim, ", not from 0 to ", BL_MAX_NDIM));
  const auto extents = SpanOf(shape, ndim, "shape");
  return Sizes(extents.begin(), extents.end());
}

Sizes StridesOf(const int64_t* strides, int32_t ndim) {
  return strides == nullptr ? Sizes() : Sizes(strides, strides + ndim);
}

namespace {

// Of memory that is lent; ends with the last who holds it. Nothing is called before all that can
// fail has been done.
struct Lease {
  void (*release)(void*);
  void* user_data;
  bool begun = false;
  ~Lease() {
    if (begun && release != nullptr) release(user_data);
  }
};

Array Lent(Context& context, const bl_lent& lent, const std::shared_ptr<Lease>& lease) {
  const Sizes shape = ShapeOf(lent.shape, lent.ndim);
  const Sizes strides = StridesOf(lent.strides, lent.ndim);
  Array array = lend(lent.data, DTypeOf(lent.dtype), shape, strides, [lease] {}, &context);
  array.set_read_only(lent.read_only != 0);
  return array;
}

}  // namespace
}  // namespace broadloom::c

using namespace broadloom;     // NOLINT: what follows is C
using namespace broadloom::c;  // NOLINT

bl_error* bl_array_copy(bl_context* context, const void* data, bl_dtype dtype, int32_t ndim,
                        const int64_t* shape, const int64_t* strides, bl_array** array) {
  return Guarded([&] {
    bl_array*& result = NotNull(array, "array");
    const auto& c = ContextOf(context);
    const Sizes sizes = ShapeOf(shape, ndim);
    result = new bl_array(
        c, broadloom::array(data, DTypeOf(dtype), sizes, StridesOf(strides, ndim), c.get()));
  });
}

bl_error* bl_array_lend(bl_context* context, const bl_lent* lent, bl_array** array) {
  return Guarded([&] {
    bl_array*& result = NotNull(array, "array");
    const auto& c = ContextOf(context);
    const bl_lent given = ReadStruct(lent, "lent");
    const auto lease = std::make_shared<Lease>(given.release, given.user_data);
    result = new bl_array(c, Lent(*c, given, lease));
    lease->begun = true;
  });
}

bl_error* bl_array_full(bl_context* context, bl_value value, bl_dtype dtype, int32_t ndim,
                        const int64_t* shape, bl_array** array) {
  return Guarded([&] {
    bl_array*& result = NotNull(array, "array");
    const auto& c = ContextOf(context);
    std::optional<DataType> type;
    if (dtype != BL_NO_DTYPE) type = DTypeOf(dtype);
    result = new bl_array(c, full(ShapeOf(shape, ndim), NumberOf(value), type, c.get()));
  });
}

bl_array* bl_array_retain(bl_array* array) { return Retain(array); }
void bl_array_release(bl_array* array) { Release(array); }

bl_error* bl_array_info_get(const bl_array* array, bl_array_info* info) {
  return Guarded([&] {
    const Array& x = ArrayOf(array);
    WriteStruct({.struct_size = 0,
                 .dtype = DTypeNumber(x.dtype()),
                 .ndim = x.ndim(),
                 .is_evaluated = x.is_evaluated(),
                 .is_read_only = x.is_read_only() || x.is_scalar(),
                 .is_view = x.is_view(),
                 .size = x.size(),
                 .nbytes = x.nbytes(),
                 .shape = array->shape.data(),
                 .strides = array->strides.data()},
                info, "info");
  });
}

bl_error* bl_array_data(bl_array* array, const void** data, int64_t* strides) {
  return Guarded([&] {
    const void*& result = NotNull(data, "data");
    const Array& x = ArrayOf(array);
    const std::lock_guard lock(array->mutex);
    if (array->owner == nullptr) array->owner = x.owner();
    const Sizes steps = x.memory_strides();
    result = x.data();
    if (strides != nullptr) std::copy(steps.begin(), steps.end(), strides);
  });
}

bl_error* bl_array_read(const bl_array* array, void* to, size_t bytes) {
  return Guarded([&] {
    const Array& x = ArrayOf(array);
    if (bytes != static_cast<size_t>(x.nbytes()))
      throw Failure(BL_INVALID_ARGUMENT,
                    absl::StrCat("the array has ", x.nbytes(), " bytes, not ", bytes));
    if (bytes > 0) NotNull(static_cast<char*>(to), "to");
    x.copy_to(to);
  });
}

bl_error* bl_array_item(const bl_array* array, bl_value* number) {
  return Guarded([&] {
    bl_value& result = NotNull(number, "number");
    result = NumberIn(ArrayOf(array));
  });
}

bl_error* bl_array_index(const bl_array* array, const bl_value* items, size_t count,
                         bl_array** view) {
  return Guarded([&] {
    bl_array*& result = NotNull(view, "view");
    const Array& x = ArrayOf(array);
    result = new bl_array(array->context, index(x, ItemsOf(x.context(), items, count)));
  });
}

bl_error* bl_array_assign(bl_array* array, const bl_value* items, size_t count, bl_value value) {
  return Guarded([&] {
    const Array& x = ArrayOf(array);
    const std::vector<Index> key = ItemsOf(x.context(), items, count);
    const Operand operand = OperandOf(x.context(), value);
    key.empty() ? assign(x, operand) : assign(x, key, operand);
  });
}

bl_error* bl_eval(bl_array* const* arrays, size_t count) {
  return Guarded([&] {
    if (count > 0) eval(ArraysOf(arrays, count));
  });
}

bl_error* bl_explain(bl_array* const* arrays, size_t count, char** text) {
  return Guarded([&] {
    char*& result = NotNull(text, "text");
    result = NewText(explain(count == 0 ? std::vector<Array>() : ArraysOf(arrays, count)));
  });
}
