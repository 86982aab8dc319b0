// What stands between C and C++: no exception leaves a function of broadloom.h, and what callers
// hand in is looked at before it is used.
#ifndef BROADLOOM_FRONTEND_C_GUARDED_H_
#define BROADLOOM_FRONTEND_C_GUARDED_H_

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "frontend/c/broadloom.h"
#include "frontend/error.h"

namespace broadloom::c {

// An error that says more than broadloom::Error does: a code of C's own, or a place.
class Failure : public Error {
 public:
  Failure(bl_error_code code, const std::string& message, std::string place = {});

  bl_error_code own_code() const noexcept { return own_code_; }
  const std::string& place() const noexcept { return place_; }

 private:
  bl_error_code own_code_;
  std::string place_;
};

bl_error_code CodeOf(ErrorCode code);

// Of the exception that is being handled.
bl_error* CurrentError() noexcept;

template <typename Body>
bl_error* Guarded(const Body& body) noexcept {
  try {
    body();
    return nullptr;
  } catch (...) {
    return CurrentError();
  }
}

template <typename T>
T& NotNull(T* pointer, const char* what) {
  if (pointer == nullptr) throw Failure(BL_INVALID_ARGUMENT, absl::StrCat(what, " is NULL"));
  return *pointer;
}

template <typename T>
absl::Span<T> SpanOf(T* items, size_t count, const char* what) {
  if (count > 0) NotNull(items, what);
  return absl::MakeSpan(items, count);
}

// A structure as this library knows it, of a caller who may know less of it, or more.
template <typename T>
T ReadStruct(const T* given, const char* what) {
  constexpr uint32_t kMost = 4096;
  const uint32_t size = NotNull(given, what).struct_size;
  if (size < sizeof size || size > kMost)
    throw Failure(BL_INVALID_ARGUMENT,
                  absl::StrCat(what, ": struct_size is ", size, ", not the structure's size"));
  T known{};
  std::memcpy(&known, given, std::min<size_t>(size, sizeof known));
  const char* const bytes = reinterpret_cast<const char*>(given);
  for (size_t i = sizeof known; i < size; ++i) {
    if (bytes[i] != 0)
      throw Failure(BL_UNIMPLEMENTED, absl::StrCat(what, ": has members that broadloom ",
                                                   bl_version(), " does not know"));
  }
  return known;
}

// Fills what the caller knows of it; `from` is all but its size.
template <typename T>
void WriteStruct(T from, T* to, const char* what) {
  ReadStruct(to, what);
  from.struct_size = to->struct_size;
  std::memcpy(to, &from, std::min<size_t>(from.struct_size, sizeof from));
}

char* NewText(const std::string& text);  // for bl_text_free

}  // namespace broadloom::c

#endif  // BROADLOOM_FRONTEND_C_GUARDED_H_
