// Rounding one row of z to int8 codes with a scale for each group.

// Codes of sixteen numbers: t is already divided by the scale. `half` rounds down and stores 2 c + 1 when STEP is 1.
INLINE I16 codes_of(F16 t, F16 lowest_code, F16 highest_code, bool half) {
  t = least(largest(t, lowest_code), highest_code);
  return to_integer(half ? floor(t) : nearest(t));
}
INLINE void narrow(int8_t *out, I16 c) {
#if QD_LANES == 16
  _mm_storeu_si128((__m128i *)out, _mm512_cvtepi32_epi8((__m512i)c.a));
#elif QD_LANES == 8
  const __m256i p = _mm256_permute4x64_epi64(_mm256_packs_epi32((__m256i)c.a, (__m256i)c.b), 0xD8);
  _mm_storeu_si128((__m128i *)out, _mm_packs_epi16(_mm256_castsi256_si128(p), _mm256_extracti128_si256(p, 1)));
#else
  int32_t v[16];
  store(v, c);
  for (int i = 0; i < 16; i++) out[i] = (int8_t)v[i];
#endif
}

struct Span {
  float least, largest, squares, finite;  // `finite` is not 0 when a number is not finite
};
INLINE Span measure(const float *z, int n, int kind) {
  Span span = {0, 0, 0, 0};
  if (n % 16) {
    for (int k = 0; k < n; k++) {
      span.least = z[k] < span.least ? z[k] : span.least, span.largest = z[k] > span.largest ? z[k] : span.largest;
      span.squares = __builtin_fmaf(z[k], z[k], span.squares), span.finite += z[k] * 0.f;
    }
    return span;
  }
  const F16 zero = splat(0.f);
  if (kind == QD_GAUSSIAN) {
    F16 s[4] = {zero, zero, zero, zero};
    int k = 0;
    for (; k + 64 <= n; k += 64)
      for (int i = 0; i < 4; i++) {
        const F16 v = load(z + k + 16 * i);
        s[i] = fma(v, v, s[i]);
      }
    for (; k < n; k += 16) s[0] = fma(load(z + k), load(z + k), s[0]);
    span.squares = total((s[0] + s[1]) + (s[2] + s[3]));
    span.finite = span.squares * 0.f;
    return span;
  }
  F16 low = zero, high = zero, finite = zero;
  for (int k = 0; k < n; k += 16) {
    const F16 v = load(z + k);
    low = least(v, low), high = largest(v, high), finite = fma(v, zero, finite);
  }
  span.least = smallest(low), span.largest = greatest(high), span.finite = total(finite);
  return span;
}

INLINE float reciprocal(float scale) { return scale > 0.f ? 1.f / (scale < 1e-30f ? 1e-30f : scale) : 0.f; }

// The scale of one group, and what turns numbers into codes.
struct Grid {
  float scale, inverse, lowest, highest;
  int32_t zero;
};
INLINE Grid grid_of(const QdRounder *r, const float *z, int n) {
  Grid g = {r->step, 0.f, (float)r->lowest, (float)r->highest, r->zero};
  const Span span = measure(z, n, r->kind);
  if (r->kind == QD_GAUSSIAN) g.scale = __builtin_sqrtf(span.squares) * r->step;
  if (r->kind == QD_ABSMAX) g.scale = (span.largest > -span.least ? span.largest : -span.least) * r->step;
  if (r->kind == QD_MINMAX) {
    g.scale = (span.largest - span.least) / (float)r->highest;
    const float zero = __builtin_nearbyintf(-span.least * reciprocal(g.scale));
    g.zero = span.finite == 0.f ? (int32_t)zero : 0;
    g.lowest = (float)-g.zero, g.highest = (float)(r->highest - g.zero);
  }
  if (r->kind == QD_LEADING_ZERO) {  // all eight bits at first
    g.scale = (span.largest > -span.least ? span.largest : -span.least) / 127.f;
    g.lowest = -127.f, g.highest = 127.f;
  }
  g.inverse = reciprocal(g.scale);
  if (!(span.finite == 0.f)) g.scale = __builtin_nanf(""), g.inverse = 0.f;  // the row's output becomes NaN, as in float
  return g;
}

// Writes n codes, returns their sum.
INLINE int32_t write_codes(const QdRounder *r, const Grid &g, const float *z, int n, int8_t *out) {
  const bool half = r->half, divide = r->kind == QD_STATIC;
  const int twice = half && r->activation_step == 1;  // the code is stored as 2 c + 1
  const int32_t shift = r->stored_shift ? g.zero - r->stored_shift : 0;
  const F16 lowest = splat(g.lowest), highest = splat(g.highest);
  const F16 inverse = splat(g.inverse), scale = splat(g.scale);
  int k = 0;
  I16 sum = splat(0);
  const I16 added = splat(shift + twice);
  for (; k + 16 <= n; k += 16) {
    const F16 v = load(z + k);
    const I16 c = (codes_of(divide ? v / scale : v * inverse, lowest, highest, half) << twice) + added;
    sum = sum + c;
    narrow(out + k, c);
  }
  int32_t sums = total(sum);
  for (; k < n; k++) {
    float t = divide ? z[k] / g.scale : z[k] * g.inverse;
    t = t > g.lowest ? t : g.lowest, t = t < g.highest ? t : g.highest;
    const int32_t c = ((int32_t)(half ? __builtin_floorf(t) : __builtin_nearbyintf(t)) * (1 + twice)) + shift + twice;
    out[k] = (int8_t)c, sums += c;
  }
  return sums;
}

// Drops what `share` codes have in common: of leading zeros all, of low bits as many as are then too many. Returns the
// sum of what is kept.
static int32_t drop_bits(const QdRounder *r, int n, int8_t *codes) {
  int32_t sum = 0;
  for (int k = 0; k < n; k += r->share) {
    int most = 1, low = 0;
    for (int i = k; i < k + r->share; i++) {
      const int magnitude = codes[i] < 0 ? -codes[i] : codes[i];
      most = magnitude > most ? magnitude : most;
    }
    while (most >> low > r->highest && low < 7) low++;
    const float step = (float)(1 << low), inverse = 1.f / step;
    for (int i = k; i < k + r->share; i++) {
      float kept = __builtin_nearbyintf((float)codes[i] * inverse);
      kept = kept > (float)-r->highest ? kept : (float)-r->highest, kept = kept < (float)r->highest ? kept : (float)r->highest;
      const int32_t c = (int32_t)(kept * step);
      codes[i] = (int8_t)c, sum += c;
    }
  }
  return sum;
}

// Row `m` of the prepared input of one layer.
static void round_row(const QdRounder *r, const QdLayer *layer, const float *z, const QdPrepared *to, int64_t m) {
  const int inner = layer->groups / r->groups, length = layer->inputs / r->groups;
  int8_t *codes = to->codes + m * layer->groups * layer->group_padded;
  for (int a = 0, g = 0; a < r->groups; a++) {
    const Grid grid = grid_of(r, z + (ptrdiff_t)a * length, length);
    const bool skip = r->kind == QD_STATIC && !(r->step > 0.f);
    for (int i = 0; i < inner; i++, g++) {
      int8_t *out = codes + (ptrdiff_t)g * layer->group_padded;
      const int64_t at = m * layer->groups + g;
      for (int k = layer->group; k < layer->group_padded; k++) out[k] = 0;
      if (skip || grid.scale != grid.scale) {
        for (int k = 0; k < layer->group; k++) out[k] = 0;
        to->code_sum[at] = 0, to->offset[at] = 0;
      } else {
        int32_t sum = write_codes(r, grid, z + (ptrdiff_t)g * layer->group, layer->group, out);
        if (r->kind == QD_LEADING_ZERO) sum = drop_bits(r, layer->group, out);
        to->code_sum[at] = r->activation_step * sum;
        to->offset[at] = r->stored_shift ? r->stored_shift - grid.zero : r->offset;
      }
      to->scale[at] = skip ? 0.f : grid.scale;
    }
  }
}
