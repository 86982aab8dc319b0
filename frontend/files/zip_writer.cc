#include "frontend/files/zip_writer.h"

#include <minizip/zip.h>
#include <zlib.h>

#include <algorithm>
#include <exception>
#include <utility>

#include "absl/strings/str_cat.h"
#include "frontend/error.h"
#include "frontend/files/zip_stream.h"

namespace broadloom {

struct ZipWriter::Stream : ZipStream {
  FileOutput& file;
  int64_t end = 0;

  static Stream& Of(void* stream) { return *static_cast<Stream*>(stream); }
  zlib_filefunc64_def Functions();
  // At the end, or within what is there: minizip completes a member's header behind it.
  uLong Write(const void* from, uLong bytes) {
    if (failure != nullptr) return 0;
    try {
      const auto* const data = static_cast<const char*>(from);
      const int64_t within = std::min(static_cast<int64_t>(bytes), end - position);
      file.WriteAt(position, data, within);
      file.Write(data + within, static_cast<int64_t>(bytes) - within);
      position += static_cast<int64_t>(bytes);
      end = std::max(end, position);
      return bytes;
    } catch (...) {
      failure = std::current_exception();
      return 0;
    }
  }
  int64_t Size() const { return end; }
};

zlib_filefunc64_def ZipWriter::Stream::Functions() {
  zlib_filefunc64_def functions = FunctionsOf(*this);
  functions.zread_file = [](voidpf, voidpf, void*, uLong) -> uLong { return 0; };
  functions.zwrite_file = [](voidpf, voidpf stream, const void* from, uLong bytes) {
    return Of(stream).Write(from, bytes);
  };
  return functions;
}

ZipWriter::ZipWriter(FileOutput& file, bool compressed)
    : stream_(new Stream{{}, file}), compressed_(compressed) {
  zlib_filefunc64_def functions = stream_->Functions();
  archive_ = zipOpen2_64(file.path().c_str(), APPEND_STATUS_CREATE, nullptr, &functions);
  Check(archive_ != nullptr);
}

ZipWriter::~ZipWriter() {
  if (archive_ == nullptr) return;
  stream_->failure = std::make_exception_ptr(0);  // nothing more is written
  zipClose(archive_, nullptr);
}

void ZipWriter::Check(bool ok) {
  if (stream_->failure != nullptr) std::rethrow_exception(stream_->failure);
  if (!ok)
    throw Error(ErrorCode::internal,
                absl::StrCat(stream_->file.path(), ": the archive cannot be written"));
}

void ZipWriter::BeginMember(const std::string& name, int64_t bytes) {
  constexpr uLong kVersion = 45, kUtf8 = 1 << 11;
  constexpr int kMemoryLevel = 8;  // zlib's own
  constexpr int64_t kMuch = int64_t{1} << 31;
  zip_fileinfo facts = {};
  facts.tmz_date = {0, 0, 0, 1, 0, 1980};
  Check(zipOpenNewFileInZip4_64(archive_, name.c_str(), &facts, nullptr, 0, nullptr, 0, nullptr,
                                compressed_ ? Z_DEFLATED : 0, Z_DEFAULT_COMPRESSION, 0, -MAX_WBITS,
                                kMemoryLevel, Z_DEFAULT_STRATEGY, nullptr, 0, kVersion, kUtf8,
                                bytes >= kMuch ? 1 : 0) == ZIP_OK);
}

void ZipWriter::Write(const char* from, int64_t bytes) {
  constexpr int64_t kMost = int64_t{1} << 20;
  for (; bytes > 0; from += kMost, bytes -= kMost)
    Check(zipWriteInFileInZip(archive_, from, static_cast<unsigned>(std::min(bytes, kMost))) ==
          ZIP_OK);
}

void ZipWriter::EndMember() { Check(zipCloseFileInZip(archive_) == ZIP_OK); }

void ZipWriter::Finish() { Check(zipClose(std::exchange(archive_, nullptr), nullptr) == ZIP_OK); }

}  // namespace broadloom
