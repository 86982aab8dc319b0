// .npz: zip archives of .npy files.
#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "frontend/convert.h"
#include "frontend/files.h"
#include "frontend/files/elements.h"
#include "frontend/files/zip_reader.h"
#include "frontend/files/zip_writer.h"

namespace broadloom {
namespace {

constexpr size_t kLongestName = 65535;  // of a member, in the format

class FileAccess : public RandomAccess {
 public:
  explicit FileAccess(const std::string& path) : input_(path) {}
  int64_t size() const override { return input_.size(); }
  int64_t ReadAt(int64_t position, char* to, int64_t bytes) override {
    input_.Seek(position);
    return input_.ReadUpTo(to, bytes);
  }

 private:
  FileInput input_;
};

std::string NameOf(const ZipReader::Member& member) {
  return std::string(absl::StripSuffix(member.name, ".npy"));
}

void CheckNames(const std::string& path, const NamedArrays& arrays) {
  std::vector<std::string> names;
  for (const auto& [name, array] : arrays) names.push_back(name);
  std::sort(names.begin(), names.end());
  const auto twice = std::adjacent_find(names.begin(), names.end());
  if (twice != names.end())
    throw Error(ErrorCode::invalid_argument,
                absl::StrCat("savez: ", path, ": two arrays have the name '", *twice, "'"));
  for (const std::string& name : names)
    if (name.size() > kLongestName - 4 || name.find('\0') != std::string::npos)
      throw Error(ErrorCode::invalid_argument,
                  absl::StrCat("savez: ", path, ": no name of a member: ", name.size(),
                               " bytes, or a null character among them"));
}

void WriteArchive(const std::string& path, const NamedArrays& arrays, bool compressed) {
  CheckNames(path, arrays);
  FileOutput output(absl::EndsWith(path, ".npz") ? path : path + ".npz");
  ZipWriter archive(output, compressed);
  for (const auto& [name, x] : arrays) {
    const FileElements elements = ElementsOf(x);
    const std::string header = NpyHeader(elements);
    const auto before = static_cast<int64_t>(header.size());
    archive.BeginMember(name + ".npy", before + x.nbytes());
    archive.Write(header.data(), before);
    WriteElements(archive, x, elements.fortran_order);
    archive.EndMember();
  }
  archive.Finish();
  output.Commit();
}

}  // namespace

struct Npz::Archive {
  Archive(const std::string& path, Context& c)
      : path(path), context(c), reader(path, std::make_unique<FileAccess>(path)) {
    for (const ZipReader::Member& member : reader.members()) names.push_back(NameOf(member));
  }

  const std::string path;
  Context& context;
  ZipReader reader;
  std::vector<std::string> names;
};

bool is_npz(const std::string& path) {
  char begin[4] = {};
  FileInput input(path);
  if (!input.Remaining().has_value()) return false;  // a pipe is not read twice
  const absl::string_view magic(begin, input.ReadUpTo(begin, sizeof(begin)));
  return magic == "PK\3\4" || magic == "PK\5\6";  // the second one has no members
}

Npz::Npz(const std::string& path, Context* context)
    : archive_(std::make_shared<Archive>(path, OrDefault(context))) {}

const std::vector<std::string>& Npz::names() const { return archive_->names; }

bool Npz::contains(const std::string& name) const {
  return std::find(names().begin(), names().end(), name) != names().end();
}

// Of two members with one name the last one, as Python's zipfile has it.
Array Npz::load(const std::string& name, int64_t max_header_size) const {
  const auto found = std::find(names().rbegin(), names().rend(), name);
  if (found == names().rend())
    throw Error(ErrorCode::out_of_range,
                absl::StrCat(archive_->path, ": there is no member '", name, "'"));
  const ZipReader::Member& member = archive_->reader.members()[names().rend() - found - 1];
  return archive_->reader.Load(member, max_header_size, archive_->context);
}

void savez(const std::string& path, const NamedArrays& arrays) {
  WriteArchive(path, arrays, false);
}
void savez_compressed(const std::string& path, const NamedArrays& arrays) {
  WriteArchive(path, arrays, true);
}

}  // namespace broadloom
