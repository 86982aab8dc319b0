// Cumulative functions along lines of neighbouring elements. Internal to frontend/scan.cc.
#ifndef BROADLOOM_FRONTEND_LINE_SCAN_H_
#define BROADLOOM_FRONTEND_LINE_SCAN_H_

#include <immintrin.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "frontend/scan.h"
#include "runtime/thread_pool.h"

namespace broadloom {

constexpr int64_t kScanTogether = 4;     // lines
constexpr int64_t kScanPiece = 1 << 15;  // elements of a block
constexpr int64_t kScanTurn = 1 << 14;   // elements of a block of a line that threads share
constexpr int64_t kScanApart = 8;        // cache lines: lines of whole ones are kept apart by one
constexpr int64_t kScanOwn = kScanPiece / kScanApart * (kScanApart + 1);  // of such a block

// Where the values are, in C order, and where the results go: perhaps to the same place.
struct ScanData {
  const char* from;
  char* to;
};

template <typename F, typename T>
T Apply(F f, T a, T b) {
  return f(a, b);
}

// A number that threads count up, and wait for.
class Turns {
 public:
  // False where `given_up` becomes true before.
  template <typename GivenUp>
  bool WaitFor(int64_t turn, GivenUp given_up) const {
    constexpr int kSpins = 1 << 10;
    for (int spin = 0; turn_.load(std::memory_order_acquire) != turn; ++spin) {
      if (given_up()) return false;
      if (spin < kSpins)
        _mm_pause();
      else
        std::this_thread::yield();
    }
    return true;
  }
  void Next(int64_t turn) { turn_.store(turn, std::memory_order_release); }

 private:
  alignas(64) std::atomic<int64_t> turn_{0};  // nothing else is in its cache line
};

// Some lines at a time, so that no addition waits for the one before; in blocks that whoever makes
// them, or hears of them, finds in the cache.
template <typename T, typename F>
class LineScan {
 public:
  LineScan(const Shape& shape, int axis, ScanData data, F f, const ScanBlocks& blocks)
      : shape_(shape),
        axis_(axis),
        extent_(shape[axis].value()),
        data_(data),
        f_(f),
        blocks_(blocks) {}

  // Lines [begin, end). `own`: kScanOwn elements for this thread, where a block's results go
  // instead; null: there are none.
  void Run(int64_t begin, int64_t end, T* own) {
    const int64_t row = axis_ > 0 ? shape_[axis_ - 1].value() : 1;
    for (int64_t count; begin < end && !error_.failed(); begin += count) {
      count = std::min(end - begin, row - begin % row);
      if (extent_ <= kScanPiece / kScanTogether) {
        count = std::min(count, kScanPiece / extent_);
        Whole(begin, count, own);
      } else if (count >= kScanTogether) {
        count = kScanTogether;
        InPieces<kScanTogether>(begin, own);
      } else {
        count = 1;
        InPieces<1>(begin, own);
      }
    }
  }

  // The only line, by threads of a pool: each makes a block and tells of it while others do the
  // same for other blocks, and scans it when those before are.
  void InTurns(Executor& pool, FloatFlags& flags) {
    constexpr int kMostThreads = 4;  // there is only one to scan at a time
    const int64_t pieces = (extent_ - 1) / kScanTurn + 1;
    std::atomic<int64_t> next{0};
    Turns turns;
    T running[1];
    pool.ParallelFor(std::min(pool.threads(), kMostThreads), 1, [&](int64_t, int64_t, int) {
      const FloatEnvironment environment(&flags);
      for (int64_t piece; !error_.failed() && (piece = next.fetch_add(1)) < pieces;) {
        const int64_t begin = piece * kScanTurn, end = std::min(extent_, begin + kScanTurn);
        Do(BlockOf(0, 1, begin, end, nullptr), [&](const Block& block) {
          if (!turns.WaitFor(piece, [&] { return error_.failed(); })) return;
          Scan<1>(block, 0, running);
          turns.Next(piece + 1);
        });
      }
    });
  }
  absl::Status error() const { return error_.Get(); }

 private:
  // Places [begin, end) of some lines: where they are read, and where the results go, each line
  // some elements behind the one before it.
  struct Block {
    int64_t line, lines, begin, end;
    const T* from;
    T* to;
    int64_t from_step, to_step;
    bool is_elsewhere;  // `to` is none of the result's places
  };
  Block BlockOf(int64_t line, int64_t lines, int64_t begin, int64_t end, T* own) const {
    const int64_t at = line * extent_ + begin;
    const T* const from = reinterpret_cast<const T*>(data_.from) + at;
    T* const to = reinterpret_cast<T*>(data_.to) + at;
    if (own == nullptr) return {line, lines, begin, end, from, to, extent_, extent_, false};
    return {line, lines, begin, end, from, own, extent_, StepApart(end - begin), true};
  }

  // Lines that are some pages apart would share few places of the first-level cache.
  static int64_t StepApart(int64_t length) {
    constexpr int64_t kLine = 64 / sizeof(T);
    return length % (kScanApart * kLine) == 0 ? length + kLine : length;
  }

  // `scan` with what is before it and behind it. Where blocks are wanted, or results go elsewhere,
  // operands lie where the results will.
  template <typename ScanIt>
  void Do(Block block, ScanIt scan) {
    if (blocks_.wanted != nullptr) {
      Tell(*blocks_.wanted, block);
    } else if (block.is_elsewhere) {
      for (int64_t line = 0; line < block.lines; ++line)
        std::copy_n(block.from + line * extent_, block.end - block.begin,
                    block.to + line * block.to_step);
    }
    if (blocks_.wanted != nullptr || block.is_elsewhere) {
      block.from = block.to;
      block.from_step = block.to_step;
    }
    scan(block);
    if (blocks_.done != nullptr) Tell(*blocks_.done, block);
  }

  void Whole(int64_t first, int64_t lines, T* own) {
    Do(BlockOf(first, lines, 0, extent_, own), [&](const Block& block) {
      T running[kScanTogether], alone[1];
      int64_t line = 0;
      for (; line + kScanTogether <= lines; line += kScanTogether)
        Scan<kScanTogether>(block, line, running);
      for (; line < lines; ++line) Scan<1>(block, line, alone);
    });
  }

  template <int kLines>
  void InPieces(int64_t first, T* own) {
    constexpr int64_t kLength = kScanPiece / kLines;
    T running[kLines];
    for (int64_t begin = 0; begin < extent_ && !error_.failed(); begin += kLength)
      Do(BlockOf(first, kLines, begin, std::min(extent_, begin + kLength), own),
         [&](const Block& block) { Scan<kLines>(block, 0, running); });
  }

  // Some lines of a block. `before`: their last results, which are then those of this block.
  template <int kLines>
  void Scan(const Block& block, int64_t first, T (&before)[kLines]) {
    const int64_t from_step = block.from_step, to_step = block.to_step;
    const T* const from = block.from + first * from_step;
    T* const to = block.to + first * to_step;
    T running[kLines];  // of its own: in registers
    for (int line = 0; line < kLines; ++line) {
      if (block.begin == 0) to[line * to_step] = before[line] = from[line * from_step];
      running[line] = before[line];
    }
    for (int64_t i = block.begin == 0 ? 1 : 0; i < block.end - block.begin; ++i) {
#pragma GCC unroll kScanTogether
      for (int line = 0; line < kLines; ++line)
        to[line * to_step + i] = running[line] =
            Apply(f_, running[line], from[line * from_step + i]);
    }
    for (int line = 0; line < kLines; ++line) before[line] = running[line];
  }

  void Tell(const ScanBlock& whom, const Block& block) {
    if (error_.failed()) return;
    const size_t rank = shape_.size();
    Dims begin(rank, 0), extents(rank, 1), strides(rank, 0);
    for (int64_t i = axis_, line = block.line; i-- > 0; line /= shape_[i].value())
      begin[i] = line % shape_[i].value();
    if (axis_ > 0) {
      extents[axis_ - 1] = block.lines;
      strides[axis_ - 1] = block.to_step * int64_t{sizeof(T)};
    }
    begin[axis_] = block.begin;
    extents[axis_] = block.end - block.begin;
    std::fill(strides.begin() + axis_, strides.end(), sizeof(T));
    error_.Update(whom(begin, extents, reinterpret_cast<char*>(block.to), strides));
  }

  const Shape& shape_;
  const int axis_;
  const int64_t extent_;
  const ScanData data_;
  const F f_;
  const ScanBlocks blocks_;
  FirstError error_;
};

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_LINE_SCAN_H_
