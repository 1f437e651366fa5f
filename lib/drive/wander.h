/* Currents that wander: Ornstein-Uhlenbeck processes on ticks. */
#ifndef IZH_LIB_WANDER_H
#define IZH_LIB_WANDER_H

#include <stdbool.h>

#include <izh/population.h>

#include "util/exp.h"
#include "util/mix.h"
#include "util/report.h"

/* How a process goes from tick to tick: its distance from the mean becomes `keep` times that
 * distance plus `kick` times a standard normal. */
struct izh_wander_law {
    izh_ou is;
    double keep, kick;
};

static inline bool izh_wander_is_none(const izh_ou *ou)
{
    return ou->mean == 0 && ou->sigma == 0 && ou->tau == 0;
}

static inline struct izh_wander_law izh_wander_law(const izh_ou *ou, double dt)
{
    const double keep = izh_exp(-dt / ou->tau);
    return (struct izh_wander_law){*ou, keep, ou->sigma * __builtin_sqrt(1 - keep * keep)};
}

/* The tick of the normal with which a process begins. No run reaches it. */
#define IZH_WANDER_START UINT64_MAX

/* The key of the normals of a process. It differs from the seed, which is the key of the noise, and
 * from the keys of networks. */
static inline uint64_t izh_wander_key(uint64_t seed)
{
    return seed + 32 * (uint64_t)IZH_MIX_START;
}

/* The standard deviation of a tick's noise: noise that is held for a tick, and white noise. */
static inline double izh_noise_sigma(double held, double white, double dt)
{
    const double scaled = white / __builtin_sqrt(dt);
    return scaled == 0 ? held : held == 0 ? scaled : __builtin_sqrt(held * held + scaled * scaled);
}

/* Checks a process and white noise in a config, by the names of the config's fields. `most` is the
 * largest number allowed. */
void izh_check_noise(struct izh_checks *c, const izh_ou *ou, double white, double most);

#endif
