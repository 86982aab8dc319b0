// What was typed, kept between runs in a file of the user's own: one entry a line, the last ones
// only. A file that cannot be read or written is as good as none.
#ifndef BROADLOOM_FRONTEND_REPL_HISTORY_H_
#define BROADLOOM_FRONTEND_REPL_HISTORY_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace broadloom::repl {

class History {
 public:
  // `state_dir` is made when it is not there; empty: nothing is kept.
  explicit History(const std::string& state_dir);

  // Not what is empty, what was the last entry, or what is longer than an entry may be.
  bool Add(const std::string& entry);
  const std::vector<std::string>& entries() const { return entries_; }

  static constexpr size_t kMostEntries = 2000, kLongestEntry = 64 << 10;

 private:
  void Load();
  void Append(absl::string_view entry);
  void Rewrite();

  std::string path_;
  std::vector<std::string> entries_;
};

}  // namespace broadloom::repl

#endif  // BROADLOOM_FRONTEND_REPL_HISTORY_H_
