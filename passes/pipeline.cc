// The list of passes, and the one loop that runs them.
#include <chrono>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "ir/rewrite.h"
#include "ir/status_macros.h"
#include "ir/verify.h"
#include "passes/pass.h"

namespace broadloom {
namespace {

// Order matters; the third column says why a pass stands where it does.
constexpr Pass kPipeline[] = {
    {"decompose", Decompose, "first: what it writes needs casts and ranks like anything else"},
    {"make-explicit", MakeExplicit, "every later pass may trust dtypes, ranks, groups and orders"},
    {"elide-copies", ElideCopies, "before the algebra: a copy hides a pattern"},
    {"fold-constants", FoldConstants, "before canonicalize: some rules want to see a constant"},
    {"canonicalize", Canonicalize, "constants right, views merged: fewer forms below"},
    {"sink-views", SinkViews, "before fuse: a view in the middle would split a kernel"},
    {"fuse", Fuse, "on arithmetic alone, with views at the leaves"},
    {"schedule", Schedule, "needs whole kernels"},
    {"order-steps", OrderSteps, "before buffers are planned, which live from step to step"},
    {"plan-buffers", PlanBuffers, "last: needs the final kernels"},
};

absl::Status Named(absl::string_view pass, const absl::Status& status) {
  return absl::Status(status.code(), absl::StrCat(pass, ": ", status.message()));
}

absl::Status Check([[maybe_unused]] const Graph& graph) {
#ifdef BROADLOOM_VERIFY
  return Verify(graph);
#else
  return absl::OkStatus();
#endif
}

// How many of `passes` to run.
absl::StatusOr<size_t> CountUntil(absl::Span<const Pass> passes, const std::string& stop_after) {
  if (stop_after.empty()) return passes.size();
  for (size_t i = 0; i < passes.size(); ++i) {
    if (passes[i].name == stop_after) return i + 1;
  }
  const auto append_name = [](std::string* out, const Pass& pass) {
    absl::StrAppend(out, pass.name);
  };
  return absl::InvalidArgumentError(absl::StrCat("no pass \"", stop_after, "\"; there are ",
                                                 absl::StrJoin(passes, ", ", append_name)));
}

absl::StatusOr<Graph> RunPass(const Pass& pass, const Graph& in, const PassOptions& options) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point start = Clock::now();
  absl::StatusOr<Graph> out = pass.run(in, options);
  const std::chrono::duration<double> seconds = Clock::now() - start;
  if (!out.ok()) return Named(pass.name, out.status());
  if (absl::Status status = Check(*out); !status.ok()) return Named(pass.name, status);
  if (options.observer) options.observer(pass.name, *out, seconds.count());
  return out;
}

}  // namespace

absl::Span<const Pass> Pipeline() { return kPipeline; }

absl::StatusOr<Graph> RunPasses(const Graph& in, absl::Span<const Pass> passes,
                                const PassOptions& options) {
  BL_ASSIGN_OR_RETURN(const size_t count, CountUntil(passes, options.stop_after));
  const auto keep = [](NodeId, const Mapping&, Graph&) -> absl::StatusOr<std::optional<NodeId>> {
    return std::optional<NodeId>();
  };
  if (count == 0) return Rewrite(in, keep);
  BL_ASSIGN_OR_RETURN(Graph graph, RunPass(passes[0], in, options));
  for (const Pass& pass : passes.subspan(1, count - 1)) {
    BL_ASSIGN_OR_RETURN(graph, RunPass(pass, graph, options));
  }
  return graph;
}

}  // namespace broadloom
