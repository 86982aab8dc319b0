#include "frontend/format/shown.h"

#include "ir/half.h"

namespace broadloom::format {
namespace {

template <typename T>
std::vector<double> Converted(const Shown& shown) {
  const std::vector<T> elements = ElementsOf<T>(shown);
  return std::vector<double>(elements.begin(), elements.end());
}

std::vector<double> HalvesOf(const Shown& shown, DType half) {
  std::vector<double> values;
  for (const uint16_t bits : ElementsOf<uint16_t>(shown))
    values.push_back(FromHalfBits(half, bits));
  return values;
}

template <typename T>
std::vector<double> PartsOf(const Shown& shown, bool imaginary) {
  std::vector<double> parts;
  for (const std::complex<T>& value : ElementsOf<std::complex<T>>(shown))
    parts.push_back(imaginary ? value.imag() : value.real());
  return parts;
}

// x without the elements between those at both ends of an axis.
Array EndsOf(const Array& x, int axis, int64_t edgeitems) {
  std::vector<Index> first(axis, Slice{}), last(axis, Slice{});
  first.push_back(Slice{0, edgeitems, {}});
  last.push_back(Slice{-edgeitems, {}, {}});
  return concat({index(x, first), index(x, last)}, axis);
}

}  // namespace

std::vector<double> Shown::Floats(bool imaginary) const {
  switch (dtype) {
    case DataType::float16: return HalvesOf(*this, DType::kFloat16);
    case DataType::bfloat16: return HalvesOf(*this, DType::kBFloat16);
    case DataType::float32: return Converted<float>(*this);
    case DataType::complex64: return PartsOf<float>(*this, imaginary);
    case DataType::complex128: return PartsOf<double>(*this, imaginary);
    default: return Converted<double>(*this);
  }
}

Shown ShowAll(const Array& x) {
  Shown shown{x.dtype(), x.shape(), std::vector<std::byte>(x.nbytes())};
  x.copy_to(shown.bytes.data());
  return shown;
}

Shown ShowEdges(const Array& x, int64_t edgeitems) {
  Array edges = x;
  for (int axis = 0; edgeitems > 0 && axis < x.ndim(); ++axis) {
    if (x.shape()[axis] / 2 >= edgeitems && x.shape()[axis] > 2 * edgeitems)
      edges = EndsOf(edges, axis, edgeitems);
  }
  return ShowAll(edges);
}

}  // namespace broadloom::format
