/* AVX-512: x86, 512 bits. */
#include <immintrin.h>

#define VECTORS 8
#define WIDE_PACK VECTORS

#ifdef IZH_KERNEL_F32
typedef __m512 vec;
typedef __mmask16 vec_mask;
#define LANES 16
#define OP(name) _mm512_##name##_ps
#define CMP _mm512_cmp_ps_mask
#else
typedef __m512d vec;
typedef __mmask8 vec_mask;
#define LANES 8
#define OP(name) _mm512_##name##_pd
#define CMP _mm512_cmp_pd_mask
#endif
#define VEC_GE(x, y) CMP(x, y, _CMP_GE_OQ)
#define VEC_LT(x, y) CMP(x, y, _CMP_LT_OQ)
#define VEC_MASK_BITS

#include "util/vec_x86.h"
