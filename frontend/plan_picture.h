// A plan as a picture: boxes for steps with their operations and bytes, arrows for arrays.
#ifndef BROADLOOM_FRONTEND_PLAN_PICTURE_H_
#define BROADLOOM_FRONTEND_PLAN_PICTURE_H_

#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "frontend/inspect.h"

namespace broadloom {

// What stands in the picture: inputs, steps and outputs as boxes, in layers from top to bottom.
struct PlanPicture {
  enum class Kind { input, step, output };
  struct Box {
    Kind kind;
    std::vector<std::string> lines;
    int layer = 0;
  };
  struct Arrow {
    int from, to;         // boxes
    std::string label;    // of an array between two steps
    bool dashed = false;  // handed on block by block, never in memory as a whole
  };
  std::vector<Box> boxes;
  std::vector<Arrow> arrows;
};

// `name_of`: what the user calls the input that lies in this buffer; empty: nothing.
using NameOfMemory = absl::FunctionRef<std::string(const void* memory)>;
PlanPicture PictureOf(const PlanSteps& steps, NameOfMemory name_of);

std::string ToSvg(const PlanPicture& picture);
std::string ToDot(const PlanPicture& picture);  // for Graphviz

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_PLAN_PICTURE_H_
