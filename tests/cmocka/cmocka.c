#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include "cmocka.h"

enum {
    FAILED = 1,
    SKIPPED
};

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
    longjmp(here, FAILED);
}

void _skip(const char *file, int line)
{
    print_error("%s:%d: skipped\n", file, line);
    longjmp(here, SKIPPED);
}

void cross_true(int holds, const char *text, const char *file, int line)
{
    if (holds)
        return;
    print_error("not so: %s\n", text);
    _fail(file, line);
}

void cross_integers(intmax_t one, intmax_t other, const char *text, const char *file, int line)
{
    if (one != other)
        print_error("%jd and %jd differ\n", one, other);
    cross_true(one == other, text, file, line);
}

void cross_strings(const char *one, const char *other, int equal, const char *text,
                   const char *file, int line)
{
    const int same = strcmp(one, other) == 0;
    if (same != equal)
        print_error("\"%s\" and \"%s\"\n", one, other);
    cross_true(same == equal, text, file, line);
}

/* 0: it passed. */
static int result(const struct CMUnitTest *test, void *state)
{
    const int ended = setjmp(here);
    if (ended)
        return ended;
    if (test->setup && test->setup(&state) != 0)
        return FAILED;
    test->test(&state);
    return test->teardown && test->teardown(&state) != 0 ? FAILED : 0;
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
        const int ended = result(&tests[i], state);
        failed += ended == FAILED;
        printf("%sok %zu - %s%s\n", ended == FAILED ? "not " : "", i + 1, tests[i].name,
               ended == SKIPPED ? " # SKIP" : "");
        fflush(stdout);
    }
    return failed + (teardown && teardown(&state) != 0);
}
