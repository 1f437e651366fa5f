#define _POSIX_C_SOURCE 200809L /* fsync, getpid */
#include "util/file.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#if defined(__unix__) || defined(__APPLE__)
#include <unistd.h>
#endif

#include "util/memory.h"

static izh_status failed(struct izh_report *report, const char *what, const char *path)
{
    return izh_fail(report, IZH_E_FILE, "%s %.160s: %s", what, path,
                    errno ? strerror(errno) : "not a whole file");
}

/* A temporary file beside the file, of this process and this call. */
#define SUFFIX_MAX 48
#define TRIES 1000

static FILE *create_beside(char *name, size_t length)
{
#if defined(__unix__) || defined(__APPLE__)
    const long process = (long)getpid();
#else
    const long process = 0;
#endif
    for (int i = 0; i < TRIES; i++) {
        snprintf(name + length, SUFFIX_MAX, ".%ld.%d.part", process, i);
        FILE *file = fopen(name, "wbx"); /* a new one, or none */
        if (file || errno != EEXIST)
            return file;
    }
    return NULL;
}

/* Puts what was written on the disk. */
static bool sync_file(FILE *file)
{
    if (fflush(file) != 0)
        return false;
#if defined(__unix__) || defined(__APPLE__)
    return fsync(fileno(file)) == 0;
#else
    return true;
#endif
}

static bool write_whole(FILE *file, const void *bytes, size_t size)
{
    const bool written = fwrite(bytes, 1, size, file) == size && sync_file(file);
    return fclose(file) == 0 && written;
}

/* name has room for a suffix. */
static izh_status replace(struct izh_report *report, const char *path, char *name,
                          const void *bytes, size_t size)
{
    const size_t length = strlen(path);
    memcpy(name, path, length);
    errno = 0;
    FILE *file = create_beside(name, length);
    if (!file)
        return failed(report, "save", path);
    if (write_whole(file, bytes, size) && rename(name, path) == 0)
        return IZH_OK;
    const izh_status status = failed(report, "save", path);
    remove(name);
    return status;
}

izh_status izh_file_save(struct izh_report *report, const izh_allocator *allocator,
                         const char *path,
                         size_t (*save)(const void *object, void *buffer, size_t capacity),
                         const void *object)
{
    const size_t size = save(object, NULL, 0), room = strlen(path) + SUFFIX_MAX;
    void *blob = izh_allocate(allocator, size, 1);
    char *name = izh_allocate(allocator, room, 1);
    izh_status status;
    if (blob && name) {
        save(object, blob, size);
        status = replace(report, path, name, blob, size);
    } else {
        status = izh_fail(report, IZH_E_MEMORY, "no memory to save %zu bytes", size);
    }
    izh_release(allocator, name, room, 1);
    izh_release(allocator, blob, size, 1);
    return status;
}

/* The size of a file that stands at its start; -1 where it has none. */
static long size_of(FILE *file)
{
    if (fseek(file, 0, SEEK_END) != 0)
        return -1;
    const long size = ftell(file);
    return fseek(file, 0, SEEK_SET) == 0 && size < LONG_MAX ? size : -1;
}

izh_status izh_file_read(struct izh_report *report, const izh_allocator *allocator,
                         const char *path, void **bytes, size_t *size)
{
    errno = 0;
    FILE *file = fopen(path, "rb");
    const long length = file ? size_of(file) : -1;
    izh_status status = IZH_OK;
    *bytes = NULL;
    if (length < 0) {
        status = failed(report, "load", path);
    } else {
        *size = (size_t)length;
        *bytes = izh_allocate(allocator, *size, 1);
        if (!*bytes) {
            status = izh_fail(report, IZH_E_MEMORY, "no memory to load %ld bytes", length);
        } else if (fread(*bytes, 1, *size, file) != *size || fgetc(file) != EOF || ferror(file)) {
            /* Behind its size nothing follows; a folder, whatever its size, cannot be read. */
            status = failed(report, "load", path);
            izh_release(allocator, *bytes, *size, 1);
            *bytes = NULL;
        }
    }
    if (file)
        fclose(file);
    return status;
}
