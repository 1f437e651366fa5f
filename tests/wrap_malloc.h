/* Counts what the library asks of malloc, and fails it, in programs that are linked with --wrap.
 * Include it once a program. */
#ifndef IZH_TESTS_WRAP_MALLOC_H
#define IZH_TESTS_WRAP_MALLOC_H

#include <errno.h>
#include <float.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

static size_t mallocs;        /* calls, of free too */
static size_t malloc_live;    /* blocks */
static size_t malloc_fail_at; /* the call from now that finds no memory; 0: none */

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
void __real_free(void *memory);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *memory, size_t size);
void __wrap_free(void *memory);

static int malloc_fails(void)
{
    mallocs++;
    return malloc_fail_at && --malloc_fail_at == 0;
}

void *__wrap_malloc(size_t size)
{
    void *memory = malloc_fails() ? NULL : __real_malloc(size);
    malloc_live += memory != NULL;
    return memory;
}

void *__wrap_calloc(size_t count, size_t size)
{
    void *memory = malloc_fails() ? NULL : __real_calloc(count, size);
    malloc_live += memory != NULL;
    return memory;
}

void *__wrap_realloc(void *memory, size_t size)
{
    void *moved = malloc_fails() ? NULL : __real_realloc(memory, size);
    malloc_live += moved && !memory;
    return moved;
}

void __wrap_free(void *memory)
{
    mallocs++;
    malloc_live -= memory != NULL;
    __real_free(memory);
}

/* Call this before you count. For long numbers mingw-w64's snprintf() and strtod(), which are
 * linked into the program, take memory and keep it for the next. */
static void malloc_for_numbers(void)
{
#ifdef _WIN32
    for (double x = DBL_TRUE_MIN; x < DBL_MAX; x *= 9.7)
        for (int digits = 6; digits <= 17; digits += 11) {
            char text[64];
            snprintf(text, sizeof text, "%.*g", digits, x);
            strtod(text, NULL);
        }
#endif
}

#ifndef _WIN32 /* which has neither of these */
void *__real_aligned_alloc(size_t alignment, size_t size);
int __real_posix_memalign(void **memory, size_t alignment, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);
int __wrap_posix_memalign(void **memory, size_t alignment, size_t size);

void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
    void *memory = malloc_fails() ? NULL : __real_aligned_alloc(alignment, size);
    malloc_live += memory != NULL;
    return memory;
}

int __wrap_posix_memalign(void **memory, size_t alignment, size_t size)
{
    const int status = malloc_fails() ? ENOMEM : __real_posix_memalign(memory, alignment, size);
    malloc_live += status == 0;
    return status;
}
#endif

#endif
