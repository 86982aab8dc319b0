// Stencils, transposes, gathers and cumulative sums, as tests/bench/workloads/shapes.py says it.
#include "frontend/sorting.h"
#include "tests/bench/workloads.h"

namespace broadloom {
namespace {

const Slice kInner{1, -1}, kBefore{{}, -2}, kAfter{2, {}};

Arrays Heat3Steps(const Arrays& in) {
  Array u = in[0];
  for (int step = 0; step < 3; ++step)
    u = u[{kInner}] + 0.25 * (u[{kAfter}] - 2 * u[{kInner}] + u[{kBefore}]);
  return {u};
}

Array FivePoints(const Array& u) {
  return 0.2 * (u[{kInner, kInner}] + u[{kBefore, kInner}] + u[{kAfter, kInner}] +
                u[{kInner, kBefore}] + u[{kInner, kAfter}]);
}

Arrays Laplace3D(const Arrays& in) {
  const Array& u = in[0];
  const Array inner = u[{kInner, kInner, kInner}];
  return {u[{kBefore, kInner, kInner}] + u[{kAfter, kInner, kInner}] +
          u[{kInner, kBefore, kInner}] + u[{kInner, kAfter, kInner}] +
          u[{kInner, kInner, kBefore}] + u[{kInner, kInner, kAfter}] - 6 * inner};
}

Arrays Sobel(const Arrays& in) {
  const Array& u = in[0];
  const Slice all;
  const Array down = u[{kBefore, all}] + 2 * u[{kInner, all}] + u[{kAfter, all}];
  const Array across = u[{kAfter, all}] - u[{kBefore, all}];
  const Array gx = down[{all, kAfter}] - down[{all, kBefore}];
  const Array gy = across[{all, kBefore}] + 2 * across[{all, kInner}] + across[{all, kAfter}];
  return {sqrt(gx * gx + gy * gy)};
}

// In C order, as a vector always is.
Array Contiguous(const Array& x) { return reshape(reshape(x, {x.size()}), x.shape()); }

Arrays RunningMean(const Arrays& in) {
  const Array& x = in[0];
  const Array count = arange(1, x.shape()[1] + 1, 1, x.dtype());
  return {cumulative_sum(x, 1) / count};
}

}  // namespace

std::vector<NamedFormula> ShapeFormulas() {
  return {
      {"heat 1d 3 steps", Heat3Steps},
      {"jacobi 2d", [](const Arrays& in) -> Arrays { return {FivePoints(in[0])}; }},
      {"jacobi 2d 2 steps",
       [](const Arrays& in) -> Arrays { return {FivePoints(FivePoints(in[0]))}; }},
      {"laplace 3d", Laplace3D},
      {"sobel", Sobel},
      {"add transposed", [](const Arrays& in) -> Arrays { return {in[0] + in[1].transpose()}; }},
      {"transposed output",
       [](const Arrays& in) -> Arrays { return {Contiguous((in[0] * 2 + 1).transpose())}; }},
      {"permuted output",
       [](const Arrays& in) -> Arrays { return {Contiguous(permute_dims(in[0] * 2, {2, 0, 1}))}; }},
      {"rows times columns",
       [](const Arrays& in) -> Arrays { return {sum(in[0] * in[1].transpose(), 1)}; }},
      {"gather multiply add",
       [](const Arrays& in) -> Arrays { return {take(in[0], in[3], 0) * in[1] + in[2]}; }},
      {"embedding bag", [](const Arrays& in) -> Arrays { return {sum(in[0][{in[1]}], 1)}; }},
      {"look up",
       [](const Arrays& in) -> Arrays { return {take(in[1], in[0].astype(DataType::int64), 0)}; }},
      {"masked sum", [](const Arrays& in) -> Arrays { return {sum(where(in[1], in[0], 0.0))}; }},
      {"running product sum",
       [](const Arrays& in) -> Arrays { return {cumulative_sum(in[0] * in[1], 0) * 0.5}; }},
      {"running mean", RunningMean},
  };
}

}  // namespace broadloom
