/* Whole files. */
#ifndef IZH_LIB_FILE_H
#define IZH_LIB_FILE_H

#include "util/report.h"

/* Writes a file so that whoever reads it finds the old one or the new one, whole: the new one is
 * written beside it, to disk, and then renamed. */
izh_status izh_file_replace(struct izh_report *report, const izh_allocator *allocator,
                            const char *path, const void *bytes, size_t size);

/* Reads a file: *bytes is *size allocated bytes, NULL on error. */
izh_status izh_file_read(struct izh_report *report, const izh_allocator *allocator,
                         const char *path, void **bytes, size_t *size);

#endif
