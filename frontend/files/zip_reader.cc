// Zip archives by minizip. What an archive says of a member's size is checked against the bytes
// that it has there before memory is taken.
#include "frontend/files/zip_reader.h"

#include <minizip/unzip.h>

#include <algorithm>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "frontend/error.h"
#include "frontend/files/elements.h"
#include "frontend/files/zip_stream.h"

namespace broadloom {
namespace {

constexpr int kDeflated = 8;
constexpr uint64_t kMostTimes = 1040;  // what deflate can make of a byte

// The end of a directory that nothing comes before, which minizip does not find.
bool IsEmptyArchive(RandomAccess& file) {
  char begin[4] = {};
  return file.ReadAt(0, begin, sizeof(begin)) == sizeof(begin) &&
         absl::string_view(begin, sizeof(begin)) == "PK\5\6";
}

}  // namespace

struct ZipReader::Stream : ZipStream {
  std::unique_ptr<RandomAccess> file;

  static Stream& Of(void* stream) { return *static_cast<Stream*>(stream); }
  zlib_filefunc64_def Functions();
  void Rethrow() {
    if (failure != nullptr) std::rethrow_exception(std::exchange(failure, nullptr));
  }
  uLong Read(void* to, uLong bytes) {
    try {
      const int64_t count = file->ReadAt(position, static_cast<char*>(to), bytes);
      position += count;
      return count;
    } catch (...) {
      failure = std::current_exception();
      return 0;
    }
  }
  int64_t Size() const { return file->size(); }
};

zlib_filefunc64_def ZipReader::Stream::Functions() {
  zlib_filefunc64_def functions = FunctionsOf(*this);
  functions.zread_file = [](voidpf, voidpf stream, void* to, uLong bytes) {
    return Of(stream).Read(to, bytes);
  };
  return functions;
}

// Of the archive's current member.
class ZipReader::MemberInput : public Input {
 public:
  MemberInput(std::string name, ZipReader& reader, int64_t bytes)
      : Input(std::move(name)), reader_(reader), left_(bytes) {}

  int64_t Read(char* to, int64_t bytes) override {
    const int count =
        unzReadCurrentFile(reader_.archive_, to, static_cast<unsigned>(std::min(bytes, left_)));
    reader_.stream_->Rethrow();
    if (count < 0) throw Error(ErrorCode::invalid_argument, name() + ": broken compressed data");
    left_ -= count;
    return count;
  }
  std::optional<int64_t> Remaining() const override { return left_; }

 private:
  ZipReader& reader_;
  int64_t left_;
};

ZipReader::ZipReader(std::string name, std::unique_ptr<RandomAccess> file)
    : name_(std::move(name)), stream_(std::make_unique<Stream>()) {
  stream_->file = std::move(file);
  if (IsEmptyArchive(*stream_->file)) return;
  zlib_filefunc64_def functions = stream_->Functions();
  archive_ = unzOpen2_64(name_.c_str(), &functions);
  absl::Cleanup close = [this] { unzClose(archive_); };
  stream_->Rethrow();
  if (archive_ == nullptr) Fail("the file is no zip archive, or a broken one");
  ListMembers();
  std::move(close).Cancel();
}

ZipReader::~ZipReader() { unzClose(archive_); }

void ZipReader::Fail(const std::string& what) const {
  throw Error(ErrorCode::invalid_argument, absl::StrCat(name_, ": ", what));
}

void ZipReader::ListMembers() {
  unz_global_info64 facts = {};
  unzGetGlobalInfo64(archive_, &facts);
  if (facts.number_entry == 0) return;
  int result = unzGoToFirstFile(archive_);
  for (; result == UNZ_OK; result = unzGoToNextFile(archive_)) {
    std::string name(65536, '\0');
    unz64_file_pos place = {};
    if (unzGetCurrentFileInfo64(archive_, nullptr, name.data(), name.size() - 1, nullptr, 0,
                                nullptr, 0) != UNZ_OK ||
        unzGetFilePos64(archive_, &place) != UNZ_OK)
      break;
    members_.push_back({name.c_str(), place.pos_in_zip_directory, place.num_of_file});
  }
  stream_->Rethrow();
  if (result != UNZ_END_OF_LIST_OF_FILE) Fail("the directory of the archive is broken");
}

Array ZipReader::Load(const Member& member, int64_t max_header_size, Context& context) {
  const std::unique_lock lock(mutex_);
  const std::string what = absl::StrCat("member '", member.name, "' ");
  unz64_file_pos place = {member.directory_position, member.number};
  unz_file_info64 facts = {};
  if (unzGoToFilePos64(archive_, &place) != UNZ_OK ||
      unzGetCurrentFileInfo64(archive_, &facts, nullptr, 0, nullptr, 0, nullptr, 0) != UNZ_OK)
    Fail(what + "is not found any more");
  if ((facts.flag & 1) != 0)
    throw Error(ErrorCode::unimplemented, absl::StrCat(name_, ": ", what, "is encrypted"));
  if (facts.compression_method != 0 && facts.compression_method != kDeflated)
    throw Error(ErrorCode::unimplemented,
                absl::StrCat(name_, ": ", what, "is compressed by method ",
                             facts.compression_method, ", not deflated or stored"));
  const uint64_t there = stream_->file->size();
  if (facts.compressed_size > there || facts.uncompressed_size / kMostTimes > facts.compressed_size)
    Fail(absl::StrCat(what, "cannot hold the ", facts.uncompressed_size, " bytes that it says"));
  if (unzOpenCurrentFile(archive_) != UNZ_OK) {
    stream_->Rethrow();
    Fail(what + "is broken");
  }
  absl::Cleanup close = [this] { unzCloseCurrentFile(archive_); };
  MemberInput input(absl::StrCat(name_, "(", member.name, ")"), *this,
                    static_cast<int64_t>(facts.uncompressed_size));
  Array x = ReadElements(input, ReadNpyHeader(input, max_header_size), context);
  std::move(close).Cancel();
  if (unzCloseCurrentFile(archive_) != UNZ_OK) Fail(what + "does not have its checksum");
  return x;
}

}  // namespace broadloom
