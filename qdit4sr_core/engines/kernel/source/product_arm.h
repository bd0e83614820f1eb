// Six rows of int8 codes times a panel of 64 columns, sixteen columns at a time, with Arm's signed dot product.
// Weight codes of eight bits do not fit a signed byte: they are taken less 128, which the sum of the row's codes mends.
#include <arm_neon.h>

enum CodeWidth { NIBBLES, BYTES, WIDE };

INLINE int8x16_t four_codes(const int8_t *a) {
  int32_t codes;
  __builtin_memcpy(&codes, a, 4);
  return vreinterpretq_s8_s32(vdupq_n_s32(codes));
}
template <CodeWidth W>
INLINE int8x16_t columns(const uint8_t *w, long k) {
  uint8x16_t v = vld1q_u8(w);
  if (W == NIBBLES) v = k & 4 ? vshrq_n_u8(v, 4) : vandq_u8(v, vdupq_n_u8(15));
  if (W == WIDE) v = veorq_u8(v, vdupq_n_u8(128));
  return vreinterpretq_s8_u8(v);
}

template <CodeWidth W>
INLINE void product_columns(const uint8_t *w, const int8_t *a, long stride, long length, int32_t *out) {
  int32x4_t sum[QD_TILE][4], whole[QD_TILE];
#pragma GCC unroll 6
  for (int m = 0; m < QD_TILE; m++) sum[m][0] = sum[m][1] = sum[m][2] = sum[m][3] = whole[m] = vdupq_n_s32(0);
  for (long k = 0; k < length; k += 4) {
    const uint8_t *at = w + (W == NIBBLES ? k / 8 : k / 4) * 256;
    const int8x16_t b0 = columns<W>(at, k), b1 = columns<W>(at + 16, k);
    const int8x16_t b2 = columns<W>(at + 32, k), b3 = columns<W>(at + 48, k);
#pragma GCC unroll 6
    for (int m = 0; m < QD_TILE; m++) {
      const int8x16_t v = four_codes(a + m * stride + k);
      sum[m][0] = vdotq_s32(sum[m][0], b0, v), sum[m][1] = vdotq_s32(sum[m][1], b1, v);
      sum[m][2] = vdotq_s32(sum[m][2], b2, v), sum[m][3] = vdotq_s32(sum[m][3], b3, v);
      if (W == WIDE) whole[m] = vdotq_s32(whole[m], vdupq_n_s8(1), v);
    }
  }
#pragma GCC unroll 6
  for (int m = 0; m < QD_TILE; m++)
    for (int c = 0; c < 4; c++)
      vst1q_s32(out + 64 * m + 4 * c, W == WIDE ? vaddq_s32(sum[m][c], vshlq_n_s32(whole[m], 7)) : sum[m][c]);
}

INLINE void product(const QdLayer *L, int, const uint8_t *w, const int8_t *a, long stride, long length, int32_t *out) {
  for (int part = 0; part < 4; part++) {
    if (L->packed)
      product_columns<NIBBLES>(w + 64 * part, a, stride, length, out + 16 * part);
    else if (L->largest <= 127)
      product_columns<BYTES>(w + 64 * part, a, stride, length, out + 16 * part);
    else
      product_columns<WIDE>(w + 64 * part, a, stride, length, out + 16 * part);
  }
}
