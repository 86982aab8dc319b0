// Errors as C sees them, and text that it frees.
#include <cstdlib>
#include <exception>
#include <new>

#include "frontend/array.h"
#include "frontend/c/guarded.h"
#include "frontend/source.h"

struct bl_error {
  bl_error_code code;
  std::string message, place;
};

namespace broadloom::c {
namespace {

// There is no memory for another one. Short enough to need none itself.
bl_error& OutOfMemory() noexcept {
  static bl_error error{BL_OUT_OF_MEMORY, "out of memory", {}};
  return error;
}

bl_error* NewError(bl_error_code code, const char* message, const std::string& place) noexcept {
  try {
    return new bl_error{code, message, place};
  } catch (...) {
    return &OutOfMemory();
  }
}

}  // namespace

Failure::Failure(bl_error_code code, const std::string& message, std::string place)
    : Error(ErrorCode::invalid_argument, message), own_code_(code), place_(std::move(place)) {}

bl_error_code CodeOf(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid_argument: return BL_INVALID_ARGUMENT;
    case ErrorCode::type_error: return BL_TYPE_ERROR;
    case ErrorCode::out_of_range: return BL_OUT_OF_RANGE;
    case ErrorCode::axis: return BL_AXIS;
    case ErrorCode::linalg: return BL_LINALG;
    case ErrorCode::overflow: return BL_OVERFLOW;
    case ErrorCode::floating_point: return BL_FLOATING_POINT;
    case ErrorCode::unimplemented: return BL_UNIMPLEMENTED;
    case ErrorCode::memory_budget: return BL_MEMORY_BUDGET;
    case ErrorCode::broadcast: return BL_BROADCAST;
    case ErrorCode::cancelled: return BL_CANCELLED;
    case ErrorCode::file:  // no function here reads or writes one
    case ErrorCode::internal: break;
  }
  return BL_INTERNAL;
}

bl_error* CurrentError() noexcept {
  try {
    throw;
  } catch (const Failure& failure) {
    return NewError(failure.own_code(), failure.what(),
                    failure.place().empty() ? CurrentSource() : failure.place());
  } catch (const Error& error) {
    return NewError(CodeOf(error.code()), error.what(), CurrentSource());
  } catch (const std::bad_alloc&) {
    return &OutOfMemory();
  } catch (const std::exception& error) {
    return NewError(BL_INTERNAL, error.what(), CurrentSource());
  } catch (...) {
    return NewError(BL_INTERNAL, "an exception of unknown type", CurrentSource());
  }
}

char* NewText(const std::string& text) {
  char* const copy = static_cast<char*>(std::malloc(text.size() + 1));
  if (copy == nullptr) throw std::bad_alloc();
  std::memcpy(copy, text.c_str(), text.size() + 1);
  return copy;
}

}  // namespace broadloom::c

using broadloom::c::Guarded;

bl_error_code bl_error_code_of(const bl_error* error) {
  return error == nullptr ? BL_OK : error->code;
}

const char* bl_error_message(const bl_error* error) {
  return error == nullptr ? "" : error->message.c_str();
}

const char* bl_error_place(const bl_error* error) {
  return error == nullptr ? "" : error->place.c_str();
}

const char* bl_error_code_name(bl_error_code code) {
  switch (code) {
    case BL_OK: return "ok";
    case BL_INVALID_ARGUMENT: return "invalid_argument";
    case BL_TYPE_ERROR: return "type_error";
    case BL_OUT_OF_RANGE: return "out_of_range";
    case BL_AXIS: return "axis";
    case BL_LINALG: return "linalg";
    case BL_OVERFLOW: return "overflow";
    case BL_FLOATING_POINT: return "floating_point";
    case BL_UNIMPLEMENTED: return "unimplemented";
    case BL_MEMORY_BUDGET: return "memory_budget";
    case BL_BROADCAST: return "broadcast";
    case BL_CANCELLED: return "cancelled";
    case BL_INTERNAL: return "internal";
    case BL_OUT_OF_MEMORY: return "out_of_memory";
    case BL_NOT_FOUND: return "not_found";
    default: return "";
  }
}

void bl_error_free(bl_error* error) {
  if (error != &broadloom::c::OutOfMemory()) delete error;
}

bl_error* bl_source_set(const char* source) {
  return Guarded([&] { broadloom::set_source(source == nullptr ? "" : source); });
}

void bl_text_free(char* text) { std::free(text); }
