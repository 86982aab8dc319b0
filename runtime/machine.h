// What this machine has.
#ifndef BROADLOOM_RUNTIME_MACHINE_H_
#define BROADLOOM_RUNTIME_MACHINE_H_

#include <cstdint>
#include <string>

namespace broadloom {

struct Machine {
  int64_t l1 = 0, l2 = 0,
          llc = 0;  // bytes of the data caches that one core sees; the last level may be shared
  int cpus = 0;     // that this process may run on
  int64_t total_memory = 0;  // bytes
};

// Read once, on the first call. Every field is positive.
const Machine& ThisMachine();

// The same with sysfs below `root`, read now. For tests.
Machine ReadMachine(const std::string& root);

}  // namespace broadloom

#endif  // BROADLOOM_RUNTIME_MACHINE_H_
