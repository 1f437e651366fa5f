/* Files on a system that has only standard C, for file.c. A save replaces an old file only if
 * rename() does. */
#ifndef IZH_LIB_FILE_PLAIN_H
#define IZH_LIB_FILE_PLAIN_H

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

struct target {
    char path[PATH_ROOM];
    char beside[BESIDE_ROOM];
};

static bool find_target(struct target *t, const char *path, const char **why)
{
    const size_t length = strlen(path);
    *why = NULL;
    errno = ENAMETOOLONG;
    if (length >= sizeof t->path)
        return false;
    memcpy(t->path, path, length + 1);
    return true;
}

static FILE *create_beside(struct target *t)
{
    const char *slash = strrchr(t->path, '/');
    const size_t folder = slash ? (size_t)(slash + 1 - t->path) : 0;
    memcpy(t->beside, t->path, folder);
    for (int i = 0; i < TRIES; i++) {
        snprintf(t->beside + folder, BESIDE_ROOM - folder, "izh-%016llx.part",
                 (unsigned long long)((uint64_t)clock() * 1000 + (uint64_t)i));
        FILE *file = fopen(t->beside, "wbx"); /* x: fails if the file exists */
        if (file || errno != EEXIST)
            return file;
    }
    return NULL;
}

static bool sync_file(FILE *file)
{
    return fflush(file) == 0;
}

static bool put_in_place(const struct target *t)
{
    return rename(t->beside, t->path) == 0;
}

static void remove_beside(const struct target *t)
{
    remove(t->beside);
}

static FILE *open_to_read(const char *path, const char **why)
{
    *why = NULL;
    errno = 0;
    return fopen(path, "rb");
}

#endif
