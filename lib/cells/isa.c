#include "cells/isa.h"

#include "util/cpu.h"

#define DECLARE(isa) \
    extern const struct izh_kernels izh_kernels_##isa##_f64, izh_kernels_##isa##_f32;
#define PAIR(isa)                                          \
    {                                                      \
        &izh_kernels_##isa##_f64, &izh_kernels_##isa##_f32 \
    }
DECLARE(scalar)
DECLARE(sse2)
DECLARE(avx2)
DECLARE(avx512)
DECLARE(neon)

static const struct izh_kernels *const kernels[][2] = {
    [IZH_ISA_SCALAR] = PAIR(scalar),
#ifdef IZH_HAVE_X86
    [IZH_ISA_SSE2] = PAIR(sse2),     [IZH_ISA_AVX2] = PAIR(avx2), [IZH_ISA_AVX512] = PAIR(avx512),
#endif
#ifdef IZH_HAVE_NEON
    [IZH_ISA_NEON] = PAIR(neon),
#endif
};

#define COUNT ((int32_t)(sizeof kernels / sizeof *kernels))

const struct izh_kernels *izh_isa_kernels(int32_t isa, int32_t precision)
{
    if (isa < IZH_ISA_SCALAR || isa >= COUNT || !kernels[isa][0] || !izh_cpu_has(isa))
        return NULL;
    return kernels[isa][precision == IZH_F32];
}

int32_t izh_isa_best(void)
{
    int32_t best = IZH_ISA_SCALAR;
    for (int32_t isa = best + 1; isa < COUNT; isa++)
        if (izh_isa_kernels(isa, IZH_F64))
            best = isa;
    return best;
}

int32_t izh_isa_supported(int32_t isa)
{
    return isa == IZH_ISA_BEST || izh_isa_kernels(isa, IZH_F64) != NULL;
}
