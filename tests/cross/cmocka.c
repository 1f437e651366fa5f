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

static int runs(const struct CMUnitTest *test)
{
    void *state = NULL;
    if (setjmp(here))
        return 0;
    test->test(&state);
    return 1;
}

int cross_run(const struct CMUnitTest *tests, size_t count, const void *setup, const void *teardown)
{
    int failed = 0;
    (void)setup;
    (void)teardown;
    printf("1..%zu\n", count);
    for (size_t i = 0; i < count; i++) {
        const int good = runs(&tests[i]);
        failed += !good;
        printf("%sok %zu - %s\n", good ? "" : "not ", i + 1, tests[i].name);
        fflush(stdout);
    }
    return failed;
}
