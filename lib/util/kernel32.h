/* What Windows itself offers a program, without what is for desktops. */
#ifndef IZH_LIB_KERNEL32_H
#define IZH_LIB_KERNEL32_H

#define WIN32_LEAN_AND_MEAN
#include <windows.h>
/* Words that it takes from everyone, for compilers of old. */
#undef near
#undef far

#endif
