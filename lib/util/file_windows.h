/* Files on Windows, for file.c. Paths are UTF-8, as on every system, and are converted to UTF-16
 * for Windows. Only functions of the C runtime and of kernel32 are called. */
#ifndef IZH_LIB_FILE_WINDOWS_H
#define IZH_LIB_FILE_WINDOWS_H

#include <errno.h>
#include <fcntl.h>
#include <io.h>
#include <share.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <wchar.h>

#include "util/kernel32.h"

/* While another program reads a file, most often a virus scanner, the file cannot be replaced. So a
 * save tries again, PATIENCE times in all. */
#define PATIENCE 50
#define PAUSE_MS 10

/* Microsoft's numbers for FileRenameInfoEx: older headers lack the names. */
#define RENAME_INFO_EX ((FILE_INFO_BY_HANDLE_CLASS)22)
#define RENAME_REPLACE 1
#define RENAME_POSIX 2

#define SHARE_ALL (FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE)

/* long has only 32 bits on Windows. */
#define fseek _fseeki64
#define ftell _ftelli64

/* The files of a save: the one at the end of the path's links, and the new one beside it. */
struct target {
    wchar_t path[PATH_ROOM];
    wchar_t beside[BESIDE_ROOM];
};

/* Translates Windows' last error into errno. */
static void tell_errno(void)
{
    static const struct {
        DWORD windows;
        int here;
    } errors[] = {
        {ERROR_FILE_NOT_FOUND, ENOENT},
        {ERROR_PATH_NOT_FOUND, ENOENT},
        {ERROR_INVALID_NAME, ENOENT},
        {ERROR_BAD_NETPATH, ENOENT},
        {ERROR_ACCESS_DENIED, EACCES},
        {ERROR_SHARING_VIOLATION, EACCES},
        {ERROR_LOCK_VIOLATION, EACCES},
        {ERROR_WRITE_PROTECT, EROFS},
        {ERROR_DISK_FULL, ENOSPC},
        {ERROR_HANDLE_DISK_FULL, ENOSPC},
        {ERROR_FILENAME_EXCED_RANGE, ENAMETOOLONG},
        {ERROR_INSUFFICIENT_BUFFER, ENAMETOOLONG},
        {ERROR_TOO_MANY_OPEN_FILES, EMFILE},
    };
    const DWORD error = GetLastError();
    errno = EIO;
    for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
        if (errors[i].windows == error)
            errno = errors[i].here;
}

static bool widen(wchar_t *wide, const char *path, const char **why)
{
    *why = NULL;
    if (MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, path, -1, wide, PATH_ROOM))
        return true;
    if (GetLastError() == ERROR_NO_UNICODE_TRANSLATION)
        *why = "the path is not UTF-8";
    tell_errno();
    return false;
}

/* Opens an existing file or folder. */
static HANDLE open_there(const wchar_t *path, DWORD access)
{
    HANDLE file =
        CreateFileW(path, access, SHARE_ALL, NULL, OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS, NULL);
    if (file == INVALID_HANDLE_VALUE)
        tell_errno();
    return file;
}

/* Why a file cannot be saved to or loaded from; NULL if it is a regular file. */
static const char *irregular(HANDLE file, BY_HANDLE_FILE_INFORMATION *about)
{
    about->dwFileAttributes = 0;
    if (GetFileType(file) != FILE_TYPE_DISK)
        return "it is a device, not a regular file";
    return GetFileInformationByHandle(file, about) &&
                   (about->dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY)
               ? "it is a directory, not a regular file"
               : NULL;
}

/* Follows links to the file itself. The path stays as it is if the file system cannot tell. */
static void follow_links(struct target *t, HANDLE file)
{
    const DWORD length = GetFinalPathNameByHandleW(file, t->beside, PATH_ROOM, 0);
    if (length > 0 && length < PATH_ROOM)
        wmemcpy(t->path, t->beside, length + 1);
}

/* Finds the file that the path means. Returns false if that cannot be saved to; *why then is the
 * reason, and NULL means that errno tells it. */
static bool find_target(struct target *t, const char *path, const char **why)
{
    BY_HANDLE_FILE_INFORMATION about;
    if (!widen(t->path, path, why))
        return false;
    HANDLE file = open_there(t->path, 0);
    if (file == INVALID_HANDLE_VALUE)
        return GetLastError() == ERROR_FILE_NOT_FOUND;
    *why = irregular(file, &about);
    follow_links(t, file);
    CloseHandle(file);
    errno = EACCES;
    return !*why && !(about.dwFileAttributes & FILE_ATTRIBUTE_READONLY);
}

/* A number that nobody can predict, so that nobody can occupy all names beforehand. */
static uint64_t draw_word(void)
{
    unsigned high, low;
    LARGE_INTEGER now;
    if (rand_s(&high) == 0 && rand_s(&low) == 0)
        return (uint64_t)high << 32 | low;
    QueryPerformanceCounter(&now); /* harder to predict than a constant */
    return (uint64_t)now.QuadPart * 0x9e3779b97f4a7c15 ^ GetCurrentProcessId();
}

/* Writes the name of a new file in the folder of the path. */
static void name_beside(struct target *t)
{
    char name[32];
    wchar_t *to = t->beside;
    size_t folder = wcslen(t->path);
    while (folder > 0 && !wcschr(L"/\\:", t->path[folder - 1]))
        folder--;
    wmemcpy(to, t->path, folder);
    snprintf(name, sizeof name, "izh-%016llx.part", (unsigned long long)draw_word());
    for (size_t i = 0; i <= strlen(name); i++)
        to[folder + i] = (wchar_t)name[i];
}

/* Creates the new file, which no other process can open before it is whole. */
static FILE *create_beside(struct target *t)
{
    int file = -1;
    for (int i = 0; i < TRIES && file < 0; i++) {
        name_beside(t);
        file = _wsopen(t->beside, _O_WRONLY | _O_CREAT | _O_EXCL | _O_BINARY | _O_NOINHERIT,
                       _SH_DENYRW, _S_IREAD | _S_IWRITE);
        if (file < 0 && errno != EEXIST)
            return NULL;
    }
    FILE *stream = file < 0 ? NULL : _fdopen(file, "wb");
    if (file >= 0 && !stream) {
        const int error = errno;
        _close(file);
        _wremove(t->beside);
        errno = error;
    }
    return stream;
}

/* Flushes what was written to the disk. */
static bool sync_file(FILE *file)
{
    return fflush(file) == 0 && _commit(_fileno(file)) == 0;
}

/* Replaces the file as POSIX does: a program that has the old file open keeps it, if it lets others
 * delete it. Windows 10 with NTFS can do so; other systems report an error. */
static bool replace_open(const struct target *t)
{
    struct { /* FILE_RENAME_INFO, which older headers declare only in part */
        DWORD flags;
        HANDLE root;
        DWORD bytes;
        wchar_t name[PATH_ROOM];
    } to = {RENAME_REPLACE | RENAME_POSIX, NULL, 0, {0}};
    HANDLE file = open_there(t->beside, DELETE);
    if (file == INVALID_HANDLE_VALUE)
        return false;
    wmemcpy(to.name, t->path, wcslen(t->path));
    to.bytes = (DWORD)(wcslen(t->path) * sizeof *to.name);
    const bool done = SetFileInformationByHandle(file, RENAME_INFO_EX, &to, sizeof to);
    CloseHandle(file);
    return done;
}

static bool put_in_place(const struct target *t)
{
    for (int i = 0; i < PATIENCE; i++) {
        if (MoveFileExW(t->beside, t->path, MOVEFILE_REPLACE_EXISTING | MOVEFILE_WRITE_THROUGH))
            return true;
        tell_errno();
        if (errno != EACCES)
            return false;
        if (replace_open(t))
            return true;
        Sleep(PAUSE_MS);
    }
    errno = EACCES;
    return false;
}

static void remove_beside(const struct target *t)
{
    _wremove(t->beside);
}

/* Shares the file, so that others may delete or replace it if the file system lets them. Wine's
 * does, and NTFS since Windows 10; before, NTFS may refuse a replacement while anybody has the file
 * open. A device is refused, since reading it might block. */
static FILE *open_to_read(const char *path, const char **why)
{
    wchar_t wide[PATH_ROOM];
    BY_HANDLE_FILE_INFORMATION about;
    if (!widen(wide, path, why))
        return NULL;
    HANDLE there = open_there(wide, GENERIC_READ);
    if (there == INVALID_HANDLE_VALUE)
        return NULL;
    *why = irregular(there, &about);
    const int file = *why ? -1 : _open_osfhandle((intptr_t)there, _O_RDONLY | _O_BINARY);
    if (file < 0) {
        CloseHandle(there);
        return NULL;
    }
    FILE *stream = _fdopen(file, "rb");
    if (!stream)
        _close(file);
    else
        errno = 0;
    return stream;
}

#endif
