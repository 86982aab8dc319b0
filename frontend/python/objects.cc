#include "frontend/python/objects.h"

#include <cstring>

#include "frontend/python/releaser.h"

namespace broadloom::python {
namespace {

constexpr int kNumDTypes = static_cast<int>(DataType::complex128) + 1;

// The numbers of nested sequences in C order.
struct Flattened {
  Sizes shape;
  std::vector<Number> numbers;
  Number::Kind kind = Number::Kind::boolean;
  bool has_int64 = false;

  void Add(nb::handle object, size_t depth) {
    if (!IsSequence(object)) return AddNumber(object, depth);
    const auto length = static_cast<int64_t>(nb::len(object));
    if (depth == shape.size() && numbers.empty()) shape.push_back(length);
    if (depth >= shape.size() || shape[depth] != length) Ragged();
    for (nb::handle item : object) Add(item, depth + 1);
  }

  void AddNumber(nb::handle object, size_t depth) {
    if (nb::isinstance<Array>(object))
      return Add(ToNestedList(nb::cast<const Array&>(object)), depth);
    if (depth != shape.size()) Ragged();
    numbers.push_back(ToNumber(object));
    has_int64 |= numbers.back().kind() == Number::Kind::integer;
    kind = std::max(kind, numbers.back().kind());
    if (kind == Number::Kind::natural && has_int64) kind = Number::Kind::floating;  // as NumPy
  }

  [[noreturn]] static void Ragged() {
    Raise(PyExc_ValueError,
          "setting an array element with a sequence: the sequences have inhomogeneous shapes");
  }
};

template <typename T, typename F>
Array ArrayOf(const Flattened& flat, F value) {
  std::vector<T> values;
  for (const Number& number : flat.numbers) values.push_back(value(number));
  return array(values.data(), dtype_of<T>(), flat.shape);
}

nb::object NumberAt(DataType dtype, const char* data) {
  const auto read = [&]<typename T>(T value) {
    std::memcpy(&value, data, sizeof value);
    return value;
  };
  switch (dtype) {
    case DataType::bool_: return nb::bool_(read(char()) != 0);
    case DataType::int8: return nb::int_(read(int8_t()));
    case DataType::int16: return nb::int_(read(int16_t()));
    case DataType::int32: return nb::int_(read(int32_t()));
    case DataType::int64: return nb::int_(read(int64_t()));
    case DataType::uint8: return nb::int_(read(uint8_t()));
    case DataType::uint16: return nb::int_(read(uint16_t()));
    case DataType::uint32: return nb::int_(read(uint32_t()));
    case DataType::uint64: return nb::int_(read(uint64_t()));
    case DataType::float32: return nb::float_(read(float()));
    case DataType::float64: return nb::float_(read(double()));
    case DataType::complex64: {
      const auto z = read(std::complex<float>());
      return nb::steal(PyComplex_FromDoubles(z.real(), z.imag()));
    }
    case DataType::complex128: {
      const auto z = read(std::complex<double>());
      return nb::steal(PyComplex_FromDoubles(z.real(), z.imag()));
    }
    default: Raise(PyExc_RuntimeError, "halves are converted first");
  }
}

nb::object Nested(const Sizes& shape, size_t axis, DataType dtype, const char*& data) {
  if (axis == shape.size()) {
    nb::object number = NumberAt(dtype, data);
    data += itemsize(dtype);
    return number;
  }
  nb::list list;
  for (int64_t i = 0; i < shape[axis]; ++i) list.append(Nested(shape, axis + 1, dtype, data));
  return list;
}

std::string BytesOf(const Array& x) {
  Evaluate({x});
  std::string bytes(x.nbytes(), '\0');
  x.copy_to(bytes.data());
  return bytes;
}

}  // namespace

bool IsSequence(nb::handle object) {
  return nb::isinstance<nb::list>(object) || nb::isinstance<nb::tuple>(object) ||
         PyRange_Check(object.ptr());
}

nb::object OwnDType(DataType dtype) {
  static nb::object* const known = [] {
    auto* objects = new nb::object[kNumDTypes];  // never freed: the interpreter may be gone before
    nb::object type = nb::module_::import_("broadloom._dtypes").attr("dtype");
    for (int i = 0; i < kNumDTypes; ++i) objects[i] = type(to_string(static_cast<DataType>(i)));
    return objects;
  }();
  return known[static_cast<int>(dtype)];
}

std::optional<DataType> FindOwnDType(nb::handle object) {
  for (int i = 0; i < kNumDTypes; ++i) {
    const auto dtype = static_cast<DataType>(i);
    if (OwnDType(dtype).equal(object)) return dtype;
  }
  return std::nullopt;
}

Array FromSequence(nb::handle object) {
  Flattened flat;
  flat.Add(object, 0);
  if (flat.numbers.empty()) return zeros(flat.shape);
  switch (flat.kind) {
    case Number::Kind::boolean:
    case Number::Kind::integer: {
      const Array values = ArrayOf<int64_t>(flat, [](const Number& n) { return n.integer(); });
      return flat.kind == Number::Kind::boolean ? astype(values, DataType::bool_) : values;
    }
    case Number::Kind::natural:
      return ArrayOf<uint64_t>(flat,
                               [](const Number& n) { return static_cast<uint64_t>(n.integer()); });
    case Number::Kind::floating:
      return ArrayOf<double>(flat, [](const Number& n) { return n.floating(); });
    case Number::Kind::complex: break;
  }
  return ArrayOf<std::complex<double>>(
      flat, [](const Number& n) { return std::complex<double>(n.floating(), n.imaginary()); });
}

Array FromBuffer(nb::handle object, DataType dtype, int64_t count, int64_t offset) {
  auto view = std::make_unique<Py_buffer>();
  if (PyObject_GetBuffer(object.ptr(), view.get(), PyBUF_SIMPLE) != 0) throw nb::python_error();
  const int64_t size = itemsize(dtype), bytes = view->len - offset;
  const bool whole = count >= 0 || bytes % size == 0;
  if (count < 0) count = bytes / size;
  if (offset < 0 || bytes < 0 || !whole || count > bytes / size) {
    PyBuffer_Release(view.get());
    Raise(PyExc_ValueError, "frombuffer: the buffer holds no such number of elements");
  }
  Py_buffer* const owned = view.release();
  const bool read_only = owned->readonly != 0;
  Array array = lend(static_cast<char*>(owned->buf) + offset, dtype, {count}, {size},
                     [owned] { ReleaseView(owned); });
  array.set_read_only(read_only);
  return array;
}

nb::object ToNestedList(const Array& x) {
  const bool half = x.dtype() == DataType::float16 || x.dtype() == DataType::bfloat16;
  const Array values = half ? astype(x, DataType::float32) : x;
  const std::string bytes = BytesOf(values);
  const char* data = bytes.data();
  return Nested(values.shape(), 0, values.dtype(), data);
}

nb::bytes ToBytes(const Array& x) {
  const std::string bytes = BytesOf(x);
  return nb::bytes(bytes.data(), bytes.size());
}

}  // namespace broadloom::python
