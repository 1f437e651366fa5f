#define _DEFAULT_SOURCE 1 /* madvise */

#include "util/memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#ifdef __linux__
#include <sys/mman.h>
#endif

/* In large pages, large blocks are mapped and read faster. Linux gives them if it is asked before
 * the memory is touched. The call is only advice. */
#define LARGE_PAGE ((size_t)1 << 21)

static void *advise(void *memory, size_t bytes)
{
#ifdef MADV_HUGEPAGE
    const size_t skip = -(uintptr_t)memory % LARGE_PAGE;
    if (memory && bytes >= skip + LARGE_PAGE)
        madvise((char *)memory + skip, (bytes - skip) / LARGE_PAGE * LARGE_PAGE, MADV_HUGEPAGE);
#else
    (void)bytes;
#endif
    return memory;
}

/* The heap, for objects whose host gives no allocator. */
#ifdef IZH_EMBEDDED /* no heap: check_allocator() has refused hosts without an allocator */
static void *from_heap(size_t bytes, bool clear)
{
    (void)bytes, (void)clear;
    return NULL;
}

static void to_heap(void *memory)
{
    (void)memory;
}
#else
static void *from_heap(size_t bytes, bool clear)
{
    return clear ? calloc(bytes, 1) : malloc(bytes);
}

static void to_heap(void *memory)
{
    free(memory);
}
#endif

/* At least 1, since an allocator may answer 0 bytes with NULL; 0 if the size overflows. */
static size_t count_bytes(size_t count, size_t size)
{
    if (size && count > SIZE_MAX / size)
        return 0;
    return count * size > 0 ? count * size : 1;
}

void *izh_allocate(const izh_allocator *allocator, size_t count, size_t size)
{
    const size_t bytes = count_bytes(count, size);
    if (!bytes)
        return NULL;
    if (!allocator->alloc)
        /* calloc() takes large blocks from the system as zeros, without touching them. */
        return advise(from_heap(bytes, true), bytes);
    void *memory = advise(allocator->alloc(allocator->user, bytes), bytes);
    return memory ? memset(memory, 0, bytes) : NULL;
}

void *izh_allocate_raw(const izh_allocator *allocator, size_t count, size_t size)
{
    const size_t bytes = count_bytes(count, size);
    if (!bytes)
        return NULL;
    return advise(allocator->alloc ? allocator->alloc(allocator->user, bytes)
                                   : from_heap(bytes, false),
                  bytes);
}

void izh_release(const izh_allocator *allocator, void *memory, size_t count, size_t size)
{
    if (!memory)
        return;
    if (allocator->release)
        allocator->release(allocator->user, memory, count * size > 0 ? count * size : 1);
    else
        to_heap(memory);
}

const char *izh_config_read(void *to, size_t known, const void *from, size_t first)
{
    size_t size;
    memcpy(&size, from, sizeof size);
    memset(to, 0, known);
    if ((size < known && size != first) || size > IZH_CONFIG_SIZE_MAX)
        return "size is no version's";
    memcpy(to, from, size < known ? size : known);
    for (size_t i = known; i < size; i++)
        if (((const unsigned char *)from)[i] != 0)
            return "a field is set that this version of libizh does not know";
    return NULL;
}

static struct izh_checks begin_checks(struct izh_report *report, void *object)
{
    *report = (struct izh_report){{NULL, NULL}, ""};
    if (object)
        memset(object, 0, sizeof(void *));
    return (struct izh_checks){report, object ? IZH_OK : IZH_E_INVALID};
}

static void check_allocator(struct izh_checks *c, const izh_allocator *allocator)
{
    IZH_REQUIRE(c, !allocator->alloc == !allocator->release, IZH_E_INVALID,
                "allocator has only one of alloc and release");
#ifdef IZH_EMBEDDED
    IZH_REQUIRE(c, allocator->alloc, IZH_E_INVALID,
                "allocator: this build of libizh has no heap, so it needs one");
#endif
}

struct izh_checks izh_create_begin(struct izh_report *report, void *object,
                                   const struct izh_config_kind *kind, void *to, const void *config)
{
    struct izh_checks c = begin_checks(report, object);
    izh_allocator allocator;
    if (!config)
        c.status = IZH_E_INVALID;
    if (c.status != IZH_OK)
        return c;
    const char *fault = izh_config_read(to, kind->known, config, kind->first);
    memcpy(&report->log, (const char *)to + kind->log, sizeof report->log);
    memcpy(&allocator, (const char *)to + kind->allocator, sizeof allocator);
    IZH_REQUIRE(&c, !fault, IZH_E_INVALID, "%s", fault);
    check_allocator(&c, &allocator);
    return c;
}

struct izh_checks izh_load_begin(struct izh_report *report, void *object, izh_allocator *own,
                                 const izh_allocator *allocator, const izh_log *log)
{
    struct izh_checks c = begin_checks(report, object);
    *own = allocator ? *allocator : (izh_allocator){NULL, NULL, NULL};
    izh_report_to(report, log);
    check_allocator(&c, own);
    return c;
}

izh_status izh_statistics_write(void *to, const void *from, size_t known)
{
    size_t size = 0;
    if (to)
        memcpy(&size, to, sizeof size);
    if (size < sizeof size || size > IZH_CONFIG_SIZE_MAX)
        return IZH_E_INVALID;
    memset(to, 0, size);
    memcpy(to, from, size < known ? size : known);
    memcpy(to, &size, sizeof size);
    return IZH_OK;
}
