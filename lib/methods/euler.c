/* Explicit Euler: y1 = y0 + h f(y0, t0). */
#include "methods/ticks.h"

IZH_SCHEME_METHOD(euler, 1, .dt = .1, .stable = 2);
