// Six rows of int8 codes times a panel of 64 columns, in plain C: what the other builds are compared with.
INLINE void product(const QdLayer *L, int, const uint8_t *w, const int8_t *a, long stride, long length, int32_t *out) {
  for (int i = 0; i < 64 * QD_TILE; i++) out[i] = 0;
  for (long k = 0; k < length; k++) {
    const uint8_t *at = w + (L->packed ? k / 8 : k / 4) * 256 + (k & 3);
    const int places = L->packed && (k & 4) ? 4 : 0, mask = L->packed ? 15 : 255;
    for (int m = 0; m < QD_TILE; m++) {
      const int32_t q = a[m * stride + k];
      for (int n = 0; n < 64; n++) out[64 * m + n] += q * ((at[4 * n] >> places) & mask);
    }
  }
}
