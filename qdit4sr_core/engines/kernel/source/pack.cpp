// The order in which the product reads a weight's codes, u = code + 2^(bits - 1).
//
// Panels of 64 outputs, one after another; in a panel group after group; in a group four inputs of each of the 64
// outputs after another. With two codes a byte, the first four inputs are the low halves and the next four the high ones.
#include "kernel.h"

namespace {
// Calls found(index of the code in its row, byte, places to shift) for the codes of output n, in order.
template <class F>
inline void each_code(const QdLayer *L, int n, F found) {
  const size_t group_bytes = (size_t)L->group_padded * (L->packed ? 32 : 64);
  size_t base = (size_t)(n / QD_PANEL) * L->groups * group_bytes + 4 * (size_t)(n % QD_PANEL);
  const int fours = L->packed ? 3 : 2, high = L->packed ? 4 : 0;
  for (int g = 0, k = 0; g < L->groups; g++, base += group_bytes)
    for (int i = 0; i < L->group; i++, k++) found(k, base + (size_t)(i >> fours) * 256 + (i & 3), i & high);
}
}  // namespace

// Codes (outputs, inputs) to `out`, which must be zero.
QD_API void qd_pack(const QdLayer *L, const int8_t *codes, uint8_t *out) {
  const int shift = (L->largest + 1) / 2;
  for (int n = 0; n < L->outputs; n++) {
    const int8_t *row = codes + (size_t)n * L->inputs;
    each_code(L, n, [=](int k, size_t byte, int places) { out[byte] |= (uint8_t)((row[k] + shift) << places); });
  }
}

// The codes (outputs, inputs) that were packed.
QD_API void qd_unpack(const QdLayer *L, int8_t *codes) {
  const int shift = (L->largest + 1) / 2, mask = L->packed ? 15 : 255;
  const uint8_t *packed = L->codes;
  for (int n = 0; n < L->outputs; n++) {
    int8_t *row = codes + (size_t)n * L->inputs;
    each_code(L, n, [=](int k, size_t byte, int places) { row[k] = (int8_t)(((packed[byte] >> places) & mask) - shift); });
  }
}

// Codes in files, and as a layer holds them where the kernel does not multiply: without gaps, eight codes of `BITS`
// bits in as many bytes, the first in the lowest bits. Eight codes are moved together in three halving steps.
namespace {
const uint64_t EACH_BYTE = 0x0101010101010101u, TOP_BITS = 0x80 * EACH_BYTE;

// The low halves of each group of 2 * fields codes that lie closed up.
template <int BITS>
constexpr uint64_t low_halves(int fields) {
  uint64_t mask = 0;
  for (int at = 0; at < 64; at += 16 * fields) mask |= (((uint64_t)1 << fields * BITS) - 1) << at;
  return mask;
}

template <int BITS>
struct Stream {
  static const uint64_t SHIFT = ((uint64_t)1 << (BITS - 1)) * EACH_BYTE, UNFIT = ~((((uint64_t)1 << BITS) - 1) * EACH_BYTE);

  // The halves of each group of 2 * FIELDS codes moved together, and apart.
  template <int FIELDS>
  static inline uint64_t close(uint64_t w) {
    constexpr uint64_t low = low_halves<BITS>(FIELDS), high = low << (FIELDS * BITS & 63);
    return (w & low) | ((w >> (8 - BITS) * FIELDS) & high);
  }
  template <int FIELDS>
  static inline uint64_t part(uint64_t w) {
    constexpr uint64_t low = low_halves<BITS>(FIELDS), high = low << (FIELDS * BITS & 63);
    return (w & low) | ((w & high) << (8 - BITS) * FIELDS);
  }
  static inline uint64_t packed(const int8_t *codes, uint64_t *unfit) {
    uint64_t w;
    __builtin_memcpy(&w, codes, 8);
    if (BITS == 8) return w ^ TOP_BITS;
    w = ((w & ~TOP_BITS) + SHIFT) ^ (w & TOP_BITS);
    *unfit |= w & UNFIT;
    return close<4>(close<2>(close<1>(w)));
  }
  // `room` bytes may be read; what lies past the codes is cut off in the steps.
  static inline void unpack(const uint8_t *bytes, int room, int8_t *codes) {
    uint64_t w = 0;
    if (room >= 8)
      __builtin_memcpy(&w, bytes, 8);  // a part of a word would have to wait for its bytes
    else
      __builtin_memcpy(&w, bytes, BITS);
    w = BITS == 8 ? w ^ TOP_BITS : ((part<1>(part<2>(part<4>(w))) | TOP_BITS) - SHIFT) ^ TOP_BITS;
    __builtin_memcpy(codes, &w, 8);
  }

  static bool pack_all(const int8_t *codes, int64_t count, uint8_t *out) {
    uint64_t unfit = 0, word;
    for (; count >= 8; count -= 8, codes += 8, out += BITS) {
      word = packed(codes, &unfit);
      __builtin_memcpy(out, &word, BITS);
    }
    if (count) {
      int8_t rest[8];
      __builtin_memset(rest, -(1 << (BITS - 1)), 8);
      __builtin_memcpy(rest, codes, (size_t)count);
      word = packed(rest, &unfit);
      __builtin_memcpy(out, &word, BITS);
    }
    return !unfit;
  }
  static void unpack_all(const uint8_t *in, int64_t count, int8_t *codes) {
    for (; count >= 64; count -= 8, codes += 8, in += BITS) unpack(in, 8, codes);
    for (; count >= 8; count -= 8, codes += 8, in += BITS) unpack(in, BITS, codes);
    if (count) {
      int8_t rest[8];
      unpack(in, BITS, rest);
      __builtin_memcpy(codes, rest, (size_t)count);
    }
  }
};
}  // namespace

#define WIDTHS(DO) \
  switch (bits) { case 2: DO(2) case 3: DO(3) case 4: DO(4) case 5: DO(5) case 6: DO(6) case 7: DO(7) case 8: DO(8) default: break; }
// `count` signed codes of 2 to 8 bits. Packing returns 0 when a code does not fit; `out` then holds nothing of use.
QD_API int qd_pack_stream(const int8_t *codes, int64_t count, int bits, uint8_t *out) {
#define PACK(B) return Stream<B>::pack_all(codes, count, out);
  WIDTHS(PACK)
  return 0;
}
QD_API void qd_unpack_stream(const uint8_t *packed, int64_t count, int bits, int8_t *codes) {
#define UNPACK(B) Stream<B>::unpack_all(packed, count, codes); break;
  WIDTHS(UNPACK)
}
