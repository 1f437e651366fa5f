/* Rows of bits in bytes: bit 0 is the lowest bit of the first byte. */
#ifndef IZH_LIB_BITS_H
#define IZH_LIB_BITS_H

#include <stdbool.h>
#include <stddef.h>

static inline bool izh_bit(const unsigned char *bits, size_t i)
{
    return bits[i / 8] >> (i % 8) & 1;
}

static inline void izh_bit_set(unsigned char *bits, size_t i)
{
    bits[i / 8] |= (unsigned char)(1u << (i % 8));
}

static inline void izh_bit_clear(unsigned char *bits, size_t i)
{
    bits[i / 8] &= (unsigned char)~(1u << (i % 8));
}

#endif
