// softmax(q k^T scale) v for heads of 64, six queries against all keys at a time, on the same tiles as the product.
// In float32 without loss, or with bfloat16 factors and float32 sums.

#if defined(__AVX512BF16__)
INLINE void store_bfloats(void *to, __m512 x) { _mm256_storeu_si256((__m256i *)to, (__m256i)_mm512_cvtneps_pbh(x)); }
#endif

enum { SIZE = 64, STRETCH = 768 };
static int64_t padded_tokens(const QdAttention *a) { return (a->tokens + 63) / 64 * 64; }

static size_t attention_scratch(const QdAttention *a) { return (size_t)padded_tokens(a) * (2 * SIZE + 2 * QD_TILE) * 4 + 4096; }

template <bool BF>
struct Panels {
  static const int BYTES = BF ? 2 : 4;
  // Keys as panels of 64 columns, four bytes of every key after another; values as rows of 64 columns.
  static void pack(const QdAttention *a, const float *key, const float *value, char *keys, char *values) {
    const int64_t T = a->tokens, padded = padded_tokens(a);
    for (int64_t t = 0; t < padded; t++) {
      alignas(64) uint32_t k[SIZE] = {}, v[SIZE] = {};
      for (int i = 0; i < SIZE && t < T; i += 16) {
        const __m512 kv = _mm512_loadu_ps(key + t * SIZE + i), vv = _mm512_loadu_ps(value + t * SIZE + i);
#if defined(__AVX512BF16__)
        if (BF) {
          store_bfloats((uint16_t *)k + i, kv), store_bfloats((uint16_t *)v + i, vv);
          continue;
        }
#endif
        _mm512_store_ps(k + i, kv), _mm512_store_ps(v + i, vv);
      }
      uint32_t *panel = (uint32_t *)(keys + t / 64 * 64 * SIZE * BYTES) + t % 64;
      for (int d = 0; d < SIZE * BYTES / 4; d++) panel[64 * d] = k[d];
      if (BF)
        for (int d = 0; d < SIZE; d++) ((uint16_t *)values)[(t / 2 * SIZE + d) * 2 + t % 2] = ((uint16_t *)v)[d];
      else
        __builtin_memcpy(values + t * SIZE * 4, v, SIZE * 4);
    }
  }
  static void times(const void *w, const void *a, long stride, long factors, float *out) {
#if defined(__AVX512BF16__)
    if (BF) return product_bfloats(w, a, stride, factors / 2, out);
#endif
    product_floats(w, a, stride, factors, out);
  }
  static void put(char *to, int64_t index, F16 x) {
#if defined(__AVX512BF16__)
    if (BF) return store_bfloats(to + 2 * index, (__m512)x.a);
#endif
    store((float *)to + index, x);
  }
};

// Scores of one query, 64 keys of each panel of six queries: exp(score - greatest), and one over their sum.
INLINE int64_t score_at(int64_t t) { return t / 64 * (64 * QD_TILE) + t % 64; }
template <bool BF>
INLINE float soften(float *scores, int64_t tokens, int64_t padded, char *weights) {
  for (int64_t t = tokens; t < padded; t++) scores[score_at(t)] = -1e30f;
  F16 high[2] = {load(scores), load(scores + 16)};
  for (int64_t t = 0; t < padded; t += 32) {
    const float *s = scores + score_at(t);
    high[0] = largest(high[0], load(s)), high[1] = largest(high[1], load(s + 16));
  }
  const F16 top = splat(greatest(largest(high[0], high[1]))), lowest = splat(-87.f);
  F16 sum = splat(0.f);
  for (int64_t t = 0; t < padded; t += 16) {
    F16 e = exponential(largest(load(scores + score_at(t)) - top, lowest));
    if (t + 16 > tokens) {  // what lies past the end counts nothing
      float part[16];
      store(part, e);
      for (int i = 0; i < 16; i++) part[i] = t + i < tokens ? part[i] : 0.f;
      e = load(part);
    }
    sum = sum + e;
    Panels<BF>::put(weights, t, e);
  }
  return 1.f / total(sum);
}

template <bool BF>
static void attend(const QdAttention *a, int64_t head, int64_t first, int64_t last, char *memory) {
  typedef Panels<BF> P;
  const int64_t T = a->tokens, padded = padded_tokens(a), h = head % a->heads, b = head / a->heads;
  const size_t begin = (size_t)head * T * SIZE;
  char *keys = memory, *values = keys + padded * SIZE * 4, *weights = values + padded * SIZE * 4;
  float *scores = (float *)(weights + padded * QD_TILE * 4);
  P::pack(a, a->key + begin, a->value + begin, keys, values);
  alignas(64) char queries[QD_TILE * SIZE * 4];
  alignas(64) float out[QD_TILE * 64], total_out[QD_TILE * 64];
  float *output = a->output + b * a->output_batch_stride + h * SIZE;
  for (int64_t t = first; t < last; t += QD_TILE) {
    const int rows = last - t < QD_TILE ? (int)(last - t) : (int)QD_TILE;
    for (int r = 0; r < QD_TILE; r++)
      for (int i = 0; i < SIZE; i += 16)
        P::put(queries, r * SIZE + i, load(a->query + begin + (t + (r < rows ? r : 0)) * SIZE + i) * splat(a->scale));
    for (int64_t p = 0; p < padded; p += 64)
      P::times(keys + p * SIZE * P::BYTES, queries, SIZE * P::BYTES, SIZE, scores + score_at(p));
    float inverse[QD_TILE];
    for (int r = 0; r < QD_TILE; r++)
      inverse[r] = soften<BF>(scores + 64 * r, T, padded, weights + r * padded * P::BYTES);
    for (int64_t k = 0; k < T; k += STRETCH) {  // sums of sums: long rows keep their precision
      const int64_t factors = T - k < STRETCH ? (T - k + 1) / 2 * 2 : (int64_t)STRETCH;
      P::times(values + k * SIZE * P::BYTES, weights + k * P::BYTES, padded * P::BYTES, factors, out);
      for (int r = 0; r < rows; r++)
        for (int i = 0; i < SIZE; i += 16) {
          const F16 part = load(out + 64 * r + i);
          store(total_out + 64 * r + i, k ? load(total_out + 64 * r + i) + part : part);
        }
    }
    for (int r = 0; r < rows; r++)
      for (int i = 0; i < SIZE; i += 16)
        store(output + (t + r) * a->output_stride + i, load(total_out + 64 * r + i) * splat(inverse[r]));
  }
}

// Queries first .. last of some heads (counted over the batch).
static void attention(const QdAttention *a, int64_t first_head, int64_t last_head, int64_t first, int64_t last, void *memory) {
  for (int64_t head = first_head; head < last_head; head++) {
#if defined(__AVX512BF16__)
    if (a->bfloat16) {
      attend<true>(a, head, first, last, (char *)memory);
      continue;
    }
#endif
    attend<false>(a, head, first, last, (char *)memory);
  }
}
