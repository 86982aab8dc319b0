// The tables of functions, one file each.
#ifndef BROADLOOM_FRONTEND_CALLS_TABLES_H_
#define BROADLOOM_FRONTEND_CALLS_TABLES_H_

#include "absl/types/span.h"
#include "frontend/calls/function.h"

namespace broadloom::calls {

using Table = absl::Span<const Function>;

Table OpTable();  // the public rows of ir/ops.def
Table ComposedTable();
Table CreationTable();
Table ViewTable();
Table JoiningTable();
Table SortingTable();
Table StatisticsTable();
Table ProductTable();
Table LinalgTable();
Table FftTable();
Table RandomTable();

std::vector<Table> Tables();  // all of them

}  // namespace broadloom::calls

#endif  // BROADLOOM_FRONTEND_CALLS_TABLES_H_
