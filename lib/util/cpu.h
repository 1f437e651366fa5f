/* What this machine's processor supports. */
#ifndef IZH_LIB_CPU_H
#define IZH_LIB_CPU_H

#include <izh/population.h>

/* Whether it supports an instruction set (IZH_ISA_...) of its own architecture. */
static inline int izh_cpu_has(int32_t isa)
{
#if defined(__x86_64__) || defined(__i386__)
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

#endif
