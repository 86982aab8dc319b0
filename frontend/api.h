// What the shared library shows of itself: what is declared in namespaces opened with
// BROADLOOM_API, in the headers that are installed.
#ifndef BROADLOOM_API_H_
#define BROADLOOM_API_H_

#define BROADLOOM_API [[gnu::visibility("default")]]

#endif  // BROADLOOM_API_H_
