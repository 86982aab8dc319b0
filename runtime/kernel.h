// The contract between generated code and the runtime: plain data, no C++ library types inside
// `Args`.
//
// A kernel is a list of phases. Each phase is a function over a one-dimensional range of
// independent items; the runtime cuts [0, items) into chunks and hands them to threads. A later
// phase starts after the earlier one has ended.
#ifndef BROADLOOM_RUNTIME_KERNEL_H_
#define BROADLOOM_RUNTIME_KERNEL_H_

#include <cstdint>
#include <string>
#include <vector>

namespace broadloom {

// Everything a kernel learns at run time. Owned by the caller of `Launch`, read-only for the kernel
// but for `fault`.
struct Args {
  char* const* pointers;  // one per operand, then one per output: address of element (0, ..., 0)
  const int64_t*
      strides;  // bytes; [pointer][axis], `rank` numbers per pointer, any sign, 0 where broadcast
  const int64_t* extents;    // elements; one per axis of the kernel's domain
  const uint64_t* scalars;   // one 8-byte slot per scalar operand, the value in its low bytes
  const int64_t* tuning;     // see `Tuning`
  char* partials;            // partial results of reductions that take two phases; null otherwise
  const int32_t* cancelled;  // non-zero: return as soon as convenient with a non-zero result
  // Of operands that are picked from, in order, for each axis that is picked: its stride in bytes,
  // its extent. `strides` has what they have of the domain's axes.
  const int64_t* tables = nullptr;
  int32_t* fault =
      nullptr;  // set to 1 where an index is out of bounds; the results are then worthless
};

// Slots of `Args::tuning`. They decide who computes what, never the bits of a result.
enum Tuning : int {
  kTuneBlock = 0,   // elements of the vector axis per item
  kTuneStream = 1,  // 1: write outputs with non-temporal stores. All their rows then start at a
                    // cache line, or the rows of one as far from it as those of the others
  kTuneSuper =
      2,  // additions per item of the first phase of a two-phase reduction: 8 times a power of two
  kTuneKeep = 3,  // bytes of scratch for each output's kept row; 0: the output's own row is written
  kTuneRows = 4,  // rows of a tile of operands that are turned; 0: rows are too long for that
  kTuneCount = 5,
};

// Levels of the tree that the first phase of a column reduction keeps for each column, in scratch
// memory.
enum Limits : int {
  kTreeLevels = 24,
  kTurnGap = 16,        // elements between turned rows, which would often lie in one set of a cache
  kTurnPadding = 1024,  // bytes behind a turned operand's tile that may be read: a vector's
};

// Computes items [begin, end). `scratch` is 64-byte aligned and private to the thread during the
// call. Returns 0, or non-zero after `cancelled` was seen. Never throws.
using PhaseFn = int32_t (*)(const Args* args, int64_t begin, int64_t end, void* scratch);

// Position-independent machine code as the compiler leaves it: loadable at any page-aligned
// address.
struct Image {
  struct Import {  // an 8-byte slot in `bytes` that must hold the address of `symbol`
    std::string symbol;
    uint64_t offset;
  };
  struct Phase {  // an entry point
    std::string name;
    uint64_t offset;
    uint64_t size;  // bytes of code, for perf
  };
  std::string bytes;
  std::vector<Import> imports;
  std::vector<Phase> phases;
  std::string debug_object;  // a relocatable ELF file for gdb; empty unless the target asked for it
};

}  // namespace broadloom

#endif  // BROADLOOM_RUNTIME_KERNEL_H_
