// Where debug output goes.
#ifndef BROADLOOM_FRONTEND_DUMP_H_
#define BROADLOOM_FRONTEND_DUMP_H_

#include "absl/strings/string_view.h"
#include "frontend/array.h"

namespace broadloom {

// One line to stderr; nothing below BROADLOOM_DEBUG=`level`.
void DebugLine(const Options& options, int level, absl::string_view line);
// A text to stderr, or to a numbered file in the dump directory.
void DebugText(const Options& options, int level, absl::string_view name, absl::string_view text);

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_DUMP_H_
