/* Extensions of GCC and clang to C11. Another compiler needs its own definitions here. */
#ifndef IZH_LIB_COMPILER_H
#define IZH_LIB_COMPILER_H

/* Marks a function whose format is like printf's. On Windows, too, it is the format of standard
 * C. */
#ifdef __MINGW32__
#define IZH_PRINTF(format_at, values_from) \
    __attribute__((format(gnu_printf, format_at, values_from)))
#else
#define IZH_PRINTF(format_at, values_from) __attribute__((format(printf, format_at, values_from)))
#endif

#endif
