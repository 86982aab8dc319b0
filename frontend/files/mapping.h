// Files as memory.
#ifndef BROADLOOM_FRONTEND_FILES_MAPPING_H_
#define BROADLOOM_FRONTEND_FILES_MAPPING_H_

#include <string>

#include "frontend/array.h"
#include "frontend/files.h"
#include "frontend/files/npy_header.h"

namespace broadloom {

// An array in a mapping of the file, which is at least as long, from `offset` on. The descriptor is
// closed at once, the mapping released with whatever uses it last.
Array MapFile(const std::string& path, const FileElements& elements, int64_t offset, MapMode mode,
              Context& context);

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_FILES_MAPPING_H_
