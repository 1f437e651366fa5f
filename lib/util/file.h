/* Reads and writes whole files. */
#ifndef IZH_LIB_FILE_H
#define IZH_LIB_FILE_H

#include "util/report.h"

/* Writes an object's blob to a file. Whoever reads the file finds either the whole old blob or the
 * whole new one: the new one is written to a file beside the old one, flushed to disk, and renamed.
 * include/izh/host.h says the rest. `save` works as izh_pinn_save() does. */
izh_status izh_file_save(struct izh_report *report, const izh_allocator *allocator,
                         const char *path,
                         size_t (*save)(const void *object, void *buffer, size_t capacity),
                         const void *object);

/* Reads a file into *size allocated bytes at *bytes, which is NULL on error. */
izh_status izh_file_read(struct izh_report *report, const izh_allocator *allocator,
                         const char *path, void **bytes, size_t *size);

#endif
