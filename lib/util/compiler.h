/* What C11 does not have, of GCC and clang: other compilers need their own here. */
#ifndef IZH_LIB_COMPILER_H
#define IZH_LIB_COMPILER_H

/* A function that takes a format as printf's, which is that of C on Windows, too. */
#ifdef __MINGW32__
#define IZH_PRINTF(format_at, values_from) \
    __attribute__((format(gnu_printf, format_at, values_from)))
#else
#define IZH_PRINTF(format_at, values_from) __attribute__((format(printf, format_at, values_from)))
#endif

#endif
