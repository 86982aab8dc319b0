// One string a thread.
#include "frontend/source.h"

#include "frontend/array.h"

namespace broadloom {
namespace {
thread_local std::string current_source;
}  // namespace

const std::string& CurrentSource() { return current_source; }
void set_source(std::string source) { current_source = std::move(source); }

}  // namespace broadloom
