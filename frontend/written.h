// What is being written on this thread: whose part the nodes are that are made now, and what is to
// happen where they go wrong. Each node keeps it (Expr::written).
#ifndef BROADLOOM_FRONTEND_WRITTEN_H_
#define BROADLOOM_FRONTEND_WRITTEN_H_

#include <atomic>
#include <memory>
#include <vector>

#include "frontend/array.h"
#include "frontend/errstate.h"
#include "frontend/expr.h"

namespace broadloom {

// A function that is written as several nodes, or is computed only for some elements.
struct Function {
  const char* name = nullptr;  // NumPy's; none: the operation's own
  ExprPtr mask = nullptr;      // it counts only where this holds
  bool silent = false;         // its nodes may make what they like; their result is judged
  // The errors it was found in, a bit for each: it speaks of each once.
  std::shared_ptr<std::atomic<unsigned>> reported = std::make_shared<std::atomic<unsigned>>(0);
};

std::shared_ptr<const Function> CurrentFunction();

// Until the end of the block. An inner one keeps the outer one's mask, and its silence.
class FunctionScope {
 public:
  explicit FunctionScope(Function function);
  ~FunctionScope();
  FunctionScope(const FunctionScope&) = delete;
  FunctionScope& operator=(const FunctionScope&) = delete;

 private:
  const std::shared_ptr<const Function> previous_;
};

// Nobody hears of what the nodes do that are made until the end of the block.
class SilentScope : public FunctionScope {
 public:
  explicit SilentScope(const char* name = nullptr) : FunctionScope({name, nullptr, true}) {}
};

// `result`, whose nodes were made in silence, judged as `op` of the operands. The name is that of
// its function.
Array JudgedAs(Op op, const std::vector<Array>& operands, const Array& result);

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_WRITTEN_H_
