// softmax(q k^T scale) v for heads of 64, six queries against all keys at a time, on the same tiles as the product.
// In float32 without loss, or with bfloat16 factors and float32 sums. Queries carry log2(e), so that weights are powers
// of two. AVX-512 only.

enum { SIZE = 64, STRETCH = 768 };
static int64_t padded_tokens(const QdAttention *a) { return (a->tokens + 15) / 16 * 16; }

// Keys and values of a head, scores and weights of six queries.
static size_t attention_scratch(const QdAttention *a) {
  const size_t tokens = (size_t)padded_tokens(a), whole = (tokens + 63) / 64 * 64;
  return (whole + tokens) * (SIZE + QD_TILE) * 4 + 4096;
}

// Rows of sixteen 32-bit words become columns.
INLINE void transpose16(__m512i *r) {
  __m512i t[16];
  for (int i = 0; i < 16; i += 2)
    t[i] = _mm512_unpacklo_epi32(r[i], r[i + 1]), t[i + 1] = _mm512_unpackhi_epi32(r[i], r[i + 1]);
  for (int i = 0; i < 16; i += 4)
    for (int j = 0; j < 2; j++) {
      r[i + 2 * j] = _mm512_unpacklo_epi64(t[i + j], t[i + 2 + j]);
      r[i + 2 * j + 1] = _mm512_unpackhi_epi64(t[i + j], t[i + 2 + j]);
    }
  for (int i = 0; i < 16; i += 8)
    for (int j = 0; j < 4; j++) {
      t[i + j] = _mm512_shuffle_i32x4(r[i + j], r[i + 4 + j], 0x88);
      t[i + 4 + j] = _mm512_shuffle_i32x4(r[i + j], r[i + 4 + j], 0xdd);
    }
  for (int j = 0; j < 8; j++) {
    r[j] = _mm512_shuffle_i32x4(t[j], t[8 + j], 0x88);
    r[8 + j] = _mm512_shuffle_i32x4(t[j], t[8 + j], 0xdd);
  }
}

// Float factors as they are: one to a 32-bit word.
struct Floats {
  enum { BYTES = 4 };
  INLINE __m512i words(const float *x) { return _mm512_loadu_si512(x); }
  INLINE void put(char *to, int64_t index, __m512 x) { _mm512_store_ps((float *)to + index, x); }
  INLINE __m512 add_product(__m512 sum, __m512 x, __m512 y) { return _mm512_fmadd_ps(x, y, sum); }
  static void times(const void *w, const void *a, long stride, long factors, float *out) {
    product_floats(w, a, stride, factors, out);
  }
  // Rows of values are multiplied where they lie if they begin at a whole cache line.
  static const char *values(const QdAttention *a, const float *value, char *memory) {
    if ((uintptr_t)value % 64 == 0) return (const char *)value;
    __builtin_memcpy(memory, value, (size_t)a->tokens * SIZE * 4);
    return memory;
  }
  static int64_t factors(int64_t count) { return count; }
};

#if defined(__AVX512BF16__)
// Two bfloat16 factors to a word; values of two tokens lie beside each other.
struct Bfloats {
  enum { BYTES = 2 };
  INLINE __m512i words(const float *x) { return (__m512i)_mm512_cvtne2ps_pbh(_mm512_loadu_ps(x + 16), _mm512_loadu_ps(x)); }
  INLINE void put(char *to, int64_t index, __m512 x) {
    _mm256_store_si256((__m256i *)(to + 2 * index), (__m256i)_mm512_cvtneps_pbh(x));
  }
  INLINE __m512 add_product(__m512 sum, __m512 x, __m512 y) { return _mm512_dpbf16_ps(sum, (__m512bh)x, (__m512bh)y); }
  static void times(const void *w, const void *a, long stride, long factors, float *out) {
    product_bfloats(w, a, stride, factors / 2, out);
  }
  static const char *values(const QdAttention *a, const float *value, char *memory) {
    for (int64_t t = 0; t < padded_tokens(a); t += 2)
      for (int d = 0; d < SIZE; d += 16) {
        const __m512 none = _mm512_setzero_ps();
        const __m512 even = t < a->tokens ? _mm512_loadu_ps(value + t * SIZE + d) : none;
        const __m512 odd = t + 1 < a->tokens ? _mm512_loadu_ps(value + (t + 1) * SIZE + d) : none;
        const __m512i low = _mm512_cvtepu16_epi32((__m256i)_mm512_cvtneps_pbh(even));
        const __m512i high = _mm512_cvtepu16_epi32((__m256i)_mm512_cvtneps_pbh(odd));
        _mm512_store_si512(memory + (t * SIZE + 2 * d) * 2, _mm512_or_si512(low, _mm512_slli_epi32(high, 16)));
      }
    return memory;
  }
  static int64_t factors(int64_t count) { return (count + 1) / 2 * 2; }
};
#endif

// Keys as panels of 64 columns: a word of every key after another.
template <class F>
static void pack_keys(const QdAttention *a, const float *key, char *keys) {
  const int words = SIZE * F::BYTES / 4, features = 16 * 4 / F::BYTES;  // of a key; in a register
  for (int64_t t = 0; t < padded_tokens(a); t += 16) {
    char *panel = keys + (t / 64 * 64 * SIZE * F::BYTES) + t % 64 * 4;
    for (int block = 0; block < words / 16; block++) {
      __m512i r[16];
      for (int i = 0; i < 16; i++)
        r[i] = t + i < a->tokens ? F::words(key + (t + i) * SIZE + block * features) : _mm512_setzero_si512();
      transpose16(r);
      for (int i = 0; i < 16; i++) _mm512_store_si512(panel + (block * 16 + i) * 256, r[i]);
    }
  }
}

// The columns of an unfinished panel, sixteen to a register; the sums lie as those of a whole one.
template <class F, int REGISTERS>
static void few_columns(const char *w, const char *a, float *out) {
  __m512 sum[QD_TILE][REGISTERS];
  for (int m = 0; m < QD_TILE; m++)
    for (int c = 0; c < REGISTERS; c++) sum[m][c] = _mm512_setzero_ps();
  for (int step = 0; step < SIZE * F::BYTES / 4; step++) {
    __m512 column[REGISTERS];
    for (int c = 0; c < REGISTERS; c++) column[c] = _mm512_load_ps(w + 256 * step + 64 * c);
#pragma GCC unroll 6
    for (int m = 0; m < QD_TILE; m++) {
      const __m512 row = _mm512_set1_ps(*(const float *)(a + (m * SIZE * F::BYTES) + 4 * step));
#pragma GCC unroll 3
      for (int c = 0; c < REGISTERS; c++) sum[m][c] = F::add_product(sum[m][c], row, column[c]);
    }
  }
  for (int m = 0; m < QD_TILE; m++)
    for (int c = 0; c < REGISTERS; c++) _mm512_store_ps(out + 64 * m + 16 * c, sum[m][c]);
}

// 2^x for x <= 0, down to 2^-126: 2^floor(x) times a polynomial of degree 5 of the rest, relative error 1.5e-7.
// What is not a number stays so.
INLINE __m512 power_of_two(__m512 x) {
  x = _mm512_max_ps(_mm512_set1_ps(-126.f), x);
  const __m512 f = _mm512_reduce_ps(x, 1);
  __m512 p = _mm512_set1_ps(1.877576675e-3f);
  p = _mm512_fmadd_ps(p, f, _mm512_set1_ps(8.989340091e-3f));
  p = _mm512_fmadd_ps(p, f, _mm512_set1_ps(5.582631805e-2f));
  p = _mm512_fmadd_ps(p, f, _mm512_set1_ps(2.401536170e-1f));
  p = _mm512_fmadd_ps(p, f, _mm512_set1_ps(6.931530732e-1f));
  p = _mm512_fmadd_ps(p, f, _mm512_set1_ps(9.999999251e-1f));
  return _mm512_scalef_ps(p, x);
}

// Scores of one query, 64 keys of each panel of six queries, become weights 2^(score - greatest). Returns one over
// their sum.
INLINE int64_t score_at(int64_t t) { return t / 64 * (64 * QD_TILE) + t % 64; }
template <class F>
INLINE float soften(const float *scores, int64_t tokens, char *weights) {
  const int64_t whole = tokens / 16 * 16;
  const __mmask16 rest = (__mmask16)((1u << (tokens - whole)) - 1);  // of the last sixteen
  const __m512 lowest = _mm512_set1_ps(-__builtin_inff());
  __m512 high[4] = {lowest, lowest, lowest, lowest};
  int64_t t = 0;
  for (; t + 64 <= whole; t += 64)
    for (int i = 0; i < 4; i++) high[i] = _mm512_max_ps(high[i], _mm512_load_ps(scores + score_at(t) + 16 * i));
  for (; t < whole; t += 16) high[0] = _mm512_max_ps(high[0], _mm512_load_ps(scores + score_at(t)));
  if (rest) high[1] = _mm512_mask_max_ps(high[1], rest, high[1], _mm512_load_ps(scores + score_at(t)));
  const __m512 of_columns = _mm512_max_ps(_mm512_max_ps(high[0], high[1]), _mm512_max_ps(high[2], high[3]));
  const __m512 top = _mm512_set1_ps(_mm512_reduce_max_ps(of_columns));
  __m512 sum[4] = {_mm512_setzero_ps(), _mm512_setzero_ps(), _mm512_setzero_ps(), _mm512_setzero_ps()};
  for (t = 0; t + 64 <= whole; t += 64)
    for (int i = 0; i < 4; i++) {
      const __m512 e = power_of_two(_mm512_sub_ps(_mm512_load_ps(scores + score_at(t) + 16 * i), top));
      sum[i] = _mm512_add_ps(sum[i], e);
      F::put(weights, t + 16 * i, e);
    }
  for (; t < tokens; t += 16) {
    const __mmask16 these = t < whole ? (__mmask16)0xffff : rest;
    const __m512 e = _mm512_maskz_mov_ps(these, power_of_two(_mm512_sub_ps(_mm512_load_ps(scores + score_at(t)), top)));
    sum[0] = _mm512_add_ps(sum[0], e);
    F::put(weights, t, e);
  }
  return 1.f / _mm512_reduce_add_ps(_mm512_add_ps(_mm512_add_ps(sum[0], sum[1]), _mm512_add_ps(sum[2], sum[3])));
}

// Queries first .. last of one head, six at a time.
template <class F>
static void attend(const QdAttention *a, int64_t head, int64_t first, int64_t last, char *memory) {
  const int64_t T = a->tokens, padded = padded_tokens(a), whole = (padded + 63) / 64 * 64;
  const int64_t h = head % a->heads, b = head / a->heads;
  const size_t begin = (size_t)head * T * SIZE;
  const long row = SIZE * F::BYTES;
  char *keys = memory, *copy = keys + whole * row, *weights = copy + padded * SIZE * 4;
  float *scores = (float *)(weights + padded * QD_TILE * 4);
  pack_keys<F>(a, a->key + begin, keys);
  const char *values = F::values(a, a->value + begin, copy);
  alignas(64) char queries[QD_TILE * SIZE * 4];
  alignas(64) float out[QD_TILE * 64], total_out[QD_TILE * 64];
  const __m512 scale = _mm512_set1_ps(a->scale * 1.44269504f);
  float *output = a->output + b * a->output_batch_stride + h * SIZE;
  for (int64_t t = first; t < last; t += QD_TILE) {
    const int rows = last - t < QD_TILE ? (int)(last - t) : (int)QD_TILE;
    for (int r = 0; r < QD_TILE; r++)
      for (int i = 0; i < SIZE; i += 16) {
        const float *query = a->query + begin + (t + (r < rows ? r : 0)) * SIZE + i;
        F::put(queries, r * SIZE + i, _mm512_mul_ps(_mm512_loadu_ps(query), scale));
      }
    for (int64_t p = 0; p < padded; p += 64) {
      float *to = scores + score_at(p);
      switch (padded - p) {
        case 16: few_columns<F, 1>(keys + p * row, queries, to); break;
        case 32: few_columns<F, 2>(keys + p * row, queries, to); break;
        case 48: few_columns<F, 3>(keys + p * row, queries, to); break;
        default: F::times(keys + p * row, queries, row, SIZE, to);
      }
    }
    float inverse[QD_TILE];
    for (int r = 0; r < QD_TILE; r++) inverse[r] = soften<F>(scores + 64 * r, T, weights + r * padded * F::BYTES);
    for (int64_t k = 0; k < T; k += STRETCH) {  // sums of sums: long rows keep their precision
      const int64_t factors = F::factors(T - k < STRETCH ? T - k : (int64_t)STRETCH);
      F::times(values + k * row, weights + k * F::BYTES, padded * F::BYTES, factors, k ? out : total_out);
      for (int i = 0; k && i < QD_TILE * 64; i += 16)
        _mm512_store_ps(total_out + i, _mm512_add_ps(_mm512_load_ps(total_out + i), _mm512_load_ps(out + i)));
    }
    for (int r = 0; r < rows; r++)
      for (int i = 0; i < SIZE; i += 16)
        _mm512_storeu_ps(output + (t + r) * a->output_stride + i,
                         _mm512_mul_ps(_mm512_load_ps(total_out + 64 * r + i), _mm512_set1_ps(inverse[r])));
  }
}

// Queries first .. last of some heads (counted over the batch).
static void attention(const QdAttention *a, int64_t first_head, int64_t last_head, int64_t first, int64_t last, void *memory) {
  for (int64_t head = first_head; head < last_head; head++) {
#if defined(__AVX512BF16__)
    if (a->bfloat16) {
      attend<Bfloats>(a, head, first, last, (char *)memory);
      continue;
    }
#endif
    attend<Floats>(a, head, first, last, (char *)memory);
  }
}
