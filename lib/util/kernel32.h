/* The functions of Windows, without those for desktop programs. */
#ifndef IZH_LIB_KERNEL32_H
#define IZH_LIB_KERNEL32_H

#define WIN32_LEAN_AND_MEAN
#include <windows.h>
/* windows.h defines these names as empty, for compilers that no longer exist. */
#undef near
#undef far

#endif
