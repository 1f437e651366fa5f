/* Memory from the host's allocator, and the start of every create function, which reads a versioned
 * config struct. */
#ifndef IZH_LIB_MEMORY_H
#define IZH_LIB_MEMORY_H

#include <stdbool.h>

#include <izh/host.h>
#include <izh/status.h>

#include "util/report.h"

/* The largest size that a config struct may claim. */
#define IZH_CONFIG_SIZE_MAX 4096

/* Allocates zeroed memory for count objects. Returns NULL if that fails or the size overflows. */
void *izh_allocate(const izh_allocator *allocator, size_t count, size_t size);
/* The same without zeros, for memory that is written before it is read: clearing a large block
 * would take time, and touch pages that nobody needs. */
void *izh_allocate_raw(const izh_allocator *allocator, size_t count, size_t size);
void izh_release(const izh_allocator *allocator, void *memory, size_t count, size_t size);

/* The size of a config struct whose last field is `field`, padding included. For the size of a
 * struct's first version, give the last field of that version: sizeof would refuse older callers
 * once the struct grows. */
#define IZH_CONFIG_WITH(type, field)                                                              \
    ((offsetof(type, field) + sizeof(((type *)0)->field) + _Alignof(type) - 1) / _Alignof(type) * \
     _Alignof(type))

/* Fills `to`, a config struct of `known` bytes, from the caller's struct. That has the size of the
 * first version, `first`, or of this one, or is longer, with zeros in the fields that this library
 * does not know. Returns NULL, or what is wrong. A size between the versions may end inside a
 * field; then nothing is read, so `to` has no log either. With a third version, the sizes between
 * have to be listed here. */
const char *izh_config_read(void *to, size_t known, const void *from, size_t first);

/* Where a config struct holds the fields that every create function reads first. */
struct izh_config_kind {
    size_t known, first, allocator, log;
};

#define IZH_CONFIG_KIND(type, last_of_first_version)                                           \
    {                                                                                          \
        sizeof(type), IZH_CONFIG_WITH(type, last_of_first_version), offsetof(type, allocator), \
            offsetof(type, log)                                                                \
    }

/* Every create function begins with this. `object` points to the caller's pointer to the new
 * object, which is NULL until the object exists. Reads the config into `to`, sends messages to the
 * config's log, and returns the checks, to which the caller adds its own. If `object` or `config`
 * is NULL, there is no message. */
struct izh_checks izh_create_begin(struct izh_report *report, void *object,
                                   const struct izh_config_kind *kind, void *to,
                                   const void *config);

/* Every load function begins with this. `allocator` and `log` are the host's for the new object;
 * NULL for none. */
struct izh_checks izh_load_begin(struct izh_report *report, void *object, izh_allocator *own,
                                 const izh_allocator *allocator, const izh_log *log);

/* Fills `to`, a caller's struct of statistics, with as many of the library's `known` bytes as its
 * size allows, and with zeros beyond. Returns IZH_E_INVALID if `to` is NULL or has an impossible
 * size. */
izh_status izh_statistics_write(void *to, const void *from, size_t known);

#endif
