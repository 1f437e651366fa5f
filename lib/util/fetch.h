/* Prefetches memory into the cache. This is a hint, which changes no result. */
#ifndef IZH_LIB_FETCH_H
#define IZH_LIB_FETCH_H

/* GCC assumes that a function that only prefetches has no effect, and drops its calls. The empty
 * assembly keeps them. */
static inline void izh_fetch(const void *line)
{
#ifdef __GNUC__
    __builtin_prefetch(line);
    __asm__ volatile("");
#else
    (void)line;
#endif
}

/* Prefetches every cache line from `first` up to `end`. */
#define IZH_LINE 64
static inline void izh_fetch_all(const void *first, const void *end)
{
    for (const char *line = first; line < (const char *)end; line += IZH_LINE)
        izh_fetch(line);
}

#endif
