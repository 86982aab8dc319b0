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

namespace broadloom {
namespace {

constexpr int kDeflated = 8;
constexpr uint64_t kMostTimes = 1040;  // what deflate can make of a byte

}  // namespace

// What minizip takes for an open file. Nothing may be thrown through it.
struct ZipReader::Stream {
  std::unique_ptr<RandomAccess> file;
  int64_t position = 0;
  std::exception_ptr failure;

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
  long Seek(ZPOS64_T offset, int origin) {
    const int64_t from = origin == ZLIB_FILEFUNC_SEEK_END   ? file->size()
                         : origin == ZLIB_FILEFUNC_SEEK_CUR ? position
                                                            : 0;
    int64_t to = 0;
    if (__builtin_add_overflow(from, static_cast<int64_t>(offset), &to) || to < 0 ||
        to > file->size())
      return -1;
    position = to;
    return 0;
  }
};

zlib_filefunc64_def ZipReader::Stream::Functions() {
  zlib_filefunc64_def functions = {};
  functions.opaque = this;
  functions.zopen64_file = [](voidpf opaque, const void*, int) { return opaque; };
  functions.zread_file = [](voidpf, voidpf stream, void* to, uLong bytes) {
    return Of(stream).Read(to, bytes);
  };
  functions.ztell64_file = [](voidpf, voidpf stream) -> ZPOS64_T { return Of(stream).position; };
  functions.zseek64_file = [](voidpf, voidpf stream, ZPOS64_T offset, int origin) {
    return Of(stream).Seek(offset, origin);
  };
  functions.zclose_file = [](voidpf, voidpf) { return 0; };
  functions.zerror_file = [](voidpf, voidpf stream) {
    return Of(stream).failure != nullptr ? 1 : 0;
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
