// From a scheduled body and numbers for its extents: how much there is to launch. Plain arithmetic,
// on every launch.
#ifndef BROADLOOM_PASSES_GEOMETRY_H_
#define BROADLOOM_PASSES_GEOMETRY_H_

#include <array>
#include <cstdint>

#include "absl/types/span.h"
#include "ir/graph.h"

namespace broadloom {

struct Geometry {
  int phases = 1;
  std::array<int64_t, 2> items = {0, 0};  // of each phase
  std::array<int64_t, 2> grain = {1, 1};  // fewest items worth a chunk
  int64_t block = 0;                      // Args::tuning[kTuneBlock]
  int64_t super = 0;                      // Args::tuning[kTuneSuper]
  int64_t keep = 0;                       // Args::tuning[kTuneKeep]
  int64_t rows = 0;                       // Args::tuning[kTuneRows]
  bool writes_twice = false;              // outputs are read back: nothing for non-temporal stores
  int64_t partial_bytes = 0;              // of Args::partials
  int64_t scratch_bytes = 0;              // per thread
};

// Sizes of a launch's items that somebody else chooses; 0: as suits the machine. No bit of a result
// depends on them.
struct ItemSizes {
  int64_t block = 0;  // any
  int64_t super = 0;  // 8 times a power of two
};

// What of a body the arithmetic needs; made once per plan.
class GeometryFacts {
 public:
  explicit GeometryFacts(const Graph& body);
  Geometry For(absl::Span<const int64_t> extents, ItemSizes sizes = {}) const;  // of the domain

 private:
  int64_t WorkOfRow(absl::Span<const int64_t> extents) const;
  int64_t GrainOfMap(int64_t blocks, int64_t elements) const;
  void AddTurned(absl::Span<const int64_t> extents, Geometry& geometry) const;
  Geometry Columns(absl::Span<const int64_t> extents, ItemSizes sizes) const;
  Geometry PartialLanes(absl::Span<const int64_t> extents, ItemSizes sizes) const;
  Geometry PartialColumns(absl::Span<const int64_t> extents, ItemSizes sizes) const;

  bool is_rows = false, is_columns = false, is_partial = false, lanes = false;
  bool vector_in_result = false, picks_across = false;
  int vector_axis = 0, width = 1;
  Axes inner;                         // reduced axes of a rows or partial kernel
  std::vector<int> outer;             // parallel axes
  std::vector<int> looped;            // axes of reductions inside a map
  int64_t work = 1;                   // rough instructions per element
  int64_t element_bytes = 0;          // of what is read and written along the vector axis
  int64_t partial_element_bytes = 0;  // running values of all reductions, per accumulator
  int64_t pack_bytes = 0;
  std::vector<int64_t> turned_itemsizes;  // of operands that are turned
  int64_t kept_itemsize = 0;              // of the widest kept value; 0: none
  bool rows_are_dense = false;            // the inner axes are the last ones
  int64_t outputs = 0;
};

}  // namespace broadloom

#endif  // BROADLOOM_PASSES_GEOMETRY_H_
