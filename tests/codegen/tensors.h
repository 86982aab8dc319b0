// Operands of the kernel tests, and how results are compared.
#ifndef BROADLOOM_TESTS_CODEGEN_TENSORS_H_
#define BROADLOOM_TESTS_CODEGEN_TENSORS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "ir/evaluate.h"

namespace broadloom {

// Random elements: small numbers, and now and then a special one.
Tensor RandomTensor(DType dtype, std::vector<int64_t> shape, uint64_t seed);

// Floats around 1 and -1 with all their bits: sums and products of thousands are finite, and tell
// in which order they were taken.
Tensor OrdinaryTensor(DType dtype, std::vector<int64_t> shape, uint64_t seed);

// Empty where equal; else where and how they differ.
std::string Difference(const Tensor& actual, const Tensor& expected, bool either_zero);

}  // namespace broadloom

#endif  // BROADLOOM_TESTS_CODEGEN_TENSORS_H_
