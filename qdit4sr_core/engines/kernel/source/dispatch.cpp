// The C interface: which build runs, and how a call is divided among threads.
#include <atomic>

#include "kernel.h"
#if defined(QD_X86)
#include <cpuid.h>
#elif defined(__aarch64__) && defined(__linux__)
#include <sys/auxv.h>
#endif

namespace {
bool always() { return true; }
#if defined(QD_X86)
bool has_avx2() { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }
bool has_avx_vnni() {
  unsigned a = 0, b = 0, c = 0, d = 0;
  return has_avx2() && __get_cpuid_count(7, 1, &a, &b, &c, &d) && (a & 16);
}
bool has_avx512() {
  return has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vnni");
}
bool has_bfloat16() { return has_avx512() && __builtin_cpu_supports("avx512bf16"); }
#elif defined(__aarch64__)
bool has_dot_product() {
#if defined(__APPLE__)
  return true;  // since the first Mac with an Arm processor
#elif defined(__linux__)
  return getauxval(AT_HWCAP) >> 20 & 1;  // HWCAP_ASIMDDP
#else
  return false;
#endif
}
#endif

struct Choice {
  const QdBuild *build;
  bool (*runs)();
};
const Choice BUILDS[] = {
#if defined(QD_WITH_AVX512)
    {&qd_avx512, has_avx512},
#endif
#if defined(QD_WITH_AVX_VNNI)
    {&qd_avx_vnni, has_avx_vnni},
#endif
#if defined(QD_WITH_AVX2)
    {&qd_avx2, has_avx2},
#endif
#if defined(QD_WITH_ARM)
    {&qd_arm, has_dot_product},
#endif
    {&qd_portable, always},
};
enum { COUNT = sizeof BUILDS / sizeof *BUILDS };
std::atomic<int> chosen{-1};

const QdBuild *build() {
  int i = chosen.load(std::memory_order_relaxed);
  if (i < 0) {
    for (i = 0; !BUILDS[i].runs(); i++) {
    }
    chosen = i;
  }
  return BUILDS[i].build;
}

int64_t aligned(int64_t bytes) { return (bytes + 63) / 64 * 64; }
int64_t up_to(int64_t count, int64_t multiple) { return (count + multiple - 1) / multiple * multiple; }

bool alike(const QdRounder &a, const QdRounder &b) {
  return a.kind == b.kind && a.groups == b.groups && a.step == b.step && a.lowest == b.lowest && a.highest == b.highest &&
         a.half == b.half && a.zero == b.zero && a.stored_shift == b.stored_shift && a.activation_step == b.activation_step &&
         a.offset == b.offset && a.share == b.share;
}

struct Call {
  const QdBuild *build;
  const QdInput *input;
  const QdRows *rows;
  int jobs;
  const QdJob *job;
  int64_t count;          // rows
  int64_t units, blocks;  // of QD_TOKENS rows each, the last maybe fewer; the blocks share them evenly
  int prepared;
  int source[QD_MAX_JOBS];
  int first[QD_MAX_JOBS];  // the first job of each prepared input
  std::atomic<bool> failed{false};
};

// Jobs that round alike share a prepared input.
void share(Call *call) {
  call->prepared = 0;
  for (int j = 0; j < call->jobs; j++) {
    const QdLayer *L = call->job[j].layer;
    call->source[j] = -1;
    for (int i = 0; i < call->prepared; i++) {
      const QdJob &other = call->job[call->first[i]];
      if (alike(call->job[j].rounder, other.rounder) && L->groups == other.layer->groups &&
          L->group_padded == other.layer->group_padded)
        call->source[j] = i;
    }
    if (call->source[j] < 0) {
      call->first[call->prepared] = j;
      call->source[j] = call->prepared++;
    }
  }
}

// What the rows of a block are prepared into, laid out in a thread's memory.
struct Work {
  QdPrepared prepared[QD_MAX_JOBS];
  float *down[QD_MAX_JOBS];
  float *tokens;
};
bool lay_out(const Call *call, int64_t rows, Work *work) {
  const int64_t whole = up_to(rows, QD_TILE);
  char *base = nullptr;
  for (int pass = 0; pass < 2; pass++) {  // the first pass measures
    int64_t used = 0;
    auto take = [&](int64_t bytes) {
      char *here = base ? base + used : nullptr;
      used += aligned(bytes);
      return here;
    };
    for (int i = 0; i < call->prepared; i++) {
      const QdLayer *L = call->job[call->first[i]].layer;
      QdPrepared &p = work->prepared[i];
      p.codes = (int8_t *)take(whole * L->groups * L->group_padded);
      p.scale = (float *)take(4 * whole * L->groups);
      p.code_sum = (int32_t *)take(4 * whole * L->groups);
      p.offset = (int32_t *)take(4 * whole * L->groups);
    }
    for (int j = 0; j < call->jobs; j++) work->down[j] = (float *)take(4 * whole * call->job[j].layer->ranks);
    work->tokens = (float *)take(4 * QD_TOKENS * qd_token_stride(call->input));
    if (pass) return true;
    base = (char *)qd_scratch((size_t)used);
    if (!base) return false;
  }
  return false;
}

// Rows of a tile that are not there are multiplied too; they must be numbers.
void clear_rest(const Call *call, int64_t rows, Work *work) {
  for (int i = 0; i < call->prepared; i++) {
    const QdLayer *L = call->job[call->first[i]].layer;
    const int64_t row = (int64_t)L->groups * L->group_padded;
    __builtin_memset(work->prepared[i].codes + rows * row, 0, (size_t)((up_to(rows, QD_TILE) - rows) * row));
  }
}

void one_block(void *context, int64_t index) {
  Call *call = (Call *)context;
  const int64_t first = index * call->units / call->blocks * QD_TOKENS;
  const int64_t end = (index + 1) * call->units / call->blocks * QD_TOKENS;
  const int64_t count = (end < call->count ? end : call->count) - first;
  Work work;
  if (!lay_out(call, count, &work)) {
    call->failed = true;
    return;
  }
  clear_rest(call, count, &work);
  call->build->prepare(call->input, call->rows, first, count, call->jobs, call->job, work.prepared, call->source, work.down,
                       work.tokens, nullptr);
  for (int j = 0; j < call->jobs; j++) {
    const QdJob *job = &call->job[j];
    const int panels = (job->layer->outputs + QD_PANEL - 1) / QD_PANEL;
    call->build->product(job, count, &work.prepared[call->source[j]], work.down[j],
                         job->output + first * job->layer->outputs, 0, panels);
  }
}

// A few rows: prepared once, and the panels of the weights are divided.
struct FewRows {
  Call *call;
  Work work;
  int from[QD_MAX_JOBS + 1];
};
void one_panel(void *context, int64_t index) {
  FewRows *few = (FewRows *)context;
  Call *call = few->call;
  int j = 0;
  while (index >= few->from[j + 1]) j++;
  const QdJob *job = &call->job[j];
  const int panel = (int)index - few->from[j];
  call->build->product(job, call->count, &few->work.prepared[call->source[j]], few->work.down[j], job->output, panel, panel + 1);
}

struct AttentionCall {
  const QdBuild *build;
  const QdAttention *what;
  int64_t parts, part;  // of the queries of a head
  std::atomic<bool> failed{false};
};
void one_part(void *context, int64_t index) {
  AttentionCall *call = (AttentionCall *)context;
  void *memory = qd_scratch(call->build->attention_scratch(call->what));
  if (!memory) {
    call->failed = true;
    return;
  }
  const int64_t head = index / call->parts, first = index % call->parts * call->part;
  const int64_t last = first + call->part < call->what->tokens ? first + call->part : call->what->tokens;
  if (first < last) call->build->attention(call->what, head, head + 1, first, last, memory);
}
}  // namespace

// Builds in this library, best first, whether they run here, and the one in use. Choosing -1 takes the best.
QD_API int qd_builds() { return COUNT; }
QD_API const char *qd_build_name(int i) { return BUILDS[i].build->name; }
QD_API int qd_build_runs(int i) { return BUILDS[i].runs(); }
QD_API const char *qd_chosen() { return build()->name; }
QD_API int qd_choose(int i) {
  if (i >= COUNT || (i >= 0 && !BUILDS[i].runs())) return 0;
  chosen = i;
  return 1;
}
QD_API const char *qd_processor() {
#if defined(QD_X86)
  if (has_bfloat16()) return "AVX-512 VNNI, bfloat16";
  if (has_avx512()) return "AVX-512 VNNI";
  if (has_avx_vnni()) return "AVX2, AVX-VNNI";
  return has_avx2() ? "AVX2" : "x86-64 without AVX2";
#elif defined(__aarch64__)
  return has_dot_product() ? "Arm with dot products" : "Arm";
#else
  return "other";
#endif
}

// Sizes of structures, so that ctypes' can be compared with them.
QD_API int qd_layout(int i) {
  const size_t sizes[] = {sizeof(QdInput), sizeof(QdRounder), sizeof(QdLayer), sizeof(QdJob), sizeof(QdRows), sizeof(QdAttention)};
  return i >= 0 && i < 6 ? (int)sizes[i] : 0;
}

// Returns 0, or 1 when there is no memory.
QD_API int qd_linear(const QdInput *input, const QdRows *rows, int jobs, const QdJob *job, int threads) {
  Call call;
  call.build = build(), call.input = input, call.rows = rows, call.jobs = jobs, call.job = job;
  call.count = rows->batches * rows->rows;
  if (!call.count) return 0;
  share(&call);
  int64_t row = 1;
  int panels = 0;
  for (int j = 0; j < jobs; j++) {
    const QdLayer *L = job[j].layer;
    row = row > (int64_t)L->groups * L->group_padded ? row : (int64_t)L->groups * L->group_padded;
    panels += (L->outputs + QD_PANEL - 1) / QD_PANEL;
  }
  if (threads > 1 && call.count < (int64_t)QD_TOKENS * threads && panels > 1) {
    FewRows few;
    few.call = &call;
    if (!lay_out(&call, call.count, &few.work)) return 1;
    clear_rest(&call, call.count, &few.work);
    call.build->prepare(input, rows, 0, call.count, jobs, job, few.work.prepared, call.source, few.work.down, few.work.tokens,
                        nullptr);
    few.from[0] = 0;
    for (int j = 0; j < jobs; j++) few.from[j + 1] = few.from[j] + (job[j].layer->outputs + QD_PANEL - 1) / QD_PANEL;
    qd_parallel(threads, panels, one_panel, &few);
    return 0;
  }
  int64_t most = 262144 / row;  // codes of a block stay in the second cache beside a panel
  most = most < 48 ? 48 : most > 2040 ? 2040 : most;
  call.units = up_to(call.count, QD_TOKENS) / QD_TOKENS;
  call.blocks = up_to((call.count + most - 1) / most, threads);  // every thread takes as many, so that none waits
  call.blocks = call.blocks < call.units ? call.blocks : call.units;
  qd_parallel(threads, call.blocks, one_block, &call);
  return call.failed;
}

// For tests: the codes, scales, sums of codes, offsets and z of rows, each as one job prepares them. `codes` has room for
// rows in multiples of six. Returns 0, or 1 when there is no memory.
QD_API int qd_prepare(const QdInput *input, const QdRows *rows, const QdJob *job, const QdPrepared *out, float *down, float *z) {
  const int source = 0;
  float *tokens = (float *)qd_scratch((size_t)(4 * QD_TOKENS * qd_token_stride(input)));
  if (!tokens) return 1;
  build()->prepare(input, rows, 0, rows->batches * rows->rows, 1, job, out, &source, &down, tokens, z);
  return 0;
}
// For tests: the integer sums (rows, groups, padded outputs) of prepared rows.
QD_API void qd_sums(const QdJob *job, int64_t rows, const QdPrepared *prepared, int32_t *out) {
  build()->sums(job, rows, prepared, out);
}

QD_API int qd_has_attention(int bfloat16) {
#if defined(QD_X86)
  return build()->attention && (!bfloat16 || has_bfloat16());
#else
  (void)bfloat16;
  return 0;
#endif
}
// Returns 0, or 1 when there is no memory. Heads of 64 only.
QD_API int qd_attention(const QdAttention *what, int threads) {
  AttentionCall call;
  call.build = build(), call.what = what;
  const int64_t heads = what->heads * what->batches;
  if (!heads || !what->tokens) return 0;
  call.parts = 1;
  if (threads > 1) {
    const int64_t fewest = (4 * threads + heads - 1) / heads;
    for (call.parts = fewest; call.parts < 2 * fewest && heads * call.parts % threads; call.parts++) {
    }
  }
  call.part = up_to((what->tokens + call.parts - 1) / call.parts, QD_TILE);
  qd_parallel(threads, heads * call.parts, one_part, &call);
  return call.failed;
}
