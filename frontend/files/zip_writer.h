// Writing zip archives.
#ifndef BROADLOOM_FRONTEND_FILES_ZIP_WRITER_H_
#define BROADLOOM_FRONTEND_FILES_ZIP_WRITER_H_

#include <cstdint>
#include <memory>
#include <string>

#include "frontend/files/output.h"

namespace broadloom {

// An output of one member after another. Members have no time, so that equal arrays make equal
// archives.
class ZipWriter : public Output {
 public:
  ZipWriter(FileOutput& file, bool compressed);
  ~ZipWriter() override;

  void BeginMember(const std::string& name, int64_t bytes);  // at the most
  void Write(const char* from, int64_t bytes) override;
  void EndMember();
  void Finish();  // the directory

 private:
  struct Stream;
  void Check(bool ok);

  std::unique_ptr<Stream> stream_;
  void* archive_ = nullptr;  // zipFile
  const bool compressed_;
};

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_FILES_ZIP_WRITER_H_
