// z = ((x - shift) * multiplier) H for one row, factor by factor.

template <class V>
INLINE void paley12(V *x) {  // x H with Paley's matrix of size 12; sums and differences of pairs are shared
  const V s0 = x[0] + x[1], d0 = x[0] - x[1], s1 = x[2] + x[3], d1 = x[2] - x[3];
  const V s2 = x[4] + x[5], d2 = x[4] - x[5], s3 = x[6] + x[7], d3 = x[6] - x[7];
  const V s4 = x[8] + x[9], d4 = x[8] - x[9], s5 = x[10] + x[11], d5 = x[10] - x[11];
  x[0] = d0 - s1 - s2 - s3 - s4 - s5;
  x[1] = s0 + d1 + s2 + d3 - s4 + d5;
  x[2] = d0 + s1 - d2 + s3 - s4 - d5;
  x[3] = s0 - d1 + d2 + s3 + d4 - s5;
  x[4] = d0 + d1 + s2 - d3 + s4 - s5;
  x[5] = d0 - d1 - d2 + d3 + s4 + d5;
  x[6] = d0 - s1 + d2 + s3 - d4 + s5;
  x[7] = s0 - s1 - d2 - d3 + d4 + s5;
  x[8] = s0 + d1 - s2 + d3 + s4 - d5;
  x[9] = s0 + s1 - s2 - d3 - d4 + d5;
  x[10] = d0 + s1 + d2 - s3 + d4 + s5;
  x[11] = s0 - d1 + s2 - s3 - d4 - d5;
}

// x H with Paley's matrix of size ORDER = prime + 1: row 0 is ones, column 0 below it -1, then the quadratic
// character of i - j, and the unit matrix added.
template <class V, int ORDER>
static __attribute__((noinline)) void paley(V *x, int step) {
  static_assert(ORDER == 20 || ORDER == 44, "a prime more than 3 mod 4");
  const int q = ORDER - 1;
  bool residue[q] = {};
  for (int i = 1; i < q; i++) residue[i * i % q] = true;
  V in[ORDER];
  for (int i = 0; i < ORDER; i++) in[i] = x[(ptrdiff_t)i * step];
  for (int j = 0; j < ORDER; j++) {
    V sum = in[0];
    for (int i = 1; i < ORDER; i++) {
      const bool plus = j == i || (j > 0 && residue[(i - j + q) % q]);
      sum = plus ? sum + in[i] : sum - in[i];
    }
    x[(ptrdiff_t)j * step] = sum;
  }
}

// One factor at place x, over elements `step` apart.
template <class V>
INLINE void factor(int radix, V *x, int step) {
  if (radix == 2) {
    const V a = x[0], b = x[step];
    x[0] = a + b, x[step] = a - b;
  } else if (radix == 4) {  // the regular matrix: all ones but -1 on the other diagonal
    V *const p = x, *const q = x + step, *const r = x + 2 * step, *const s = x + 3 * step;
    const V a = *p, b = *q, c = *r, d = *s, sum = (a + b) + (c + d);
    *p = sum - (d + d), *q = sum - (c + c), *r = sum - (b + b), *s = sum - (a + a);
  } else if (radix == 12) {
    V t[12];
    for (int i = 0; i < 12; i++) t[i] = x[(ptrdiff_t)i * step];
    paley12(t);
    for (int i = 0; i < 12; i++) x[(ptrdiff_t)i * step] = t[i];
  } else if (radix == 20) {
    paley<V, 20>(x, step);
  } else {
    paley<V, 44>(x, step);
  }
}

// Radix-2 factors at strides 1, 2, 4, 8 within sixteen numbers.
template <int S>
INLINE F16 butterfly(F16 v, const float *sign) {
  return fma(v, load(sign), crossed<S>(v));
}
static const float SIGN[4][16] = {{1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1},
                                  {1, 1, -1, -1, 1, 1, -1, -1, 1, 1, -1, -1, 1, 1, -1, -1},
                                  {1, 1, 1, 1, -1, -1, -1, -1, 1, 1, 1, 1, -1, -1, -1, -1},
                                  {1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1, -1}};
INLINE F16 hadamard16(F16 v) {
  v = butterfly<1>(v, SIGN[0]);
  v = butterfly<2>(v, SIGN[1]);
  v = butterfly<4>(v, SIGN[2]);
  return butterfly<8>(v, SIGN[3]);
}
// Regular radix-4 factors at strides 1 and 4.
template <int S>
INLINE F16 regular4(F16 v) {
  const F16 pair = v + crossed<S>(v), sum = pair + crossed<2 * S>(pair);
  const F16 across = crossed<S>(crossed<2 * S>(v));
  return sum - (across + across);
}

INLINE F16 entered(const QdInput *in, const float *x, int k) {
  F16 v = load(x + k);
  if (in->shift) v = v - load(in->shift + k);
  return in->multiplier ? v * load(in->multiplier + k) : v;
}

// The first stages within a register, as many as this returns: 4 (radix 2), 2 (regular), or 0.
static int inner_stages(const QdInput *in) {
  if (in->width % 16) return 0;
  int strides = 0;
  for (int s = 0; s < 4 && s < in->stages; s++) strides += in->stage[s].radix == 2 && in->stage[s].stride == 1 << s;
  if (strides == 4) return 4;
  const bool regular = in->stages >= 2 && in->stage[0].radix == 4 && in->stage[1].radix == 4;
  return regular && in->stage[0].stride == 1 && in->stage[1].stride == 4 ? 2 : 0;
}

// `count` radix-2 stages in one go over sixteen-number places `sd` apart.
template <int COUNT>
INLINE void radix2_stages(F16 *b, int n, int sd) {
  const int R = 1 << COUNT;
  for (int g = 0; g < n; g += R * sd)
    for (int j = 0; j < sd; j++) {
      F16 t[R];
      for (int i = 0; i < R; i++) t[i] = b[g + j + i * sd];
      for (int h = 1; h < R; h *= 2)
        for (int i = 0; i < R; i++)
          if (!(i & h)) {
            const F16 p = t[i], q = t[i + h];
            t[i] = p + q, t[i + h] = p - q;
          }
      for (int i = 0; i < R; i++) b[g + j + i * sd] = t[i];
    }
}

static void rotate_row(const QdInput *in, int inner, const float *x, float *z) {
  const int width = in->width;
  int s = 0;
  if (width % 16) {
    for (int k = 0; k < width; k++) {
      const float v = in->shift ? x[k] - in->shift[k] : x[k];
      z[k] = in->multiplier ? v * in->multiplier[k] : v;
    }
  } else if (inner == 4 && in->stages > 4 && in->stage[4].radix == 12 && in->stage[4].stride == 16) {
    F16 *b = (F16 *)z;
    for (int g = 0; g < width / 16; g += 12) {
      F16 t[12];
      for (int i = 0; i < 12; i++) t[i] = hadamard16(entered(in, x, 16 * (g + i)));
      paley12(t);
      for (int i = 0; i < 12; i++) b[g + i] = t[i];
    }
    s = 5;
  } else if (inner == 4) {
    for (int k = 0; k < width; k += 16) store(z + k, hadamard16(entered(in, x, k)));
    s = 4;
  } else if (inner == 2) {
    for (int k = 0; k < width; k += 16) store(z + k, regular4<4>(regular4<1>(entered(in, x, k))));
    s = 2;
  } else {
    for (int k = 0; k < width; k += 16) store(z + k, entered(in, x, k));
  }
  F16 *const b = (F16 *)z;
  const int n = width / 16;
  while (s < in->stages) {
    const int radix = in->stage[s].radix, stride = in->stage[s].stride;
    if (stride % 16 || width % 16) {
      for (int g = 0; g < width; g += radix * stride)
        for (int j = 0; j < stride; j++) factor(radix, z + g + j, stride);
      s++;
      continue;
    }
    const int sd = stride / 16;
    int run = 0;
    while (run < 3 && s + run < in->stages && in->stage[s + run].radix == 2 && in->stage[s + run].stride == stride << run)
      run++;
    if (run == 3) radix2_stages<3>(b, n, sd);
    if (run == 2) radix2_stages<2>(b, n, sd);
    if (run == 1) radix2_stages<1>(b, n, sd);
    if (!run) {
      for (int g = 0; g < n; g += radix * sd)
        for (int j = 0; j < sd; j++) factor(radix, b + g + j, sd);
      run = 1;
    }
    s += run;
  }
}
