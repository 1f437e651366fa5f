/* Text without the C library's formatting. It takes the place of text.c where there is no standard
 * I/O (-Dprofile=embedded). */
#include "util/text.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#ifdef IZH_EMBEDDED
/* Where the next character goes, and how many more fit before the terminating zero. */
struct writer {
    char *at;
    size_t room;
};

static void put(struct writer *w, char c)
{
    if (w->room == 0)
        return;
    *w->at++ = c;
    w->room--;
}

static void put_text(struct writer *w, const char *text)
{
    while (*text)
        put(w, *text++);
}

static void put_unsigned(struct writer *w, uint64_t x)
{
    char digits[20];
    int n = 0;
    do
        digits[n++] = (char)('0' + x % 10);
    while ((x /= 10) > 0);
    while (n > 0)
        put(w, digits[--n]);
}

static void put_signed(struct writer *w, int x)
{
    if (x < 0)
        put(w, '-');
    put_unsigned(w, x < 0 ? -(uint64_t)x : (uint64_t)x);
}

/* ---- numbers ---- */

#define DIGITS 6
#define DIGITS_END 1000000 /* 10^DIGITS */

/* Writes x > 0 as whole * 10^(exponent + 1 - DIGITS), where whole has DIGITS digits. The powers of
 * ten are rounded, so the last digit may be off by one if x lies halfway between two numbers. */
static uint32_t take_apart(double x, int *exponent)
{
    *exponent = DIGITS - 1;
    for (; x < DIGITS_END / 10; x *= 10)
        (*exponent)--;
    for (; x >= DIGITS_END; x /= 10)
        (*exponent)++;
    uint32_t whole = (uint32_t)(x + .5);
    if (whole == DIGITS_END) {
        whole /= 10;
        (*exponent)++;
    }
    return whole;
}

/* Writes the digits without the zeros at their end. The point follows the first `before_point`
 * digits; if that is 0 or less, zeros lead. */
static void put_digits(struct writer *w, uint32_t whole, int before_point)
{
    char digits[DIGITS];
    int n = DIGITS;
    for (int i = DIGITS; i-- > 0; whole /= 10)
        digits[i] = (char)('0' + whole % 10);
    while (n > 1 && digits[n - 1] == '0')
        n--;
    if (before_point <= 0)
        put(w, '0');
    for (int i = before_point < 0 ? before_point : 0; i < n || i < before_point; i++) {
        if (i == before_point)
            put(w, '.');
        put(w, i < 0 || i >= n ? '0' : digits[i]);
    }
}

static void put_positive(struct writer *w, double x)
{
    int exponent;
    const uint32_t whole = take_apart(x, &exponent);
    if (exponent >= -4 && exponent < DIGITS) {
        put_digits(w, whole, exponent + 1);
        return;
    }
    put_digits(w, whole, 1);
    put(w, 'e');
    put(w, exponent < 0 ? '-' : '+');
    const unsigned size = (unsigned)(exponent < 0 ? -exponent : exponent);
    if (size < 10)
        put(w, '0');
    put_unsigned(w, size);
}

struct izh_number izh_number(double x)
{
    struct izh_number n = {""};
    struct writer w = {n.text, sizeof n.text - 1};
    const bool negative = x < 0 || (x == 0 && 1 / x < 0);
    if (negative)
        put(&w, '-');
    if (x != x)
        put_text(&w, "nan");
    else if (x == 0)
        put(&w, '0');
    else if (x - x != 0)
        put_text(&w, "inf");
    else
        put_positive(&w, negative ? -x : x);
    return n;
}

/* ---- messages ---- */

/* Writes one argument; `format` begins after its '%'. Returns where the format goes on. Messages
 * use only these of printf's conversions: %s, %d, %u, %zu and %llu. */
static const char *put_argument(struct writer *w, const char *format, va_list *arguments)
{
    if (*format == 's') {
        put_text(w, va_arg(*arguments, const char *));
        return format + 1;
    }
    if (*format == 'd') {
        put_signed(w, va_arg(*arguments, int));
        return format + 1;
    }
    if (*format == 'u') {
        put_unsigned(w, va_arg(*arguments, unsigned));
        return format + 1;
    }
    if (strncmp(format, "zu", 2) == 0) {
        put_unsigned(w, va_arg(*arguments, size_t));
        return format + 2;
    }
    put_unsigned(w, va_arg(*arguments, unsigned long long));
    return format + strlen("llu");
}

void izh_text(char *text, size_t size, const char *format, va_list arguments)
{
    struct writer w = {text, size - 1};
    va_list rest;
    va_copy(rest, arguments);
    while (*format)
        if (*format == '%')
            format = put_argument(&w, format + 1, &rest);
        else
            put(&w, *format++);
    va_end(rest);
    *w.at = '\0';
}
#endif
