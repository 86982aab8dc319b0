// What stands behind `broadloom` on the command line.
#ifndef BROADLOOM_FRONTEND_REPL_COMMAND_LINE_H_
#define BROADLOOM_FRONTEND_REPL_COMMAND_LINE_H_

#include <optional>
#include <string>
#include <vector>

namespace broadloom::repl {

struct CommandLine {
  bool help = false, version = false;
  bool stays = false;              // -i: the prompt comes when all else is done
  std::vector<std::string> texts;  // of -e
  std::string file;                // "-": the standard input; empty: none
  std::string wrong;               // what is wrong with it; empty: nothing
};
CommandLine ParseCommandLine(int count, const char* const* arguments);

extern const char kUsage[];

}  // namespace broadloom::repl

#endif  // BROADLOOM_FRONTEND_REPL_COMMAND_LINE_H_
