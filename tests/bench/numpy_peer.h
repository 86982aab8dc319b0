// NumPy in this process, so that it is timed in the same run on the same arrays.
#ifndef BROADLOOM_TESTS_BENCH_NUMPY_PEER_H_
#define BROADLOOM_TESTS_BENCH_NUMPY_PEER_H_

#include <string>

namespace broadloom {

class NumpyPeer {
 public:
  static NumpyPeer& Get();  // starts the interpreter of the project's Python environment

  // Runs statements; ends the program with Python's message where they fail.
  void Run(const std::string& statements);
  std::string Text(const std::string& expression);  // a str's characters

 private:
  NumpyPeer();
};

}  // namespace broadloom

#endif  // BROADLOOM_TESTS_BENCH_NUMPY_PEER_H_
