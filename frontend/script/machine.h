// Runs steps.
#ifndef BROADLOOM_FRONTEND_SCRIPT_MACHINE_H_
#define BROADLOOM_FRONTEND_SCRIPT_MACHINE_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "frontend/calls/function.h"
#include "frontend/script/code.h"

namespace broadloom::script {

using Variables = std::map<std::string, calls::Value, std::less<>>;
using UserFunctions = std::map<std::string, std::shared_ptr<const UserFunction>, std::less<>>;

struct Names {
  Variables variables;
  UserFunctions functions;
};

class Machine {
 public:
  Machine(Names* names, Context* context, int most_depth)
      : names_(*names), context_(context), most_depth_(most_depth) {}

  // The value of an expression. Throws ScriptError, at the step.
  calls::Value Run(const Code& code) { return RunIn(code, nullptr); }
  // Operations are written at the lines of `source`.
  void RunStatements(const Code& code, const Session::Show& show, const std::string& source);

 private:
  using Values = std::vector<calls::Value>;
  // A user's function sees its parameters first.
  calls::Value RunIn(const Code& code, const Variables* parameters);
  void Do(const Step& step, Values* stack, const Variables* parameters);
  void DoStatement(const Step& step, Values* stack);
  void Define(const std::string& name, calls::Value value);
  void StoreEach(const std::vector<std::string>& names, const calls::Value& value);
  calls::Value Named(const Step& step, const Variables* parameters) const;
  calls::Value Call(const Step& step, Values placed, std::vector<calls::Named> named,
                    const Variables* parameters);
  calls::Value CallUser(const UserFunction& function, Values placed,
                        const std::vector<calls::Named>& named);
  calls::Value RunBody(const UserFunction& function, const Variables& parameters);
  const calls::Value* FindVariable(absl::string_view name, const Variables* parameters) const;

  Names& names_;
  Context* const context_;
  const int most_depth_;
  const Session::Show* show_ = nullptr;  // of statements, as the next one
  const std::string* source_ = nullptr;
  int depth_ = 0;
};

}  // namespace broadloom::script

#endif  // BROADLOOM_FRONTEND_SCRIPT_MACHINE_H_
