#define QD_LANES 4
#define QD_PRODUCT "product_portable.h"
#define QD_BUILD qd_portable
#define QD_NAME "portable"
#include "build.h"
