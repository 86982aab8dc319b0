// Einstein summation: a product of arrays whose axes have labels, summed over the labels that the
// result lacks.
#ifndef BROADLOOM_EINSUM_H_
#define BROADLOOM_EINSUM_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api.h"
#include "array.h"

namespace BROADLOOM_API broadloom {

// Which operands are contracted together, step by step. As in NumPy the operands of a step leave
// the list, and the result of the step is appended to it.
using ContractionPath = std::vector<std::vector<int64_t>>;

struct EinsumOptions {
  enum class Order : uint8_t {
    automatic,  // the cheapest up to five operands, greedy beyond
    greedy,
    optimal,  // the cheapest up to seven operands, greedy beyond
    at_once,  // of einsum_path: one step; einsum itself chooses freely then
    given,    // `path`
  };
  Order order = Order::automatic;
  ContractionPath path = {};
  std::optional<DataType> dtype = {};  // to compute in; none: the operands' common one
  Casting casting = Casting::safe;     // of the operands to that dtype
};

// NumPy's grammar: "ij,jk->ik", or without "->" with the labels that occur once, in alphabetical
// order, after the axes of an ellipsis. "..." stands for the axes that have no label; they
// broadcast, as do extents of 1. A label that is repeated within an operand takes its diagonal.
//
// Lazy. A step of two floating or complex arrays that both keep axes of their own is one matmul,
// any other one a product and a sum that fuse. Half precision is computed in float32. The result
// has the operands' common dtype; sums of bools are `any`.
// Throws invalid_argument (subscripts, extents), type_error (casting), internal or out_of_range (a
// given path that does not fit).
Array einsum(const std::string& subscripts, const std::vector<Array>& operands,
             const EinsumOptions& options = {});

// The steps that `options` means, and a table about them.
struct EinsumPath {
  ContractionPath path;
  std::string text;
};
EinsumPath einsum_path(const std::string& subscripts, const std::vector<Array>& operands,
                       const EinsumOptions& options = {});

}  // namespace broadloom

#endif  // BROADLOOM_EINSUM_H_
