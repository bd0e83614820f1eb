// One build of the kernel: the sources that follow, compiled for one instruction set. The file that includes this says
// which: QD_LANES (floats in a register), QD_PRODUCT (the integer product), QD_BUILD (the table's name).
#include "kernel.h"
#if QD_LANES > 4
#include <immintrin.h>
#endif

namespace {
#include "vectors.h"
#include "rotate.h"
#include "round.h"
#include "branch.h"
#include QD_PRODUCT
#include "linear.h"
#ifdef QD_ATTENTION
#include "attention.h"
#endif
}  // namespace

#ifdef QD_ATTENTION
extern const QdBuild QD_BUILD = {QD_NAME, prepare, multiply, whole_sums, attention, attention_scratch};
#else
extern const QdBuild QD_BUILD = {QD_NAME, prepare, multiply, whole_sums, nullptr, nullptr};
#endif
