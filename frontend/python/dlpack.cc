// The protocol's structures are laid out as dlpack.h 0.x and 1.x say; nanobind has them for itself
// only.
#include "frontend/python/dlpack.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "frontend/python/releaser.h"

namespace broadloom::python {
namespace {

using Tensor = nb::dlpack::dltensor;
constexpr uint32_t kMajor = 1, kMinor = 1;
constexpr uint64_t kReadOnly = 1, kIsCopied = 2;
constexpr int kLargestRank = 64;

struct Managed {
  static constexpr const char *kName = "dltensor", *kUsed = "used_dltensor";
  Tensor tensor;
  void* context = nullptr;
  void (*deleter)(Managed*) = nullptr;
};

struct Versioned {
  static constexpr const char *kName = "dltensor_versioned", *kUsed = "used_dltensor_versioned";
  uint32_t major = kMajor, minor = kMinor;
  void* context = nullptr;
  void (*deleter)(Versioned*) = nullptr;
  uint64_t flags = 0;
  Tensor tensor;
};

// --- Out -----------------------------------------------------------------------------------------

template <typename T>
struct Exported {
  T managed;
  std::shared_ptr<void> owner;  // of the memory: whoever holds it keeps it from being used again
  Sizes shape, strides;
};

// No consumer has taken it.
template <typename T>
void DeleteUnused(PyObject* capsule) {
  if (!PyCapsule_IsValid(capsule, T::kName)) return;
  T* const managed = static_cast<T*>(PyCapsule_GetPointer(capsule, T::kName));
  managed->deleter(managed);
}

template <typename T>
std::unique_ptr<Exported<T>> Export(const Array& x) {
  auto exported = std::make_unique<Exported<T>>();
  exported->owner = Unlocked([&] { return x.owner(); });
  exported->shape = x.shape();
  exported->strides = x.memory_strides();
  for (int64_t& stride : exported->strides) stride /= itemsize(x.dtype());
  Tensor& tensor = exported->managed.tensor;
  tensor.data = const_cast<void*>(x.data());
  tensor.device = {nb::device::cpu::value, 0};
  tensor.ndim = x.ndim();
  tensor.dtype = ToDLPack(x.dtype());
  tensor.shape = exported->shape.data();
  tensor.strides = exported->strides.data();
  return exported;
}

template <typename T>
nb::object CapsuleOf(std::unique_ptr<Exported<T>> exported) {
  exported->managed.context = exported.get();
  exported->managed.deleter = [](T* managed) {
    delete static_cast<Exported<T>*>(managed->context);
  };
  PyObject* const capsule = PyCapsule_New(&exported->managed, T::kName, DeleteUnused<T>);
  if (capsule == nullptr) throw nb::python_error();
  static_cast<void>(exported.release());  // the capsule's now
  return nb::steal(capsule);
}

std::pair<int64_t, int64_t> ToPair(nb::handle object, const char* what) {
  if (!nb::isinstance<nb::tuple>(object) || nb::len(object) != 2)
    Raise(PyExc_TypeError, std::string("__dlpack__: ") + what + " is a tuple of two integers");
  return {ToInt(object[0]), ToInt(object[1])};
}

// Others may write to old capsules, which cannot say that they must not: these have a copy of what
// is read-only.
nb::object ToCapsule(const Array& x, nb::handle stream, nb::handle max_version,
                     nb::handle dl_device, nb::handle copied) {
  if (!stream.is_none()) Raise(PyExc_RuntimeError, "__dlpack__: the CPU has no streams");
  const bool versioned =
      !max_version.is_none() && ToPair(max_version, "max_version").first >= kMajor;
  if (!dl_device.is_none() &&
      ToPair(dl_device, "dl_device") != std::pair<int64_t, int64_t>{nb::device::cpu::value, 0})
    Raise(PyExc_BufferError, "__dlpack__: the only device is the CPU, (1, 0)");
  const bool copies = !copied.is_none() && nb::cast<Truthy>(copied);
  const bool is_read_only = x.is_read_only() || x.is_scalar();
  if (versioned) {
    auto exported = Export<Versioned>(copies ? copy(x) : x);
    exported->managed.flags = copies ? kIsCopied : is_read_only ? kReadOnly : 0;
    return CapsuleOf(std::move(exported));
  }
  if (!copies && !is_read_only) return CapsuleOf(Export<Managed>(x));
  if (!copies && !copied.is_none())
    Raise(PyExc_BufferError,
          "__dlpack__: the array is read-only, which capsules before max_version=(1, 0) cannot "
          "say; copy=False forbids a copy");
  return CapsuleOf(Export<Managed>(copy(x)));
}

// --- In ------------------------------------------------------------------------------------------

DataType DTypeOf(const Tensor& tensor) {
  for (int i = 0; i <= static_cast<int>(DataType::complex128); ++i) {
    const auto dtype = static_cast<DataType>(i);
    if (ToDLPack(dtype) == tensor.dtype) return dtype;
  }
  Raise(PyExc_RuntimeError, "from_dlpack: unsupported dtype of code " +
                                std::to_string(tensor.dtype.code) + ", " +
                                std::to_string(tensor.dtype.bits) + " bits and " +
                                std::to_string(tensor.dtype.lanes) + " lanes");
}

// What the CPU can read, as NumPy sees it.
void CheckTensor(const Tensor& tensor) {
  constexpr int kDevices[] = {nb::device::cpu::value, nb::device::cuda_host::value,
                              nb::device::rocm_host::value, nb::device::cuda_managed::value};
  const int device = tensor.device.device_type;
  if (std::find(std::begin(kDevices), std::end(kDevices), device) == std::end(kDevices))
    Raise(PyExc_RuntimeError, "from_dlpack: unsupported device " + std::to_string(device));
  if (tensor.ndim > kLargestRank)
    Raise(PyExc_RuntimeError, "from_dlpack: an array has at most " + std::to_string(kLargestRank) +
                                  " dimensions, not " + std::to_string(tensor.ndim));
}

void CheckVersion(const Managed&) {}
void CheckVersion(const Versioned& managed) {
  if (managed.major > kMajor)
    Raise(PyExc_BufferError, "from_dlpack: the producer's DLPack " + std::to_string(managed.major) +
                                 "." + std::to_string(managed.minor) + " is newer than 1");
}

// The tensor is ours from here on.
template <typename T>
std::shared_ptr<T> Take(nb::handle capsule, T* managed) {
  if (PyCapsule_SetName(capsule.ptr(), T::kUsed) != 0) throw nb::python_error();
  return {managed, [](T* taken) {
            ReleaseWithGil([taken] {
              if (taken->deleter != nullptr) taken->deleter(taken);
            });
          }};
}

Array Lent(Array array, const Managed&) { return array; }
Array Lent(Array array, const Versioned& managed) {
  array.set_read_only((managed.flags & kReadOnly) != 0);
  return array;
}

template <typename T>
Array FromCapsule(nb::handle capsule, nb::handle copied) {
  T* const managed = static_cast<T*>(PyCapsule_GetPointer(capsule.ptr(), T::kName));
  if (managed == nullptr) throw nb::python_error();
  CheckVersion(*managed);
  const Tensor& tensor = managed->tensor;
  CheckTensor(tensor);
  const DataType dtype = DTypeOf(tensor);
  char* const data = static_cast<char*>(tensor.data) + tensor.byte_offset;
  const Sizes shape(tensor.shape, tensor.shape + tensor.ndim);
  Sizes strides;
  if (tensor.strides != nullptr) strides.assign(tensor.strides, tensor.strides + tensor.ndim);
  for (int64_t& stride : strides) stride *= itemsize(dtype);
  const std::shared_ptr<T> owner = Take(capsule, managed);
  const int64_t alignment = IsComplex(dtype) ? itemsize(dtype) / 2 : itemsize(dtype);
  if (reinterpret_cast<uintptr_t>(data) % alignment == 0)
    return Lent(lend(data, dtype, shape, strides, [owner] {}), *managed);
  if (!copied.is_none() && !nb::cast<Truthy>(copied))
    Raise(PyExc_BufferError, "from_dlpack: memory that is not aligned needs a copy");
  return array(data, dtype, shape, strides);
}

// Older producers know no keywords.
nb::object AskFor(nb::handle producer, nb::handle device, nb::handle copied) {
  const nb::object method = producer.attr("__dlpack__"), version = nb::make_tuple(kMajor, 0);
  const nb::object cpu = nb::make_tuple(int{nb::device::cpu::value}, 0);
  const nb::object where = device.is_none() ? nb::none() : cpu;
  try {
    return method(nb::arg("dl_device") = where, nb::arg("copy") = copied,
                  nb::arg("max_version") = version);
  } catch (nb::python_error& error) {
    const bool plain = device.is_none() && copied.is_none();
    if (!plain || !error.matches(PyExc_TypeError)) throw;
  }
  return method();
}

nb::object FromDLPack(nb::handle x, nb::handle device, nb::handle copied) {
  CheckDevice(device);
  if (nb::isinstance<Array>(x)) {
    const bool copies = !copied.is_none() && nb::cast<Truthy>(copied);
    return copies ? nb::cast(copy(nb::cast<const Array&>(x))) : nb::borrow(x);
  }
  ReleaseWaiting();
  const nb::object capsule = AskFor(x, device, copied);
  const bool versioned = PyCapsule_IsValid(capsule.ptr(), Versioned::kName) != 0;
  return nb::cast(versioned ? FromCapsule<Versioned>(capsule, copied)
                            : FromCapsule<Managed>(capsule, copied));
}

}  // namespace

nb::dlpack::dtype ToDLPack(DataType dtype) {
  const auto code = dtype == DataType::bool_      ? nb::dlpack::dtype_code::Bool
                    : dtype == DataType::bfloat16 ? nb::dlpack::dtype_code::Bfloat
                    : IsComplex(dtype)            ? nb::dlpack::dtype_code::Complex
                    : IsFloating(dtype)           ? nb::dlpack::dtype_code::Float
                    : dtype >= DataType::uint8    ? nb::dlpack::dtype_code::UInt
                                                  : nb::dlpack::dtype_code::Int;
  return {static_cast<uint8_t>(code), static_cast<uint8_t>(8 * itemsize(dtype)), 1};
}

void BindDLPack(nb::module_& module, nb::class_<Array>& array) {
  const auto none = [](const char* name) { return nb::arg(name).none() = nb::none(); };
  array
      .def("__dlpack__", ToCapsule, nb::kw_only(), none("stream"), none("max_version"),
           none("dl_device"), none("copy"),
           "The values, evaluated, as a DLPack capsule: shared, or a copy.")
      .def(
          "__dlpack_device__",
          [](const Array&) { return nb::make_tuple(int{nb::device::cpu::value}, 0); },
          "(1, 0): the CPU.");
  module.def("from_dlpack", FromDLPack, nb::arg("x"), nb::kw_only(), none("device"), none("copy"),
             "Shares the memory of an array that has __dlpack__; the producer keeps it alive.",
             nb::call_guard<UserLine>());
}

}  // namespace broadloom::python
