// A long line is cut by values: some keys of a sample are the limits of its parts, threads count
// how many keys of each chunk belong to each part, move them there, and sort the parts.
#include "runtime/sort/key_line.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>
#include <vector>

namespace broadloom::sorting {
namespace {

constexpr int64_t kBlock = 1024;         // keys that lie in the first-level cache
constexpr int64_t kChunk = 64 * kBlock;  // and those that a thread counts and moves at a time
constexpr int64_t kMostRanges = 8;       // beyond, all places are wanted

bool Meet(const Places& range, int64_t begin, int64_t end) {
  return range.begin < end && begin < range.end;
}

template <typename Key>
class Parts {
 public:
  Parts(const KeyLine<Key>& line, Key* to, absl::Span<const Places> wanted, Executor* executor)
      : line_(line), to_(to), wanted_(wanted), executor_(executor) {
    FindLimits();
  }

  int64_t count() const { return static_cast<int64_t>(lows_.size()); }

  void Sort() {
    Count();
    FindRegions();
    Move();
    Finish();
  }

 private:
  // One key from each of as many stretches, at odd places of them.
  std::vector<Key> Sample() const {
    const int64_t size = std::clamp<int64_t>(line_.count / 256, 512, 8192);
    const int64_t stretch = line_.count / size;
    std::vector<Key> sample(size);
    for (int64_t i = 0; i < size; ++i) {
      const auto odd = static_cast<uint64_t>(i) * 0x9e3779b97f4a7c15u >> 32;
      line_.load(i * stretch + static_cast<int64_t>(odd % stretch), 1, &sample[i]);
    }
    SortVector(sample.data(), size);
    return sample;
  }

  // Bounds between what is wanted, a little of what is beside it with it, and the rest; and limits
  // that cut the former into parts for the threads.
  void FindLimits() {
    const std::vector<Key> sample = Sample();
    const auto size = static_cast<double>(sample.size());
    const double scale = size / static_cast<double>(line_.count), margin = 2 * std::sqrt(size);
    const auto cut = [&](std::vector<Key>& at, double place) {
      if (place >= 0 && place < size)
        at.push_back(sample[static_cast<size_t>(place)] & line_.unity);
    };
    const int threads = executor_ == nullptr ? 1 : executor_->threads();
    const int64_t pieces = std::clamp(2 * threads, 4, 64);
    bounds_ = {0};
    for (const Places& range : wanted_) {
      cut(bounds_, static_cast<double>(range.begin) * scale - margin);
      cut(bounds_, static_cast<double>(range.end) * scale + margin);
      for (int64_t piece = 1; piece < pieces; ++piece) {
        const int64_t place = line_.count / pieces * piece;
        if (Meet(range, place, place + 1)) cut(lows_, static_cast<double>(place) * scale);
      }
    }
    lows_.insert(lows_.end(), bounds_.begin(), bounds_.end());
    for (std::vector<Key>* keys : {&bounds_, &lows_}) {
      std::sort(keys->begin(), keys->end());
      keys->erase(std::unique(keys->begin(), keys->end()), keys->end());
    }
  }

  template <typename Body>
  void ForBlocks(int64_t chunk, Body&& body) const {
    Key keys[kBlock];
    const int64_t end = std::min(line_.count, (chunk + 1) * kChunk);
    for (int64_t at = chunk * kChunk; at < end; at += kBlock) {
      const int64_t size = std::min(kBlock, end - at);
      line_.load(at, size, keys);
      body(keys, size);
    }
  }

  // Where the keys of a chunk begin in a part.
  int64_t& place(int64_t chunk, int64_t part) { return places_[chunk * count() + part]; }

  void Count() {
    chunks_ = (line_.count + kChunk - 1) / kChunk;
    places_.assign(chunks_ * count(), 0);
    ForParts(executor_, chunks_, 1, [&](int64_t begin, int64_t end, int) {
      for (int64_t chunk = begin; chunk < end; ++chunk) CountChunk(chunk);
    });
    begins_.clear();
    int64_t sum = 0;
    for (int64_t part = 0; part < count(); ++part) {
      begins_.push_back(sum);
      for (int64_t chunk = 0; chunk < chunks_; ++chunk)
        sum += std::exchange(place(chunk, part), sum);
    }
    begins_.push_back(sum);
  }

  void CountChunk(int64_t chunk) {
    ForBlocks(chunk, [&](const Key* keys, int64_t size) {
      for (int64_t part = 1; part < count(); ++part) {
        const int64_t below = CountBelow(keys, size, lows_[part]);
        place(chunk, part - 1) += below;
        place(chunk, part) -= below;
      }
      place(chunk, count() - 1) += size;
    });
  }

  void Move() {
    ForParts(executor_, chunks_, 1, [&](int64_t begin, int64_t end, int) {
      for (int64_t chunk = begin; chunk < end; ++chunk) MoveChunk(chunk);
    });
  }

  // By way of a buffer: `Select` writes more than it selects.
  void MoveChunk(int64_t chunk) {
    Key selected[kBlock + kSlack];
    ForBlocks(chunk, [&](const Key* keys, int64_t size) {
      for (int64_t part = 0; part < count(); ++part) {
        const Key high = part + 1 < count() ? lows_[part + 1] - 1 : static_cast<Key>(~Key{0});
        const int64_t found = Select(keys, size, lows_[part], high, selected);
        std::memcpy(to_ + place(chunk, part), selected, found * sizeof(Key));
        place(chunk, part) += found;
      }
    });
  }

  // All parts between two bounds are sorted, or none: which, does not depend on the threads.
  struct Region {
    int64_t first, last;  // parts
    bool sort;
  };

  void FindRegions() {
    regions_.clear();
    for (int64_t part = 0, last = 0; part < count(); part = last) {
      const auto bound = std::upper_bound(bounds_.begin(), bounds_.end(), lows_[part]);
      last = bound == bounds_.end()
                 ? count()
                 : std::lower_bound(lows_.begin(), lows_.end(), *bound) - lows_.begin();
      const bool sort = std::any_of(wanted_.begin(), wanted_.end(), [&](const Places& range) {
        return Meet(range, begins_[part], begins_[last]);
      });
      regions_.push_back({part, last, sort});
    }
    JoinUnsorted();
  }

  // Nor does the order of what is not sorted: it is not cut. That it was happens where the sample
  // was wrong.
  void JoinUnsorted() {
    std::vector<Key> lows;
    for (const Region& region : regions_)
      lows.insert(lows.end(), &lows_[region.first],
                  &lows_[region.sort ? region.last - 1 : region.first] + 1);
    if (lows.size() == lows_.size()) return;
    lows_ = lows;
    Count();
    FindRegions();
  }

  // What is not sorted in chunks.
  void Finish() {
    struct Piece {
      int64_t begin, end;
      bool sort;
    };
    std::vector<Piece> pieces;
    for (const Region& region : regions_) {
      for (int64_t part = region.first; part < region.last; ++part) {
        const int64_t end = begins_[part + 1], step = region.sort ? line_.count : kChunk;
        for (int64_t at = begins_[part]; at < end; at += step)
          pieces.push_back({at, std::min(end, at + step), region.sort});
      }
    }
    const auto size = static_cast<int64_t>(pieces.size());
    ForParts(executor_, size, 1, [&](int64_t begin, int64_t end, int) {
      for (int64_t i = begin; i < end; ++i) {
        Key* const keys = to_ + pieces[i].begin;
        const int64_t count = pieces[i].end - pieces[i].begin;
        if (pieces[i].sort) SortVector(keys, count);
        line_.finish(keys, count, pieces[i].sort);
      }
    });
  }

  const KeyLine<Key>& line_;
  Key* const to_;
  const absl::Span<const Places> wanted_;
  Executor* const executor_;
  std::vector<Key> bounds_, lows_;  // the least key of each part
  int64_t chunks_ = 0;
  std::vector<int64_t> places_, begins_;
  std::vector<Region> regions_;
};

template <typename Key>
void SortWhole(const KeyLine<Key>& line, Key* to) {
  for (int64_t at = 0; at < line.count; at += kBlock)
    line.load(at, std::min(kBlock, line.count - at), to + at);
  SortVector(to, line.count);
  line.finish(to, line.count, true);
}

template <typename Key>
void SortLong(const KeyLine<Key>& line, Key* to, absl::Span<const Places> wanted,
              Executor* executor) {
  const Places all[] = {{0, line.count}};
  if (wanted.size() > kMostRanges) wanted = all;
  const bool whole = wanted.size() == 1 && wanted[0].begin == 0 && wanted[0].end == line.count;
  const bool alone = executor == nullptr || executor->threads() == 1;
  if (whole && alone) return SortWhole(line, to);
  Parts<Key>(line, to, wanted, executor).Sort();
}

}  // namespace

void SortKeys(const KeyLine<uint32_t>& line, uint32_t* to, absl::Span<const Places> wanted,
              Executor* executor) {
  SortLong(line, to, wanted, executor);
}

void SortKeys(const KeyLine<uint64_t>& line, uint64_t* to, absl::Span<const Places> wanted,
              Executor* executor) {
  SortLong(line, to, wanted, executor);
}

}  // namespace broadloom::sorting
