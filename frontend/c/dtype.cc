// The library's version, and element types.
#include "frontend/c/handles.h"

#define BL_TEXT_OF(number) #number
#define BL_DOTTED(a, b, c) BL_TEXT_OF(a) "." BL_TEXT_OF(b) "." BL_TEXT_OF(c)

const char* bl_version(void) {
  return BL_DOTTED(BL_VERSION_MAJOR, BL_VERSION_MINOR, BL_VERSION_PATCH);
}
int32_t bl_abi_version(void) { return BL_ABI_VERSION; }

namespace broadloom::c {
namespace {

bool IsDType(bl_dtype dtype) { return dtype >= BL_BOOL && dtype <= BL_COMPLEX128; }
DataType Unchecked(bl_dtype dtype) { return static_cast<DataType>(dtype - 1); }

}  // namespace

DataType DTypeOf(bl_dtype dtype) {
  if (!IsDType(dtype))
    throw Failure(BL_INVALID_ARGUMENT, absl::StrCat("there is no dtype of number ", dtype));
  return Unchecked(dtype);
}

}  // namespace broadloom::c

using namespace broadloom;  // NOLINT: what follows is C

const char* bl_dtype_name(bl_dtype dtype) {
  return c::IsDType(dtype) ? to_string(c::Unchecked(dtype)) : "";
}

int32_t bl_dtype_itemsize(bl_dtype dtype) {
  return c::IsDType(dtype) ? itemsize(c::Unchecked(dtype)) : 0;
}

bl_dtype bl_dtype_parse(const char* name) {
  bl_dtype dtype = BL_NO_DTYPE;
  bl_error_free(c::Guarded([&] {
    if (name == nullptr) return;
    if (const auto parsed = parse_dtype(name)) dtype = c::DTypeNumber(*parsed);
  }));
  return dtype;
}
