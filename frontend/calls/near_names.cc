// Distances between names.
#include "frontend/calls/near_names.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace broadloom::calls {
namespace {

constexpr size_t kLongest = 64;
constexpr size_t kMost = 3;

// Row by row: of the distances between beginnings of x and all beginnings of y.
size_t Distance(absl::string_view x, absl::string_view y) {
  std::vector<size_t> before_last, last(y.size() + 1), row(y.size() + 1);
  for (size_t j = 0; j <= y.size(); ++j) last[j] = j;
  for (size_t i = 1; i <= x.size(); ++i) {
    row[0] = i;
    for (size_t j = 1; j <= y.size(); ++j) {
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (x[i - 1] != y[j - 1])});
      const bool swapped = i > 1 && j > 1 && x[i - 1] == y[j - 2] && x[i - 2] == y[j - 1];
      if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
    before_last = std::exchange(last, row);
  }
  return last[y.size()];
}

}  // namespace

std::vector<std::string> NearNames(absl::string_view name, const std::vector<std::string>& names) {
  std::vector<std::pair<size_t, std::string>> near;
  if (name.size() > kLongest) return {};
  const size_t farthest = std::max<size_t>(1, name.size() / 3);
  for (const std::string& other : names) {
    const size_t longer = std::max(name.size(), other.size());
    if (longer - std::min(name.size(), other.size()) > farthest) continue;
    const size_t distance = Distance(name, other);
    if (distance <= farthest && distance < other.size()) near.emplace_back(distance, other);
  }
  std::sort(near.begin(), near.end());
  std::vector<std::string> nearest;
  for (size_t i = 0; i < std::min(kMost, near.size()); ++i) nearest.push_back(near[i].second);
  return nearest;
}

std::string DidYouMean(const std::vector<std::string>& near) {
  return near.empty() ? "" : absl::StrCat("; did you mean ", absl::StrJoin(near, ", "), "?");
}

}  // namespace broadloom::calls
