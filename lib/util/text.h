/* Text for messages. */
#ifndef IZH_LIB_TEXT_H
#define IZH_LIB_TEXT_H

#include <stdarg.h>
#include <stddef.h>

#include "util/compiler.h"

/* A number as text, with a point in every locale. It reads back as the same double, but not from
 * text_small.c, which writes six digits. */
struct izh_number {
    char text[32];
};
struct izh_number izh_number(double x);

/* Writes a message, printf style, and cuts it where the room ends. */
void izh_text(char *text, size_t size, const char *format, va_list arguments) IZH_PRINTF(3, 0);

#endif
