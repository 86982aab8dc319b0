// One row a variable; the rest is parsing.
#include "frontend/options.h"

#include <cstdlib>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "ir/status_macros.h"

namespace broadloom {
namespace {

constexpr int kMaxDebug = 4, kMaxThreads = 4096;

absl::Status ParseInteger(absl::string_view text, int low, int high, int& value) {
  if (absl::SimpleAtoi(text, &value) && value >= low && value <= high) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat("is not a number from ", low, " to ", high));
}

absl::Status ParseFlag(absl::string_view text, bool& value) {
  int number = 0;
  BL_RETURN_IF_ERROR(ParseInteger(text, 0, 1, number));
  value = number != 0;
  return absl::OkStatus();
}

absl::Status ParseWidth(absl::string_view text, int& value) {
  if (absl::SimpleAtoi(text, &value) && (value == 32 || value == 64)) return absl::OkStatus();
  return absl::InvalidArgumentError("is neither 32 nor 64");
}

absl::Status ParseBytes(absl::string_view text, int64_t& value) {
  BL_ASSIGN_OR_RETURN(value, BytesFromText(text));
  return absl::OkStatus();
}

absl::Status ParseText(absl::string_view text, std::string& value) {
  value = std::string(text);
  return absl::OkStatus();
}

struct Variable {
  const char* name;
  absl::Status (*parse)(absl::string_view text, Options& options);
};

constexpr Variable kVariables[] = {
    {"BROADLOOM_DEBUG",
     [](absl::string_view text, Options& o) { return ParseInteger(text, 0, kMaxDebug, o.debug); }},
    {"BROADLOOM_DUMP_DIR",
     [](absl::string_view text, Options& o) { return ParseText(text, o.dump_dir); }},
    {"BROADLOOM_STOP_AFTER",
     [](absl::string_view text, Options& o) { return ParseText(text, o.stop_after); }},
    {"BROADLOOM_INTERPRET",
     [](absl::string_view text, Options& o) { return ParseFlag(text, o.interpret); }},
    {"BROADLOOM_DONATE",
     [](absl::string_view text, Options& o) { return ParseInteger(text, 0, 2, o.donate); }},
    {"BROADLOOM_JUDGE_FROM",
     [](absl::string_view text, Options& o) { return ParseBytes(text, o.judge_from); }},
    {"BROADLOOM_THREADS", [](absl::string_view text,
                             Options& o) { return ParseInteger(text, 1, kMaxThreads, o.threads); }},
    {"BROADLOOM_MEMORY_BUDGET",
     [](absl::string_view text, Options& o) { return ParseBytes(text, o.memory_budget); }},
    {"BROADLOOM_FAST", [](absl::string_view text, Options& o) { return ParseFlag(text, o.fast); }},
    {"BROADLOOM_VECTOR_BYTES",
     [](absl::string_view text, Options& o) { return ParseWidth(text, o.vector_bytes); }},
    {"BROADLOOM_PERF", [](absl::string_view text, Options& o) { return ParseFlag(text, o.perf); }},
    {"BROADLOOM_GDB", [](absl::string_view text, Options& o) { return ParseFlag(text, o.gdb); }},
};

absl::Status CheckHost(const AllocatorHooks& allocator, const PoolHooks& pool) {
  if ((allocator.allocate == nullptr) != (allocator.release == nullptr))
    return absl::InvalidArgumentError(
        "Options: allocator needs both functions, allocate and release");
  const bool has_threads = pool.threads >= 1 && pool.threads <= kMaxThreads;
  if (pool.parallel_for == nullptr ? pool.threads == 0 : has_threads) return absl::OkStatus();
  if (pool.parallel_for == nullptr)
    return absl::InvalidArgumentError("Options: pool has threads, but no parallel_for");
  return absl::InvalidArgumentError(
      absl::StrCat("Options: pool has ", pool.threads, " threads, not from 1 to ", kMaxThreads));
}

}  // namespace

absl::StatusOr<int64_t> BytesFromText(absl::string_view text) {
  absl::string_view number = text;
  absl::ConsumeSuffix(&number, "B");
  absl::ConsumeSuffix(&number, "i");
  double factor = 1;
  for (absl::string_view suffix : {"K", "M", "G", "T"}) {
    factor *= 1024;
    if (!absl::ConsumeSuffix(&number, suffix)) continue;
    double value = 0;
    if (!absl::SimpleAtod(number, &value) || !(value >= 0) || value * factor >= 9.2e18) break;
    return static_cast<int64_t>(value * factor);
  }
  int64_t bytes = 0;
  if (absl::SimpleAtoi(text, &bytes) && bytes >= 0) return bytes;
  return absl::InvalidArgumentError("is not a number of bytes such as 500000000, 512M or 1.5G");
}

absl::Status CheckOptions(const Options& options) {
  const auto in_range = [](absl::string_view name, int64_t value, int64_t low, int64_t high) {
    if (value >= low && value <= high) return absl::OkStatus();
    return absl::InvalidArgumentError(
        absl::StrCat("Options: ", name, " is ", value, ", not from ", low, " to ", high));
  };
  if (options.vector_bytes != 0 && options.vector_bytes != 32 && options.vector_bytes != 64)
    return absl::InvalidArgumentError(
        absl::StrCat("Options: vector_bytes is ", options.vector_bytes, ", not 0, 32 or 64"));
  BL_RETURN_IF_ERROR(in_range("debug", options.debug, 0, kMaxDebug));
  BL_RETURN_IF_ERROR(in_range("donate", options.donate, 0, 2));
  BL_RETURN_IF_ERROR(in_range("judge_from", options.judge_from, 0, INT64_MAX));
  BL_RETURN_IF_ERROR(in_range("threads", options.threads, 0, kMaxThreads));
  BL_RETURN_IF_ERROR(in_range("memory_budget", options.memory_budget, -1, INT64_MAX));
  BL_RETURN_IF_ERROR(CheckHost(options.allocator, options.pool));
  if (options.stop_after.empty() || options.interpret) return absl::OkStatus();
  return absl::InvalidArgumentError(
      "stop_after (BROADLOOM_STOP_AFTER) needs interpret (BROADLOOM_INTERPRET=1): only the "
      "evaluator runs half-made plans");
}

absl::StatusOr<Options> ReadOptions(Lookup lookup) {
  Options options;
  for (const Variable& variable : kVariables) {
    const char* text = lookup(variable.name);
    if (text == nullptr || *text == '\0') continue;
    const absl::Status status = variable.parse(text, options);
    if (status.ok()) continue;
    return absl::InvalidArgumentError(
        absl::StrCat(variable.name, "=", text, ": ", status.message()));
  }
  BL_RETURN_IF_ERROR(CheckOptions(options));
  return options;
}

absl::StatusOr<Options> OptionsFromEnvironment() {
  return ReadOptions([](const char* name) -> const char* { return std::getenv(name); });
}

UserEnvironment ReadUserEnvironment(Lookup lookup) {
  const auto text = [&](const char* name) {
    const char* value = lookup(name);
    return absl::string_view(value == nullptr ? "" : value);
  };
  UserEnvironment user;
  user.no_color = !text("NO_COLOR").empty();
  user.true_color = text("COLORTERM") == "truecolor" || text("COLORTERM") == "24bit";
  user.terminal = std::string(text("TERM"));
  if (!absl::SimpleAtoi(text("COLUMNS"), &user.columns) || user.columns < 0) user.columns = 0;
  const absl::string_view state = text("XDG_STATE_HOME"), home = text("HOME");
  if (absl::StartsWith(state, "/"))  // the standard says to ignore others
    user.state_dir = absl::StrCat(state, "/broadloom");
  else if (!home.empty())
    user.state_dir = absl::StrCat(home, "/.local/state/broadloom");
  return user;
}

UserEnvironment UserEnvironmentOfProcess() {
  return ReadUserEnvironment([](const char* name) -> const char* { return std::getenv(name); });
}

}  // namespace broadloom
