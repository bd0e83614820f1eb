// Memory of a thread, kept between calls: page faults of fresh memory would cost as much as the work.
#include <stdlib.h>

#include "kernel.h"
#if defined(_WIN32)
#include <malloc.h>
#endif

namespace {
struct Scratch {
  void *memory = nullptr;
  size_t size = 0;
  ~Scratch() { release(); }
  void release() {
#if defined(_WIN32)
    _aligned_free(memory);
#else
    free(memory);
#endif
    memory = nullptr, size = 0;
  }
};
thread_local Scratch scratch;
}  // namespace

void *qd_scratch(size_t bytes) {
  if (bytes <= scratch.size) return scratch.memory;
  scratch.release();
  const size_t size = (bytes + 4095) / 4096 * 4096;
#if defined(_WIN32)
  scratch.memory = _aligned_malloc(size, 64);
#else
  if (posix_memalign(&scratch.memory, 64, size)) scratch.memory = nullptr;
#endif
  scratch.size = scratch.memory ? size : 0;
  return scratch.memory;
}
