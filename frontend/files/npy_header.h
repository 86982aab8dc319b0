// The header of NumPy's .npy format: magic, version, length, and a Python dict of descr,
// fortran_order and shape.
#ifndef BROADLOOM_FRONTEND_FILES_NPY_HEADER_H_
#define BROADLOOM_FRONTEND_FILES_NPY_HEADER_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "frontend/expr.h"
#include "frontend/files/input.h"
#include "ir/dtype.h"
#include "ir/shape.h"

namespace broadloom {

// What elements lie in a file, one behind the other.
struct FileElements {
  DType dtype = DType::kFloat64;
  Shape shape;
  bool fortran_order = false;  // the first axis is the closest one
  bool swapped = false;        // bytes in the order that is not the machine's

  int64_t bytes() const;  // INT64_MAX where it overflows
};

// Of the dict alone. `python2`: extents may end in L, as in formats 1.0 and 2.0.
absl::StatusOr<FileElements> ParseNpyDict(absl::string_view text, bool python2);
// "<f8" and the like: dtype and byte order.
absl::Status ParseDescr(absl::string_view descr, FileElements& elements);

// Reads as far as to the first element. Throws `invalid_argument` or `unimplemented` with the
// input's name.
FileElements ReadNpyHeader(Input& input, int64_t max_header_size);
// All bytes before the first element, as NumPy writes them.
std::string NpyHeader(const FileElements& elements);

// The elements in an array's shape, C order or Fortran's.
Dims StridesOf(const FileElements& elements);

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_FILES_NPY_HEADER_H_
