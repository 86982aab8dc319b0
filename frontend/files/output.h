// Where bytes go.
#ifndef BROADLOOM_FRONTEND_FILES_OUTPUT_H_
#define BROADLOOM_FRONTEND_FILES_OUTPUT_H_

#include <cstdint>
#include <string>

#include "frontend/files/input.h"

namespace broadloom {

class Output {
 public:
  Output() = default;
  virtual ~Output() = default;
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  virtual void Write(const char* from, int64_t bytes) = 0;
};

// Writes beside the file, and replaces it at the end: until Commit, and if that is never called,
// the old one stays. What is no regular file, a pipe or a terminal, is written at once. Throws
// FileError.
class FileOutput : public Output {
 public:
  explicit FileOutput(const std::string& path);
  ~FileOutput() override;

  void Write(const char* from, int64_t bytes) override;
  void WriteAt(int64_t position, const char* from, int64_t bytes);  // over what is there
  void Commit();

  const std::string& path() const { return path_; }

 private:
  [[noreturn]] void Fail() const;

  const std::string path_;
  std::string target_, temporary_;  // empty: written at once
  Descriptor descriptor_;
};

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_FILES_OUTPUT_H_
