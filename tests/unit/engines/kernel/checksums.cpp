// Made-up layers through every build of the kernel: a line a case with a checksum of its output's bits. The program is
// made for several processors, which must print the same lines.
#include <stdio.h>
#include <stdlib.h>

#include <vector>

#include "kernel.h"

QD_API int qd_builds();
QD_API const char *qd_build_name(int);
QD_API int qd_build_runs(int);
QD_API int qd_choose(int);
QD_API int qd_linear(const QdInput *, const QdRows *, int, const QdJob *, int);
QD_API void qd_pack(const QdLayer *, const int8_t *, uint8_t *);
QD_API void qd_unpack(const QdLayer *, int8_t *);

namespace {
uint32_t state;
int whole(int below) {
  state = state * 1664525u + 1013904223u;
  return (int)((state >> 8) % (uint32_t)below);
}
float number() { return (float)(whole(4001) - 2000) / 1000.f; }
std::vector<float> numbers(size_t count) {
  std::vector<float> made(count);
  for (float &x : made) x = number();
  return made;
}

struct Case {
  int kind, inputs, outputs, groups, bits, weight_bits, rows, full;
};

QdRounder rounder(const Case &c) {
  const int highest = (1 << (c.bits - 1)) - 1;
  QdRounder r = {};
  r.kind = c.kind, r.groups = c.groups, r.step = .5f / (float)(highest + 1), r.lowest = -highest, r.highest = highest;
  r.activation_step = 1, r.share = 1;
  if (c.kind == QD_GAUSSIAN) r.half = 1, r.lowest = -highest - 1, r.step *= .5f;
  if (c.kind == QD_GAUSSIAN && c.bits == 8) r.activation_step = 2, r.offset = 1;
  if (c.kind == QD_MINMAX) r.highest = (1 << c.bits) - 1, r.stored_shift = c.bits == 8 ? 128 : 0;
  if (c.kind == QD_STATIC) r.groups = 1, r.step = .03f, r.zero = 3;
  if (c.kind == QD_LEADING_ZERO) r.groups = 1, r.share = 8;
  return r;
}

void run(const Case &c) {
  state = 1;
  const int padded = (c.outputs + 63) / 64 * 64, group = c.inputs / c.groups, panels = padded / 64;
  QdLayer L = {};
  L.inputs = c.inputs, L.outputs = c.outputs, L.groups = c.groups, L.group = group, L.group_padded = (group + 7) / 8 * 8;
  L.packed = c.weight_bits <= 4, L.largest = (1 << c.weight_bits) - 1;
  L.weight_step = 1, L.weight_offset = -(1 << (c.weight_bits - 1));
  std::vector<int8_t> codes((size_t)c.inputs * c.outputs), back(codes.size());
  for (int8_t &x : codes) x = (int8_t)(whole(L.largest + 1) + L.weight_offset);
  const size_t bytes = (size_t)c.groups * L.group_padded * padded;
  uint8_t *packed = (uint8_t *)aligned_alloc(64, (bytes + 63) / 64 * 64);
  for (size_t i = 0; i < bytes; i++) packed[i] = 0;
  qd_pack(&L, codes.data(), packed);
  L.codes = packed;
  qd_unpack(&L, back.data());
  if (back != codes) puts("codes are lost");
  const std::vector<float> channel = numbers((size_t)c.groups * padded), bias = numbers(padded);
  std::vector<int32_t> sums((size_t)c.groups * padded), offsets(sums.size(), L.weight_offset - 1), active, from{0};
  for (int n = 0; n < c.outputs; n++)
    for (int k = 0; k < c.inputs; k++)
      sums[(size_t)(k / group) * padded + n] += codes[(size_t)n * c.inputs + k] - (c.full ? 1 : 0);
  const int half = c.inputs / 2, ranks = 24;  // sixteen of every input, eight of the second half
  const std::vector<float> down = numbers((size_t)(3 * c.inputs - half) * 8), up = numbers((size_t)panels * ranks * 64);
  const int32_t range[] = {0, c.inputs, 0, 0, c.inputs, c.inputs, half, c.inputs, 2 * c.inputs};
  for (int p = 0; p < panels; p++) {
    for (int r = 0; r < ranks; r++) active.push_back(r);
    from.push_back(ranks * (p + 1));
  }
  L.channel = channel.data(), L.sums = sums.data();
  QdInput in = {};
  in.width = c.inputs;
  const std::vector<float> shift = numbers(c.inputs), multiplier = numbers(c.inputs);
  if (c.full) {
    L.bias = bias.data(), L.offsets = offsets.data(), L.ranks = ranks, L.down = down.data(), L.down_range = range, L.up = up.data();
    L.active = active.data(), L.active_from = from.data();
    in.shift = shift.data(), in.multiplier = multiplier.data();
  }
  for (int stride = 1; c.inputs % (2 * stride) == 0; stride *= 2) in.stage[in.stages++] = QdStage{2, stride};
  if (c.inputs == 12 << in.stages) in.stages = 0;
  const std::vector<float> x = numbers((size_t)c.rows * c.inputs);
  const QdRows rows = {x.data(), 1, c.rows, 0, c.inputs};
  std::vector<float> output((size_t)c.rows * c.outputs);
  const QdJob job = {&L, rounder(c), output.data(), c.full, 0};
  uint64_t first = 0;
  for (int b = 0; b < qd_builds(); b++) {
    if (!qd_build_runs(b) || !qd_choose(b)) continue;
    qd_linear(&in, &rows, 1, &job, 1 + c.full);
    uint64_t sum = 14695981039346656037u;
    for (float y : output) {
      uint32_t bits;
      __builtin_memcpy(&bits, &y, 4);
      sum = (sum ^ bits) * 1099511628211u;
    }
    if (first && sum != first) printf("%s differs\n", qd_build_name(b));
    first = sum;
  }
  printf("%d %d %d %d %d %d %d %d: %016llx\n", c.kind, c.inputs, c.outputs, c.groups, c.bits, c.weight_bits, c.rows, c.full,
         (unsigned long long)first);
  free(packed);
}
}  // namespace

int main(int count, char **) {
  for (int b = 0; b < qd_builds(); b++)
    if (count > 1 && qd_build_runs(b)) puts(qd_build_name(b));
  for (int kind = QD_GAUSSIAN; kind <= QD_LEADING_ZERO; kind++)
    for (int full = 0; full < 2; full++)
      for (int bits : {3, 4, 8})
        for (int rows : {1, 13}) {
          run({kind, 192, 70, 1, bits, 4, rows, full});
          run({kind, 64, 64, 2, bits, 8, rows, full});
          run({kind, 40, 5, 1, bits, 6, rows, full});
        }
}
