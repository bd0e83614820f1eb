// The order in which the product reads a weight's codes, u = code + 2^(bits - 1).
//
// Panels of 64 outputs, one after another; in a panel group after group; in a group four inputs of each of the 64
// outputs after another. With two codes a byte, the first four inputs are the low halves and the next four the high ones.
#include "kernel.h"

namespace {
struct Place {
  size_t byte;
  int places;
};
inline Place place(const QdLayer *L, int n, int k) {
  const size_t group = k / L->group, in_group = k % L->group;
  const size_t row = (size_t)(n / QD_PANEL) * L->groups + group;
  const size_t lane = 4 * (size_t)(n % QD_PANEL) + in_group % 4;
  if (!L->packed) return {row * L->group_padded * 64 + in_group / 4 * 256 + lane, 0};
  return {row * L->group_padded * 32 + in_group / 8 * 256 + lane, in_group & 4 ? 4 : 0};
}
}  // namespace

// Codes (outputs, inputs) to `out`, which must be zero.
QD_API void qd_pack(const QdLayer *L, const int8_t *codes, uint8_t *out) {
  const int shift = (L->largest + 1) / 2;
  for (int n = 0; n < L->outputs; n++)
    for (int k = 0; k < L->inputs; k++) {
      const Place p = place(L, n, k);
      out[p.byte] |= (uint8_t)((codes[(size_t)n * L->inputs + k] + shift) << p.places);
    }
}

// The codes (outputs, inputs) that were packed.
QD_API void qd_unpack(const QdLayer *L, int8_t *codes) {
  const int shift = (L->largest + 1) / 2, mask = L->packed ? 15 : 255;
  for (int n = 0; n < L->outputs; n++)
    for (int k = 0; k < L->inputs; k++) {
      const Place p = place(L, n, k);
      codes[(size_t)n * L->inputs + k] = (int8_t)(((L->codes[p.byte] >> p.places) & mask) - shift);
    }
}
