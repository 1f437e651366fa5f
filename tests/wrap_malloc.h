/* Counts what the library asks of malloc, in programs that are linked with --wrap. Include it once
 * a program. */
#ifndef IZH_TESTS_WRAP_MALLOC_H
#define IZH_TESTS_WRAP_MALLOC_H

#include <stddef.h>

static size_t mallocs;

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
void __real_free(void *memory);
void *__real_aligned_alloc(size_t alignment, size_t size);
int __real_posix_memalign(void **memory, size_t alignment, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *memory, size_t size);
void __wrap_free(void *memory);
void *__wrap_aligned_alloc(size_t alignment, size_t size);
int __wrap_posix_memalign(void **memory, size_t alignment, size_t size);

void *__wrap_malloc(size_t size)
{
    mallocs++;
    return __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    mallocs++;
    return __real_calloc(count, size);
}

void *__wrap_realloc(void *memory, size_t size)
{
    mallocs++;
    return __real_realloc(memory, size);
}

void __wrap_free(void *memory)
{
    mallocs++;
    __real_free(memory);
}

void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
    mallocs++;
    return __real_aligned_alloc(alignment, size);
}

int __wrap_posix_memalign(void **memory, size_t alignment, size_t size)
{
    mallocs++;
    return __real_posix_memalign(memory, alignment, size);
}

#endif
