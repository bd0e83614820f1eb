// The branch's first factor: T = z down, for a few rows at a time, eight ranks in a register.

#if QD_LANES == 4
template <int ROWS>
INLINE void down_rows(const QdLayer *L, const float *z, ptrdiff_t stride, float *t) {
  for (int c = 0; c < L->ranks / 8; c++) {
    const int from = L->down_range[3 * c], to = L->down_range[3 * c + 1];
    const float *d = L->down + ((ptrdiff_t)L->down_range[3 * c + 2] - from) * 8;
    for (int m = 0; m < ROWS; m++) {
      float sum[8] = {};
      for (int k = from; k < to; k++)
        for (int r = 0; r < 8; r++) sum[r] = __builtin_fmaf(z[m * stride + k], d[8 * k + r], sum[r]);
      for (int r = 0; r < 8; r++) t[(size_t)m * L->ranks + 8 * c + r] = sum[r];
    }
  }
}
#else
// Eight ranks from `d`, or sixteen where a second eight at `e` use the same inputs: the same sums, half the loads of z.
template <int ROWS>
INLINE void down_eight(const float *z, ptrdiff_t stride, int from, int to, const float *d, float *t, int ranks) {
  __m256 sum[ROWS];
#pragma GCC unroll 12
  for (int m = 0; m < ROWS; m++) sum[m] = _mm256_setzero_ps();
  for (int k = from; k < to; k++) {
    const __m256 v = _mm256_loadu_ps(d + 8 * (ptrdiff_t)k);
#pragma GCC unroll 12
    for (int m = 0; m < ROWS; m++) sum[m] = _mm256_fmadd_ps(_mm256_broadcast_ss(z + m * stride + k), v, sum[m]);
  }
#pragma GCC unroll 12
  for (int m = 0; m < ROWS; m++) _mm256_storeu_ps(t + (size_t)m * ranks, sum[m]);
}
#if QD_LANES == 16
template <int ROWS>
INLINE void down_sixteen(const float *z, ptrdiff_t stride, int from, int to, const float *d, const float *e, float *t, int ranks) {
  __m512 sum[ROWS];
#pragma GCC unroll 12
  for (int m = 0; m < ROWS; m++) sum[m] = _mm512_setzero_ps();
  for (int k = from; k < to; k++) {
    const __m512 low = _mm512_castps256_ps512(_mm256_loadu_ps(d + 8 * (ptrdiff_t)k));
    const __m512 v = _mm512_insertf32x8(low, _mm256_loadu_ps(e + 8 * (ptrdiff_t)k), 1);
#pragma GCC unroll 12
    for (int m = 0; m < ROWS; m++) sum[m] = _mm512_fmadd_ps(_mm512_set1_ps(z[m * stride + k]), v, sum[m]);
  }
#pragma GCC unroll 12
  for (int m = 0; m < ROWS; m++) _mm512_storeu_ps(t + (size_t)m * ranks, sum[m]);
}
#endif
template <int ROWS>
INLINE void down_rows(const QdLayer *L, const float *z, ptrdiff_t stride, float *t) {
  const int32_t *range = L->down_range;
  auto at = [&](int c) { return L->down + ((ptrdiff_t)range[3 * c + 2] - range[3 * c]) * 8; };
  for (int c = 0; c < L->ranks / 8; c++) {
    const int from = range[3 * c], to = range[3 * c + 1];
#if QD_LANES == 16
    if (c + 1 < L->ranks / 8 && range[3 * c + 3] == from && range[3 * c + 4] == to) {
      down_sixteen<ROWS>(z, stride, from, to, at(c), at(c + 1), t + 8 * c, L->ranks);
      c++;
      continue;
    }
#endif
    down_eight<ROWS>(z, stride, from, to, at(c), t + 8 * c, L->ranks);
  }
}
#endif

static void branch_down(const QdLayer *L, int rows, const float *z, ptrdiff_t stride, float *t) {
  enum { TOGETHER = QD_LANES == 16 ? 12 : 6 };
  int m = 0;
  for (; m + TOGETHER <= rows; m += TOGETHER) down_rows<TOGETHER>(L, z + m * stride, stride, t + (size_t)m * L->ranks);
  for (; m < rows; m++) down_rows<1>(L, z + m * stride, stride, t + (size_t)m * L->ranks);
}
