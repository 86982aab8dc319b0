// Matrix products, as tests/bench/workloads/products.py says it.
#include "frontend/einsum.h"
#include "tests/bench/workloads.h"

namespace broadloom {

std::vector<NamedFormula> ProductFormulas() {
  return {
      {"dense relu",
       [](const Arrays& in) -> Arrays { return {maximum(matmul(in[0], in[1]) + in[2], 0)}; }},
      {"scaled residual",
       [](const Arrays& in) -> Arrays {
         const Array &h = in[0], &w = in[1], &scale = in[2], &x = in[3];
         return {x + matmul(h, w) * scale[{Slice{}, NewAxis{}}]};
       }},
      {"batched", [](const Arrays& in) -> Arrays { return {matmul(in[0], in[1]) + in[2]}; }},
      {"skinny", [](const Arrays& in) -> Arrays { return {matmul(in[0], in[1]) + in[2]}; }},
      {"gram", [](const Arrays& in) -> Arrays { return {matmul(in[0], in[0].transpose())}; }},
      {"chain of products",
       [](const Arrays& in) -> Arrays { return {einsum("ij,jk,kl->il", in)}; }},
  };
}

}  // namespace broadloom
