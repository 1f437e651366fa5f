/* An allocator that takes from an array of the program's, for a build without a heap. */
#ifndef ARENA_H
#define ARENA_H

#include <stddef.h>

#include <izh/izh.h>

/* Where the next object goes. */
struct arena {
    unsigned char *memory; /* aligned as max_align_t */
    size_t size, used;
    size_t most; /* that was in use at once */
};

static inline size_t arena_rounded(size_t size)
{
    const size_t align = _Alignof(max_align_t);
    return (size + align - 1) / align * align;
}

static inline void *arena_take(void *user, size_t size)
{
    struct arena *a = user;
    if (size > a->size || arena_rounded(size) > a->size - a->used)
        return NULL;
    void *memory = a->memory + a->used;
    a->used += arena_rounded(size);
    if (a->used > a->most)
        a->most = a->used;
    return memory;
}

/* Only the last object's room is free again: objects that are released in the reverse order of
 * their creation leave nothing behind. */
static inline void arena_give_back(void *user, void *memory, size_t size)
{
    struct arena *a = user;
    if ((unsigned char *)memory + arena_rounded(size) == a->memory + a->used)
        a->used -= arena_rounded(size);
}

static inline izh_allocator arena_allocator(struct arena *arena)
{
    return (izh_allocator){arena_take, arena_give_back, arena};
}

#endif
