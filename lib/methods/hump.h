/* How far a step may climb. Kernels rely on it, too: so it stands apart from all that they need
 * not know. */
#ifndef IZH_LIB_HUMP_H
#define IZH_LIB_HUMP_H

/* A method whose steps have one piece climbs by less than so many times its first speed times the
 * step: that tells which neurons may have met an event. */
#define IZH_HUMP 2

#endif
