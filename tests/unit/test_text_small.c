/* Messages without the C library's formatting, as the profile embedded has them, against snprintf.
 */
#include "support.h"

#include <float.h>
#include <limits.h>

#define IZH_EMBEDDED
#define izh_number small_number
#define izh_text small_text
#include "util/text_small.c"
#undef izh_number
#undef izh_text

#define RANDOM 200000

static void check_number(double x)
{
    char expected[32];
    snprintf(expected, sizeof expected, "%.6g", x);
    const struct small_number n = small_number(x);
    support_about("%s", expected);
    check_has(n.text, expected);
    check_true(strlen(n.text) == strlen(expected));
}

static void numbers_have_six_digits(void **state)
{
    (void)state;
    static const double numbers[] = {
        0,        -0.,       1,      -1,      10,      -65,     .02,     100000,
        999999,   999999.6,  1e6,    123456,  1234567, 1e-4,    .000123, .0000999999,
        1e-5,     1e15,      1e100,  1e-100,  1e308,   2e-308,  5e-324,  DBL_MAX,
        .5,       1. / 3,    2. / 3, 99.9999, 12.5,    -1e-7,   1e22,    1e23,
        INFINITY, -INFINITY, 10.01,  200000,  1048576, 9.999996};
    for (size_t i = 0; i < LENGTH(numbers); i++)
        check_number(numbers[i]);
    check_has(small_number(NAN).text, "nan");
}

/* Random bits make numbers of all sizes. */
static void random_numbers_are_those_of_snprintf(void **state)
{
    (void)state;
    uint64_t bits = 1;
    for (int i = 0; i < RANDOM; i++) {
        double x;
        bits = bits * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        memcpy(&x, &bits, sizeof x);
        if (isfinite(x))
            check_number(x);
    }
}

static void write_small(char *text, size_t size, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    small_text(text, size, format, arguments);
    va_end(arguments);
}

#define CHECK_MESSAGE(...)                           \
    do {                                             \
        char text[64], expected[64];                 \
        for (size_t n = 1; n <= sizeof text; n++) {  \
            write_small(text, n, __VA_ARGS__);       \
            snprintf(expected, n, __VA_ARGS__);      \
            check_true(strcmp(text, expected) == 0); \
        }                                            \
    } while (0)

static void messages_are_those_of_snprintf(void **state)
{
    (void)state;
    CHECK_MESSAGE("n = %zu is more than max_segments = %zu", (size_t)0, SIZE_MAX);
    CHECK_MESSAGE("%s: first = %u of %u", "set_params", 7u, UINT_MAX);
    CHECK_MESSAGE("method = %d: %s", -12, "rk4");
    CHECK_MESSAGE("%d%d", INT_MIN, INT_MAX);
    CHECK_MESSAGE("first = %llu is too large", UINT64_C(18446744073709551615) + 0ull);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_have_six_digits),
        cmocka_unit_test(random_numbers_are_those_of_snprintf),
        cmocka_unit_test(messages_are_those_of_snprintf),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
