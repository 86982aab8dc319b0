// Rows, columns and reductions, as tests/bench/workloads/rows.py says it.
#include "tests/bench/workloads.h"

namespace broadloom {
namespace {

Array LayerNorm(const Array& x, const Array& gamma, const Array& beta) {
  const Array centred = x - mean(x, 1, true);
  const Array variance = mean(centred * centred, 1, true);
  return centred / sqrt(variance + 1e-5) * gamma + beta;
}

Array Softmax(const Array& x) {
  const Array e = exp(x - max(x, 1, true));
  return e / sum(e, 1, true);
}

Array LogSumExp(const Array& x) {
  const Array largest = max(x, 1, true);
  return (largest + log(sum(exp(x - largest), 1, true)))[{Slice{}, 0}];
}

Array RescaleColumns(const Array& x) {
  const Array least = min(x, 0);
  return (x - least) / (max(x, 0) - least);
}

Array MeanSquaredError(const Array& x, const Array& y) {
  const Array d = x - y;
  return mean(d * d);
}

}  // namespace

std::vector<NamedFormula> RowFormulas() {
  return {
      {"centre rows", [](const Arrays& in) -> Arrays { return {in[0] - mean(in[0], 1, true)}; }},
      {"softmax", [](const Arrays& in) -> Arrays { return {Softmax(in[0])}; }},
      {"layer norm", [](const Arrays& in) -> Arrays { return {LayerNorm(in[0], in[1], in[2])}; }},
      {"standardise rows",
       [](const Arrays& in) -> Arrays {
         return {(in[0] - mean(in[0], 1, true)) / std(in[0], 1, true)};
       }},
      {"log sum exp", [](const Arrays& in) -> Arrays { return {LogSumExp(in[0])}; }},
      {"unit rows",
       [](const Arrays& in) -> Arrays { return {in[0] / sqrt(sum(in[0] * in[0], 1, true))}; }},

      {"standardise columns",
       [](const Arrays& in) -> Arrays { return {(in[0] - mean(in[0], 0)) / std(in[0], 0)}; }},
      {"rescale columns", [](const Arrays& in) -> Arrays { return {RescaleColumns(in[0])}; }},

      {"total", [](const Arrays& in) -> Arrays { return {sum(in[0])}; }},
      {"sum of rows", [](const Arrays& in) -> Arrays { return {sum(in[0], 0)}; }},
      {"sum of columns", [](const Arrays& in) -> Arrays { return {sum(in[0], 1)}; }},
      {"mean over middle", [](const Arrays& in) -> Arrays { return {mean(in[0], 1)}; }},
      {"sum over outer and inner", [](const Arrays& in) -> Arrays { return {sum(in[0], {0, 2})}; }},
      {"summary",
       [](const Arrays& in) -> Arrays {
         return {sum(in[0]), min(in[0]), max(in[0]), sum(in[0] * in[0])};
       }},
      {"argmin of rows", [](const Arrays& in) -> Arrays { return {argmin(in[0], 1)}; }},
      {"dot", [](const Arrays& in) -> Arrays { return {sum(in[0] * in[1])}; }},
      {"mean squared error",
       [](const Arrays& in) -> Arrays { return {MeanSquaredError(in[0], in[1])}; }},
      {"variance", [](const Arrays& in) -> Arrays { return {var(in[0])}; }},
  };
}

}  // namespace broadloom
