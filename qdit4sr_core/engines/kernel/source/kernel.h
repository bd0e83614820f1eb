// The C interface of the integer kernel, and what its parts share. Mirrored in ../interface.py.
//
// One quantized linear: z = ((x - shift) * multiplier) H, rounded to int8 codes q with
//     A = activation_step * q + offset   (integers; offset belongs to a row and a group)
//     W = weight_step * u + weight_offset   (integers; u is the stored code, 0 .. 2^bits - 1)
//     y = sum over groups of scale * channel * (sum of A W) + bias + (z down) up, optionally through GELU.
// Every float operation has a fixed order, so all builds and thread counts give the same bits.
#pragma once
#include <stddef.h>
#include <stdint.h>

#if defined(_WIN32)
#define QD_API extern "C" __declspec(dllexport)
#else
#define QD_API extern "C" __attribute__((visibility("default")))
#endif

enum { QD_MAX_STAGES = 24, QD_PANEL = 64, QD_TILE = 6, QD_TOKENS = 12, QD_MAX_JOBS = 8 };
enum QdRounding { QD_GAUSSIAN = 0, QD_ABSMAX = 1, QD_MINMAX = 2, QD_STATIC = 3, QD_LEADING_ZERO = 4 };

// One factor of a rotation: radix 2, 4 (regular), 12, 20 or 44 over elements `stride` apart.
struct QdStage {
  int32_t radix, stride;
};

// What is done to an input before it is rounded; either pointer may be NULL.
struct QdInput {
  int32_t width, stages;
  QdStage stage[QD_MAX_STAGES];
  const float *shift;       // (width,) subtracted first
  const float *multiplier;  // (width,) smoothing, signs and norm of the rotation
};

// How the rows of z are rounded. Codes lie in lowest .. highest before `stored_shift` is subtracted.
struct QdRounder {
  int32_t kind, groups;     // groups of a row that share a scale
  float step;               // gaussian and absmax: scale = norm * step; static: the scale itself
  int32_t lowest, highest;  // minmax: lowest is unused, highest is 2^bits - 1
  int32_t half;             // round down, and the code stands for 2 c + 1
  int32_t zero;             // static: zero point
  int32_t stored_shift;     // minmax and static: what is stored is code + zero - stored_shift; 0 stores the code
  int32_t activation_step, offset;
  int32_t share;            // leading zero: codes that drop as many low bits; `highest` is the largest that is kept
};

struct QdLayer {
  int32_t inputs, outputs;
  int32_t groups, group, group_padded;  // weight groups, refined to those of the input; padded to 8 codes
  int32_t packed;                       // two codes a byte
  int32_t largest;                      // 2^bits - 1
  int32_t weight_step, weight_offset;   // weight_offset when it is the same everywhere
  int32_t ranks;                        // of the branch, padded to 8
  const uint8_t *codes;                 // panels of 64 outputs, see pack.cpp
  const float *channel;                 // (groups, padded outputs)
  const float *bias;                    // (padded outputs,) or NULL
  const int32_t *offsets;               // (groups, padded outputs) or NULL: weight_offset of each
  const int32_t *sums;                  // (groups, padded outputs): sum of W
  const float *down;                    // (inputs in use, 8) of each eight ranks, one after another
  const int32_t *down_range;            // (ranks / 8, 3): first and last input in use, row of `down` where they begin
  const float *up;                      // (64,) of each rank that a panel uses, in the order of `active`
  const int32_t *active;                // ranks that a panel uses, panel after panel
  const int32_t *active_from;           // (panels + 1,)
};

struct QdJob {
  const QdLayer *layer;
  QdRounder rounder;
  float *output;  // (rows, outputs), contiguous
  int32_t gelu, reserved;
};

// Rows of an input: `batches` x `rows` rows of `width` numbers that are contiguous within a row.
struct QdRows {
  const float *data;
  int64_t batches, rows, batch_stride, row_stride;  // strides in numbers
};

struct QdAttention {
  const float *query, *key, *value;  // (heads, tokens, size), contiguous
  float *output;                     // row `t` of head `h` at output + t * output_stride + h * size
  int64_t heads, tokens, batches, output_batch_stride, output_stride;
  float scale;
  int32_t bfloat16;
};

// What prepared rows are made of; one for each different rounding among the jobs of a call.
struct QdPrepared {
  int8_t *codes;     // (rows padded to 6, groups * group_padded)
  float *scale;      // (rows, groups)
  int32_t *code_sum;  // (rows, groups): activation_step * sum of codes
  int32_t *offset;   // (rows, groups)
};

// Numbers from one rotated row to the next: rows of 1024 and its multiples would share a few places of the first cache.
static inline int64_t qd_token_stride(const QdInput *in) { return in->width + 16; }

// The functions of one instruction set.
struct QdBuild {
  const char *name;
  void (*prepare)(const QdInput *, const QdRows *, int64_t first, int64_t count, int jobs, const QdJob *,
                  const QdPrepared *, const int *source, float *const *down, float *tokens, float *z_out);
  void (*product)(const QdJob *, int64_t count, const QdPrepared *, const float *down, float *output, int first_panel,
                  int last_panel);
  void (*sums)(const QdJob *, int64_t count, const QdPrepared *, int32_t *out);
  void (*attention)(const QdAttention *, int64_t first_head, int64_t last_head, int64_t first, int64_t last, void *scratch);  // or NULL
  size_t (*attention_scratch)(const QdAttention *);
};

extern const QdBuild qd_portable;
#if defined(__x86_64__) || defined(_M_X64)
#define QD_X86 1
extern const QdBuild qd_avx2, qd_avx_vnni, qd_avx512;
#elif defined(__aarch64__)
extern const QdBuild qd_arm;
#endif

// threads.cpp. GOMP_parallel(body, data, threads, flags): runs body(data) on that many threads; every common OpenMP runtime has it.
typedef void (*QdOpenMp)(void (*body)(void *), void *data, unsigned threads, unsigned flags);
QD_API void qd_use_openmp(QdOpenMp parallel);  // null: threads of our own
// Calls work(context, index) for every index below count, on up to `threads` threads.
void qd_parallel(int threads, int64_t count, void (*work)(void *, int64_t), void *context);
// memory.cpp: memory of the calling thread, kept between calls; NULL when there is none left.
void *qd_scratch(size_t bytes);
