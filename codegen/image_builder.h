// A memory manager for JITLink that links into one flat image instead of this process.
#ifndef BROADLOOM_CODEGEN_IMAGE_BUILDER_H_
#define BROADLOOM_CODEGEN_IMAGE_BUILDER_H_

#include "llvm/ExecutionEngine/JITLink/JITLinkMemoryManager.h"
#include "runtime/kernel.h"

namespace broadloom {

// One object is linked once. Code, constants and import slots become one run of bytes without
// absolute addresses.
class ImageBuilder : public llvm::jitlink::JITLinkMemoryManager {
 public:
  void allocate(const llvm::jitlink::JITLinkDylib* dylib, llvm::jitlink::LinkGraph& graph,
                OnAllocatedFunction on_allocated) override;
  void deallocate(std::vector<FinalizedAlloc> allocs,
                  OnDeallocatedFunction on_deallocated) override;

  Image Take() { return std::move(image_); }

 private:
  class Allocation;
  Image image_;
};

}  // namespace broadloom

#endif  // BROADLOOM_CODEGEN_IMAGE_BUILDER_H_
