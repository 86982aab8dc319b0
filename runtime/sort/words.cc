#include "runtime/sort/words.h"

#include <cstring>

#include "runtime/sort/key.h"
#include "runtime/sort/key_loops.h"

namespace broadloom::sorting {
namespace {

bool IsComplex(Element element) { return element >= Element::complex64; }

template <typename Bits>
Bits BitsAt(const char* address) {
  Bits bits;
  std::memcpy(&bits, address, sizeof(Bits));
  return bits;
}

// A part of a complex number. Those without NaNs compare by their real parts, then by the imaginary
// ones; behind them come those with a NaN in the imaginary part, in the real one, in both, each by
// the other part.
template <typename Bits>
Bits PartOf(Bits real, Bits imag, int part) {
  constexpr Bits kNaN = static_cast<Bits>(~Bits{0});
  const int kind = 2 * static_cast<int>(real == kNaN) + static_cast<int>(imag == kNaN);
  if (kind == 0) return part == 0 ? real : part == 1 ? imag : Bits{0};
  if (part < 2) return part == 0 ? kNaN : static_cast<Bits>(kind);
  return kind == 1 ? real : kind == 2 ? imag : Bits{0};
}

}  // namespace

template <typename Key>
uint64_t Word::At(int64_t place) const {
  using Bits = typename Key::Bits;
  const char* const address = static_cast<const char*>(column_.data) + place * column_.stride;
  Bits word = Key::Of(BitsAt<Bits>(address));
  if (IsComplex(column_.element))
    word = PartOf(word, Key::Of(BitsAt<Bits>(address + sizeof(Bits))), part_);
  return column_.descending ? static_cast<Bits>(~word) : word;
}

int Word::bits() const {
  int bits = 0;
  WithKey(column_.element, [&](auto key) { bits = 8 * sizeof(typename decltype(key)::Bits); });
  return bits;
}

void Word::Load(int64_t begin, int64_t count, uint64_t* words) const {
  if (!IsComplex(column_.element) && column_.stride == bits() / 8) {
    const char* const from = static_cast<const char*>(column_.data) + begin * column_.stride;
    return ToWideKeys(column_.element, from, count, column_.descending, words);
  }
  WithKey(column_.element, [&](auto key) {
    for (int64_t i = 0; i < count; ++i) words[i] = At<decltype(key)>(begin + i);
  });
}

void Word::Gather(int64_t base, const uint64_t* places, int64_t count, uint64_t* words) const {
  WithKey(column_.element, [&](auto key) {
    for (int64_t i = 0; i < count; ++i) words[i] = At<decltype(key)>(base + places[i]);
  });
}

std::vector<Word> WordsOf(absl::Span<const Column> columns) {
  std::vector<Word> words;
  for (const Column& column : columns) {
    for (int part = 0; part < (IsComplex(column.element) ? 3 : 1); ++part)
      words.emplace_back(column, part);
  }
  return words;
}

}  // namespace broadloom::sorting
