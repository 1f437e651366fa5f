#include "cells/isa.h"

#include "methods/absent.h"
#include "util/cpu.h"

#ifdef IZH_HAVE_SSE2
#define SSE2(row) row
#else
#define SSE2(row)
#endif
#ifdef IZH_HAVE_AVX2
#define AVX2(row) row
#else
#define AVX2(row)
#endif
#ifdef IZH_HAVE_AVX512
#define AVX512(row) row
#else
#define AVX512(row)
#endif
#ifdef IZH_HAVE_NEON
#define NEON(row) row
#else
#define NEON(row)
#endif
/* The library in one file uses the vectors of the processor's least instruction set, if it has any,
 * in the place of plain C, too, whose bits are the same. */
#ifndef IZH_SCALAR
#define IZH_SCALAR scalar
#endif
#define ROW_OF(ROW, ...) ROW(__VA_ARGS__)
#define ISAS(ROW, ...)                                   \
    ROW_OF(ROW, IZH_ISA_SCALAR, IZH_SCALAR, __VA_ARGS__) \
    SSE2(ROW(IZH_ISA_SSE2, sse2, __VA_ARGS__))           \
    AVX2(ROW(IZH_ISA_AVX2, avx2, __VA_ARGS__))           \
    AVX512(ROW(IZH_ISA_AVX512, avx512, __VA_ARGS__))     \
    NEON(ROW(IZH_ISA_NEON, neon, __VA_ARGS__))

#define DECLARE(id, isa, ...) \
    extern const struct izh_vectors izh_vectors_##isa##_f64, izh_vectors_##isa##_f32;
ISAS(DECLARE, )
#undef DECLARE

#define PAIR(id, isa, ...) [id] = {&izh_vectors_##isa##_f64, &izh_vectors_##isa##_f32},
static const struct izh_vectors *const vectors[][2] = {ISAS(PAIR, )};
#undef PAIR

#define ISA_COUNT (sizeof vectors / sizeof *vectors)

#define DECLARE(id, isa, file) \
    extern const struct izh_kernels izh_kernels_##isa##_f64_##file, izh_kernels_##isa##_f32_##file;
#define KERNEL_METHOD(id, name, file, kind) ISAS(DECLARE, file)
#include "methods/methods.def"
#undef KERNEL_METHOD

#define PAIR(id, isa, file)                                       \
    [id] = {IZH_IF_METHOD(file, &izh_kernels_##isa##_f64_##file), \
            IZH_IF_METHOD(file, &izh_kernels_##isa##_f32_##file)},
#define KERNEL_METHOD(id, name, file, kind) [id] = {ISAS(PAIR, file)},
static const struct izh_kernels *const kernels[][ISA_COUNT][2] = {
#include "methods/methods.def"
};

static bool exists(int32_t isa)
{
    return isa >= IZH_ISA_SCALAR && isa < (int32_t)ISA_COUNT && vectors[isa][0] && izh_cpu_has(isa);
}

const struct izh_vectors *izh_isa_vectors(int32_t isa, int32_t precision)
{
    return exists(isa) ? vectors[isa][precision == IZH_F32] : NULL;
}

const struct izh_kernels *izh_isa_kernels(int32_t isa, int32_t precision, izh_method method)
{
    if (!exists(isa) || method < 0 || (size_t)method >= sizeof kernels / sizeof *kernels)
        return NULL;
    return kernels[method][isa][precision == IZH_F32];
}

int32_t izh_isa_best(void)
{
    int32_t best = IZH_ISA_SCALAR;
    for (int32_t isa = best + 1; isa < (int32_t)ISA_COUNT; isa++)
        if (exists(isa))
            best = isa;
    return best;
}

int32_t izh_isa_supported(int32_t isa)
{
    return isa == IZH_ISA_BEST || exists(isa);
}
