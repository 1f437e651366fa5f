/* Memory by the host's allocator, and how a new object begins: with a versioned config struct. */
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
/* The same as it comes, for what is written before it is read: clearing much would take time, and
 * pages that nobody needs. */
void *izh_allocate_raw(const izh_allocator *allocator, size_t count, size_t size);
void izh_release(const izh_allocator *allocator, void *memory, size_t count, size_t size);

/* The size of a config struct that ends with a field, padding included. The last field of the
 * struct's first version gives the size of that: sizeof would refuse older callers once the struct
 * grows. */
#define IZH_CONFIG_WITH(type, field)                                                              \
    ((offsetof(type, field) + sizeof(((type *)0)->field) + _Alignof(type) - 1) / _Alignof(type) * \
     _Alignof(type))

/* Fills `to`, a config struct of `known` bytes, from the caller's, which may be of the `first`
 * version or newer (longer, with zeros where this library knows no field). NULL, or what is wrong:
 * a size in between may end inside a field, and of a size that is no version's nothing is read, so
 * that `to` has no log either. Once there is a third version, those between have to be said here,
 * too. */
const char *izh_config_read(void *to, size_t known, const void *from, size_t first);

/* Where a config struct has what its create function begins with. */
struct izh_config_kind {
    size_t known, first, allocator, log;
};

#define IZH_CONFIG_KIND(type, last_of_first_version)                                           \
    {                                                                                          \
        sizeof(type), IZH_CONFIG_WITH(type, last_of_first_version), offsetof(type, allocator), \
            offsetof(type, log)                                                                \
    }

/* How every create function begins. `object` is where its pointer to the new object goes: that is
 * NULL until there is one. Reads the config into `to`, has the report go to the config's log, and
 * returns the checks that go on from there. Without an object or a config there is no message. */
struct izh_checks izh_create_begin(struct izh_report *report, void *object,
                                   const struct izh_config_kind *kind, void *to,
                                   const void *config);

/* How every load function begins: with what the host lends a new object, NULL for nothing. */
struct izh_checks izh_load_begin(struct izh_report *report, void *object, izh_allocator *own,
                                 const izh_allocator *allocator, const izh_log *log);

/* Fills `to`, a caller's struct of statistics: from `known` bytes of the library's as many as its
 * size allows, and zeros beyond them. IZH_E_INVALID where it is NULL or no size is right. */
izh_status izh_statistics_write(void *to, const void *from, size_t known);

#endif
