// Lanes of vectors taken apart, put together and looked up. Internal to codegen.
#ifndef BROADLOOM_CODEGEN_LANES_H_
#define BROADLOOM_CODEGEN_LANES_H_

#include <span>
#include <vector>

#include "codegen/scalar_ops.h"

namespace broadloom {

// The lanes from `first` on, and vectors of one length put together again. A scalar is a vector of
// one lane.
llvm::Value* EmitLanes(llvm::IRBuilder<>& b, llvm::Value* vector, int first, int lanes);
llvm::Value* EmitJoined(llvm::IRBuilder<>& b, std::vector<llvm::Value*> parts);

// Vectors cut into those of `native` lanes.
std::vector<llvm::Value*> EmitCut(llvm::IRBuilder<>& b, std::span<llvm::Value* const> vectors,
                                  int native);
// One vector out of several of its length: its lanes are those that `chosen` names, counted over
// all of them.
llvm::Value* EmitPicked(llvm::IRBuilder<>& b, std::span<llvm::Value* const> parts,
                        std::span<const int> chosen);

// A square of as many vectors as they have lanes, a power of two: log2 rounds of exchanges between
// vectors that are d apart, d = lanes / 2, ..., 1.
void EmitTransposed(llvm::IRBuilder<>& b, std::span<llvm::Value*> rows);

// Whether the processor permutes elements of so many bits, 8 or 16, out of two registers into one
// at the price of one operation: AVX-512 VBMI, AVX-512 BW.
bool PermutesPairs(const ScalarEmitter& scalars, unsigned bits);

// Integers cut to the low bits that `element` has.
llvm::Value* EmitTruncated(const ScalarEmitter& scalars, llvm::Value* x, llvm::Type* element);

// For each lane the float32 at the last four bits of its index.
llvm::Value* EmitLookup(const ScalarEmitter& scalars, llvm::Value* indices,
                        std::span<const double, 16> table);

}  // namespace broadloom

#endif  // BROADLOOM_CODEGEN_LANES_H_
