// Six rows of int8 codes times a panel of 64 columns with vpdpbusd: 24 sums stay in registers. Written in assembly,
// because compilers spill them.
#define QD_STRING_(x) #x
#define QD_STRING(x) QD_STRING_(x)
#define QD_CLOBBER                                                                                                   \
  "memory", "cc", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11",  \
      "xmm12", "xmm13", "xmm14", "xmm15", "xmm16", "xmm17", "xmm18", "xmm19", "xmm20", "xmm21", "xmm22", "xmm23",    \
      "xmm24", "xmm25", "xmm26", "xmm27", "xmm28", "xmm29", "xmm30", "xmm31"
#define Z(i) "vpxord %%zmm" #i ",%%zmm" #i ",%%zmm" #i "\n"
#define QD_ZERO                                                                                                  \
  Z(0) Z(1) Z(2) Z(3) Z(4) Z(5) Z(6) Z(7) Z(8) Z(9) Z(10) Z(11) Z(12) Z(13) Z(14) Z(15) Z(16) Z(17) Z(18) Z(19) \
      Z(20) Z(21) Z(22) Z(23)
#define S(i) "vmovdqa64 %%zmm" #i ",64*" #i "(%5)\n"
#define QD_STORE                                                                                                 \
  S(0) S(1) S(2) S(3) S(4) S(5) S(6) S(7) S(8) S(9) S(10) S(11) S(12) S(13) S(14) S(15) S(16) S(17) S(18) S(19) \
      S(20) S(21) S(22) S(23)
// The sum of row m and sixteen columns j is zmm(4 m + j).
#define BROADCAST(memory, to) "vpbroadcastd " memory ",%%zmm" #to "\n"
#define ROW(op, a, r0, r1, r2, r3)                                                                        \
  op " %%zmm" #a ",%%zmm24,%%zmm" #r0 "\n" op " %%zmm" #a ",%%zmm25,%%zmm" #r1 "\n" op " %%zmm" #a        \
     ",%%zmm26,%%zmm" #r2 "\n" op " %%zmm" #a ",%%zmm27,%%zmm" #r3 "\n"
// One step of four bytes of every row against 64 columns of four bytes.
#define QD_STEP(op)                                                                                          \
  "vmovdqa64 (%0),%%zmm24\nvmovdqa64 64(%0),%%zmm25\nvmovdqa64 128(%0),%%zmm26\nvmovdqa64 192(%0),%%zmm27\n" \
  BROADCAST("(%1)", 28) BROADCAST("(%1,%3)", 29) ROW(op, 28, 0, 1, 2, 3) BROADCAST("(%1,%3,2)", 30)          \
  ROW(op, 29, 4, 5, 6, 7) BROADCAST("(%2)", 31) ROW(op, 30, 8, 9, 10, 11) BROADCAST("(%2,%3)", 28)           \
  ROW(op, 31, 12, 13, 14, 15) BROADCAST("(%2,%3,2)", 29) ROW(op, 28, 16, 17, 18, 19)                         \
  ROW(op, 29, 20, 21, 22, 23) "add $256,%0\nadd $4,%1\nadd $4,%2\ndec %4\njnz 1b\n"
#define QD_LOOP(op)                                                                                       \
  const char *a3 = (const char *)a + 3 * stride;                                                          \
  asm volatile(QD_ZERO ".p2align 5\n1:\n" QD_STEP(op) QD_STORE                                            \
               : "+r"(w), "+r"(a), "+r"(a3), "+r"(stride), "+r"(steps)                                    \
               : "r"(out)                                                                                 \
               : QD_CLOBBER)

INLINE void product_bytes(const void *w, const void *a, long stride, long steps, int32_t *out) { QD_LOOP("vpdpbusd"); }
INLINE void product_floats(const void *w, const void *a, long stride, long steps, float *out) { QD_LOOP("vfmadd231ps"); }
#if defined(__AVX512BF16__)
INLINE void product_bfloats(const void *w, const void *a, long stride, long steps, float *out) { QD_LOOP("vdpbf16ps"); }
#endif

#define COLUMN(r0, r1, r2, r3, r4, r5)                                                                            \
  "vpdpbusd %%zmm24,%%zmm30,%%zmm" #r0 "\nvpdpbusd %%zmm25,%%zmm30,%%zmm" #r1 "\nvpdpbusd %%zmm26,%%zmm30,%%zmm" #r2 \
  "\nvpdpbusd %%zmm27,%%zmm30,%%zmm" #r3 "\nvpdpbusd %%zmm28,%%zmm30,%%zmm" #r4 "\nvpdpbusd %%zmm29,%%zmm30,%%zmm" #r5 "\n"
#define LOW(at) "vpandd " at "(%0),%%zmm31,%%zmm30\n"
#define HIGH(at) "vpsrlw $4," at "(%0),%%zmm30\nvpandd %%zmm30,%%zmm31,%%zmm30\n"
#define ROWS_AT(at)                                                                                             \
  BROADCAST(at "(%1)", 24) BROADCAST(at "(%1,%3)", 25) BROADCAST(at "(%1,%3,2)", 26) BROADCAST(at "(%2)", 27)   \
  BROADCAST(at "(%2,%3)", 28) BROADCAST(at "(%2,%3,2)", 29)
#define COLUMNS(part)                                                                                         \
  part("0") COLUMN(0, 4, 8, 12, 16, 20) part("64") COLUMN(1, 5, 9, 13, 17, 21) part("128") COLUMN(2, 6, 10, 14, 18, 22) \
  part("192") COLUMN(3, 7, 11, 15, 19, 23)

INLINE void product_nibbles(const void *w, const void *a, long stride, long steps, int32_t *out) {
  const char *a3 = (const char *)a + 3 * stride;
  const int mask = 0x0f0f0f0f;
  asm volatile(QD_ZERO "vpbroadcastd %6,%%zmm31\n.p2align 5\n1:\n" ROWS_AT("0") COLUMNS(LOW) ROWS_AT("4") COLUMNS(HIGH)
               "add $256,%0\nadd $8,%1\nadd $8,%2\ndec %4\njnz 1b\n" QD_STORE
               : "+r"(w), "+r"(a), "+r"(a3), "+r"(stride), "+r"(steps)
               : "r"(out), "m"(mask)
               : QD_CLOBBER);
}
#undef Z
#undef S

// Sums of u q for six rows and 64 columns over `length` codes.
INLINE void product(const QdLayer *L, int, const uint8_t *w, const int8_t *a, long stride, long length, int32_t *out) {
  if (L->packed)
    product_nibbles(w, a, stride, length / 8, out);
  else
    product_bytes(w, a, stride, length / 4, out);
}
