// What arrays are while other threads may write to them.
#ifndef BROADLOOM_FRONTEND_SNAPSHOT_H_
#define BROADLOOM_FRONTEND_SNAPSHOT_H_

#include <cstdint>
#include <memory>
#include <vector>

namespace broadloom {

class Storage;
struct Expr;
struct View;

// For as long as it lives, each older array is for this thread what it was when it was first looked
// at.
class Snapshot {
 public:
  Snapshot();
  ~Snapshot();
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;

  static Snapshot* Current();  // of this thread; null: none

  int64_t id() const { return id_; }  // never 0
  const std::shared_ptr<Expr>& ValueOf(const std::shared_ptr<Storage>& storage,
                                       const std::shared_ptr<View>& view);
  void Forget(const Storage& storage);  // this thread has written to it

 private:
  struct Seen {
    std::shared_ptr<Storage> storage;  // kept, so that no other has its address
    std::shared_ptr<View> view;
    std::unique_ptr<std::shared_ptr<Expr>> expr;  // stays where it is
  };
  std::vector<Seen> seen_;
  std::vector<std::unique_ptr<std::shared_ptr<Expr>>> forgotten_;  // references may be left
  Snapshot* const outer_;
  const int64_t id_;
};

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_SNAPSHOT_H_
