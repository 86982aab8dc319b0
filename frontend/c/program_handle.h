// What a bl_program stands for.
#ifndef BROADLOOM_FRONTEND_C_PROGRAM_HANDLE_H_
#define BROADLOOM_FRONTEND_C_PROGRAM_HANDLE_H_

#include <memory>
#include <vector>

#include "frontend/c/handles.h"
#include "frontend/c/program.h"

namespace broadloom::c {

// A node's type as C sees it: symbol i is -1 - i.
struct ProgramValue {
  std::vector<int64_t> shape;
  std::string name;
  DataType dtype;
  bool is_scalar;
};

}  // namespace broadloom::c

struct bl_program : bl_counted {
  bl_program(std::shared_ptr<broadloom::Context> c, broadloom::c::Program p);

  const std::shared_ptr<broadloom::Context> context;
  const std::shared_ptr<const broadloom::c::Program> program;
  const std::vector<broadloom::c::ProgramValue> inputs, outputs;
  const broadloom::ArrayFunction run;
};

namespace broadloom::c {

inline const Program& ProgramOf(const bl_program* program) {
  return *NotNull(program, "program").program;
}

// What arrays are computed from. `inputs` receives what it is run with for them.
Program Captured(const std::vector<Array>& outputs, std::vector<Array>& inputs);

}  // namespace broadloom::c

#endif  // BROADLOOM_FRONTEND_C_PROGRAM_HANDLE_H_
