#if defined(__unix__) || defined(__APPLE__)
#define _DEFAULT_SOURCE /* getentropy */
#define POSIX 1
#else
#define POSIX 0
#endif
#include "util/file.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#if POSIX
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#endif
#ifdef __APPLE__
#include <sys/random.h>
#endif

#include "util/memory.h"

/* The longest path, with its end. */
#define PATH_ROOM 4096
/* Of the new file beside the old one. Its name is its own and short, so that there is room for it
 * wherever there is room for the file's. */
#define BESIDE_ROOM (PATH_ROOM + 32)
#define TRIES 10

/* `why` NULL means what errno says; where that says nothing, a file is not what it should be. */
static izh_status failed(struct izh_report *report, const char *what, const char *path,
                         const char *why)
{
    return izh_fail(report, IZH_E_FILE, "%s %.160s: %s", what, path,
                    why     ? why
                    : errno ? strerror(errno)
                            : "not a whole file");
}

/* What a save writes: the file at the end of the path's symbolic links. */
struct target {
    char path[PATH_ROOM];
    bool exists;
#if POSIX
    struct stat old;
#endif
};

static bool set_path(struct target *t, size_t folder, const char *name, size_t length)
{
    if (folder + length >= sizeof t->path) {
        errno = ENAMETOOLONG;
        return false;
    }
    memcpy(t->path + folder, name, length);
    t->path[folder + length] = '\0';
    return true;
}

/* How much of a path names the folder. */
static size_t folder_length(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? (size_t)(slash + 1 - path) : 0;
}

#if POSIX
#define LINKS_MAX 40 /* as many as Linux follows */

/* Why a file cannot be saved to or loaded from; NULL where it is a regular one. */
static const char *irregular(mode_t mode)
{
    return S_ISREG(mode)    ? NULL
           : S_ISDIR(mode)  ? "it is a directory, not a regular file"
           : S_ISFIFO(mode) ? "it is a FIFO, not a regular file"
           : S_ISSOCK(mode) ? "it is a socket, not a regular file"
                            : "it is a device, not a regular file";
}

/* Follows symbolic links to their end, where there need not be a file. */
static bool follow_links(struct target *t)
{
    char link[PATH_ROOM];
    for (int i = 0; i < LINKS_MAX; i++) {
        const ssize_t length = readlink(t->path, link, sizeof link);
        if (length < 0)
            return errno == EINVAL || errno == ENOENT; /* no link, or nothing at all */
        const size_t folder = link[0] == '/' ? 0 : folder_length(t->path);
        if (!set_path(t, folder, link, (size_t)length))
            return false;
    }
    errno = ELOOP;
    return false;
}

/* Looks at the file that is there, which may be another one than a moment ago. */
static bool look_at(struct target *t)
{
    const int file = open(t->path, O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (file < 0)
        return false;
    const bool known = fstat(file, &t->old) == 0;
    const int error = errno;
    const bool closed = close(file) == 0;
    if (!known)
        errno = error;
    return known && closed;
}

/* Whether the file may be replaced: one that nobody may write to is read-only for root, too. */
static bool may_replace(const struct target *t, const char **why)
{
    if ((*why = irregular(t->old.st_mode)))
        return false;
    errno = EACCES;
    return t->old.st_mode & (S_IWUSR | S_IWGRP | S_IWOTH);
}

/* Finds the file that the path means. False where it cannot be saved to: *why says more than errno,
 * unless it is NULL. Nothing but a regular file is opened: to open a device may have effects. */
static bool find_target(struct target *t, const char *path, const char **why)
{
    *why = NULL;
    if (!set_path(t, 0, path, strlen(path)))
        return false;
    t->exists = stat(path, &t->old) == 0;
    if (!t->exists)
        return errno == ENOENT && follow_links(t);
    return may_replace(t, why) && follow_links(t) && look_at(t) && may_replace(t, why);
}

/* A number that nobody can foretell, so that nobody can take all names beforehand. */
static uint64_t draw_word(void)
{
    uint64_t number;
    struct timespec now = {0, 0};
    if (getentropy(&number, sizeof number) == 0)
        return number;
    clock_gettime(CLOCK_REALTIME, &now); /* harder to foretell than nothing */
    return ((uint64_t)now.tv_nsec << 32 ^ (uint64_t)now.tv_sec) * 0x9e3779b97f4a7c15 ^
           (uint64_t)getpid();
}

/* Gives the new file the group, the mode and the owner of the old one, as far as this process may.
 * A group that it may not give gets no more rights than everybody has. */
static bool inherit(int file, const struct stat *old)
{
    struct stat now;
    if (fstat(file, &now) != 0)
        return false;
    mode_t mode = old->st_mode & (S_IRWXU | S_IRWXG | S_IRWXO);
    if (now.st_gid != old->st_gid && fchown(file, (uid_t)-1, old->st_gid) != 0)
        mode = (mode & ~(mode_t)S_IRWXG) | (mode & S_IRWXO) << 3;
    if ((now.st_mode & 07777) != mode && fchmod(file, mode) != 0)
        return false;
    if (now.st_uid != old->st_uid && fchown(file, old->st_uid, (gid_t)-1) != 0)
        errno = 0; /* only root may give files away */
    return true;
}

/* A new file, which only this process can open before it has the rights of the old one. */
static int create(const struct target *t, char *name)
{
    const size_t folder = folder_length(t->path);
    const mode_t mode = t->exists ? 0600 : 0666; /* which umask cuts */
    memcpy(name, t->path, folder);
    for (int i = 0; i < TRIES; i++) {
        snprintf(name + folder, BESIDE_ROOM - folder, "izh-%016llx.part",
                 (unsigned long long)draw_word());
        const int file = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
        if (file >= 0 || errno != EEXIST)
            return file;
    }
    return -1;
}

static FILE *create_beside(const struct target *t, char *name)
{
    const int file = create(t, name);
    if (file < 0)
        return NULL;
    FILE *stream = t->exists && !inherit(file, &t->old) ? NULL : fdopen(file, "wb");
    if (!stream) {
        const int error = errno;
        close(file);
        remove(name);
        errno = error;
    }
    return stream;
}

/* Puts what was written on the disk. */
static bool sync_file(FILE *file)
{
    return fflush(file) == 0 && fsync(fileno(file)) == 0;
}

/* Why a path cannot be loaded; opening it would wait for a FIFO's writer. */
static const char *unreadable(const char *path)
{
    struct stat file;
    return stat(path, &file) == 0 ? irregular(file.st_mode) : NULL;
}
#else
static bool find_target(struct target *t, const char *path, const char **why)
{
    *why = NULL;
    t->exists = false;
    return set_path(t, 0, path, strlen(path));
}

static FILE *create_beside(const struct target *t, char *name)
{
    const size_t folder = folder_length(t->path);
    memcpy(name, t->path, folder);
    for (int i = 0; i < TRIES; i++) {
        snprintf(name + folder, BESIDE_ROOM - folder, "izh-%016llx.part",
                 (unsigned long long)((uint64_t)clock() * 1000 + (uint64_t)i));
        FILE *file = fopen(name, "wbx"); /* a new one, or none */
        if (file || errno != EEXIST)
            return file;
    }
    return NULL;
}

static bool sync_file(FILE *file)
{
    return fflush(file) == 0;
}

static const char *unreadable(const char *path)
{
    (void)path;
    return NULL;
}
#endif

static bool write_whole(FILE *file, const void *bytes, size_t size)
{
    const bool written = fwrite(bytes, 1, size, file) == size && sync_file(file);
    return fclose(file) == 0 && written;
}

static izh_status replace(struct izh_report *report, const char *path, const void *bytes,
                          size_t size)
{
    struct target target;
    char name[BESIDE_ROOM];
    const char *why;
    if (!find_target(&target, path, &why))
        return failed(report, "save", path, why);
    FILE *file = create_beside(&target, name);
    if (!file)
        return failed(report, "save", path, NULL);
    if (write_whole(file, bytes, size) && rename(name, target.path) == 0)
        return IZH_OK;
    const int error = errno;
    remove(name);
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
    *bytes = NULL;
    const char *why = unreadable(path);
    if (why)
        return failed(report, "load", path, why);
    errno = 0;
    FILE *file = fopen(path, "rb");
    const long length = file ? size_of(file) : -1;
    izh_status status = IZH_OK;
    if (length < 0) {
        status = failed(report, "load", path, NULL);
    } else {
        *size = (size_t)length;
        *bytes = izh_allocate_raw(allocator, *size, 1);
        if (!*bytes) {
            status = izh_fail(report, IZH_E_MEMORY, "no memory to load %ld bytes", length);
        } else if (fread(*bytes, 1, *size, file) != *size || fgetc(file) != EOF || ferror(file)) {
            /* Behind its size nothing follows; a folder, whatever its size, cannot be read. */
            status = failed(report, "load", path, NULL);
            izh_release(allocator, *bytes, *size, 1);
            *bytes = NULL;
        }
    }
    if (file)
        fclose(file);
    return status;
}
