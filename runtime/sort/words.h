// Columns as words of up to 64 bits that compare as their elements do.
#ifndef BROADLOOM_RUNTIME_SORT_WORDS_H_
#define BROADLOOM_RUNTIME_SORT_WORDS_H_

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "runtime/sort.h"

namespace broadloom::sorting {

// One word of each element: a real number has one, a complex number three.
class Word {
 public:
  Word(const Column& column, int part) : column_(column), part_(part) {}

  int bits() const;  // that a word may have
  // The words of elements [begin, begin + count).
  void Load(int64_t begin, int64_t count, uint64_t* words) const;
  // The words of the elements at some places behind `base`.
  void Gather(int64_t base, const uint64_t* places, int64_t count, uint64_t* words) const;

 private:
  template <typename Key>
  uint64_t At(int64_t place) const;

  Column column_;
  int part_;
};

std::vector<Word> WordsOf(absl::Span<const Column> columns);

}  // namespace broadloom::sorting

#endif  // BROADLOOM_RUNTIME_SORT_WORDS_H_
