#define QD_LANES 8
#define QD_PRODUCT "product_avx2.h"
#define QD_BUILD qd_avx2
#define QD_NAME "AVX2"
#include "build.h"
