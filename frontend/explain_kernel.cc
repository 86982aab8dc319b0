#include "frontend/explain_kernel.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "frontend/bytes.h"
#include "frontend/join_rows.h"
#include "frontend/memory.h"
#include "passes/work.h"
#include "runtime/budget.h"
#include "runtime/rates.h"

namespace broadloom {
namespace {

class KernelReport {
 public:
  KernelReport(Context& context, const Plan& plan, const Numbers& numbers,
               const BufferAssignment& assignment, NodeId id)
      : context_(context),
        plan_(plan),
        numbers_(numbers),
        assignment_(assignment),
        id_(id),
        body_(plan.graph.node(id).attrs.Body()),
        kernel_(plan.kernels.find(id) == plan.kernels.end() ? nullptr : plan.kernels.at(id).get()) {
    for (Extent extent : body_.attrs().Dims(AttrName::k_shape))
      extents_.push_back(numbers.Of(extent));
    const Inputs& inputs = plan.graph.node(id).inputs;
    for (size_t i = 0; i < body_.params().size(); ++i) {
      if (!plan.IsWindow(inputs[i])) read_ = AddBytes(read_, BytesReadOf(body_.params()[i]));
    }
    for (NodeId output : body_.outputs()) written_ = AddBytes(written_, BytesOf(output));
    if (kernel_ == nullptr) return;
    extents_ = JoinedExtents(body_, extents_);
    geometry_ = kernel_->facts.For(extents_);
  }

  KernelFacts Facts() const {
    return {absl::StrCat(body_.attrs().Has(AttrName::k_kind) ? body_.attrs().Text(AttrName::k_kind)
                                                             : "kernel",
                         " over ", ToString(numbers_.Of(body_.attrs().Dims(AttrName::k_shape)))),
            Operations(), read_, plan_.IsWindow(id_) ? 0 : written_};
  }

  double LeastSeconds() const {
    const std::optional<Times> times = kernel_ == nullptr ? std::nullopt : LeastTimes(WorkDone());
    return times.has_value() ? std::max(times->move, times->compute) : 0;
  }

  std::string Text() const {
    const bool compiled = kernel_ != nullptr && kernel_->is_loaded();
    const KernelFacts facts = Facts();
    std::string text =
        absl::StrCat("  ", facts.domain, ": ", facts.operations, "\n    reads ", HumanBytes(read_),
                     plan_.IsWindow(id_) ? ", hands on block by block " : ", writes ",
                     HumanBytes(written_), ", ", compiled ? "compiled" : "not compiled yet", "\n");
    if (kernel_ != nullptr)
      absl::StrAppend(&text, "    ", absl::StrJoin(Schedule(), ", "), "\n    ", Limit(), "\n");
    return text;
  }

 private:
  int64_t BytesOf(NodeId id) const {
    const Node& node = body_.node(id);
    return broadloom::BytesOf(numbers_.Of(node.shape()), node.dtype());
  }

  // What is picked from is read where it is picked, at most once if that is more.
  int64_t BytesReadOf(NodeId param) const {
    int64_t picked = 0;
    bool is_picked_from = false;
    for (NodeId id = 0; id < body_.size(); ++id) {
      const Node& node = body_.node(id);
      if (!node.info().is_gather() || node.inputs[0] != param) continue;
      is_picked_from = true;
      picked = AddBytes(picked,
                        broadloom::BytesOf(numbers_.Of(node.shape()), body_.node(param).dtype()));
    }
    return is_picked_from ? std::min(picked, BytesOf(param)) : BytesOf(param);
  }

  std::string Operations() const {
    std::vector<absl::string_view> names;
    for (NodeId id = 0; id < body_.size(); ++id) {
      if (!body_.node(id).info().is_leaf()) names.push_back(body_.node(id).info().name);
    }
    constexpr size_t kMany = 12;
    const size_t more = names.size() > kMany ? names.size() - kMany : 0;
    names.resize(names.size() - more);
    return absl::StrCat(absl::StrJoin(names, " "),
                        more > 0 ? absl::StrCat(" and ", more, " more") : "");
  }

  std::vector<std::string> Schedule() const {
    const Attrs& attrs = body_.attrs();
    std::vector<std::string> parts;
    const int64_t width = attrs.Int(AttrName::k_width);
    parts.push_back(width == 1 ? "one element at a time"
                               : absl::StrCat("vectors of ", width, " along axis ",
                                              attrs.Int(AttrName::k_vector)));
    if (attrs.Has(AttrName::k_inner)) {
      parts.push_back(
          absl::StrCat("an item walks axes ", absl::StrJoin(attrs.Ints(AttrName::k_inner), " ")));
    }
    if (attrs.Has(AttrName::k_unroll))
      parts.push_back(absl::StrCat("axis ", attrs.Int(AttrName::k_unroll), " without a loop"));
    if (attrs.Has(AttrName::k_tile))
      parts.push_back(absl::StrCat("tiles of ", attrs.Int(AttrName::k_tile), " rows"));
    if (attrs.Has(AttrName::k_pack)) {
      parts.push_back(
          absl::StrCat("operands ", absl::StrJoin(attrs.Ints(AttrName::k_pack), " "),
                       attrs.Has(AttrName::k_across)
                           ? absl::StrCat(" turned from axis ", attrs.Int(AttrName::k_across))
                           : " packed"));
    }
    if (geometry_.keep > 0 || geometry_.writes_twice) parts.emplace_back("rows kept for stages");
    if (BypassesCaches()) parts.emplace_back("non-temporal stores");
    parts.push_back(Distribution());
    return parts;
  }

  int64_t Chunks() const {
    const int64_t grain = std::max<int64_t>(geometry_.grain[0], 1);
    return (geometry_.items[0] + grain - 1) / grain;
  }
  int Threads() const {
    return static_cast<int>(std::clamp<int64_t>(Chunks(), 1, std::max(context_.pool.threads(), 1)));
  }

  std::string Distribution() const {
    const int64_t items = geometry_.items[0];
    return absl::StrCat(items, items == 1 ? " item" : " items",
                        Threads() == 1
                            ? " on one thread"
                            : absl::StrCat(" in ", Chunks(), " chunks on ", Threads(), " threads"),
                        geometry_.phases > 1 ? ", then a tree of their sums" : "");
  }

  bool BypassesCaches() const {  // arrays of ours are aligned
    return !plan_.IsWindow(id_) && !assignment_.over.contains(id_) && !geometry_.writes_twice &&
           !(kernel_ != nullptr && HasRaggedRows(body_, extents_)) &&
           std::all_of(body_.outputs().begin(), body_.outputs().end(),
                       [&](NodeId output) { return IsBeyondCaches(BytesOf(output)); });
  }

  // Memory that may be taken for measuring.
  int64_t Room() const {
    const Budget& budget = *context_.budget;
    return std::max<int64_t>(budget.limit() - budget.reserved(), 0);
  }

  Work WorkDone() const {
    return WorkOfBody(
        body_, [&](const Shape& shape) { return NumElements(numbers_.Of(shape)).value_or(0); });
  }

  // Seconds for bytes and for operations; none where the machine could not be measured.
  struct Times {
    double move, compute;
  };
  std::optional<Times> LeastTimes(const Work& work) const {
    const int64_t written = plan_.IsWindow(id_) ? 0 : written_, moved = AddBytes(read_, written);
    const int threads = Threads() == 1 ? 1 : context_.pool.threads();
    const Bandwidth bandwidth = BandwidthOf(moved, context_.pool, threads, Room());
    const Throughput throughput = ThroughputOf(context_.pool, threads);
    if (bandwidth.read == 0 || throughput.add == 0) return std::nullopt;
    return Times{static_cast<double>(read_) / bandwidth.read +
                     static_cast<double>(written) / bandwidth.write,
                 std::max(work.add_bytes / throughput.add,  // work beside each other
                          work.divide_f32_bytes / throughput.divide_f32 +
                              work.divide_f64_bytes / throughput.divide_f64)};
  }

  std::string Limit() const {
    const Work work = WorkDone();
    const std::string operations = absl::StrFormat("%.3g operations", work.operations);
    const std::optional<Times> times = LeastTimes(work);
    if (!times.has_value()) return operations + "; the machine could not be measured";
    const auto [move, compute] = *times;
    return absl::StrFormat(
        "%s: at least %.3g ms, by %s (%.3g ms for bytes, %.3g ms for operations)", operations,
        1e3 * std::max(move, compute), move > compute ? "bytes" : "operations", 1e3 * move,
        1e3 * compute);
  }

  Context& context_;
  const Plan& plan_;
  const Numbers& numbers_;
  const BufferAssignment& assignment_;
  const NodeId id_;
  const Graph& body_;
  const PlannedKernel* const kernel_;  // null where the reference evaluator runs it
  absl::InlinedVector<int64_t, 6> extents_;
  int64_t read_ = 0, written_ = 0;
  Geometry geometry_;
};

}  // namespace

std::string ExplainKernel(Context& context, const Plan& plan, const Numbers& numbers,
                          const BufferAssignment& assignment, NodeId id) {
  return KernelReport(context, plan, numbers, assignment, id).Text();
}

KernelFacts FactsOfKernel(Context& context, const Plan& plan, const Numbers& numbers,
                          const BufferAssignment& assignment, NodeId id) {
  return KernelReport(context, plan, numbers, assignment, id).Facts();
}

double LeastSecondsOfKernel(Context& context, const Plan& plan, const Numbers& numbers,
                            const BufferAssignment& assignment, NodeId id) {
  return KernelReport(context, plan, numbers, assignment, id).LeastSeconds();
}

}  // namespace broadloom
