// The one exception that broadloom throws.
#ifndef BROADLOOM_ERROR_H_
#define BROADLOOM_ERROR_H_

#include <stdexcept>
#include <string>

namespace broadloom {

// What went wrong; beside it the Python exception that it becomes.
enum class ErrorCode {
  invalid_argument,  // ValueError: shapes, values
  type_error,    // TypeError: a dtype that the operation is not defined for, arrays of two contexts
  out_of_range,  // IndexError: an index
  axis,          // numpy.exceptions.AxisError: an axis that the array does not have
  linalg,        // numpy.linalg.LinAlgError: a matrix that the method cannot take
  overflow,      // OverflowError: a number that the dtype cannot hold
  floating_point,  // FloatingPointError: broadloom/errstate.h
  unimplemented,   // NotImplementedError
  memory_budget,   // broadloom.MemoryBudgetError: refused before anything was allocated
  broadcast,       // broadloom.BroadcastWarning, where the settings say that it is raised
  file,            // OSError, by its number FileNotFoundError and the like: broadloom/files.h
  cancelled,       // KeyboardInterrupt: the evaluation was stopped, every array is as it was
  internal,        // RuntimeError: our fault
};

class Error : public std::runtime_error {
 public:
  Error(ErrorCode code, const std::string& message);
  ~Error() override;

  ErrorCode code() const noexcept { return code_; }

 private:
  ErrorCode code_;
};

const char* to_string(ErrorCode code);  // "invalid_argument", ...

}  // namespace broadloom

#endif  // BROADLOOM_ERROR_H_
