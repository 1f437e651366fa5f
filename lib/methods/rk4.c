/* The classical Runge-Kutta method (Kutta 1901; Hairer, Norsett and Wanner, Solving Ordinary
 * Differential Equations I, table II.1.2). */
#include "methods/ticks.h"

/* |1 + z + z^2/2 + z^3/6 + z^4/24| <= 1 for z from -2.785 on. */
IZH_SCHEME_METHOD(rk4, 4, .dt = .1, .stable = 2.785);
