// Six rows of int8 codes times a panel of 64 columns, sixteen columns at a time, on 256-bit registers.
// With AVX-VNNI in one instruction; without it in 16-bit sums that are widened before they can overflow, or, for codes
// too wide for that, in 16-bit factors.

INLINE __m256i four_codes(const int8_t *a) { return _mm256_set1_epi32(*(const int32_t __attribute__((may_alias, aligned(1))) *)a); }
INLINE __m256i columns(const uint8_t *w, int half, bool packed, int high) {
  __m256i v = _mm256_load_si256((const __m256i *)(w + 32 * half));
  if (!packed) return v;
  if (high) v = _mm256_srli_epi16(v, 4);
  return _mm256_and_si256(v, _mm256_set1_epi8(15));
}

#if defined(__AVXVNNI__) || defined(QD_VNNI_256)
#if defined(__AVXVNNI__)
#define QD_DOT _mm256_dpbusd_avx_epi32
#else
#define QD_DOT _mm256_dpbusd_epi32
#endif
template <bool PACKED>
INLINE void product_columns(const uint8_t *w, const int8_t *a, long stride, long length, long, int32_t *out) {
  __m256i sum[QD_TILE][2];
#pragma GCC unroll 6
  for (int m = 0; m < QD_TILE; m++) sum[m][0] = sum[m][1] = _mm256_setzero_si256();
  for (long k = 0; k < length; k += 4) {
    const uint8_t *at = w + (PACKED ? k / 8 : k / 4) * 256;
    const __m256i b0 = columns(at, 0, PACKED, k & 4), b1 = columns(at, 1, PACKED, k & 4);
#pragma GCC unroll 6
    for (int m = 0; m < QD_TILE; m++) {
      const __m256i v = four_codes(a + m * stride + k);
      sum[m][0] = QD_DOT(sum[m][0], b0, v), sum[m][1] = QD_DOT(sum[m][1], b1, v);
    }
  }
#pragma GCC unroll 6
  for (int m = 0; m < QD_TILE; m++) {
    _mm256_store_si256((__m256i *)(out + 64 * m), sum[m][0]);
    _mm256_store_si256((__m256i *)(out + 64 * m + 8), sum[m][1]);
  }
}
#else
// `quads`: how many steps of four codes a 16-bit sum can take.
template <bool PACKED>
INLINE void product_columns(const uint8_t *w, const int8_t *a, long stride, long length, long quads, int32_t *out) {
  const __m256i ones = _mm256_set1_epi16(1);
  for (int m = 0; m < QD_TILE; m++)
    for (int h = 0; h < 2; h++) _mm256_store_si256((__m256i *)(out + 64 * m + 8 * h), _mm256_setzero_si256());
  for (long from = 0; from < length; from += 4 * quads) {
    const long to = from + 4 * quads < length ? from + 4 * quads : length;
    __m256i sum[QD_TILE][2];
#pragma GCC unroll 6
    for (int m = 0; m < QD_TILE; m++) sum[m][0] = sum[m][1] = _mm256_setzero_si256();
    for (long k = from; k < to; k += 4) {
      const uint8_t *at = w + (PACKED ? k / 8 : k / 4) * 256;
      const __m256i b0 = columns(at, 0, PACKED, k & 4), b1 = columns(at, 1, PACKED, k & 4);
#pragma GCC unroll 6
      for (int m = 0; m < QD_TILE; m++) {
        const __m256i v = four_codes(a + m * stride + k);
        sum[m][0] = _mm256_add_epi16(sum[m][0], _mm256_maddubs_epi16(b0, v));
        sum[m][1] = _mm256_add_epi16(sum[m][1], _mm256_maddubs_epi16(b1, v));
      }
    }
#pragma GCC unroll 6
    for (int m = 0; m < QD_TILE; m++)
      for (int h = 0; h < 2; h++) {
        __m256i *p = (__m256i *)(out + 64 * m + 8 * h);
        *p = _mm256_add_epi32(*p, _mm256_madd_epi16(sum[m][h], ones));
      }
  }
}

// Codes of any width, bytes only: four columns of four codes in sixteen 16-bit factors.
static void product_wide(const uint8_t *w, const int8_t *a, long stride, long length, int32_t *out) {
  for (int m = 0; m < QD_TILE; m += 2) {
    __m256i sum[2][4];
    for (int r = 0; r < 2; r++)
      for (int c = 0; c < 4; c++) sum[r][c] = _mm256_setzero_si256();
    for (long k = 0; k < length; k += 4) {
      __m256i v[2];
      for (int r = 0; r < 2; r++)
        v[r] = _mm256_broadcastq_epi64(_mm_cvtepi8_epi16(_mm_cvtsi32_si128(*(const int32_t __attribute__((may_alias, aligned(1))) *)(a + (m + r) * stride + k))));
      for (int c = 0; c < 4; c++) {
        const __m256i b = _mm256_cvtepu8_epi16(_mm_load_si128((const __m128i *)(w + k / 4 * 256 + 16 * c)));
        for (int r = 0; r < 2; r++) sum[r][c] = _mm256_add_epi32(sum[r][c], _mm256_madd_epi16(b, v[r]));
      }
    }
    for (int r = 0; r < 2; r++)
      for (int c = 0; c < 4; c++) {
        int32_t p[8];
        _mm256_storeu_si256((__m256i *)p, sum[r][c]);
        for (int i = 0; i < 4; i++) out[64 * (m + r) + 4 * c + i] = p[2 * i] + p[2 * i + 1];
      }
  }
}
#endif

INLINE void product(const QdLayer *L, int largest_code, const uint8_t *w, const int8_t *a, long stride, long length, int32_t *out) {
  const long quads = 32767 / (2 * (long)L->largest * largest_code);
  for (int part = 0; part < 4; part++) {
    const uint8_t *at = w + 64 * part;
    int32_t *sums = out + 16 * part;
    if (L->packed)
      product_columns<true>(at, a, stride, length, quads, sums);
#if !defined(__AVXVNNI__) && !defined(QD_VNNI_256)
    else if (!quads)
      product_wide(at, a, stride, length, sums);
#endif
    else
      product_columns<false>(at, a, stride, length, quads, sums);
  }
}
