// A fresh array in the making. Where all that goes into it is there it is copied; else the array is
// pending, and each part is computed where it belongs.
#ifndef BROADLOOM_FRONTEND_JOINING_ASSEMBLY_H_
#define BROADLOOM_FRONTEND_JOINING_ASSEMBLY_H_

#include <optional>
#include <vector>

#include "frontend/joining/parts.h"

namespace broadloom::joining {

// Places: of each axis so many, from one on.
struct Box {
  Sizes starts, counts;

  Box Cut(int64_t axis, int64_t begin, int64_t count) const;
};

// What goes where: it broadcasts to the places, and has the result's dtype.
struct Placed {
  Box to;
  Array from;
};

// Whether something has to be computed.
bool AnyPending(const std::vector<Array>& arrays);

struct Frame {
  const char* name;  // of the function, for messages
  Context& context;
  DataType dtype;
  Sizes shape;
  Order order;  // in memory
  bool pending;
};

class Assembly {
 public:
  // Every place has to be written to.
  explicit Assembly(const Frame& frame);

  Box all() const;
  void Write(const std::vector<Placed>& parts);
  // As it is now.
  const Array& array() const { return array_; }

 private:
  Region RegionOf(const Box& box) const;
  void Insert(const Placed& part);

  const Frame frame_;
  std::optional<Fresh> fresh_;  // none: pending
  Array array_;
  int inserts_ = 0;  // since it was last computed
};

// Arrays one after another along an axis, in the dtype that all of them promote to; in the order
// that numpy.concatenate chooses where none is given. Throws invalid_argument where their other
// axes differ.
Array Joined(const char* name, const std::vector<Array>& arrays, int64_t axis,
             const std::optional<Order>& order = {});

}  // namespace broadloom::joining

#endif  // BROADLOOM_FRONTEND_JOINING_ASSEMBLY_H_
