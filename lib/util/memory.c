#include "util/memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

void *izh_allocate(const izh_allocator *allocator, size_t count, size_t size)
{
    if (size && count > SIZE_MAX / size)
        return NULL;
    const size_t bytes = count * size > 0 ? count * size : 1;
    if (!allocator->alloc)
        return calloc(bytes, 1); /* large blocks come as zeros, and are not touched */
    void *memory = allocator->alloc(allocator->user, bytes);
    return memory ? memset(memory, 0, bytes) : NULL;
}

void izh_release(const izh_allocator *allocator, void *memory, size_t count, size_t size)
{
    if (!memory)
        return;
    if (allocator->release)
        allocator->release(allocator->user, memory, count * size > 0 ? count * size : 1);
    else
        free(memory);
}

bool izh_config_read(void *to, size_t known, const void *from, size_t first)
{
    size_t size;
    memcpy(&size, from, sizeof size);
    if ((size < known && size != first) || size > IZH_CONFIG_SIZE_MAX)
        return false;
    for (size_t i = known; i < size; i++)
        if (((const unsigned char *)from)[i] != 0)
            return false;
    memset(to, 0, known);
    memcpy(to, from, size < known ? size : known);
    return true;
}
