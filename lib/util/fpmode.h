/* The floating-point mode in which the library computes: the default of IEEE 754, with rounding to
 * nearest, gradual underflow and no traps, whatever the caller has set. The exception flags are not
 * part of the mode: they accumulate as in any code. */
#ifndef IZH_LIB_FPMODE_H
#define IZH_LIB_FPMODE_H

#include <stdint.h>

#if defined(__SSE2__)
#include <xmmintrin.h>

#define IZH_FPMODE_DEFAULT 0x1f80u
#define IZH_FPMODE_FLAGS 0x3fu

static inline uint64_t izh_fpmode_get(void)
{
    return _mm_getcsr() & ~IZH_FPMODE_FLAGS;
}

static inline void izh_fpmode_set(uint64_t mode)
{
    _mm_setcsr((unsigned)mode | (_mm_getcsr() & IZH_FPMODE_FLAGS));
}
#elif defined(__aarch64__)
#define IZH_FPMODE_DEFAULT 0u

static inline uint64_t izh_fpmode_get(void)
{
    uint64_t mode;
    __asm__ volatile("mrs %0, fpcr" : "=r"(mode));
    return mode;
}

static inline void izh_fpmode_set(uint64_t mode)
{
    __asm__ volatile("msr fpcr, %0" : : "r"(mode) : "memory");
}
#elif defined(__s390x__)
#define IZH_FPMODE_DEFAULT 0u
#define IZH_FPMODE_FLAGS 0xffff00u

static inline uint64_t izh_fpmode_word(void)
{
    uint64_t word;
    __asm__ volatile("efpc %0" : "=d"(word));
    return word & 0xffffffff;
}

static inline uint64_t izh_fpmode_get(void)
{
    return izh_fpmode_word() & ~(uint64_t)IZH_FPMODE_FLAGS;
}

static inline void izh_fpmode_set(uint64_t mode)
{
    __asm__ volatile("sfpc %0" : : "d"(mode | (izh_fpmode_word() & IZH_FPMODE_FLAGS)) : "memory");
}
#elif defined(__arm__) && defined(__ARM_FP)
#define IZH_FPMODE_DEFAULT 0u
#ifdef __ARM_FEATURE_MVE
#define IZH_FPMODE_FLAGS 0xf807009fu /* with the condition flags and the vectors' LTPSIZE */
#else
#define IZH_FPMODE_FLAGS 0xf800009fu /* with the condition flags */
#endif

static inline uint32_t izh_fpmode_word(void)
{
    uint32_t word;
    __asm__ volatile("vmrs %0, fpscr" : "=r"(word));
    return word;
}

static inline uint64_t izh_fpmode_get(void)
{
    return izh_fpmode_word() & ~IZH_FPMODE_FLAGS;
}

static inline void izh_fpmode_set(uint64_t mode)
{
    const uint32_t word = (uint32_t)mode | (izh_fpmode_word() & IZH_FPMODE_FLAGS);
    __asm__ volatile("vmsr fpscr, %0" : : "r"(word) : "memory");
}
#elif defined(__wasm__) || defined(__arm__) /* there is no other mode */
#define IZH_FPMODE_DEFAULT 0u

static inline uint64_t izh_fpmode_get(void)
{
    return IZH_FPMODE_DEFAULT;
}

static inline void izh_fpmode_set(uint64_t mode)
{
    (void)mode;
}
#else /* only the rounding mode: the others have no portable name */
#include <fenv.h>

#define IZH_FPMODE_DEFAULT ((uint64_t)FE_TONEAREST)

static inline uint64_t izh_fpmode_get(void)
{
    return (uint64_t)fegetround();
}

static inline void izh_fpmode_set(uint64_t mode)
{
    fesetround((int)mode);
}
#endif

static inline uint64_t izh_fpmode_enter(void)
{
    const uint64_t mode = izh_fpmode_get();
    if (mode != IZH_FPMODE_DEFAULT)
        izh_fpmode_set(IZH_FPMODE_DEFAULT);
    return mode;
}

static inline void izh_fpmode_leave(const uint64_t *mode)
{
    if (*mode != IZH_FPMODE_DEFAULT)
        izh_fpmode_set(*mode);
}

/* The first statement of a function that computes something for a caller or in another thread. It
 * sets the default mode until the function returns. */
#define IZH_FPMODE \
    const uint64_t fpmode_ __attribute__((cleanup(izh_fpmode_leave), unused)) = izh_fpmode_enter()

#endif
