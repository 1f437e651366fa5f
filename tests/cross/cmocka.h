/* As much of CMocka as the tests need that run on other architectures, for which Debian has none:
 * it names the same things, and prints TAP. See tests/cross/cmocka.c. */
#ifndef IZH_TESTS_CMOCKA_H
#define IZH_TESTS_CMOCKA_H

#include <stddef.h>

struct CMUnitTest {
    const char *name;
    void (*test)(void **state);
};

#define cmocka_unit_test(test) \
    {                          \
#test, test            \
    }
#define cmocka_run_group_tests(tests, setup, teardown) \
    cross_run(tests, sizeof(tests) / sizeof *(tests), setup, teardown)
#define cmocka_run_group_tests_name(name, tests, setup, teardown) \
    cmocka_run_group_tests(tests, setup, teardown)

/* Runs the tests one by one, between the group's setup and teardown where it has them; returns how
 * many failed, and more where one of these did. */
int cross_run(const struct CMUnitTest *tests, size_t count, int (*setup)(void **state),
              int (*teardown)(void **state));

void print_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Ends the test. */
void _fail(const char *file, int line) __attribute__((noreturn));

#define fail_msg(...)                       \
    do {                                    \
        print_error("ERROR: " __VA_ARGS__); \
        print_error("\n");                  \
        _fail(__FILE__, __LINE__);          \
    } while (0)

#endif
