/* As much of CMocka as the tests need that run on other architectures, for which Debian has none:
 * it names the same things, and prints TAP. See tests/cmocka/cmocka.c. */
#ifndef IZH_TESTS_CMOCKA_H
#define IZH_TESTS_CMOCKA_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "util/compiler.h"

struct CMUnitTest {
    const char *name;
    void (*test)(void **state);
    int (*setup)(void **state);
    int (*teardown)(void **state);
};

#define cmocka_unit_test_setup_teardown(test, setup, teardown) \
    {                                                          \
#test, test, setup, teardown                           \
    }
#define cmocka_unit_test_setup(test, setup) cmocka_unit_test_setup_teardown(test, setup, NULL)
#define cmocka_unit_test(test) cmocka_unit_test_setup_teardown(test, NULL, NULL)
#define cmocka_run_group_tests(tests, setup, teardown) \
    cross_run(tests, sizeof(tests) / sizeof *(tests), setup, teardown)
#define cmocka_run_group_tests_name(name, tests, setup, teardown) \
    cmocka_run_group_tests(tests, setup, teardown)

/* Runs the tests one by one, between the group's setup and teardown where it has them; returns how
 * many failed, and more where one of these did. */
int cross_run(const struct CMUnitTest *tests, size_t count, int (*setup)(void **state),
              int (*teardown)(void **state));

void print_error(const char *format, ...) IZH_PRINTF(1, 2);

/* Ends the test. */
void _fail(const char *file, int line) __attribute__((noreturn));

/* Ends the test, which counts as skipped. */
void _skip(const char *file, int line) __attribute__((noreturn));
#define skip() _skip(__FILE__, __LINE__)

void cross_integers(intmax_t one, intmax_t other, const char *text, const char *file, int line);
void cross_strings(const char *one, const char *other, int equal, const char *text,
                   const char *file, int line);
void cross_true(int holds, const char *text, const char *file, int line);

#define assert_int_equal(one, other) \
    cross_integers((intmax_t)(one), (intmax_t)(other), #one " == " #other, __FILE__, __LINE__)
#define assert_string_equal(one, other) \
    cross_strings(one, other, 1, #one " == " #other, __FILE__, __LINE__)
#define assert_string_not_equal(one, other) \
    cross_strings(one, other, 0, #one " != " #other, __FILE__, __LINE__)
#define assert_true(condition) cross_true(!!(condition), #condition, __FILE__, __LINE__)
#define assert_null(pointer) cross_true(!(pointer), #pointer " is NULL", __FILE__, __LINE__)
#define assert_non_null(pointer) \
    cross_true(!!(pointer), #pointer " is not NULL", __FILE__, __LINE__)
#define assert_memory_equal(one, other, size) \
    cross_true(memcmp(one, other, size) == 0, #one " has the bytes of " #other, __FILE__, __LINE__)

#define fail_msg(...)                       \
    do {                                    \
        print_error("ERROR: " __VA_ARGS__); \
        print_error("\n");                  \
        _fail(__FILE__, __LINE__);          \
    } while (0)

#endif
