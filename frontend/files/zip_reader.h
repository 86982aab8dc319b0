// Reading zip archives, from a file or from memory.
#ifndef BROADLOOM_FRONTEND_FILES_ZIP_READER_H_
#define BROADLOOM_FRONTEND_FILES_ZIP_READER_H_

#include <cstdint>
#include <exception>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "frontend/array.h"
#include "frontend/files/input.h"

namespace broadloom {

// Bytes at any place. Throws FileError.
class RandomAccess {
 public:
  virtual ~RandomAccess() = default;
  virtual int64_t size() const = 0;
  virtual int64_t ReadAt(int64_t position, char* to, int64_t bytes) = 0;  // fewer at the end only
};

class ZipReader {
 public:
  struct Member {
    std::string name;
    uint64_t directory_position = 0, number = 0;  // where the library finds it again
  };

  // Throws `invalid_argument` where that is no zip archive. `name`: for messages.
  ZipReader(std::string name, std::unique_ptr<RandomAccess> file);
  ~ZipReader();

  const std::vector<Member>& members() const { return members_; }
  // An .npy file. Thread-safe. Throws as load does.
  Array Load(const Member& member, int64_t max_header_size, Context& context);

 private:
  class MemberInput;
  struct Stream;
  void ListMembers();
  [[noreturn]] void Fail(const std::string& what) const;

  const std::string name_;
  std::mutex mutex_;
  std::unique_ptr<Stream> stream_;
  void* archive_ = nullptr;  // unzFile
  std::vector<Member> members_;
};

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_FILES_ZIP_READER_H_
