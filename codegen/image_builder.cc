// Lays the sections out one behind the other at an arbitrary base. Everything inside refers to its
// neighbours relatively; an absolute address would break when the image is loaded elsewhere, so
// finding one is an error.
#include "codegen/image_builder.h"

#include "llvm/ExecutionEngine/JITLink/JITLink.h"
#include "llvm/ExecutionEngine/JITLink/x86_64.h"

namespace broadloom {
namespace {

constexpr uint64_t kBase = 0x10000000;
constexpr llvm::StringRef kImportPrefix = "bl.import.";

llvm::Error CheckRelocatable(llvm::jitlink::LinkGraph& graph) {
  for (llvm::jitlink::Block* block : graph.blocks()) {
    for (const llvm::jitlink::Edge& edge : block->edges()) {
      const auto kind = edge.getKind();
      if (kind == llvm::jitlink::x86_64::Pointer64 || kind == llvm::jitlink::x86_64::Pointer32 ||
          kind == llvm::jitlink::x86_64::Pointer32Signed) {
        return llvm::createStringError("kernel holds an absolute address");
      }
    }
  }
  return llvm::Error::success();
}

}  // namespace

class ImageBuilder::Allocation : public InFlightAlloc {
 public:
  Allocation(ImageBuilder& owner, llvm::jitlink::LinkGraph& graph, std::string bytes)
      : owner_(owner), graph_(graph), bytes_(std::move(bytes)) {}

  char* data() { return bytes_.data(); }

  void finalize(OnFinalizedFunction on_finalized) override {
    if (llvm::Error error = CheckRelocatable(graph_)) return on_finalized(std::move(error));
    for (llvm::jitlink::Symbol* symbol : graph_.defined_symbols()) {
      if (!symbol->hasName()) continue;
      const llvm::StringRef name = symbol->getName();
      const uint64_t offset = symbol->getAddress().getValue() - kBase;
      if (name.starts_with(kImportPrefix)) {
        owner_.image_.imports.push_back({name.drop_front(kImportPrefix.size()).str(), offset});
      } else if (symbol->isCallable()) {
        owner_.image_.phases.push_back({name.str(), offset, symbol->getSize()});
      }
    }
    owner_.image_.bytes = std::move(bytes_);
    on_finalized(FinalizedAlloc(llvm::orc::ExecutorAddr(kBase)));
  }

  void abandon(OnAbandonedFunction on_abandoned) override { on_abandoned(llvm::Error::success()); }

 private:
  ImageBuilder& owner_;
  llvm::jitlink::LinkGraph& graph_;
  std::string bytes_;
};

void ImageBuilder::allocate(const llvm::jitlink::JITLinkDylib*, llvm::jitlink::LinkGraph& graph,
                            OnAllocatedFunction on_allocated) {
  llvm::jitlink::BasicLayout layout(graph);
  uint64_t size = 0;
  for (auto& [group, segment] : layout.segments()) {
    size = llvm::alignTo(size, segment.Alignment);
    segment.Addr = llvm::orc::ExecutorAddr(kBase + size);
    size += segment.ContentSize + segment.ZeroFillSize;
  }
  auto allocation = std::make_unique<Allocation>(*this, graph, std::string(size, '\0'));
  for (auto& [group, segment] : layout.segments())
    segment.WorkingMem = allocation->data() + (segment.Addr.getValue() - kBase);
  if (llvm::Error error = layout.apply()) return on_allocated(std::move(error));
  on_allocated(std::move(allocation));
}

void ImageBuilder::deallocate(std::vector<FinalizedAlloc> allocs,
                              OnDeallocatedFunction on_deallocated) {
  for (FinalizedAlloc& alloc : allocs) alloc.release();
  on_deallocated(llvm::Error::success());
}

}  // namespace broadloom
