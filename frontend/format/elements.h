// Elements as text, each by itself but of a common width.
#ifndef BROADLOOM_FRONTEND_FORMAT_ELEMENTS_H_
#define BROADLOOM_FRONTEND_FORMAT_ELEMENTS_H_

#include <string>
#include <vector>

#include "frontend/format.h"
#include "frontend/format/shown.h"

namespace broadloom::format {

std::vector<std::string> TextsOf(const Shown& shown, const PrintOptions& options);

// As ml_dtypes writes one.
std::string BFloat16Text(double value);

}  // namespace broadloom::format

#endif  // BROADLOOM_FRONTEND_FORMAT_ELEMENTS_H_
