// The branch's first factor: T = z down, for a few rows at a time, eight ranks in a register.

#if QD_LANES == 4
template <int ROWS>
INLINE void down_rows(const QdLayer *L, const float *z, float *t) {
  for (int c = 0; c < L->ranks / 8; c++) {
    const int from = L->down_range[3 * c], to = L->down_range[3 * c + 1];
    const float *d = L->down + ((ptrdiff_t)L->down_range[3 * c + 2] - from) * 8;
    for (int m = 0; m < ROWS; m++) {
      float sum[8] = {};
      for (int k = from; k < to; k++)
        for (int r = 0; r < 8; r++) sum[r] = __builtin_fmaf(z[(size_t)m * L->inputs + k], d[8 * k + r], sum[r]);
      for (int r = 0; r < 8; r++) t[(size_t)m * L->ranks + 8 * c + r] = sum[r];
    }
  }
}
#else
template <int ROWS>
INLINE void down_rows(const QdLayer *L, const float *z, float *t) {
  const int K = L->inputs;
  for (int c = 0; c < L->ranks / 8; c++) {
    const int from = L->down_range[3 * c], to = L->down_range[3 * c + 1];
    const float *d = L->down + ((ptrdiff_t)L->down_range[3 * c + 2] - from) * 8;
    __m256 sum[ROWS];
#pragma GCC unroll 12
    for (int m = 0; m < ROWS; m++) sum[m] = _mm256_setzero_ps();
    for (int k = from; k < to; k++) {
      const __m256 v = _mm256_loadu_ps(d + 8 * k);
#pragma GCC unroll 12
      for (int m = 0; m < ROWS; m++) sum[m] = _mm256_fmadd_ps(_mm256_broadcast_ss(z + (size_t)m * K + k), v, sum[m]);
    }
#pragma GCC unroll 12
    for (int m = 0; m < ROWS; m++) _mm256_storeu_ps(t + (size_t)m * L->ranks + 8 * c, sum[m]);
  }
}
#endif

static void branch_down(const QdLayer *L, int rows, const float *z, float *t) {
  enum { TOGETHER = QD_LANES == 16 ? 12 : 6 };
  int m = 0;
  for (; m + TOGETHER <= rows; m += TOGETHER) down_rows<TOGETHER>(L, z + (size_t)m * L->inputs, t + (size_t)m * L->ranks);
  for (; m < rows; m++) down_rows<1>(L, z + (size_t)m * L->inputs, t + (size_t)m * L->ranks);
}
