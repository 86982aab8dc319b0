// Files are numbered in the order in which they were written: 0007.fuse.bl.
#include "frontend/dump.h"

#include <atomic>
#include <cstdio>
#include <fstream>
#include <iostream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace broadloom {

void DebugLine(const Options& options, int level, absl::string_view line) {
  if (options.debug >= level) std::cerr << absl::StrCat("broadloom: ", line, "\n");
}

void DebugText(const Options& options, int level, absl::string_view name, absl::string_view text) {
  if (options.debug < level) return;
  if (options.dump_dir.empty()) {
    std::cerr << absl::StrCat("# broadloom: ", name, "\n", text, "\n");
    return;
  }
  static std::atomic<int> count{0};
  const std::string path =
      absl::StrFormat("%s/%04d.%s", options.dump_dir, count.fetch_add(1), name);
  std::ofstream file(path);
  file << text;
  if (!file.flush()) std::cerr << absl::StrCat("broadloom: cannot write ", path, "\n");
}

}  // namespace broadloom
