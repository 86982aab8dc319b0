// Where the elements stand: brackets, separators and lines.
#ifndef BROADLOOM_FRONTEND_FORMAT_LAYOUT_H_
#define BROADLOOM_FRONTEND_FORMAT_LAYOUT_H_

#include <optional>
#include <string>
#include <vector>

#include "frontend/array.h"

namespace broadloom::format {

struct Frame {
  Sizes shape;                       // of the whole array, which has elements
  std::optional<int64_t> edgeitems;  // none: everything is shown
  int64_t linewidth;
  std::string separator;
  int64_t indent;  // of all lines but the first, whose text begins further left
};

// `texts` of the shown elements in C order, which have the shape `shown`.
std::string LaidOut(const Frame& frame, const Sizes& shown, const std::vector<std::string>& texts);

}  // namespace broadloom::format

#endif  // BROADLOOM_FRONTEND_FORMAT_LAYOUT_H_
