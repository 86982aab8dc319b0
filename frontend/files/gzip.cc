#include "frontend/files/gzip.h"

#include <zlib.h>

#include <algorithm>
#include <cstring>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "frontend/error.h"
#include "frontend/files/input.h"

namespace broadloom {
namespace {

constexpr int kGzip = 15 + 16;  // zlib's window bits of the largest window, in gzip's format
constexpr int64_t kPiece = 64 << 10;

// Both the whole of the input, which may have been looked at, and gzip's members one after another.
class Resumed : public Input {
 public:
  Resumed(std::unique_ptr<Input> input, std::string begin)
      : Input(input->name()), input_(std::move(input)), begin_(std::move(begin)) {}

  int64_t Read(char* to, int64_t bytes) override {
    if (begin_.empty()) return input_->Read(to, bytes);
    const size_t count = std::min(static_cast<size_t>(bytes), begin_.size());
    std::memcpy(to, begin_.data(), count);
    begin_.erase(0, count);
    return static_cast<int64_t>(count);
  }

 private:
  const std::unique_ptr<Input> input_;
  std::string begin_;
};

class GzipInput : public Input {
 public:
  explicit GzipInput(std::unique_ptr<Input> input)
      : Input(input->name()), input_(std::move(input)), compressed_(kPiece) {
    if (inflateInit2(&stream_, kGzip) != Z_OK)
      throw Error(ErrorCode::internal, "zlib does not start");
  }
  ~GzipInput() override { inflateEnd(&stream_); }

  int64_t Read(char* to, int64_t bytes) override {
    stream_.next_out = reinterpret_cast<Bytef*>(to);
    stream_.avail_out = static_cast<uInt>(std::min<int64_t>(bytes, 1 << 20));
    const uInt wanted = stream_.avail_out;
    while (stream_.avail_out == wanted) {
      if (stream_.avail_in == 0 && !Refill()) break;
      if (std::exchange(is_between_, false)) inflateReset(&stream_);
      const int result = inflate(&stream_, Z_NO_FLUSH);
      is_between_ = result == Z_STREAM_END;
      if (result != Z_OK && !is_between_ && result != Z_BUF_ERROR) Fail(stream_.msg);
    }
    return wanted - stream_.avail_out;
  }

 private:
  bool Refill() {
    const int64_t count = input_->Read(compressed_.data(), kPiece);
    if (count == 0 && !is_between_) Fail("the file ends early");
    stream_.next_in = reinterpret_cast<Bytef*>(compressed_.data());
    stream_.avail_in = static_cast<uInt>(count);
    return count > 0;
  }
  [[noreturn]] void Fail(const char* why) {
    throw Error(ErrorCode::invalid_argument,
                absl::StrCat(name(), ": broken gzip data: ", why == nullptr ? "no reason" : why));
  }

  const std::unique_ptr<Input> input_;
  std::vector<char> compressed_;
  z_stream stream_ = {};
  bool is_between_ = false;  // a member has ended
};

}  // namespace

std::unique_ptr<Input> Decompressed(std::unique_ptr<Input> input) {
  std::string begin(2, '\0');
  begin.resize(input->ReadUpTo(begin.data(), 2));
  const bool is_gzip = begin == "\x1f\x8b";
  auto whole = std::make_unique<Resumed>(std::move(input), std::move(begin));
  if (!is_gzip) return whole;
  return std::make_unique<GzipInput>(std::move(whole));
}

struct GzipOutput::State {
  z_stream stream = {};
  std::vector<char> compressed = std::vector<char>(kPiece);
};

GzipOutput::GzipOutput(Output& to) : to_(to), state_(std::make_unique<State>()) {
  if (deflateInit2(&state_->stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kGzip, 8,
                   Z_DEFAULT_STRATEGY) != Z_OK)
    throw Error(ErrorCode::internal, "zlib does not start");
}

GzipOutput::~GzipOutput() { deflateEnd(&state_->stream); }

void GzipOutput::Write(const char* from, int64_t bytes) {
  for (; bytes > 0; from += kPiece, bytes -= kPiece)
    Deflate(from, std::min(bytes, kPiece), Z_NO_FLUSH);
}

void GzipOutput::Finish() { Deflate(nullptr, 0, Z_FINISH); }

void GzipOutput::Deflate(const char* from, int64_t bytes, int flush) {
  z_stream& stream = state_->stream;
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(from));
  stream.avail_in = static_cast<uInt>(bytes);
  do {
    stream.next_out = reinterpret_cast<Bytef*>(state_->compressed.data());
    stream.avail_out = kPiece;
    deflate(&stream, flush);
    to_.Write(state_->compressed.data(), kPiece - stream.avail_out);
  } while (stream.avail_out == 0);
}

}  // namespace broadloom
