#define QD_LANES 8
#define QD_PRODUCT "product_avx2.h"
#define QD_BUILD qd_avx_vnni
#define QD_NAME "AVX-VNNI"
#include "build.h"
