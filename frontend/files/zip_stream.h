// What minizip takes for an open file: what reading and writing share of it. Nothing may be thrown
// through it.
#ifndef BROADLOOM_FRONTEND_FILES_ZIP_STREAM_H_
#define BROADLOOM_FRONTEND_FILES_ZIP_STREAM_H_

#include <minizip/ioapi.h>

#include <cstdint>
#include <exception>

namespace broadloom {

struct ZipStream {
  int64_t position = 0;
  std::exception_ptr failure = nullptr;

  // Within a file of `size` bytes: 0, or -1 for a place that it does not have.
  long SeekWithin(int64_t size, ZPOS64_T offset, int origin) {
    const int64_t from = origin == ZLIB_FILEFUNC_SEEK_END   ? size
                         : origin == ZLIB_FILEFUNC_SEEK_CUR ? position
                                                            : 0;
    int64_t to = 0;
    if (__builtin_add_overflow(from, static_cast<int64_t>(offset), &to) || to < 0 || to > size)
      return -1;
    position = to;
    return 0;
  }
};

// The functions of a ZipStream that has a Size(); those that read and write are to be added.
template <typename Stream>
zlib_filefunc64_def FunctionsOf(Stream& stream) {
  zlib_filefunc64_def functions = {};
  functions.opaque = &stream;
  functions.zopen64_file = [](voidpf opaque, const void*, int) { return opaque; };
  functions.ztell64_file = [](voidpf, voidpf self) -> ZPOS64_T {
    return Stream::Of(self).position;
  };
  functions.zseek64_file = [](voidpf, voidpf self, ZPOS64_T offset, int origin) {
    return Stream::Of(self).SeekWithin(Stream::Of(self).Size(), offset, origin);
  };
  functions.zclose_file = [](voidpf, voidpf) { return 0; };
  functions.zerror_file = [](voidpf, voidpf self) {
    return Stream::Of(self).failure != nullptr ? 1 : 0;
  };
  return functions;
}

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_FILES_ZIP_STREAM_H_
