// Sixteen floats or integers as the processor holds them: one, two or four registers. Included once in each build,
// inside its namespace; element-wise operations give the same bits everywhere.
typedef float lanes_f __attribute__((vector_size(4 * QD_LANES)));
typedef int32_t lanes_i __attribute__((vector_size(4 * QD_LANES)));
typedef float lanes_fu __attribute__((vector_size(4 * QD_LANES), aligned(4), may_alias));
typedef int32_t lanes_iu __attribute__((vector_size(4 * QD_LANES), aligned(4), may_alias));
#define INLINE static inline __attribute__((always_inline))

#if QD_LANES == 16
#define EACH(X) X(a, 0)
#elif QD_LANES == 8
#define EACH(X) X(a, 0) X(b, 1)
#else
#define EACH(X) X(a, 0) X(b, 1) X(c, 2) X(d, 3)
#endif

struct F16 {
#define X(f, i) lanes_f f;
  EACH(X)
#undef X
};
struct I16 {
#define X(f, i) lanes_i f;
  EACH(X)
#undef X
};

INLINE F16 load(const float *p) {
  F16 r;
#define X(f, i) r.f = *(const lanes_fu *)(p + i * QD_LANES);
  EACH(X)
#undef X
  return r;
}
INLINE I16 load(const int32_t *p) {
  I16 r;
#define X(f, i) r.f = *(const lanes_iu *)(p + i * QD_LANES);
  EACH(X)
#undef X
  return r;
}
INLINE void store(float *p, F16 x) {
#define X(f, i) *(lanes_fu *)(p + i * QD_LANES) = x.f;
  EACH(X)
#undef X
}
INLINE void store(int32_t *p, I16 x) {
#define X(f, i) *(lanes_iu *)(p + i * QD_LANES) = x.f;
  EACH(X)
#undef X
}

INLINE lanes_f lanes_splat(float v) {
#if QD_LANES == 16
  return (lanes_f)_mm512_set1_ps(v);
#elif QD_LANES == 8
  return (lanes_f)_mm256_set1_ps(v);
#else
  return lanes_f{v, v, v, v};
#endif
}
INLINE F16 splat(float v) {
  F16 r;
#define X(f, i) r.f = lanes_splat(v);
  EACH(X)
#undef X
  return r;
}
INLINE I16 splat(int32_t v) {
  I16 r;
#define X(f, i) r.f = lanes_i{} + v;
  EACH(X)
#undef X
  return r;
}

#define BINARY(T, op)              \
  INLINE T operator op(T x, T y) { \
    T r;                           \
    EACH(X)                        \
    return r;                      \
  }
#define X(f, i) r.f = x.f + y.f;
BINARY(F16, +)
BINARY(I16, +)
#undef X
#define X(f, i) r.f = x.f - y.f;
BINARY(F16, -)
#undef X
#define X(f, i) r.f = x.f * y.f;
BINARY(F16, *)
BINARY(I16, *)
#undef X
#define X(f, i) r.f = x.f / y.f;
BINARY(F16, /)
#undef X
#undef BINARY
INLINE I16 operator<<(I16 x, int places) {
  I16 r;
#define X(f, i) r.f = x.f << places;
  EACH(X)
#undef X
  return r;
}

INLINE lanes_f lanes_fma(lanes_f x, lanes_f y, lanes_f z) {
#if QD_LANES == 16
  return (lanes_f)_mm512_fmadd_ps((__m512)x, (__m512)y, (__m512)z);
#elif QD_LANES == 8
  return (lanes_f)_mm256_fmadd_ps((__m256)x, (__m256)y, (__m256)z);
#else
  lanes_f r;
  for (int i = 0; i < 4; i++) r[i] = __builtin_fmaf(x[i], y[i], z[i]);
  return r;
#endif
}
INLINE lanes_f lanes_min(lanes_f x, lanes_f y) {
#if QD_LANES == 16
  return (lanes_f)_mm512_min_ps((__m512)x, (__m512)y);
#elif QD_LANES == 8
  return (lanes_f)_mm256_min_ps((__m256)x, (__m256)y);
#else
  lanes_f r;
  for (int i = 0; i < 4; i++) r[i] = x[i] < y[i] ? x[i] : y[i];
  return r;
#endif
}
INLINE lanes_f lanes_max(lanes_f x, lanes_f y) {
#if QD_LANES == 16
  return (lanes_f)_mm512_max_ps((__m512)x, (__m512)y);
#elif QD_LANES == 8
  return (lanes_f)_mm256_max_ps((__m256)x, (__m256)y);
#else
  lanes_f r;
  for (int i = 0; i < 4; i++) r[i] = x[i] > y[i] ? x[i] : y[i];
  return r;
#endif
}
INLINE lanes_f lanes_nearest(lanes_f x) {
#if QD_LANES == 16
  return (lanes_f)_mm512_roundscale_ps((__m512)x, 0);
#elif QD_LANES == 8
  return (lanes_f)_mm256_round_ps((__m256)x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
#else
  lanes_f r;
  for (int i = 0; i < 4; i++) r[i] = __builtin_nearbyintf(x[i]);
  return r;
#endif
}
INLINE lanes_f lanes_floor(lanes_f x) {
#if QD_LANES == 16
  return (lanes_f)_mm512_roundscale_ps((__m512)x, 1);
#elif QD_LANES == 8
  return (lanes_f)_mm256_floor_ps((__m256)x);
#else
  lanes_f r;
  for (int i = 0; i < 4; i++) r[i] = __builtin_floorf(x[i]);
  return r;
#endif
}

INLINE F16 fma(F16 x, F16 y, F16 z) {
  F16 r;
#define X(f, i) r.f = lanes_fma(x.f, y.f, z.f);
  EACH(X)
#undef X
  return r;
}
INLINE F16 least(F16 x, F16 y) {
  F16 r;
#define X(f, i) r.f = lanes_min(x.f, y.f);
  EACH(X)
#undef X
  return r;
}
INLINE F16 largest(F16 x, F16 y) {
  F16 r;
#define X(f, i) r.f = lanes_max(x.f, y.f);
  EACH(X)
#undef X
  return r;
}
INLINE F16 nearest(F16 x) {
  F16 r;
#define X(f, i) r.f = lanes_nearest(x.f);
  EACH(X)
#undef X
  return r;
}
INLINE F16 floor(F16 x) {
  F16 r;
#define X(f, i) r.f = lanes_floor(x.f);
  EACH(X)
#undef X
  return r;
}
INLINE F16 to_float(I16 x) {
  F16 r;
#define X(f, i) r.f = __builtin_convertvector(x.f, lanes_f);
  EACH(X)
#undef X
  return r;
}
// Of whole numbers only.
INLINE I16 to_integer(F16 x) {
  I16 r;
#define X(f, i) r.f = __builtin_convertvector(x.f, lanes_i);
  EACH(X)
#undef X
  return r;
}
INLINE F16 bits_as_float(I16 x) {
  F16 r;
#define X(f, i) r.f = (lanes_f)x.f;
  EACH(X)
#undef X
  return r;
}

// Adds the halves again and again: the order every build keeps.
INLINE float total(F16 x) {
  float v[16];
  store(v, x);
  for (int h = 8; h; h /= 2)
    for (int i = 0; i < h; i++) v[i] += v[i + h];
  return v[0];
}
INLINE int32_t total(I16 x) {
  int32_t v[16], sum = 0;
  store(v, x);
  for (int i = 0; i < 16; i++) sum += v[i];
  return sum;
}
INLINE float greatest(F16 x) {
  float v[16], m;
  store(v, x);
  m = v[0];
  for (int i = 1; i < 16; i++) m = v[i] > m ? v[i] : m;
  return m;
}
INLINE float smallest(F16 x) {
  float v[16], m;
  store(v, x);
  m = v[0];
  for (int i = 1; i < 16; i++) m = v[i] < m ? v[i] : m;
  return m;
}

// Lane i receives lane i ^ S.
template <int S>
INLINE F16 crossed(F16 x) {
  F16 r;
#if QD_LANES == 16
  const __m512 v = (__m512)x.a;
  if (S == 1) r.a = (lanes_f)_mm512_permute_ps(v, 0xB1);
  if (S == 2) r.a = (lanes_f)_mm512_permute_ps(v, 0x4E);
  if (S == 4) r.a = (lanes_f)_mm512_shuffle_f32x4(v, v, 0xB1);
  if (S == 8) r.a = (lanes_f)_mm512_shuffle_f32x4(v, v, 0x4E);
#elif QD_LANES == 8
  if (S == 8) {
    r.a = x.b, r.b = x.a;
    return r;
  }
#define X(f, i)                                                                                    \
  r.f = (lanes_f)(S == 1 ? _mm256_permute_ps((__m256)x.f, 0xB1)                                    \
                         : S == 2 ? _mm256_permute_ps((__m256)x.f, 0x4E) : _mm256_permute2f128_ps((__m256)x.f, (__m256)x.f, 1));
  EACH(X)
#undef X
#else
  if (S == 8) {
    r.a = x.c, r.b = x.d, r.c = x.a, r.d = x.b;
    return r;
  }
  if (S == 4) {
    r.a = x.b, r.b = x.a, r.c = x.d, r.d = x.c;
    return r;
  }
#define X(f, i) r.f = S == 1 ? lanes_f{x.f[1], x.f[0], x.f[3], x.f[2]} : lanes_f{x.f[2], x.f[3], x.f[0], x.f[1]};
  EACH(X)
#undef X
#endif
  return r;
}

// exp for arguments in -87 .. 80: 2^n times a polynomial of degree 6, relative error 2e-7.
INLINE F16 exponential(F16 x) {
  const F16 t = x * splat(1.44269504f), n = nearest(t), f = t - n;
  F16 p = splat(1.5403530e-4f);
  p = fma(p, f, splat(1.3333558e-3f));
  p = fma(p, f, splat(9.6181291e-3f));
  p = fma(p, f, splat(5.5504109e-2f));
  p = fma(p, f, splat(2.4022651e-1f));
  p = fma(p, f, splat(6.9314718e-1f));
  p = fma(p, f, splat(1.f));
#if QD_LANES == 16
  return F16{(lanes_f)_mm512_scalef_ps((__m512)p.a, (__m512)n.a)};
#else
  return p * bits_as_float((to_integer(n) + splat(127)) << 23);
#endif
}
