// Settings from outside. Nothing else of broadloom reads the environment.
#ifndef BROADLOOM_FRONTEND_OPTIONS_H_
#define BROADLOOM_FRONTEND_OPTIONS_H_

#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "frontend/array.h"

namespace broadloom {

// The value of a variable, or null where it is not set.
using Lookup = absl::FunctionRef<const char*(const char* name)>;

// Reads BROADLOOM_DEBUG, _DUMP_DIR, _STOP_AFTER, _INTERPRET, _DONATE, _JUDGE_FROM, _THREADS,
// _MEMORY_BUDGET, _FAST, _VECTOR_BYTES, _PERF and _GDB. InvalidArgument names a variable whose
// value makes no sense. An empty value is as good as none.
absl::StatusOr<Options> ReadOptions(Lookup lookup);
absl::StatusOr<Options> OptionsFromEnvironment();

// InvalidArgument where a value makes no sense, or where options contradict each other.
absl::Status CheckOptions(const Options& options);

// What the program `broadloom` asks about its user.
struct UserEnvironment {
  bool no_color = false;    // NO_COLOR
  bool true_color = false;  // COLORTERM: colours of 24 bits
  std::string terminal;     // TERM
  int columns = 0;          // COLUMNS; 0: not told
  std::string state_dir;    // where it keeps things between runs; empty: nowhere
};
// Reads NO_COLOR, COLORTERM, TERM, COLUMNS, XDG_STATE_HOME and HOME. What makes no sense is as good
// as unset.
UserEnvironment ReadUserEnvironment(Lookup lookup);
UserEnvironment UserEnvironmentOfProcess();

// "123", "1.5G", "64M", "64MiB": bytes, suffixes are powers of 1024.
absl::StatusOr<int64_t> BytesFromText(absl::string_view text);

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_OPTIONS_H_
