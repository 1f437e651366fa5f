/* Files on POSIX systems, for file.c. */
#ifndef IZH_LIB_FILE_POSIX_H
#define IZH_LIB_FILE_POSIX_H

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#ifdef __APPLE__
#include <sys/random.h>
#endif

/* The files of a save: the one at the end of the path's symbolic links, and the new one beside
 * it. */
struct target {
    char path[PATH_ROOM];
    char beside[BESIDE_ROOM];
    bool exists;
    struct stat old;
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

/* The length of the part of a path that names the folder. */
static size_t folder_length(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? (size_t)(slash + 1 - path) : 0;
}

#define LINKS_MAX 40 /* as many as Linux follows */

/* Why a file of this mode cannot be saved to or loaded from; NULL if it is a regular file. */
static const char *irregular(mode_t mode)
{
    return S_ISREG(mode)    ? NULL
           : S_ISDIR(mode)  ? "it is a directory, not a regular file"
           : S_ISFIFO(mode) ? "it is a FIFO, not a regular file"
           : S_ISSOCK(mode) ? "it is a socket, not a regular file"
                            : "it is a device, not a regular file";
}

/* Follows symbolic links to their end, where a file may or may not exist. */
static bool follow_links(struct target *t)
{
    char link[PATH_ROOM];
    for (int i = 0; i < LINKS_MAX; i++) {
        const ssize_t length = readlink(t->path, link, sizeof link);
        if (length < 0)
            return errno == EINVAL || errno == ENOENT; /* not a link, or nothing there */
        const size_t folder = link[0] == '/' ? 0 : folder_length(t->path);
        if (!set_path(t, folder, link, (size_t)length))
            return false;
    }
    errno = ELOOP;
    return false;
}

/* Opens the file to see whether it can be written, and reads its status again: since the first
 * look, another file may have taken its place. */
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

/* Whether the file may be replaced. A file that nobody may write to is read-only for root, too. */
static bool may_replace(const struct target *t, const char **why)
{
    if ((*why = irregular(t->old.st_mode)))
        return false;
    errno = EACCES;
    return t->old.st_mode & (S_IWUSR | S_IWGRP | S_IWOTH);
}

/* Finds the file that the path means. Returns false if that cannot be saved to; *why then is the
 * reason, and NULL means that errno tells it. Only regular files are opened: opening a device may
 * have effects. */
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

/* A number that nobody can predict, so that nobody can occupy all names beforehand. */
static uint64_t draw_word(void)
{
    uint64_t number;
    struct timespec now = {0, 0};
    if (getentropy(&number, sizeof number) == 0)
        return number;
    clock_gettime(CLOCK_REALTIME, &now); /* harder to predict than a constant */
    return ((uint64_t)now.tv_nsec << 32 ^ (uint64_t)now.tv_sec) * 0x9e3779b97f4a7c15 ^
           (uint64_t)getpid();
}

/* Gives the new file the group, the mode and the owner of the old one, as far as this process is
 * allowed to. If it may not set the group, the group gets no more rights than everybody has. */
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

/* Creates the new file. Only its owner can open it before it has the rights of the old one. */
static int create(struct target *t)
{
    const size_t folder = folder_length(t->path);
    const mode_t mode = t->exists ? 0600 : 0666; /* umask restricts 0666 */
    memcpy(t->beside, t->path, folder);
    for (int i = 0; i < TRIES; i++) {
        snprintf(t->beside + folder, BESIDE_ROOM - folder, "izh-%016llx.part",
                 (unsigned long long)draw_word());
        const int file = open(t->beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
        if (file >= 0 || errno != EEXIST)
            return file;
    }
    return -1;
}

static FILE *create_beside(struct target *t)
{
    const int file = create(t);
    if (file < 0)
        return NULL;
    FILE *stream = t->exists && !inherit(file, &t->old) ? NULL : fdopen(file, "wb");
    if (!stream) {
        const int error = errno;
        close(file);
        remove(t->beside);
        errno = error;
    }
    return stream;
}

/* Flushes what was written to the disk. */
static bool sync_file(FILE *file)
{
    return fflush(file) == 0 && fsync(fileno(file)) == 0;
}

/* Looks at the file first: opening a FIFO would wait for its writer. */
static FILE *open_to_read(const char *path, const char **why)
{
    struct stat file;
    *why = stat(path, &file) == 0 ? irregular(file.st_mode) : NULL;
    errno = 0;
    return *why ? NULL : fopen(path, "rb");
}

static bool put_in_place(const struct target *t)
{
    return rename(t->beside, t->path) == 0;
}

static void remove_beside(const struct target *t)
{
    remove(t->beside);
}

#endif
