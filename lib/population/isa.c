#include "population/isa.h"

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

static int on_this_machine(int32_t isa)
{
#ifdef IZH_HAVE_X86
    if (isa == IZH_ISA_SSE2)
        return __builtin_cpu_supports("sse2");
    if (isa == IZH_ISA_AVX2)
        return __builtin_cpu_supports("avx2");
    if (isa == IZH_ISA_AVX512)
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
               __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
#endif
    return isa == IZH_ISA_SCALAR || isa == IZH_ISA_NEON;
}

const struct izh_kernels *izh_isa_kernels(int32_t isa, int32_t precision)
{
    if (isa < IZH_ISA_SCALAR || isa >= COUNT || !kernels[isa][0] || !on_this_machine(isa))
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
