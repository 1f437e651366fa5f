/* The network listing of Izhikevich, IEEE Trans. Neural Networks 14 (2003): two half steps of v,
 * "for numerical stability", then u with the new v. */
#include "methods/ticks.h"

/* Twice explicit Euler's limit, since the steps are halves. */
IZH_SCHEME_METHOD(published_2003, 2, .dt = 1, .stable = 4);
