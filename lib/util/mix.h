/* Fingerprints: hashes of words. */
#ifndef IZH_LIB_MIX_H
#define IZH_LIB_MIX_H

#include <stdint.h>
#include <string.h>

/* The finalizer of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014). */
static inline uint64_t izh_mix(uint64_t x)
{
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
    x = (x ^ x >> 27) * 0x94d049bb133111eb;
    return x ^ x >> 31;
}

static inline uint64_t izh_mix_double(uint64_t mixed, double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return izh_mix(mixed ^ bits);
}

/* The start of a hash: 2^64 over the golden ratio. 0 would be a fixed point. */
#define IZH_MIX_START 0x9e3779b97f4a7c15

#endif
