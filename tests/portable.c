#include "portable.h"

#include <stdlib.h>
#include <string.h>

#ifndef _WIN32

#include <dirent.h>
#include <dlfcn.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- files and folders ---- */

bool portable_folder(char folder[PORTABLE_FOLDER])
{
    strcpy(folder, "/tmp/izh-test-XXXXXX");
    return mkdtemp(folder) != NULL;
}

bool portable_make_folder(const char *folder)
{
    return mkdir(folder, 0700) == 0;
}

bool portable_remove_folder(const char *folder)
{
    return rmdir(folder) == 0;
}

static int shown(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

int portable_list(const char *folder, char ***names)
{
    struct dirent **entries;
    const int count = scandir(folder, &entries, shown, alphasort);
    if (count < 0)
        return count;
    *names = calloc((size_t)count + 1, sizeof **names);
    for (int i = 0; i < count; i++) {
        (*names)[i] = strdup(entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
    return count;
}

FILE *portable_open(const char *path, const char *mode)
{
    return fopen(path, mode);
}

bool portable_remove(const char *path)
{
    return remove(path) == 0;
}

long long portable_size(const char *path)
{
    struct stat file;
    return stat(path, &file) == 0 ? (long long)file.st_size : -1;
}

bool portable_cut(const char *path, long size)
{
    return truncate(path, size) == 0;
}

bool portable_read_only(const char *path, bool read_only)
{
    return chmod(path, read_only ? 0400 : 0600) == 0;
}

const char *portable_file_of(const void *bytes, size_t size)
{
    static int file = -1;
    static char path[32];
    if (file < 0)
        file = memfd_create("izh", 0);
    if (file < 0 || ftruncate(file, 0) != 0 || pwrite(file, bytes, size, 0) != (ssize_t)size)
        return NULL;
    snprintf(path, sizeof path, "/dev/fd/%d", file);
    return path;
}

bool portable_may_all(void)
{
    return geteuid() == 0;
}

/* ---- memory ---- */

static size_t pages(size_t size)
{
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    return (size + page - 1) / page * page;
}

unsigned char *portable_edge(size_t size)
{
    const size_t whole = pages(size), page = pages(1);
    unsigned char *room =
        mmap(NULL, whole + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return room != MAP_FAILED && mprotect(room + whole, page, PROT_NONE) == 0 ? room + whole : NULL;
}

void portable_free_edge(unsigned char *end, size_t size)
{
    munmap(end - pages(size), pages(size) + pages(1));
}

/* ---- processes ---- */

void portable_alarm(unsigned seconds)
{
    alarm(seconds);
}

int portable_apart(void (*body)(void))
{
    fflush(NULL);
    const pid_t child = fork();
    if (child == 0) {
        alarm(20);
        signal(SIGSEGV, SIG_DFL);
        signal(SIGBUS, SIG_DFL);
        signal(SIGABRT, SIG_DFL);
        signal(SIGFPE, SIG_DFL);
        body();
        _exit(0);
    }
    int status = -1;
    waitpid(child, &status, 0);
    return status;
}

bool portable_set_environment(const char *name, const char *value)
{
    return setenv(name, value, 1) == 0;
}

/* ---- shared libraries ---- */

void *portable_load(const char *path)
{
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!library)
        fprintf(stderr, "%s\n", dlerror());
    return library;
}

void *portable_symbol(void *library, const char *name)
{
    return dlsym(library, name);
}

void portable_unload(void *library)
{
    dlclose(library);
}

bool portable_is_loaded(const char *path)
{
    return dlopen(path, RTLD_NOW | RTLD_NOLOAD) != NULL;
}

#else

#include <io.h>
#include <wchar.h>
#define WIN32_LEAN_AND_MEAN
#include <windows.h>

/* ---- files and folders ---- */

#define WIDE 1024

/* From UTF-8, in memory of its own for each of two. */
static const wchar_t *wide(const char *text)
{
    static wchar_t room[2][WIDE];
    static int which;
    which = !which;
    if (!MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, text, -1, room[which], WIDE))
        room[which][0] = L'\0';
    return room[which];
}

static void narrow(char *to, int room, const wchar_t *text)
{
    if (!WideCharToMultiByte(CP_UTF8, 0, text, -1, to, room, NULL, NULL))
        *to = '\0';
}

bool portable_folder(char folder[PORTABLE_FOLDER])
{
    wchar_t temporary[WIDE];
    GetTempPathW(WIDE, temporary);
    narrow(folder, PORTABLE_FOLDER, temporary);
    const size_t length = strlen(folder);
    for (unsigned i = 0; i < 1000; i++) {
        snprintf(folder + length, PORTABLE_FOLDER - length, "izh-test-%lx-%x",
                 (unsigned long)GetCurrentProcessId(), i);
        if (portable_make_folder(folder))
            return true;
    }
    return false;
}

bool portable_make_folder(const char *folder)
{
    return CreateDirectoryW(wide(folder), NULL);
}

bool portable_remove_folder(const char *folder)
{
    return RemoveDirectoryW(wide(folder));
}

static int by_name(const void *one, const void *other)
{
    return strcmp(*(char *const *)one, *(char *const *)other);
}

int portable_list(const char *folder, char ***names)
{
    WIN32_FIND_DATAW found;
    char name[WIDE];
    int count = 0;
    snprintf(name, sizeof name, "%s/*", folder);
    HANDLE search = FindFirstFileW(wide(name), &found);
    if (search == INVALID_HANDLE_VALUE)
        return -1;
    *names = NULL;
    do {
        narrow(name, WIDE, found.cFileName);
        if (name[0] == '.')
            continue;
        *names = realloc(*names, ((size_t)count + 1) * sizeof **names);
        (*names)[count++] = strdup(name);
    } while (FindNextFileW(search, &found));
    FindClose(search);
    if (count)
        qsort(*names, (size_t)count, sizeof **names, by_name);
    return count;
}

FILE *portable_open(const char *path, const char *mode)
{
    return _wfopen(wide(path), wide(mode));
}

bool portable_remove(const char *path)
{
    return DeleteFileW(wide(path));
}

long long portable_size(const char *path)
{
    WIN32_FILE_ATTRIBUTE_DATA file;
    if (!GetFileAttributesExW(wide(path), GetFileExInfoStandard, &file))
        return -1;
    return (long long)file.nFileSizeHigh << 32 | file.nFileSizeLow;
}

bool portable_cut(const char *path, long size)
{
    FILE *file = portable_open(path, "r+b");
    const bool cut = file && _chsize(_fileno(file), size) == 0;
    return file && fclose(file) == 0 && cut;
}

bool portable_read_only(const char *path, bool read_only)
{
    return SetFileAttributesW(wide(path),
                              read_only ? FILE_ATTRIBUTE_READONLY : FILE_ATTRIBUTE_NORMAL);
}

static char file_of[PORTABLE_FOLDER + 8];

static void remove_file_of(void)
{
    portable_remove(file_of);
    *strrchr(file_of, '/') = '\0';
    portable_remove_folder(file_of);
}

const char *portable_file_of(const void *bytes, size_t size)
{
    if (!*file_of) {
        if (!portable_folder(file_of))
            return NULL;
        strcat(file_of, "/file");
        atexit(remove_file_of);
    }
    FILE *file = portable_open(file_of, "wb");
    const bool written = file && fwrite(bytes, 1, size, file) == size;
    return file && fclose(file) == 0 && written ? file_of : NULL;
}

bool portable_may_all(void)
{
    return false;
}

/* ---- memory ---- */

static size_t pages(size_t size)
{
    SYSTEM_INFO system;
    GetSystemInfo(&system);
    return (size + system.dwPageSize - 1) / system.dwPageSize * system.dwPageSize;
}

unsigned char *portable_edge(size_t size)
{
    const size_t whole = pages(size), page = pages(1);
    DWORD before;
    unsigned char *room =
        VirtualAlloc(NULL, whole + page, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    return room && VirtualProtect(room + whole, page, PAGE_NOACCESS, &before) ? room + whole : NULL;
}

void portable_free_edge(unsigned char *end, size_t size)
{
    VirtualFree(end - pages(size), 0, MEM_RELEASE);
}

/* ---- processes ---- */

static void CALLBACK ring(void *user, BOOLEAN timed)
{
    (void)user, (void)timed;
    fprintf(stderr, "out of time\n");
    TerminateProcess(GetCurrentProcess(), 3);
}

void portable_alarm(unsigned seconds)
{
    static HANDLE timer;
    if (timer && DeleteTimerQueueTimer(NULL, timer, INVALID_HANDLE_VALUE))
        timer = NULL;
    if (seconds)
        CreateTimerQueueTimer(&timer, NULL, ring, NULL, seconds * 1000, 0, WT_EXECUTEONLYONCE);
}

int portable_apart(void (*body)(void))
{
    body();
    return 0;
}

bool portable_set_environment(const char *name, const char *value)
{
    return _putenv_s(name, value) == 0;
}

/* ---- shared libraries ---- */

void *portable_load(const char *path)
{
    HMODULE library = LoadLibraryW(wide(path));
    if (!library)
        fprintf(stderr, "%s: error %lu\n", path, GetLastError());
    return library;
}

void *portable_symbol(void *library, const char *name)
{
    void *symbol = NULL;
    const FARPROC function = GetProcAddress(library, name);
    memcpy(&symbol, &function, sizeof symbol);
    return symbol;
}

void portable_unload(void *library)
{
    FreeLibrary(library);
}

bool portable_is_loaded(const char *path)
{
    return GetModuleHandleW(wide(path)) != NULL;
}

#endif
