// gzip's format, written to an output. (Reading: Decompressed in input.h.)
#ifndef BROADLOOM_FRONTEND_FILES_GZIP_H_
#define BROADLOOM_FRONTEND_FILES_GZIP_H_

#include <memory>

#include "frontend/files/output.h"

namespace broadloom {

class GzipOutput : public Output {
 public:
  explicit GzipOutput(Output& to);
  ~GzipOutput() override;

  void Write(const char* from, int64_t bytes) override;
  void Finish();  // what is left, and the end of the format

 private:
  void Deflate(const char* from, int64_t bytes, int flush);

  struct State;
  Output& to_;
  std::unique_ptr<State> state_;
};

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_FILES_GZIP_H_
