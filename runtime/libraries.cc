// Looks names up. A closed list on purpose: an image, wherever it came from, reaches nothing else
// in the process.
//
// SLEEF's names: Sleef_finz_<function><element><lanes>_<bound><target>, such as
//
//     Sleef_finz_expd4_u10avx2     Sleef_finz_powf16_u10avx512f     Sleef_finz_sind1_u10purecfma
//     Sleef_finz_fmodd4_avx2
//
// with d or f, 1.0 ULP ("u10"; exact functions have no bound), and purecfma (1 lane), avx2128 (128
// bits), avx2 (256), avx512f (512). All targets of one function give the same bits; a CPU without
// FMA cannot run them.
#include "runtime/libraries.h"

#include <dlfcn.h>

#include <cmath>
#include <cstring>
#include <string>

#include "absl/strings/match.h"
#include "ir/special_functions.h"

namespace broadloom {
namespace {

struct Known {
  const char* name;
  void* address;
};

template <class Function>
void* Address(Function* function) {
  return reinterpret_cast<void*>(function);
}

const Known kKnown[] = {
    {"memcpy", Address(&std::memcpy)},
    {"memmove", Address(&std::memmove)},
    {"memset", Address(&std::memset)},
    {"fmod", Address(static_cast<double (*)(double, double)>(
                 &::fmod))},  // `frem`; exact, so any libm will do
    {"fmodf", Address(&::fmodf)},
    {"bl.pow", Address(static_cast<double (*)(double, double)>(&::pow))},
    {"bl.lgamma", Address(&special::LogGamma)},
    {"bl.erfinv", Address(&special::InverseErf)},
    {"bl.digamma", Address(&special::Digamma)},
    {"bl.i0", Address(&special::BesselI0)},
    {"bl.beta", Address(&special::Beta)},
};

void* ResolveSleef(absl::string_view name) {
  static void* const library = dlopen("libsleef.so.3", RTLD_NOW | RTLD_LOCAL);
  return library ? dlsym(library, std::string(name).c_str()) : nullptr;
}

}  // namespace

void* ResolveSymbol(absl::string_view name) {
  if (absl::StartsWith(name, "Sleef_finz_")) return ResolveSleef(name);
  for (const Known& known : kKnown) {
    if (name == known.name) return known.address;
  }
  return nullptr;
}

}  // namespace broadloom
