/* Memory by the host's allocator, and the reading of versioned config structs. */
#ifndef IZH_LIB_MEMORY_H
#define IZH_LIB_MEMORY_H

#include <stdbool.h>

#include <izh/host.h>
#include <izh/status.h>

/* The largest size that a config struct may claim. */
#define IZH_CONFIG_SIZE_MAX 4096

/* Zeroed memory for count objects; NULL where there is none or the size overflows. */
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

/* Fills `to`, a caller's struct of statistics: from `known` bytes of the library's as many as its
 * size allows, and zeros beyond them. IZH_E_INVALID where it is NULL or no size is right. */
izh_status izh_statistics_write(void *to, const void *from, size_t known);

#endif
