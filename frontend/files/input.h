// Where bytes come from: a file, memory, either of them decompressed.
#ifndef BROADLOOM_FRONTEND_FILES_INPUT_H_
#define BROADLOOM_FRONTEND_FILES_INPUT_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace broadloom {

class Input {
 public:
  explicit Input(std::string name) : name_(std::move(name)) {}
  virtual ~Input() = default;
  Input(const Input&) = delete;
  Input& operator=(const Input&) = delete;

  // At most so many bytes; 0 at the end only.
  virtual int64_t Read(char* to, int64_t bytes) = 0;
  // How many are left at the most; none: unknown.
  virtual std::optional<int64_t> Remaining() const { return std::nullopt; }

  const std::string& name() const { return name_; }  // for messages
  // As many as there are, up to `bytes`.
  int64_t ReadUpTo(char* to, int64_t bytes);

 private:
  const std::string name_;
};

// An open file descriptor.
class Descriptor {
 public:
  Descriptor() = default;
  Descriptor(const std::string& path, int flags);  // throws FileError
  Descriptor(Descriptor&& other) noexcept;
  Descriptor& operator=(Descriptor&& other) noexcept;
  ~Descriptor();

  int number() const { return number_; }
  int Close();  // errno, or 0

 private:
  int number_ = -1;
};

class FileInput : public Input {
 public:
  explicit FileInput(const std::string& path);

  int64_t Read(char* to, int64_t bytes) override;
  std::optional<int64_t> Remaining() const override;  // of a regular file

  int64_t position() const { return position_; }
  // Of a regular file, which is asked for: throws for others.
  int64_t size() const;
  void Seek(int64_t position);

 private:
  Descriptor descriptor_;
  std::optional<int64_t> size_;
  int64_t position_ = 0;
};

class MemoryInput : public Input {
 public:
  MemoryInput(std::string name, absl::string_view bytes) : Input(std::move(name)), rest_(bytes) {}

  int64_t Read(char* to, int64_t bytes) override;
  std::optional<int64_t> Remaining() const override { return static_cast<int64_t>(rest_.size()); }

 private:
  absl::string_view rest_;
};

// `input` itself, or what it holds where that is gzip's.
std::unique_ptr<Input> Decompressed(std::unique_ptr<Input> input);

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_FILES_INPUT_H_
