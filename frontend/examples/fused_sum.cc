// One expression, one loop: nothing of the size of x is ever stored but x itself.
//
// Prints:
//   sum(sqrt(x) * 2) = 1.33333e+09
//   compiled 1 kernel
#include <iostream>

#include "broadloom/array.h"

namespace bl = broadloom;

int main() {
  const bl::Array x = bl::arange(1000000.0);
  const bl::Array y = bl::sum(bl::sqrt(x) * 2);  // nothing computed yet
  std::cout << "sum(sqrt(x) * 2) = " << y.item<double>() << "\n";
  std::cout << "compiled " << bl::cache_info().compiles << " kernel\n";
}
