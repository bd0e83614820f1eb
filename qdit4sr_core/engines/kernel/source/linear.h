// Preparing rows, and the product with its epilogue, tile by tile.

// Jobs with the same rounding share one prepared input: source[j] is the index of job j's.
static void prepare(const QdInput *in, const QdRows *rows, int64_t first, int64_t count, int jobs, const QdJob *job,
                    const QdPrepared *prepared, const int *source, float *const *down, float *tokens, float *z_out) {
  const int inner = inner_stages(in);
  const int64_t stride = qd_token_stride(in);
  for (int64_t m0 = 0; m0 < count; m0 += QD_TOKENS) {
    const int64_t left = count - m0;
    const int n = left < QD_TOKENS ? (int)left : (int)QD_TOKENS;
    for (int m = 0; m < n; m++) {
      const int64_t row = first + m0 + m;
      const float *x = rows->data + row / rows->rows * rows->batch_stride + row % rows->rows * rows->row_stride;
      rotate_row(in, inner, x, tokens + m * stride);
      if (z_out) __builtin_memcpy(z_out + (m0 + m) * in->width, tokens + m * stride, sizeof(float) * in->width);
    }
    int done = 0;
    for (int j = 0; j < jobs; j++) {
      const QdLayer *L = job[j].layer;
      if (source[j] == done) {
        for (int m = 0; m < n; m++) round_row(&job[j].rounder, L, tokens + m * stride, &prepared[done], m0 + m);
        done++;
      }
      if (L->ranks) branch_down(L, n, tokens, stride, down[j] + m0 * L->ranks);
    }
  }
}

// The largest magnitude among stored codes.
static int largest_code(const QdRounder *r) {
  if (r->kind == QD_LEADING_ZERO) return 127;
  if (r->kind == QD_MINMAX || r->kind == QD_STATIC) return r->stored_shift ? 128 : r->highest > -r->lowest ? r->highest : -r->lowest;
  const int low = -r->lowest, high = r->highest;
  if (r->half && r->activation_step == 1) return 2 * low > 2 * high + 1 ? 2 * low - 1 : 2 * high + 1;
  return low > high ? low : high;
}

// Sum of A W from the sum of q u of row m, columns n .. n + 15 of group g.
INLINE I16 whole_sum(const QdLayer *L, int places, const int32_t *sums, int32_t code_sum, int32_t offset, size_t at) {
  I16 v = load(sums) << places;
  v = v + (L->offsets ? load(L->offsets + at) * splat(code_sum) : splat(L->weight_offset * code_sum));
  return offset ? v + load(L->sums + at) * splat(offset) : v;
}

INLINE F16 gelu(F16 x) {  // 0.5 x (1 + tanh(u)) = x / (1 + exp(-2 u))
  const F16 u = x * fma(x * x, splat(-2.f * 0.7978845608f * 0.044715f), splat(-2.f * 0.7978845608f));
  const F16 bounded = largest(least(u, splat(80.f)), splat(-80.f));
  return x / (splat(1.f) + exponential(bounded));
}

INLINE void store_columns(float *y, F16 v, int columns) {
  if (columns >= 16) {
    store(y, v);
    return;
  }
  float part[16];
  store(part, v);
  for (int i = 0; i < columns; i++) y[i] = part[i];
}

// A tile's place in its layer: row 0 of the tile, and the panel.
struct Tile {
  const int8_t *codes;
  const float *scale;
  const int32_t *code_sum, *offset;
  const float *down;
  float *output;
  int panel;
};

template <int ROWS>
static __attribute__((noinline)) void tile(const QdJob *job, const Tile *t) {
  const QdLayer *L = job->layer;
  const int G = L->groups, places = (L->weight_step == 2) + (job->rounder.activation_step == 2);
  const int widest = largest_code(&job->rounder);
  const int64_t padded = (L->outputs + QD_PANEL - 1) / QD_PANEL * QD_PANEL, n0 = (int64_t)t->panel * QD_PANEL;
  const long stride = (long)G * L->group_padded, group_bytes = (long)L->group_padded * (L->packed ? 32 : 64);
  const uint8_t *w = L->codes + (size_t)t->panel * G * group_bytes;
  alignas(64) int32_t sums[QD_TILE * QD_PANEL];
  alignas(64) float partial[QD_TILE * QD_PANEL];
  for (int g = 0; g < G; g++) {
    product(L, widest, w + g * group_bytes, t->codes + (long)g * L->group_padded, stride, L->group_padded, sums);
    if (G == 1) break;
    for (int j = 0; j < 4; j++) {
      const size_t at = g * padded + n0 + 16 * j;
      const F16 channel = load(L->channel + at);
#pragma GCC unroll 6
      for (int m = 0; m < ROWS; m++) {
        float *p = partial + 64 * m + 16 * j;
        const F16 before = g ? load(p) : L->bias ? load(L->bias + n0 + 16 * j) : splat(0.f);
        const I16 v = whole_sum(L, places, sums + 64 * m + 16 * j, t->code_sum[m * G + g], t->offset[m * G + g], at);
        store(p, fma(to_float(v) * channel, splat(t->scale[m * G + g]), before));
      }
    }
  }
  const int from = L->ranks ? L->active_from[t->panel] : 0, to = L->ranks ? L->active_from[t->panel + 1] : 0;
  for (int j = 0; j < 4; j++) {
    const int left = (int)(L->outputs - n0) - 16 * j;
    if (left <= 0) break;
    F16 f[ROWS];
    if (G == 1) {
      const F16 channel = load(L->channel + n0 + 16 * j), bias = L->bias ? load(L->bias + n0 + 16 * j) : splat(0.f);
#pragma GCC unroll 6
      for (int m = 0; m < ROWS; m++) {
        const I16 v = whole_sum(L, places, sums + 64 * m + 16 * j, t->code_sum[m], t->offset[m], n0 + 16 * j);
        f[m] = fma(to_float(v) * channel, splat(t->scale[m]), bias);
      }
    } else {
#pragma GCC unroll 6
      for (int m = 0; m < ROWS; m++) f[m] = load(partial + 64 * m + 16 * j);
    }
    for (int i = from; i < to; i++) {
      const int r = L->active[i];
      const F16 up = load(L->up + (size_t)i * QD_PANEL + 16 * j);
#pragma GCC unroll 6
      for (int m = 0; m < ROWS; m++) f[m] = fma(splat(t->down[(size_t)m * L->ranks + r]), up, f[m]);
    }
#pragma GCC unroll 6
    for (int m = 0; m < ROWS; m++) store_columns(t->output + (size_t)m * L->outputs + n0 + 16 * j, job->gelu ? gelu(f[m]) : f[m], left);
  }
}

INLINE Tile tile_at(const QdLayer *L, const QdPrepared *p, const float *down, float *output, int64_t m, int panel) {
  const int64_t G = L->groups;
  return Tile{p->codes + m * G * L->group_padded, p->scale + m * G, p->code_sum + m * G, p->offset + m * G,
              down + m * L->ranks, output + m * L->outputs, panel};
}

static void multiply(const QdJob *job, int64_t count, const QdPrepared *p, const float *down, float *output,
                     int first_panel, int last_panel) {
  const QdLayer *L = job->layer;
  for (int panel = first_panel; panel < last_panel; panel++) {
    int64_t m = 0;
    for (; m + QD_TILE <= count; m += QD_TILE) {
      const Tile t = tile_at(L, p, down, output, m, panel);
      tile<QD_TILE>(job, &t);
    }
    const Tile t = tile_at(L, p, down, output, m, panel);
    switch (count - m) {
      case 1: tile<1>(job, &t); break;
      case 2: tile<2>(job, &t); break;
      case 3: tile<3>(job, &t); break;
      case 4: tile<4>(job, &t); break;
      case 5: tile<5>(job, &t); break;
      default: break;
    }
  }
}

// The integer sums alone, (rows, groups, padded outputs); for tests.
static void whole_sums(const QdJob *job, int64_t count, const QdPrepared *p, int32_t *out) {
  const QdLayer *L = job->layer;
  const int G = L->groups, places = (L->weight_step == 2) + (job->rounder.activation_step == 2);
  const int64_t padded = (L->outputs + QD_PANEL - 1) / QD_PANEL * QD_PANEL;
  const long group_bytes = (long)L->group_padded * (L->packed ? 32 : 64);
  alignas(64) int32_t sums[QD_TILE * QD_PANEL];
  for (int64_t m0 = 0; m0 < count; m0 += QD_TILE)
    for (int panel = 0; panel < padded / QD_PANEL; panel++)
      for (int g = 0; g < G; g++) {
        product(L, largest_code(&job->rounder), L->codes + ((size_t)panel * G + g) * group_bytes,
                p->codes + (m0 * G + g) * L->group_padded, (long)G * L->group_padded, L->group_padded, sums);
        for (int64_t m = m0; m < count && m < m0 + QD_TILE; m++)
          for (int j = 0; j < 64; j += 16) {
            const size_t at = g * padded + panel * QD_PANEL + j;
            store(out + m * G * padded + at,
                  whole_sum(L, places, sums + 64 * (m - m0) + j, p->code_sum[m * G + g], p->offset[m * G + g], at));
          }
      }
}
