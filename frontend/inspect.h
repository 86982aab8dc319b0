// What is behind arrays that are not computed yet, for people: the graph after each pass, kernels
// as LLVM IR and assembly, the plan's steps, and the least time for them. Computes nothing; what is
// computed already has nothing of it. Throws broadloom::Error.
#ifndef BROADLOOM_FRONTEND_INSPECT_H_
#define BROADLOOM_FRONTEND_INSPECT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "frontend/array.h"

namespace broadloom {

struct NamedText {
  std::string name, text;
};
// The graph as it was written ("trace"), then after each pass of the pipeline.
std::vector<NamedText> IrAfterPasses(const std::vector<Array>& arrays);
// Of each kernel, named as `explain` names it.
enum class CodeForm { llvm, assembly };
std::vector<NamedText> CodeOfKernels(const std::vector<Array>& arrays, CodeForm form);

// A plan as a graph of steps; operands and results are arrays, views of them count as themselves.
struct PlanSteps {
  struct Array {
    std::string type = {};  // "f64[3,4]"
    int64_t bytes = 0;
    int step = -1;  // that makes it; -1: an input
    bool is_output = false;
    bool is_handed_on = false;     // block by block: never in memory as a whole
    const void* memory = nullptr;  // of an input: where its buffer begins
  };
  struct Step {
    std::string name = {};        // "rows over [4,8]", "insert"
    std::string operations = {};  // of a kernel
    int64_t read = 0, written = 0;
    std::vector<int> operands = {};  // in `arrays`, each once
  };
  std::vector<Array> arrays;
  std::vector<Step> steps;  // in order
};
PlanSteps StepsOf(const std::vector<Array>& arrays);
// As PlanSteps::Array::memory, of an array that is computed; null of others.
const void* MemoryOf(const Array& array);

// Seconds that kernels take at least on this machine, all together, as `explain` says; 0 where that
// is unknown. Library calls count nothing. Measures the machine where that has not been done.
double LeastSeconds(const std::vector<Array>& arrays);

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_INSPECT_H_
