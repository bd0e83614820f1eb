// The order in which the product reads a weight's codes, u = code + 2^(bits - 1).
//
// Panels of 64 outputs, one after another; in a panel group after group; in a group four inputs of each of the 64
// outputs after another. With two codes a byte, the first four inputs are the low halves and the next four the high ones.
#include "kernel.h"

namespace {
// Calls found(index of the code in its row, byte, places to shift) for the codes of output n, in order.
template <class F>
inline void each_code(const QdLayer *L, int n, F found) {
  const size_t group_bytes = (size_t)L->group_padded * (L->packed ? 32 : 64);
  size_t base = (size_t)(n / QD_PANEL) * L->groups * group_bytes + 4 * (size_t)(n % QD_PANEL);
  const int fours = L->packed ? 3 : 2, high = L->packed ? 4 : 0;
  for (int g = 0, k = 0; g < L->groups; g++, base += group_bytes)
    for (int i = 0; i < L->group; i++, k++) found(k, base + (size_t)(i >> fours) * 256 + (i & 3), i & high);
}
}  // namespace

// Codes (outputs, inputs) to `out`, which must be zero.
QD_API void qd_pack(const QdLayer *L, const int8_t *codes, uint8_t *out) {
  const int shift = (L->largest + 1) / 2;
  for (int n = 0; n < L->outputs; n++) {
    const int8_t *row = codes + (size_t)n * L->inputs;
    each_code(L, n, [=](int k, size_t byte, int places) { out[byte] |= (uint8_t)((row[k] + shift) << places); });
  }
}

// The codes (outputs, inputs) that were packed.
QD_API void qd_unpack(const QdLayer *L, int8_t *codes) {
  const int shift = (L->largest + 1) / 2, mask = L->packed ? 15 : 255;
  const uint8_t *packed = L->codes;
  for (int n = 0; n < L->outputs; n++) {
    int8_t *row = codes + (size_t)n * L->inputs;
    each_code(L, n, [=](int k, size_t byte, int places) { row[k] = (int8_t)(((packed[byte] >> places) & mask) - shift); });
  }
}
