#include "frontend/expr_memory.h"

#include <new>
#include <utility>

namespace broadloom {
namespace {

#if defined(__SANITIZE_ADDRESS__)
constexpr int kMostKept = 0;  // it sees what is used after it was given back
#else
constexpr int kMostKept = 1024;  // some 400 KB
#endif

// An allocator for std::allocate_shared, which asks for one size: that of a T.
template <typename T>
class KeepingAllocator {
 public:
  using value_type = T;
  KeepingAllocator() = default;
  template <typename U>
  explicit KeepingAllocator(const KeepingAllocator<U>& /*other*/) {}

  T* allocate(size_t count) {
    if (first_ == nullptr) return static_cast<T*>(::operator new(count * sizeof(T)));
    Block* const block = first_;
    first_ = block->next;
    --kept_;
    return reinterpret_cast<T*>(block);
  }

  void deallocate(T* memory, size_t /*count*/) {
    static thread_local const Ending ending;
    if (ended_ || kept_ >= kMostKept) return ::operator delete(memory);
    first_ = new (memory) Block{first_};
    ++kept_;
  }

  friend bool operator==(const KeepingAllocator&, const KeepingAllocator&) { return true; }

 private:
  struct Block {
    Block* next;
  };
  struct Ending {  // of the thread
    ~Ending() {
      ended_ = true;
      for (Block* block = first_; block != nullptr;)
        ::operator delete(std::exchange(block, block->next));
      first_ = nullptr;
    }
  };

  static constinit inline thread_local Block* first_ = nullptr;
  static constinit inline thread_local int kept_ = 0;
  static constinit inline thread_local bool ended_ = false;
};

}  // namespace

ExprPtr NewExpr() { return std::allocate_shared<Expr>(KeepingAllocator<Expr>()); }

}  // namespace broadloom
