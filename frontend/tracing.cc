#include "frontend/tracing.h"

#include <atomic>
#include <utility>

#include "frontend/array.h"
#include "frontend/error.h"
#include "frontend/storage.h"

namespace broadloom {
namespace {

thread_local int64_t tracing = 0;
std::atomic<int64_t> last_tracing = 0;

}  // namespace

TracingScope::TracingScope() : outer_(std::exchange(tracing, ++last_tracing)) {}
TracingScope::~TracingScope() { tracing = outer_; }
int64_t TracingScope::Current() { return tracing; }

void CheckMayDraw() {
  if (tracing != 0)
    throw Error(ErrorCode::type_error,
                "jit: a function that is traced cannot draw random numbers, which would be the "
                "same in each call: pass them to it");
}

void CheckMayWrite(const Array& target) {
  if (tracing != 0 && target.storage()->tracing() != tracing)
    throw Error(ErrorCode::type_error,
                "jit: a function that is traced can only write to arrays that it has made: return "
                "the new values instead");
}

}  // namespace broadloom
