/* What a program without a system needs beside main: see start.c, and desktop.c for the same on a
 * system. */
#ifndef BOARD_H
#define BOARD_H

/* Shows text: on the emulator's or debugger's console. */
void board_print(const char *text);

/* Shows a number, in base 10 or 16. */
void board_print_number(unsigned long long x, unsigned base);

#endif
