// Arrays to and from DLPack, version 1: https://dmlc.github.io/dlpack/latest/c_api.html
#include <cstdint>
#include <memory>

#include "frontend/c/handles.h"

// DLPack's structures, as its document says that they lie in memory.
struct DLPackVersion {
  uint32_t major, minor;
};
struct DLDevice {
  int32_t device_type, device_id;
};
struct DLDataType {
  uint8_t code, bits;
  uint16_t lanes;
};
struct DLTensor {
  void* data;
  DLDevice device;
  int32_t ndim;
  DLDataType dtype;
  int64_t* shape;
  int64_t* strides;  // in elements
  uint64_t byte_offset;
};
struct DLManagedTensorVersioned {
  DLPackVersion version;
  void* manager_ctx;
  void (*deleter)(DLManagedTensorVersioned* self);
  uint64_t flags;
  DLTensor dl_tensor;
};

namespace broadloom::c {
namespace {

constexpr int32_t kCpu = 1;
constexpr uint64_t kReadOnly = 1;
enum Code : uint8_t { kInt = 0, kUInt = 1, kFloat = 2, kBFloat = 4, kComplex = 5, kBool = 6 };

Code CodeOf(DataType dtype) {
  if (dtype == DataType::bool_) return kBool;
  if (dtype == DataType::bfloat16) return kBFloat;
  if (dtype >= DataType::complex64) return kComplex;
  if (dtype >= DataType::float16) return kFloat;
  return dtype >= DataType::uint8 ? kUInt : kInt;
}

DataType DataTypeOf(const DLDataType& type) {
  for (int i = 0; i <= static_cast<int>(DataType::complex128) && type.lanes == 1; ++i) {
    const auto dtype = static_cast<DataType>(i);
    if (type.code == CodeOf(dtype) && type.bits == 8 * itemsize(dtype)) return dtype;
  }
  throw Failure(BL_TYPE_ERROR, absl::StrCat("DLPack's type of code ", type.code, ", ", type.bits,
                                            " bits and ", type.lanes, " lanes is no dtype"));
}

// Lives until the consumer calls the deleter.
struct Exported {
  DLManagedTensorVersioned tensor;
  std::shared_ptr<Context> context;
  std::shared_ptr<void> owner;
  Sizes shape, strides;
};

void Delete(DLManagedTensorVersioned* tensor) {
  delete static_cast<Exported*>(tensor->manager_ctx);
}

std::unique_ptr<Exported> Export(const bl_array& from) {
  const Array& array = from.array;
  auto exported = std::make_unique<Exported>();
  exported->context = from.context;
  exported->owner = array.owner();
  exported->shape = from.shape;
  const int size = itemsize(array.dtype());
  for (int64_t stride : array.memory_strides()) {
    if (stride % size != 0)
      throw Failure(BL_INVALID_ARGUMENT, "DLPack has no strides but of whole elements");
    exported->strides.push_back(stride / size);
  }
  DLTensor& tensor = exported->tensor.dl_tensor;
  tensor.data = const_cast<void*>(array.data());
  tensor.device = {kCpu, 0};
  tensor.ndim = array.ndim();
  tensor.dtype = {CodeOf(array.dtype()), static_cast<uint8_t>(8 * size), 1};
  tensor.shape = exported->shape.data();
  tensor.strides = exported->strides.data();
  exported->tensor.version = {1, 0};
  exported->tensor.manager_ctx = exported.get();
  exported->tensor.deleter = Delete;
  exported->tensor.flags = array.is_read_only() || array.is_scalar() ? kReadOnly : 0;
  return exported;
}

// Ends with the last who holds it. The deleter is not called before all that can fail has been
// done.
struct Imported {
  DLManagedTensorVersioned* tensor;
  bool begun = false;
  ~Imported() {
    if (begun && tensor->deleter != nullptr) tensor->deleter(tensor);
  }
};

Array Import(Context& context, const std::shared_ptr<Imported>& imported) {
  const DLManagedTensorVersioned& from = *imported->tensor;
  const DLTensor& tensor = from.dl_tensor;
  if (from.version.major != 1)
    throw Failure(BL_UNIMPLEMENTED,
                  absl::StrCat("DLPack of version ", from.version.major, ", not 1"));
  if (tensor.device.device_type != kCpu)
    throw Failure(BL_INVALID_ARGUMENT, "DLPack of another device than the CPU");
  const DataType dtype = DataTypeOf(tensor.dtype);
  const Sizes shape = ShapeOf(tensor.shape, tensor.ndim);
  Sizes strides = StridesOf(tensor.strides, tensor.ndim);
  for (int64_t& stride : strides) stride *= itemsize(dtype);
  char* const data = static_cast<char*>(tensor.data) + tensor.byte_offset;
  Array array = lend(data, dtype, shape, strides, [imported] {}, &context);
  array.set_read_only((from.flags & kReadOnly) != 0);
  return array;
}

}  // namespace
}  // namespace broadloom::c

using namespace broadloom::c;  // NOLINT: what follows is C

bl_error* bl_array_to_dlpack(bl_array* array, DLManagedTensorVersioned** tensor) {
  return Guarded([&] {
    DLManagedTensorVersioned*& result = NotNull(tensor, "tensor");
    result = &broadloom::c::Export(NotNull(array, "array")).release()->tensor;
  });
}

bl_error* bl_array_from_dlpack(bl_context* context, DLManagedTensorVersioned* tensor,
                               bl_array** array) {
  return Guarded([&] {
    bl_array*& result = NotNull(array, "array");
    const auto& c = ContextOf(context);
    NotNull(tensor, "tensor");
    const auto imported = std::make_shared<Imported>(tensor);
    result = new bl_array(c, Import(*c, imported));
    imported->begun = true;
  });
}
