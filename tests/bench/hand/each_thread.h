// Parts that stay on their threads.
#ifndef BROADLOOM_TESTS_BENCH_HAND_EACH_THREAD_H_
#define BROADLOOM_TESTS_BENCH_HAND_EACH_THREAD_H_

#include <omp.h>

#include <cstdint>

namespace broadloom::hand {

// body(thread, threads): the same part on the same thread each time, as its cache likes it.
template <typename Body>
inline void OnEachThread(Body body) {
#pragma omp parallel firstprivate(body)
  body(int64_t{omp_get_thread_num()}, int64_t{omp_get_num_threads()});
}

}  // namespace broadloom::hand

#endif  // BROADLOOM_TESTS_BENCH_HAND_EACH_THREAD_H_
