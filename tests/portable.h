/* What the tests need of the system, by the same names on POSIX and on Windows. Paths are UTF-8. */
#ifndef IZH_TESTS_PORTABLE_H
#define IZH_TESTS_PORTABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* ---- files and folders ---- */

/* Room for a folder's name. */
#define PORTABLE_FOLDER 300

/* Makes an empty folder among the system's temporary ones, and says which; false where it cannot.
 */
bool portable_folder(char folder[PORTABLE_FOLDER]);
bool portable_make_folder(const char *folder);
/* Removes an empty folder; false where a file is in it. */
bool portable_remove_folder(const char *folder);
/* The names in a folder, in order, without those that begin with a dot; -1 where there is none.
 * Names and list are the caller's, to free. */
int portable_list(const char *folder, char ***names);

FILE *portable_open(const char *path, const char *mode);
bool portable_remove(const char *path);
/* -1 where there is no file. */
long long portable_size(const char *path);
bool portable_cut(const char *path, long size);
bool portable_read_only(const char *path, bool read_only);
/* The path of a file that holds these bytes until the next call, in memory where that is possible;
 * NULL where it cannot be made. */
const char *portable_file_of(const void *bytes, size_t size);

/* Whether this process may read and write everywhere. */
bool portable_may_all(void);

/* ---- memory ---- */

/* The end of some memory, of at least that size, behind which nothing can be touched; NULL where
 * there is none. */
unsigned char *portable_edge(size_t size);
void portable_free_edge(unsigned char *end, size_t size);

/* ---- processes ---- */

/* Ends this process after so many seconds; 0: never mind. */
void portable_alarm(unsigned seconds);
/* Runs a function in a process of its own, for at most 20 seconds. Returns 0 if it came back, or
 * how it ended. Windows cannot copy a process: there it runs in this one. */
int portable_apart(void (*body)(void));
bool portable_set_environment(const char *name, const char *value);

/* ---- shared libraries ---- */

/* NULL where it cannot; why goes to stderr. */
void *portable_load(const char *path);
void *portable_symbol(void *library, const char *name);
void portable_unload(void *library);
bool portable_is_loaded(const char *path);

#endif
