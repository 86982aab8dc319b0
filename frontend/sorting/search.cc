// Several binary searches at once: while one waits for memory, the others go on. Keys that ascend
// are searched for between the places of the first and the last of them.
#include "frontend/sorting/search.h"

#include <algorithm>
#include <cmath>

#include "frontend/sorting/elements.h"

namespace broadloom {
namespace {

constexpr int64_t kTogether = 256;

// Whether an element stays before a key. NaNs, elements or keys, never do: their places are known.
template <Side kSide, typename T>
bool Stays(T element, T key) {
  if constexpr (kIsComplex<T>)
    return kSide == Side::left ? Before(element, key) : !Before(key, element);
  else
    return kSide == Side::left ? element < key : element <= key;
}

template <Side kSide, typename T>
class Search {
 public:
  Search(const T* sorted, int64_t count) : sorted_(sorted), count_(count) {
    if constexpr (std::is_floating_point_v<T>)
      numbers_ =
          std::partition_point(sorted, sorted + count, [](T x) { return !IsNaN(x); }) - sorted;
    else
      numbers_ = count;
  }

  // At most kTogether of them.
  void Find(const T* keys, int64_t size, int64_t* places) const {
    int64_t low = 0, high = numbers_;
    if (Ascend(keys, size)) {
      Narrow(&keys[0], 1, 0, high, &low);
      Narrow(&keys[size - 1], 1, low, high, &high);
    }
    Narrow(keys, size, low, high, places);
    if constexpr (std::is_floating_point_v<T>) {
      for (int64_t i = 0; i < size; ++i) {
        if (IsNaN(keys[i])) places[i] = kSide == Side::left ? numbers_ : count_;
      }
    }
  }

 private:
  // Few are not worth looking at; NaNs do not.
  static bool Ascend(const T* keys, int64_t size) {
    bool ascend = size > 4;
    for (int64_t i = 1; i < size; ++i) ascend &= Stays<Side::right>(keys[i - 1], keys[i]);
    return ascend && !IsNaN(keys[size - 1]);
  }

  // Without branches: which way a search goes cannot be guessed.
  void Narrow(const T* keys, int64_t size, int64_t low, int64_t high, int64_t* places) const {
    std::fill_n(places, size, low);
    for (int64_t length = high - low; length > 0;) {
      const int64_t half = (length + 1) / 2;
      const T* const middle = sorted_ + half - 1;
      for (int64_t i = 0; i < size; ++i)
        places[i] += -static_cast<int64_t>(Stays<kSide>(middle[places[i]], keys[i])) & half;
      length -= half;
    }
  }

  const T* const sorted_;
  const int64_t count_;
  int64_t numbers_;  // that are not NaNs
};

template <Side kSide, typename T>
void FindPlacesOf(const Array& sorted, const Array& keys, T, PlacesFunction body) {
  const T* const all = ElementsOf<T>(keys);
  const Search<kSide, T> search(ElementsOf<T>(sorted), sorted.size());
  const double cost = 4 + 2 * std::log2(1.0 + static_cast<double>(sorted.size()));
  ParallelFor(keys.context(), keys.size(), cost, [&](int64_t begin, int64_t end) {
    int64_t places[kTogether];
    for (int64_t at = begin; at < end; at += kTogether) {
      const int64_t size = std::min(kTogether, end - at);
      search.Find(all + at, size, places);
      body(at, size, places);
    }
  });
}

// As NaNs are sorted: last.
bool IsLess(double a, double b) { return a < b || (IsNaN(b) && !IsNaN(a)); }

}  // namespace

bool HasNaNs(const double* bins, int64_t count) {
  return std::any_of(bins, bins + count, [](double bin) { return IsNaN(bin); });
}

// A search begins where the one before it ended, as far as the keys ascend.
void FindPlacesInTurn(const double* bins, int64_t count, const double* keys, int64_t size,
                      Side side, int64_t* places) {
  const auto stays = [side](double a, double b) {
    return side == Side::left ? IsLess(a, b) : !IsLess(b, a);
  };
  int64_t low = 0, high = count;
  for (int64_t i = 0; i < size; ++i) {
    const bool ascends = stays(keys[std::max<int64_t>(i - 1, 0)], keys[i]);
    if (!ascends) low = 0;
    high = ascends ? count : std::min(high + 1, count);
    while (low < high) {
      const int64_t middle = low + (high - low) / 2;
      if (stays(bins[middle], keys[i]))
        low = middle + 1;
      else
        high = middle;
    }
    places[i] = low;
  }
}

void FindPlaces(const Array& sorted, const Array& keys, Side side, PlacesFunction body) {
  WithNumber(sorted.dtype(), [&](auto element) {
    if (side == Side::left)
      FindPlacesOf<Side::left>(sorted, keys, element, body);
    else
      FindPlacesOf<Side::right>(sorted, keys, element, body);
  });
}

}  // namespace broadloom
