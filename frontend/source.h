// The user's line that this thread's operations are written at.
#ifndef BROADLOOM_FRONTEND_SOURCE_H_
#define BROADLOOM_FRONTEND_SOURCE_H_

#include <memory>
#include <string>

namespace broadloom {

// "file.py:12", for messages, shared by all that is written there; null: not known.
using SourceLine = std::shared_ptr<const std::string>;

const std::string& TextOf(const SourceLine& line);  // "" of null

const SourceLine& CurrentLine();
void SetCurrentLine(SourceLine line);
const std::string& CurrentSource();  // its text

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_SOURCE_H_
