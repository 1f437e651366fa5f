#if defined(__unix__) || defined(__APPLE__)
#define _DEFAULT_SOURCE 1 /* getentropy */
#elif defined(_WIN32)
#define _CRT_RAND_S /* rand_s */
#endif
#include "util/file.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* The longest path, with its terminating zero. */
#define PATH_ROOM 4096
/* Room for the name of the new file beside the old one. The new name is short and does not contain
 * the old one, so it fits wherever the old one does. */
#define BESIDE_ROOM (PATH_ROOM + 32)
#define TRIES 10 /* names tried for the new file */

/* Each of these headers defines for its system: struct target, find_target(), create_beside(),
 * sync_file(), put_in_place(), remove_beside(), and open_to_read(). */
#if defined(__unix__) || defined(__APPLE__)
#include "util/file_posix.h"
#elif defined(_WIN32)
#include "util/file_windows.h"
#else
#include "util/file_plain.h"
#endif
#include "util/memory.h"

/* `why` is the reason; NULL means that errno tells it. If errno is 0, the file is not whole. */
static izh_status failed(struct izh_report *report, const char *what, const char *path,
                         const char *why)
{
    return izh_fail(report, IZH_E_FILE, "%s %.160s: %s", what, path,
                    why     ? why
                    : errno ? strerror(errno)
                            : "not a whole file");
}

static bool write_whole(FILE *file, const void *bytes, size_t size)
{
    const bool written = fwrite(bytes, 1, size, file) == size && sync_file(file);
    return fclose(file) == 0 && written;
}

static izh_status replace(struct izh_report *report, const char *path, const void *bytes,
                          size_t size)
{
    struct target target;
    const char *why;
    if (!find_target(&target, path, &why))
        return failed(report, "save", path, why);
    FILE *file = create_beside(&target);
    if (!file)
        return failed(report, "save", path, NULL);
    if (write_whole(file, bytes, size) && put_in_place(&target))
        return IZH_OK;
    const int error = errno;
    remove_beside(&target);
    errno = error;
    return failed(report, "save", path, NULL);
}

izh_status izh_file_save(struct izh_report *report, const izh_allocator *allocator,
                         const char *path,
                         size_t (*save)(const void *object, void *buffer, size_t capacity),
                         const void *object)
{
    const size_t size = save(object, NULL, 0);
    void *blob = izh_allocate_raw(allocator, size, 1);
    if (!blob)
        return izh_fail(report, IZH_E_MEMORY, "no memory to save %zu bytes", size);
    save(object, blob, size);
    const izh_status status = replace(report, path, blob, size);
    izh_release(allocator, blob, size, 1);
    return status;
}

/* The size of a file whose position is its start; -1 if that cannot be told. */
static long long size_of(FILE *file)
{
    if (fseek(file, 0, SEEK_END) != 0)
        return -1;
    const long long size = ftell(file);
    return fseek(file, 0, SEEK_SET) == 0 && size < LLONG_MAX ? size : -1;
}

izh_status izh_file_read(struct izh_report *report, const izh_allocator *allocator,
                         const char *path, void **bytes, size_t *size)
{
    *bytes = NULL;
    const char *why;
    FILE *file = open_to_read(path, &why);
    const long long length = file ? size_of(file) : -1;
    izh_status status = IZH_OK;
    if (length < 0) {
        status = failed(report, "load", path, why);
    } else {
        *size = (size_t)length;
        *bytes = izh_allocate_raw(allocator, *size, 1);
        if (!*bytes) {
            status = izh_fail(report, IZH_E_MEMORY, "no memory to load %lld bytes", length);
        } else if (fread(*bytes, 1, *size, file) != *size || fgetc(file) != EOF || ferror(file)) {
            /* The file is shorter or longer than its size, or it is a folder, which cannot be
             * read. */
            status = failed(report, "load", path, NULL);
            izh_release(allocator, *bytes, *size, 1);
            *bytes = NULL;
        }
    }
    if (file)
        fclose(file);
    return status;
}
