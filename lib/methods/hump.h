/* How far a step may climb. The kernels use this file without the rest of a method. */
#ifndef IZH_LIB_HUMP_H
#define IZH_LIB_HUMP_H

/* In a step of a method that has one piece, v climbs by less than IZH_HUMP times the step's length
 * times v' at its start. This tells which neurons may have met an event. */
#define IZH_HUMP 2

#endif
