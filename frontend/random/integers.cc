// Integers of a range: random bits, as a fraction, times the number of integers.
//
// With b bits, each of n integers has floor or ceil of 2^b / n of the fractions: up to 2^32
// integers get 64 bits, more get 128, all 2^64 are the bits themselves.
#include "absl/strings/str_cat.h"
#include "frontend/convert.h"
#include "frontend/random/draws.h"

namespace broadloom::random {
namespace {

using Wide = __int128;

struct Limits {
  Wide low, high;
};

Limits LimitsOf(DataType dtype) {
  if (dtype == DataType::bool_) return {0, 1};
  const int bits = 8 * itemsize(dtype);
  if (dtype >= DataType::uint8) return {0, (Wide{1} << bits) - 1};
  return {-(Wide{1} << (bits - 1)), (Wide{1} << (bits - 1)) - 1};
}

void RequireInteger(const char* what, DataType dtype) {
  if (dtype > DataType::uint64)
    throw Error(ErrorCode::type_error,
                absl::StrCat("integers: Unsupported dtype ", to_string(dtype), " of ", what));
}

Number NumberOf(Wide x) {
  return x < 0 ? Number(static_cast<int64_t>(x)) : Number(static_cast<uint64_t>(x));
}

Wide Exactly(const Number& x) {
  return x.kind() == Number::Kind::natural ? Wide{static_cast<uint64_t>(x.integer())}
                                           : Wide{x.integer()};
}

bool LiesIn(const Operand& x, Wide low, Wide high) {
  if (x.array() == nullptr) {
    if (x.number().kind() >= Number::Kind::floating) RequireInteger("a bound", DataType::float64);
    return Exactly(x.number()) >= low && Exactly(x.number()) <= high;
  }
  RequireInteger("a bound", x.array()->dtype());
  const Array& array = x.array()->eval();
  if (any(less(array, NumberOf(low))).item<bool>()) return false;
  return high > Wide{UINT64_MAX} || !any(greater(array, NumberOf(high))).item<bool>();
}

// A bound that belongs to the range, as bits; `step` is 1 where the given one does not.
Array Inclusive(const Draws& draws, const Operand& x, const char* which, DataType dtype, int step) {
  const Limits limits = LimitsOf(dtype);
  if (draws.count() > 0 && !LiesIn(x, limits.low + step, limits.high + step))
    throw Error(ErrorCode::invalid_argument,
                absl::StrCat("integers: ", which, " is out of bounds for ", to_string(dtype)));
  if (x.array() != nullptr) return draws.Value(x, DataType::uint64) - step;
  const auto bits = static_cast<uint64_t>(Exactly(x.number()) - step);
  return scalar(bits, DataType::uint64, &draws.context());
}

// The upper 64 bits of the product, from products of halves.
Array MultiplyHigh(const Array& x, const Array& y) {
  const Array x0 = x & 0xffffffff, x1 = x >> 32, y0 = y & 0xffffffff, y1 = y >> 32;
  const Array middle = x1 * y0 + ((x0 * y0) >> 32);
  const Array other = x0 * y1 + (middle & 0xffffffff);
  return x1 * y1 + (middle >> 32) + (other >> 32);
}

// floor(bits / 2^64 * n) for n up to 2^32.
Array Few(const Array& bits, const Array& n) {
  return ((bits >> 32) * n + (((bits & 0xffffffff) * n) >> 32)) >> 32;
}

// The same of 128 bits; n is modulo 2^64.
Array Many(const Array& bits, const Array& more, const Array& n) {
  const Array low = bits * n, sum = low + MultiplyHigh(more, n);
  const Array many = MultiplyHigh(bits, n) + astype(sum < low, DataType::uint64);
  return where(equal(n, 0), bits, many);
}

bool AreFew(const Operand& low, const Operand& high, DataType dtype) {
  if (itemsize(dtype) <= 4) return true;
  if (low.array() != nullptr || high.array() != nullptr) return false;
  return Exactly(high.number()) - Exactly(low.number()) < Wide{1} << 32;
}

}  // namespace

Array Generator::integers(const Operand& low, const Operand& high, const Size& size, DataType dtype,
                          bool endpoint) const {
  RequireInteger("the result", dtype);
  Draws draws(*this, "integers", size, {&low, &high});
  const Array first = Inclusive(draws, low, "low", dtype, 0);
  const Array last = Inclusive(draws, high, "high", dtype, endpoint ? 0 : 1);
  const DataType order = dtype >= DataType::uint8 ? DataType::uint64 : DataType::int64;
  if (draws.count() > 0)
    Refuse("integers", astype(first, order) > astype(last, order),
           endpoint ? "low > high" : "low >= high");
  const Array n = last - first + 1, bits = draws.Bits();
  const Array offset = AreFew(low, high, dtype) ? Few(bits, n) : Many(bits, draws.Bits(), n);
  return astype(first + offset, dtype);
}

}  // namespace broadloom::random
