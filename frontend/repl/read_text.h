// Texts from files.
#ifndef BROADLOOM_FRONTEND_REPL_READ_TEXT_H_
#define BROADLOOM_FRONTEND_REPL_READ_TEXT_H_

#include <string>

namespace broadloom::repl {

// All of a file; "-": of the standard input. Throws invalid_argument where the system refuses.
std::string ReadText(const std::string& path);

}  // namespace broadloom::repl

#endif  // BROADLOOM_FRONTEND_REPL_READ_TEXT_H_
