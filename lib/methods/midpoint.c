/* The explicit midpoint method (Runge 1895): y1 = y0 + h f(y0 + h/2 f(y0, t0), t0 + h/2). */
#include "methods/ticks.h"

IZH_SCHEME_METHOD(midpoint, 2, .dt = .1, .stable = 2);
