/* Gives a fuzz target each file of a folder, in the order of their names: one test for each, as
 * TAP. This is what a compiler without libFuzzer can do. */
#include "fuzz.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define INPUT_MAX 65536
#define SECONDS 30 /* an input that takes longer hangs */

static int is_input(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static void fail(const char *what, const char *name)
{
    printf("Bail out! %s %s\n", what, name);
    exit(1);
}

static void replay(const char *folder, const char *name)
{
    char path[4096];
    if (snprintf(path, sizeof path, "%s/%s", folder, name) >= (int)sizeof path)
        fail("a path too long:", name);
    FILE *file = fopen(path, "rb");
    uint8_t *data = malloc(INPUT_MAX);
    if (!file || !data)
        fail("cannot read", path);
    const size_t size = fread(data, 1, INPUT_MAX, file);
    if (ferror(file) || size == INPUT_MAX)
        fail("cannot read all of", path);
    fclose(file);
    /* To the byte, so that a sanitizer sees a read beyond the end. */
    uint8_t *exact = realloc(data, size ? size : 1);
    alarm(SECONDS);
    LLVMFuzzerTestOneInput(exact, size);
    alarm(0);
    free(exact);
}

int main(int argc, char **argv)
{
    struct dirent **entries;
    if (argc != 2)
        fail("usage:", "replay FOLDER");
    const int n = scandir(argv[1], &entries, is_input, alphasort);
    if (n <= 0)
        fail("no inputs in", argv[1]);
    printf("1..%d\n", n);
    for (int i = 0; i < n; i++) {
        fprintf(stderr, "%s\n", entries[i]->d_name); /* the last one is the one that crashed */
        replay(argv[1], entries[i]->d_name);
        printf("ok %d - %s\n", i + 1, entries[i]->d_name);
        fflush(stdout);
        free(entries[i]);
    }
    free(entries);
    return 0;
}
