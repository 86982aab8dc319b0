// What the files of einsum share: subscripts as labels, and the order of contractions.
#ifndef BROADLOOM_FRONTEND_EINSUM_TERMS_H_
#define BROADLOOM_FRONTEND_EINSUM_TERMS_H_

#include <map>
#include <string>
#include <vector>

#include "frontend/einsum.h"

namespace broadloom {

// A letter by its character; the axes that an ellipsis stands for from the last one on are
// kEllipsisLabel, kEllipsisLabel + 1, ...
using Label = int;
using Labels = std::vector<Label>;
constexpr Label kEllipsisLabel = 256;

struct Subscripts {
  std::vector<Labels> inputs;  // one label for each axis of each operand
  Labels output;
};

// Throws invalid_argument.
Subscripts ParseSubscripts(const std::string& subscripts, const std::vector<Sizes>& shapes);

// The extent of every label. Throws invalid_argument where extents differ that are not 1, or within
// one operand at all.
using Extents = std::map<Label, int64_t>;
Extents ExtentsOf(const Subscripts& subscripts, const std::vector<Sizes>& shapes);

std::string TextOf(const Labels& labels);  // "ij"; the axes of an ellipsis are {0}, {1}, ...

// The steps of an order; every operand is used up and one result is left. Throws for a given path
// that does not fit.
ContractionPath StepsOf(const Subscripts& subscripts, const Extents& extents,
                        const EinsumOptions& options);

Labels Union(const std::vector<Labels>& terms);  // each once
bool Contains(const Labels& labels, Label label);

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_EINSUM_TERMS_H_
