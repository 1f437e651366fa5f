/* The type of the numbers that a file computes with: float if the file defines IZH_KERNEL_F32, else
 * double. */
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
