/* The numbers that a file computes with: floats where it says IZH_KERNEL_F32, else doubles. */
#ifndef IZH_LIB_REAL_H
#define IZH_LIB_REAL_H

#ifdef IZH_KERNEL_F32
typedef float real;
#define REAL_SQRT __builtin_sqrtf
#else
typedef double real;
#define REAL_SQRT __builtin_sqrt
#endif

#define ALWAYS_INLINE static inline __attribute__((always_inline))

#endif
