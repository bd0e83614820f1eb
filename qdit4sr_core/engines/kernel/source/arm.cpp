#define QD_LANES 4
#define QD_PRODUCT "product_arm.h"
#define QD_BUILD qd_arm
#define QD_NAME "Arm dot product"
#include "build.h"
