/* Text, formatted by the C library. */
#include "util/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct izh_number izh_number(double x)
{
    struct izh_number n = {"nan"}; /* whatever its sign and payload */
    if (x != x)
        return n;
    for (int digits = 6; digits <= 17; digits += 11) {
        snprintf(n.text, sizeof n.text, "%.*g", digits, x);
        if (strtod(n.text, NULL) == x)
            break;
    }
    const size_t mantissa = strspn(n.text, "+-0123456789infa");
    if (n.text[mantissa] != '\0' && n.text[mantissa] != 'e') {
        /* The locale's decimal separator may have more than one byte. */
        const size_t length = strcspn(n.text + mantissa, "0123456789");
        n.text[mantissa] = '.';
        memmove(n.text + mantissa + 1, n.text + mantissa + length,
                strlen(n.text + mantissa + length) + 1);
    }
    return n;
}

void izh_text(char *text, size_t size, const char *format, va_list arguments)
{
    vsnprintf(text, size, format, arguments);
}
