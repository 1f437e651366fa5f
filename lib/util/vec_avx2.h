/* AVX2: x86, 256 bits. */
#include <immintrin.h>

#define VECTORS 8
#define WIDE_PACK VECTORS

#ifdef IZH_KERNEL_F32
typedef __m256 vec;
#define LANES 8
#define OP(name) _mm256_##name##_ps
#else
typedef __m256d vec;
#define LANES 4
#define OP(name) _mm256_##name##_pd
#endif
typedef vec vec_mask;
#define VEC_GE(x, y) OP(cmp)(x, y, _CMP_GE_OQ)
#define VEC_LT(x, y) OP(cmp)(x, y, _CMP_LT_OQ)

#include "util/vec_x86.h"
