// Warnings on their way to the handler of array.h.
#ifndef BROADLOOM_FRONTEND_WARN_H_
#define BROADLOOM_FRONTEND_WARN_H_

#include <string>

#include "frontend/array.h"

namespace broadloom {

// At the line that is being run (frontend/source.h). May throw, where the handler does.
void Warn(WarningKind kind, const std::string& message);
void Warn(WarningKind kind, const std::string& message, const std::string& source);
void WarnOfComplexAsReal();  // whose imaginary part is dropped

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_WARN_H_
