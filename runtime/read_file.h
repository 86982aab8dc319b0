// Small text files of the kernel: /proc, /sys.
#ifndef BROADLOOM_RUNTIME_READ_FILE_H_
#define BROADLOOM_RUNTIME_READ_FILE_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace broadloom {

// The whole file; nothing when it cannot be read.
std::optional<std::string> ReadFile(const std::string& path);

// "32K", "1024 kB", "17": a decimal number with an optional binary unit, white space around either.
std::optional<int64_t> ParseBytes(absl::string_view text);

// The number behind `name` on the line of `text` that starts with it ("MemAvailable:  17 kB").
std::optional<int64_t> FindBytes(absl::string_view text, absl::string_view name);

}  // namespace broadloom

#endif  // BROADLOOM_RUNTIME_READ_FILE_H_
