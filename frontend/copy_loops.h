// Copies of elements as nests of loops over strides.
#ifndef BROADLOOM_FRONTEND_COPY_LOOPS_H_
#define BROADLOOM_FRONTEND_COPY_LOOPS_H_

#include <cstdint>

#include "absl/container/inlined_vector.h"
#include "absl/types/span.h"

namespace broadloom {

struct CopyLoop {
  int64_t count, to, from;  // strides in bytes
};

// The outermost first; never empty once they are done.
class CopyLoops {
 public:
  // Neighbours that can be walked as one are one.
  void Append(const CopyLoop& inner);
  void Finish(int64_t itemsize);
  void RemoveOutermost() { loops_.erase(loops_.begin()); }

  size_t size() const { return loops_.size(); }
  CopyLoop& outermost() { return loops_[0]; }
  const CopyLoop& operator[](size_t i) const { return loops_[i]; }
  int64_t elements() const;
  void Run(int64_t itemsize, char* to, const char* from) const;

 private:
  absl::InlinedVector<CopyLoop, 4> loops_;
};

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_COPY_LOOPS_H_
