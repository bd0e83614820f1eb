#define QD_LANES 16
#define QD_PRODUCT "product_avx512.h"
#define QD_BUILD qd_avx512
#define QD_NAME "AVX-512 VNNI"
#define QD_ATTENTION
#include "build.h"
