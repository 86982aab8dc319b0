#include "frontend/files/mapping.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "absl/strings/str_cat.h"
#include "frontend/bytes.h"
#include "frontend/convert.h"
#include "frontend/files/input.h"

namespace broadloom {
namespace {

int OpenFlags(MapMode mode) {
  switch (mode) {
    case MapMode::read:
    case MapMode::copy: return O_RDONLY;
    case MapMode::update: return O_RDWR;
    case MapMode::create: return O_RDWR | O_CREAT | O_TRUNC;
  }
  return O_RDONLY;
}

// Kernels read whole elements.
void CheckAlignment(const std::string& path, DType dtype, int64_t offset) {
  const int64_t alignment = dtype.is_complex() ? dtype.size() / 2 : dtype.size();
  if (offset % alignment == 0) return;
  throw Error(
      ErrorCode::unimplemented,
      absl::StrCat(path, ": elements from byte ", offset, " on cannot be mapped as ", dtype.name(),
                   ", which lies at multiples of ", alignment, " bytes: fromfile reads them"));
}

int64_t SizeOf(const std::string& path, const Descriptor& file) {
  struct stat facts;
  if (fstat(file.number(), &facts) != 0) throw FileError(path, errno);
  return facts.st_size;
}

// Whole pages.
struct Mapping {
  char* begin;
  int64_t bytes;
  char* first;  // the wanted byte
};

Mapping Map(const std::string& path, const Descriptor& file, int64_t offset, int64_t bytes,
            MapMode mode) {
  const int64_t before = offset % sysconf(_SC_PAGESIZE);
  const int protection = mode == MapMode::read ? PROT_READ : PROT_READ | PROT_WRITE;
  const int flags = mode == MapMode::copy ? MAP_PRIVATE | MAP_NORESERVE : MAP_SHARED;
  void* const begin =
      mmap(nullptr, before + bytes, protection, flags, file.number(), offset - before);
  if (begin == MAP_FAILED) throw FileError(path, errno);
  return {static_cast<char*>(begin), before + bytes, static_cast<char*>(begin) + before};
}

Array MapDescriptor(const std::string& path, const Descriptor& file, const FileElements& elements,
                    int64_t offset, MapMode mode, Context& context) {
  Sizes shape;
  for (const Extent extent : elements.shape) shape.push_back(extent.value());
  const Dims strides = StridesOf(elements);
  if (elements.bytes() == 0) return zeros(shape, ToDataType(elements.dtype), &context).eval();
  const Mapping mapping = Map(path, file, offset, elements.bytes(), mode);
  Array x = lend(
      mapping.first, ToDataType(elements.dtype), shape, Sizes(strides.begin(), strides.end()),
      [mapping] { munmap(mapping.begin, mapping.bytes); }, &context);
  x.set_read_only(mode == MapMode::read);
  return x;
}

// Without a shape: as many elements as there are.
Shape ShapeOfRest(const std::string& path, int64_t size, int64_t offset, DType dtype) {
  if (size >= offset && (size - offset) % dtype.size() == 0)
    return {(size - offset) / dtype.size()};
  throw Error(ErrorCode::invalid_argument,
              absl::StrCat(path, ": the ", size, " bytes from byte ", offset,
                           " on are no whole number of elements of ", dtype.name()));
}

void CheckLength(const std::string& path, const Descriptor& file, int64_t bytes) {
  const int64_t size = SizeOf(path, file);
  if (size < bytes)
    throw Error(ErrorCode::invalid_argument,
                absl::StrCat(path, ": the file has ", size, " bytes, the array ends at ", bytes));
}

void MakeLongEnough(const std::string& path, const Descriptor& file, int64_t bytes, MapMode mode) {
  const bool extends = mode == MapMode::create || mode == MapMode::update;
  const int64_t size = SizeOf(path, file);
  if (!extends) return CheckLength(path, file, bytes);
  if (size >= bytes) return;
  // Blocks are taken now: a store into a hole of a full disk would end the process.
  const int error = posix_fallocate(file.number(), size, bytes - size);
  if (error != 0) throw FileError(path, error);
}

}  // namespace

Array MapFile(const std::string& path, const FileElements& elements, int64_t offset, MapMode mode,
              Context& context) {
  CheckAlignment(path, elements.dtype, offset);
  const Descriptor file(path, OpenFlags(mode));
  CheckLength(path, file, AddBytes(offset, elements.bytes()));
  return MapDescriptor(path, file, elements, offset, mode, context);
}

Array memmap(const std::string& path, DataType dtype, MapMode mode, int64_t offset,
             const std::optional<Sizes>& shape, bool fortran, Context* context) {
  FileElements elements{ToDType(dtype), {}, fortran};
  if (offset < 0) throw Error(ErrorCode::invalid_argument, absl::StrCat("memmap: offset ", offset));
  if (mode == MapMode::create && !shape.has_value())
    throw Error(ErrorCode::invalid_argument, "memmap: mode 'w+' needs a shape");
  CheckAlignment(path, elements.dtype, offset);
  if (shape.has_value()) elements.shape = CheckedShape(*shape);
  const Descriptor file(path, OpenFlags(mode));
  if (!shape.has_value())
    elements.shape = ShapeOfRest(path, SizeOf(path, file), offset, elements.dtype);
  MakeLongEnough(path, file, AddBytes(offset, elements.bytes()), mode);
  return MapDescriptor(path, file, elements, offset, mode, OrDefault(context));
}

}  // namespace broadloom
