/* Random wiring, as a function of the seed and of the target's number. */
#include <stdbool.h>

#include <izh/network.h>

#include "util/exp.h"
#include "util/fpmode.h"
#include "util/philox.h"

/* Draws for a target, one after another. A block of words gives two. */
struct stream {
    uint64_t seed;
    uint32_t target;
    uint64_t next;
    uint32_t words[4];
};

static struct stream stream_of(uint64_t seed, uint32_t target)
{
    return (struct stream){seed, target, 0, {0}};
}

/* 53 random bits. */
static uint64_t draw_from(struct stream *s)
{
    const unsigned half = 2 * (s->next % 2);
    if (!half) {
        const uint64_t block = s->next / 2;
        const uint32_t counter[4] = {s->target, 0, (uint32_t)block, (uint32_t)(block >> 32)};
        for (int k = 0; k < 4; k++)
            s->words[k] = counter[k];
        izh_philox(s->words, s->seed);
    }
    s->next++;
    return (s->words[half] | (uint64_t)s->words[half + 1] << 32) >> 11;
}

static bool targets_fit(uint32_t first, uint32_t targets)
{
    return targets <= UINT32_MAX - first;
}

izh_status izh_draw_in_degree(uint64_t seed, uint32_t sources, uint32_t first, uint32_t targets,
                              uint32_t k, uint32_t *source)
{
    IZH_FPMODE;
    if (!targets || !k)
        return IZH_OK;
    if (!sources || !source || !targets_fit(first, targets))
        return IZH_E_INVALID;
    for (uint32_t i = 0; i < targets; i++) {
        struct stream s = stream_of(seed, first + i);
        for (uint32_t j = 0; j < k; j++)
            *source++ = (uint32_t)((double)draw_from(&s) * 0x1p-53 * sources);
    }
    return IZH_OK;
}

/* ln(1 - p), by its series if p is so small that 1 - p would lose digits. */
static double ln_of_rest(double p)
{
    return p < 1e-4 ? -p * (1 + p * (.5 + p * (1. / 3 + p * (.25 + p * .2)))) : izh_ln(1 - p);
}

size_t izh_draw_pairwise(uint64_t seed, uint32_t sources, uint32_t first, uint32_t targets,
                         double p, uint32_t *source, uint32_t *target, size_t capacity)
{
    IZH_FPMODE;
    if (!(p > 0 && p <= 1) || !targets_fit(first, targets))
        return 0;
    const double rest = p < 1 ? 1 / ln_of_rest(p) : 0;
    size_t count = 0;
    for (uint32_t i = 0; i < targets; i++) {
        struct stream s = stream_of(seed, first + i);
        /* The number of sources to skip has a geometric distribution (Batagelj and Brandes, Phys.
         * Rev. E 71 (2005) 036113). */
        for (double at = -1;;) {
            const double skip = izh_ln((double)(draw_from(&s) + 1) * 0x1p-53) * rest;
            at += 1 + (skip < 0x1p33 ? (double)(uint64_t)izh_fmax(skip, 0) : 0x1p33);
            if (!(at < sources))
                break;
            if (source && target && count < capacity) {
                source[count] = (uint32_t)at;
                target[count] = first + i;
            }
            count += count < SIZE_MAX;
        }
    }
    return count;
}
