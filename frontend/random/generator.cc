// Generators: seeds, state, and uniform numbers.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <random>

#include "frontend/context.h"
#include "frontend/random.h"
#include "frontend/random/draws.h"
#include "frontend/random/stream.h"
#include "frontend/tracing.h"
#include "ir/philox.h"

namespace broadloom::random {
namespace {

constexpr uint64_t kSeeds = 0, kChildren = ~uint64_t{1};  // draw numbers that no call gets

// Philox as a hash: each word is a counter under the key that the words before it gave.
uint64_t Hash(const std::vector<uint32_t>& words) {
  uint64_t key = Philox(words.size(), kSeeds, 0);
  for (size_t i = 0; i < words.size(); ++i) key = Philox(words[i], kSeeds + i + 1, key);
  return key;
}

std::vector<uint32_t> SystemWords() {
  std::random_device device;
  std::vector<uint32_t> words(4);
  for (uint32_t& word : words) word = device();
  return words;
}

std::vector<uint32_t> WordsOf(uint64_t seed) {
  std::vector<uint32_t> words = {static_cast<uint32_t>(seed)};
  if (seed >> 32 != 0) words.push_back(static_cast<uint32_t>(seed >> 32));
  return words;
}

void CheckRange(const Operand& low, const Operand& high) {
  const auto check = [](bool is_finite, bool is_negative) {
    if (!is_finite)
      throw Error(ErrorCode::overflow, "uniform: high - low range exceeds valid bounds");
    if (is_negative) throw Error(ErrorCode::invalid_argument, "uniform: high - low < 0");
  };
  if (low.array() == nullptr && high.array() == nullptr) {
    const double range = high.number().floating() - low.number().floating();
    return check(std::isfinite(range), std::signbit(range));
  }
  const Array range = subtract(high, low).astype(DataType::float64).eval();
  check(all(isfinite(range)).item<bool>(), any(signbit(range)).item<bool>());
}

}  // namespace

Generator::Generator(Context* context) : Generator(SystemWords(), context) {}

Generator::Generator(uint64_t seed, Context* context) : Generator(WordsOf(seed), context) {}

Generator::Generator(const std::vector<uint32_t>& words, Context* context)
    : Generator(State{.key = Hash(words)}, context) {}

Generator::Generator(const State& state, Context* context)
    : state_(std::make_shared<SharedState>()) {
  state_->state = state;
  state_->context = context != nullptr ? context : &default_context();
}

State Generator::state() const {
  std::lock_guard lock(state_->mutex);
  return state_->state;
}

std::vector<Generator> Generator::spawn(int64_t count) const {
  CheckMayDraw();
  constexpr int64_t kMost = int64_t{1} << 32;
  if (count < 0 || count > kMost)
    throw Error(ErrorCode::overflow,
                absl::StrCat("spawn: the number of children is from 0 to 2**32, not ", count));
  std::lock_guard lock(state_->mutex);
  std::vector<Generator> children;
  for (int64_t i = 0; i < count; ++i) {
    const uint64_t key = Philox(state_->state.children++, kChildren, state_->state.key);
    children.emplace_back(State{.key = key}, state_->context);
  }
  return children;
}

Array Generator::random(const Size& size, DataType dtype) const {
  Draws draws(*this, "random", size);
  return dtype == DataType::float32 ? Draws::Uniform32(draws.Bits()) : draws.Uniform();
}

Array Generator::uniform(const Operand& low, const Operand& high, const Size& size) const {
  Draws draws(*this, "uniform", size, {&low, &high});
  CheckRange(low, high);
  const Array from = draws.Value(low), range = draws.Value(high) - from;
  return from + range * draws.Uniform();
}

std::string Generator::bytes(int64_t length) const {
  Stream stream(Draws::StreamKey(*this), 0);
  std::string bytes(static_cast<size_t>(std::max<int64_t>(length, 0)), '\0');
  for (size_t i = 0; i < bytes.size(); i += sizeof(uint64_t)) {
    const uint64_t bits = stream.Bits();
    std::memcpy(bytes.data() + i, &bits, std::min(bytes.size() - i, sizeof bits));
  }
  return bytes;
}

Generator default_rng(Context* context) { return Generator(context); }
Generator default_rng(uint64_t seed, Context* context) { return Generator(seed, context); }

}  // namespace broadloom::random
