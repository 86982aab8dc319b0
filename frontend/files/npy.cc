// load and save of .npy, and plain bytes.
#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "frontend/convert.h"
#include "frontend/files.h"
#include "frontend/files/elements.h"
#include "frontend/files/mapping.h"

namespace broadloom {
namespace {

// The error where the file is of another kind, said in a way that helps.
FileElements HeaderOf(FileInput& input, const LoadOptions& options) {
  if (is_npz(input.name()))
    throw Error(ErrorCode::invalid_argument,
                absl::StrCat(input.name(), ": an .npz archive of several arrays, not one"));
  return ReadNpyHeader(input, options.max_header_size);
}

Array MapElements(const FileInput& input, const FileElements& elements, MapMode mode,
                  Context& context) {
  if (mode == MapMode::create)
    throw Error(ErrorCode::invalid_argument, "load: 'w+' makes a new file, which memmap does");
  if (elements.swapped)
    throw Error(ErrorCode::unimplemented,
                absl::StrCat(input.name(),
                             ": bytes in the order that is not the machine's can be "
                             "read, not mapped"));
  return MapFile(input.name(), elements, input.position(), mode, context);
}

}  // namespace

Array load(const std::string& path, const LoadOptions& options, Context* context) {
  Context& c = OrDefault(context);
  FileInput input(path);
  const FileElements elements = HeaderOf(input, options);
  CheckRemaining(input, elements);
  if (options.map.has_value()) return MapElements(input, elements, *options.map, c);
  return ReadElements(input, elements, c);
}

void save(const std::string& path, const Array& x) {
  const FileElements elements = ElementsOf(x);
  FileOutput output(absl::EndsWith(path, ".npy") ? path : path + ".npy");
  const std::string header = NpyHeader(elements);
  output.Write(header.data(), static_cast<int64_t>(header.size()));
  WriteElements(output, x, elements.fortran_order);
  output.Commit();
}

Array fromfile(const std::string& path, DataType dtype, int64_t count, int64_t offset,
               Context* context) {
  Context& c = OrDefault(context);
  FileInput input(path);
  if (offset < 0 || count < -1)
    throw Error(ErrorCode::invalid_argument,
                absl::StrCat("fromfile: count ", count, " and offset ", offset,
                             " must not be negative, but for a count of -1"));
  if (input.size() < offset)
    throw Error(ErrorCode::invalid_argument,
                absl::StrCat(path, ": the file ends before byte ", offset));
  input.Seek(offset);
  const int64_t there = (input.size() - offset) / itemsize(dtype);
  return ReadElements(input, {ToDType(dtype), {count < 0 ? there : std::min(count, there)}}, c);
}

void tofile(const std::string& path, const Array& x) {
  FileOutput output(path);
  WriteElements(output, x, false);
  output.Commit();
}

}  // namespace broadloom
