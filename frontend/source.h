// The user's line that this thread's operations are written at.
#ifndef BROADLOOM_FRONTEND_SOURCE_H_
#define BROADLOOM_FRONTEND_SOURCE_H_

#include <string>

namespace broadloom {

const std::string& CurrentSource();

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_SOURCE_H_
