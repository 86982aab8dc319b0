// Softmax of a table's rows, by broadloom and by plain loops: in the default context, with the
// host's memory and threads, and from several threads.
#include <broadloom/array.h>
#include <broadloom/linalg.h>

#include <atomic>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

namespace bl = broadloom;

namespace {

constexpr int64_t kRows = 300, kColumns = 2000;

void Check(bool well, const std::string& what) {
  std::printf("%s: %s\n", what.c_str(), well ? "well" : "WRONG");
  if (!well) std::exit(1);
}

bl::Array Softmax(const bl::Array& x) {
  const bl::Array weights = exp(x - max(x, 1, /*keepdims=*/true));
  return weights / sum(weights, 1, /*keepdims=*/true);
}

std::vector<double> Table() {
  std::vector<double> table(kRows * kColumns);
  for (size_t i = 0; i < table.size(); ++i) table[i] = std::sin(0.37 * static_cast<double>(i));
  return table;
}

std::vector<double> PlainSoftmax(std::vector<double> table) {
  for (int64_t row = 0; row < kRows; ++row) {
    double* const x = &table[row * kColumns];
    double most = x[0], total = 0;
    for (int64_t i = 0; i < kColumns; ++i) most = std::fmax(most, x[i]);
    for (int64_t i = 0; i < kColumns; ++i) total += x[i] = std::exp(x[i] - most);
    for (int64_t i = 0; i < kColumns; ++i) x[i] /= total;
  }
  return table;
}

bool AreClose(const std::vector<double>& a, const std::vector<double>& b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i)
    if (!(std::abs(a[i] - b[i]) <= 1e-13 * std::abs(b[i]))) return false;
  return true;
}

// The caller's memory, read where it lies.
std::vector<double> SoftmaxOf(std::vector<double>& table, bl::Context* context = nullptr) {
  const bl::Array x = bl::lend(table.data(), bl::DataType::float64, {kRows, kColumns}, {},
                               /*release=*/nullptr, context);
  return Softmax(x).to_vector<double>();
}

// --- The host's own memory and threads -----------------------------------------------------------

struct Arena {
  std::atomic<size_t> bytes_in_use{0}, calls{0};
};

void* Allocate(void* user, size_t bytes, size_t alignment) {
  auto& arena = *static_cast<Arena*>(user);
  arena.bytes_in_use += bytes;
  ++arena.calls;
  return std::aligned_alloc(alignment, (bytes + alignment - 1) / alignment * alignment);
}

void Release(void* user, void* memory, size_t bytes, size_t) {
  static_cast<Arena*>(user)->bytes_in_use -= bytes;
  std::free(memory);
}

void ParallelFor(void* user, int64_t parts, void (*run)(void* work, int64_t part), void* work) {
  ++*static_cast<std::atomic<int>*>(user);
  std::vector<std::thread> threads;
  for (int64_t part = 1; part < parts; ++part) threads.emplace_back(run, work, part);
  run(work, 0);
  for (std::thread& thread : threads) thread.join();
}

void UseHost(std::vector<double>& table, const std::vector<double>& expected) {
  Arena arena;
  std::atomic<int> loops = 0;
  {
    bl::Options options;
    options.allocator = {&Allocate, &Release, &arena};
    options.pool = {&ParallelFor, /*threads=*/3, &loops};
    const std::shared_ptr<bl::Context> context = bl::make_context(options);
    const bl::Array twice = (bl::array(table, context.get()) * 2).eval();
    Check(arena.bytes_in_use >= table.size() * sizeof(double), "elements lie in the host's memory");
    Check(SoftmaxOf(table, context.get()) == expected, "the same bits on the host's threads");
    Check(loops > 0, "the host's threads were asked");
  }
  Check(arena.calls > 0 && arena.bytes_in_use == 0, "all memory came back");
}

// --- What else a host does -----------------------------------------------------------------------

void UseThreads(std::vector<double>& table, const std::vector<double>& expected) {
  std::atomic<int> well = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] { well += SoftmaxOf(table) == expected ? 1 : 0; });
  for (std::thread& thread : threads) thread.join();
  Check(well == 4, "four threads, one context");
}

void CatchErrors() {
  const bl::Array x = bl::ones({2, 3}), y = bl::ones({4});
  try {
    x + y;
  } catch (const bl::Error& error) {
    Check(error.code() == bl::ErrorCode::invalid_argument, error.what());
    return;
  }
  Check(false, "shapes that do not fit are an error");
}

void SolveEquations() {
  const bl::Array a = bl::array({4.0, 1.0, 2.0, 3.0}).reshape({2, 2});
  const bl::Array solution = bl::linalg::solve(a, bl::array({1.0, 2.0}));
  Check(AreClose(solution.to_vector<double>(), {0.1, 0.6}), "linear equations");
}

}  // namespace

int main() {
  std::vector<double> table = Table();
  const std::vector<double> softmax = SoftmaxOf(table);
  Check(AreClose(softmax, PlainSoftmax(table)), "softmax as by plain loops");
  UseHost(table, softmax);
  UseThreads(table, softmax);
  CatchErrors();
  SolveEquations();
}
