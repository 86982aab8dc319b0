// Indices that are out of bounds: refused where they are written if that is cheap, else found by
// the kernel that uses them.
#ifndef BROADLOOM_FRONTEND_INDEX_FAULTS_H_
#define BROADLOOM_FRONTEND_INDEX_FAULTS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "frontend/array.h"
#include "frontend/context.h"
#include "frontend/plan_key.h"

namespace broadloom {

// Throws out_of_range for integers that are no indices of an axis. `all`: also of pending arrays
// and of large ones, which no kernel will look at.
void CheckIndices(const Array& indices, int64_t extent, int64_t axis, bool all);

// What is wrong where a mask holds not as often as there are rows to store.
std::string MaskFault(int64_t rows, int64_t count);

// Whether an operation looks up elements by what others have computed: by its operands from this
// one on.
bool UsesIndices(const Expr& expr);
int OthersOf(const Expr& expr);
// Whether these are there, or views of what is.
bool AreKnown(const Trace& trace, const TraceNode& node);

// What is to be computed by itself before the trace: what a write by indices or masks that are not
// known yet writes to, and they, so that nothing is overwritten before they are looked at. Of
// writes that follow one another perhaps not all at once.
std::vector<ExprPtr> WantedFirst(const Context& context, const Trace& trace);

// Whether an evaluation would fail for an index. All indices and masks are there already.
bool HasIndexFault(Context& context, const Trace& trace);

// After an evaluation of `trace` that failed for an index, before anything is published: says which
// one it was, and the line that wrote the operation.
absl::Status NameIndexFault(Context& context, const Trace& trace);

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_INDEX_FAULTS_H_
