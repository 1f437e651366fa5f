/* SSE2: x86, 128 bits. */
#include <emmintrin.h>

#define VECTORS 8
#define WIDE_PACK 4

#ifdef IZH_KERNEL_F32
typedef __m128 vec;
#define LANES 4
#define OP(name) _mm_##name##_ps
#else
typedef __m128d vec;
#define LANES 2
#define OP(name) _mm_##name##_pd
#endif
typedef vec vec_mask;
#define VEC_GE(x, y) OP(cmpge)(x, y)
#define VEC_LT(x, y) OP(cmplt)(x, y)

#include "util/vec_x86.h"
