/* Windows' own functions, without those for desktops. */
#ifndef IZH_LIB_KERNEL32_H
#define IZH_LIB_KERNEL32_H

#define WIN32_LEAN_AND_MEAN
#include <windows.h>
/* windows.h defines these names away, for compilers that no longer exist. */
#undef near
#undef far

#endif
