/* The board, where there is a system. */
#include <stdio.h>

#include "board.h"

void board_print(const char *text)
{
    fputs(text, stdout);
}
