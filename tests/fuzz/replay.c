/* Gives a fuzz target each file of a folder, in the order of their names: one test for each, as
 * TAP. This is what a compiler without libFuzzer can do. */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>

#include "portable.h"

#define INPUT_MAX 65536
#define SECONDS 30 /* an input that takes longer hangs */

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
    portable_alarm(SECONDS);
    LLVMFuzzerTestOneInput(exact, size);
    portable_alarm(0);
    free(exact);
}

int main(int argc, char **argv)
{
    char **names;
    if (argc != 2)
        fail("usage:", "replay FOLDER");
    const int n = portable_list(argv[1], &names);
    if (n <= 0)
        fail("no inputs in", argv[1]);
    printf("1..%d\n", n);
    for (int i = 0; i < n; i++) {
        fprintf(stderr, "%s\n", names[i]); /* the last one is the one that crashed */
        replay(argv[1], names[i]);
        printf("ok %d - %s\n", i + 1, names[i]);
        fflush(stdout);
        free(names[i]);
    }
    free(names);
    return 0;
}
