// The process's one handler of warnings.
#include "frontend/warn.h"

#include <mutex>

#include "absl/strings/str_format.h"
#include "frontend/source.h"

namespace broadloom {
namespace {

std::mutex& Mutex() {
  static auto* const mutex = new std::mutex;
  return *mutex;
}

WarningHandler& Handler() {
  static auto* const handler = new WarningHandler();
  return *handler;
}

const char* NameOf(WarningKind kind) {
  switch (kind) {
    case WarningKind::broadcast: return "BroadcastWarning";
    case WarningKind::runtime: return "RuntimeWarning";
    case WarningKind::precision: return "PrecisionWarning";
    case WarningKind::complex: return "ComplexWarning";
  }
  return "Warning";
}

}  // namespace

void Warn(WarningKind kind, const std::string& message) { Warn(kind, message, CurrentSource()); }

void Warn(WarningKind kind, const std::string& message, const std::string& source) {
  WarningHandler handler;
  {
    const std::lock_guard lock(Mutex());
    handler = Handler();
  }
  if (handler) return handler(kind, message, source);
  absl::FPrintF(stderr, "%s%s%s: %s\n", source, source.empty() ? "" : ": ", NameOf(kind), message);
}

void WarnOfComplexAsReal() {
  Warn(WarningKind::complex, "Casting complex values to real discards the imaginary part");
}

void set_warning_handler(WarningHandler handler) {
  const std::lock_guard lock(Mutex());
  Handler() = std::move(handler);
}

}  // namespace broadloom
