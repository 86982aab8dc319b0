// All tables of functions.
#include "frontend/calls/tables.h"

namespace broadloom::calls {

std::vector<Table> Tables() {
  return {OpTable(),      ComposedTable(), CreationTable(),   ViewTable(),
          JoiningTable(), SortingTable(),  StatisticsTable(), ProductTable(),
          LinalgTable(),  FftTable(),      RandomTable()};
}

}  // namespace broadloom::calls
