// Each with every other one, as tests/bench/workloads/pairs.py says it.
#include "tests/bench/workloads.h"

namespace broadloom {
namespace {

Array Down(const Array& x) { return x[{Slice{}, NewAxis{}}]; }
Array Across(const Array& x) { return x[{NewAxis{}, Slice{}}]; }

struct Vector {
  Array x, y, z;
};
// From each of the points in[0..2] to each of in[3..5].
Vector Differences(const Arrays& in) {
  return {Across(in[3]) - Down(in[0]), Across(in[4]) - Down(in[1]), Across(in[5]) - Down(in[2])};
}
Array Square(const Vector& d) { return d.x * d.x + d.y * d.y + d.z * d.z; }

// Each row of a and each row of b, along the last axis.
Array Rows(const Array& a) { return a[{Slice{}, NewAxis{}, Slice{}}]; }
Array RowsAcross(const Array& b) { return b[{NewAxis{}, Slice{}, Slice{}}]; }

Arrays MaxPlus(const Arrays& in) { return {max(Down(in[0]) + Across(in[1]), 1)}; }

Arrays LogSumExpOfProducts(const Arrays& in) {
  const Array products = Down(in[0]) * Across(in[1]);
  const Array largest = max(products, 1, true);
  const Array result = largest + log(sum(exp(products - largest), 1, true));
  return {result[{Slice{}, 0}]};
}

Arrays GaussianKernelSum(const Arrays& in) {
  return {sum(exp(-Square(Differences(in))) * Across(in[6]), 1)};
}

Arrays NBodyForces(const Arrays& in) {
  const Vector d = Differences(in);
  const Array square = Square(d) + 1e-4;
  const Array pull = Across(in[6]) / (square * sqrt(square));
  return {sum(pull * d.x, 1), sum(pull * d.y, 1), sum(pull * d.z, 1)};
}

Arrays BiotSavart(const Arrays& in) {
  const Vector d = Differences(in);
  const Array square = Square(d) + 1e-4;
  const Array scale = 1 / (square * sqrt(square));
  const Array a = Across(in[6]), b = Across(in[7]), c = Across(in[8]);
  return {sum((b * d.z - c * d.y) * scale, 1), sum((c * d.x - a * d.z) * scale, 1),
          sum((a * d.y - b * d.x) * scale, 1)};
}

Arrays NearestPoint(const Arrays& in) { return {argmin(Square(Differences(in)), 1)}; }

Arrays SquaredDistances(const Arrays& in) {
  const Array d = Rows(in[0]) - RowsAcross(in[1]);
  return {sum(d * d, 2)};
}

Arrays ManhattanDistances(const Arrays& in) {
  return {sum(abs(Rows(in[0]) - RowsAcross(in[1])), 2)};
}

Arrays ChebyshevDistances(const Arrays& in) {
  return {max(abs(Rows(in[0]) - RowsAcross(in[1])), 2)};
}

Arrays CosineDistances(const Arrays& in) {
  const Array &a = in[0], &b = in[1];
  const Array products = sum(Rows(a) * RowsAcross(b), 2);
  return {1 - products / sqrt(Down(sum(a * a, 1)) * Across(sum(b * b, 1)))};
}

Arrays NearestRow(const Arrays& in) {
  const Array d = Rows(in[0]) - RowsAcross(in[1]);
  return {argmin(sum(d * d, 2), 1)};
}

}  // namespace

std::vector<NamedFormula> PairFormulas() {
  return {
      {"max plus", MaxPlus},
      {"log sum exp of products", LogSumExpOfProducts},
      {"gaussian kernel sum", GaussianKernelSum},
      {"n body forces", NBodyForces},
      {"biot savart", BiotSavart},
      {"nearest point", NearestPoint},
      {"squared distances", SquaredDistances},
      {"manhattan distances", ManhattanDistances},
      {"chebyshev distances", ChebyshevDistances},
      {"cosine distances", CosineDistances},
      {"nearest row", NearestRow},
  };
}

}  // namespace broadloom
