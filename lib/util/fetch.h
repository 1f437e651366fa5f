/* Fetching memory into the cache ahead of its use: a hint, which changes no result. */
#ifndef IZH_LIB_FETCH_H
#define IZH_LIB_FETCH_H

/* GCC takes a function that does nothing but fetch for one without any effect, and drops its calls.
 * The empty assembly keeps them. */
static inline void izh_fetch(const void *line)
{
#ifdef __GNUC__
    __builtin_prefetch(line);
    __asm__ volatile("");
#else
    (void)line;
#endif
}

/* The lines of so many bytes from `first` on. */
#define IZH_LINE 64
static inline void izh_fetch_all(const void *first, const void *end)
{
    for (const char *line = first; line < (const char *)end; line += IZH_LINE)
        izh_fetch(line);
}

#endif
