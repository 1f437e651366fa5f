/* Numbers for the console. */
#include "board.h"

void board_print_number(unsigned long long x, unsigned base)
{
    char text[65];
    char *at = text + sizeof text - 1;
    *at = '\0';
    do
        *--at = "0123456789abcdef"[x % base];
    while ((x /= base) > 0);
    board_print(at);
}
