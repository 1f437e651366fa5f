/* Whole files. */
#ifndef IZH_LIB_FILE_H
#define IZH_LIB_FILE_H

#include "util/report.h"

/* Writes an object's blob so that whoever reads the file finds the old one or the new one, whole:
 * the new one is written beside it, to disk, and then renamed; include/izh/host.h says the rest.
 * `save` is as izh_pinn_save(). */
izh_status izh_file_save(struct izh_report *report, const izh_allocator *allocator,
                         const char *path,
                         size_t (*save)(const void *object, void *buffer, size_t capacity),
                         const void *object);

/* Reads a file: *bytes is *size allocated bytes, NULL on error. */
izh_status izh_file_read(struct izh_report *report, const izh_allocator *allocator,
                         const char *path, void **bytes, size_t *size);

#endif
