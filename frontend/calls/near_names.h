// "Did you mean ...?"
#ifndef BROADLOOM_FRONTEND_CALLS_NEAR_NAMES_H_
#define BROADLOOM_FRONTEND_CALLS_NEAR_NAMES_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace broadloom::calls {

// Those of the names that a slip of the fingers makes of this one, the nearest first; at most
// three. By the Damerau-Levenshtein distance (insertions, deletions, substitutions and swaps of
// neighbours): one for every three characters.
std::vector<std::string> NearNames(absl::string_view name, const std::vector<std::string>& names);

// "; did you mean sqrt, square?" behind a message; nothing where no name is near.
std::string DidYouMean(const std::vector<std::string>& near);

}  // namespace broadloom::calls

#endif  // BROADLOOM_FRONTEND_CALLS_NEAR_NAMES_H_
