// Tells gdb about loaded code.
#ifndef BROADLOOM_RUNTIME_GDB_JIT_H_
#define BROADLOOM_RUNTIME_GDB_JIT_H_

#include <memory>
#include <string>

#include "absl/strings/string_view.h"

namespace broadloom {

// A copy of the relocatable ELF file `object` whose section with the function `symbol` is said to
// lie where that function was loaded. Unchanged where the file is malformed or lacks the symbol:
// gdb then shows less.
std::string PlaceDebugObject(std::string object, absl::string_view symbol, const void* address);

// Keeps an ELF file known to gdb through its JIT interface. Thread-safe.
class GdbRegistration {
 public:
  explicit GdbRegistration(std::string object);
  ~GdbRegistration();
  GdbRegistration(const GdbRegistration&) = delete;
  GdbRegistration& operator=(const GdbRegistration&) = delete;

 private:
  struct Entry;
  const std::string object_;
  const std::unique_ptr<Entry> entry_;
};

}  // namespace broadloom

#endif  // BROADLOOM_RUNTIME_GDB_JIT_H_
