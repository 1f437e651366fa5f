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
    return izh_fail(report, IZH_E_FILE, "%s %.160s: %s", what, path, strerror(errno));
}

/* A temporary name of this process, beside the file. */
#define SUFFIX_MAX 32

static void write_suffix(char *suffix)
{
#if defined(__unix__) || defined(__APPLE__)
    snprintf(suffix, SUFFIX_MAX, ".%ld.part", (long)getpid());
#else
    snprintf(suffix, SUFFIX_MAX, ".part");
#endif
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

static bool write_file(const char *path, const void *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");
    if (!file)
        return false;
    const bool written = fwrite(bytes, 1, size, file) == size && sync_file(file);
    return fclose(file) == 0 && written;
}

izh_status izh_file_replace(struct izh_report *report, const izh_allocator *allocator,
                            const char *path, const void *bytes, size_t size)
{
    const size_t length = strlen(path);
    izh_status status = IZH_OK;
    char *name = izh_allocate(allocator, length + SUFFIX_MAX, 1);
    if (!name)
        return izh_fail(report, IZH_E_MEMORY, "no memory to save %zu bytes", size);
    memcpy(name, path, length);
    write_suffix(name + length);
    if (!write_file(name, bytes, size) || rename(name, path) != 0) {
        status = failed(report, "save", path);
        remove(name);
    }
    izh_release(allocator, name, length + SUFFIX_MAX, 1);
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
        } else if (fread(*bytes, 1, *size, file) != *size) {
            status = failed(report, "load", path);
            izh_release(allocator, *bytes, *size, 1);
            *bytes = NULL;
        }
    }
    if (file)
        fclose(file);
    return status;
}
