#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include "cmocka.h"

static jmp_buf here;

void print_error(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
}

void _fail(const char *file, int line)
{
    print_error("%s:%d: failed\n", file, line);
    longjmp(here, 1);
}

static int runs(const struct CMUnitTest *test, void *state)
{
    if (setjmp(here))
        return 0;
    test->test(&state);
    return 1;
}

int cross_run(const struct CMUnitTest *tests, size_t count, int (*setup)(void **state),
              int (*teardown)(void **state))
{
    void *state = NULL;
    int failed = 0;
    printf("1..%zu\n", count);
    if (setup && setup(&state) != 0)
        return 1;
    for (size_t i = 0; i < count; i++) {
        const int good = runs(&tests[i], state);
        failed += !good;
        printf("%sok %zu - %s\n", good ? "" : "not ", i + 1, tests[i].name);
        fflush(stdout);
    }
    return failed + (teardown && teardown(&state) != 0);
}
