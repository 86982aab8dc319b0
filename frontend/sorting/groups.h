// Runs of equal neighbours: what sorting makes of equal elements.
#ifndef BROADLOOM_FRONTEND_SORTING_GROUPS_H_
#define BROADLOOM_FRONTEND_SORTING_GROUPS_H_

#include <cstdint>
#include <type_traits>
#include <vector>

#include "frontend/array.h"
#include "frontend/dense.h"
#include "frontend/sorting/elements.h"

namespace broadloom {

// Whether one is before the other in the order, or both are NaNs that count as different.
template <typename T>
bool Differ(T a, T b, bool equal_nan) {
  if constexpr (std::is_arithmetic_v<T>) return a != b && !(equal_nan && IsNaN(a) && IsNaN(b));
  if (IsNaN(a) || IsNaN(b)) return !(equal_nan && IsNaN(a) && IsNaN(b));
  return Before(a, b) || Before(b, a);
}

// Where the elements of a dense vector are not as the one before, as bytes: the first never is.
// NaNs differ from each other unless `equal_nan`.
Array Begins(const Array& sorted, bool equal_nan);

class Groups {
 public:
  explicit Groups(const Array& begins);

  int64_t count() const { return before_.back(); }
  Array Firsts(const Array& sorted) const;  // of each group its first element
  Array Lengths() const;
  // result[order[i]]: to which group the i-th element belongs.
  Array Numbers(const Array& order) const;

 private:
  // Calls body(first, last, group) for blocks of elements; `group`: how many begin before.
  template <typename Body>
  void ForBlocks(double cost, Body&& body) const;
  Array Starts() const;

  Array begins_;
  std::vector<int64_t> before_;  // groups that begin before each block, and in all
};

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_SORTING_GROUPS_H_
