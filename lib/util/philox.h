/* Philox 4x32-10, a counter-based generator of random words (Salmon, Moraes, Dror and Shaw,
 * Parallel random numbers: as easy as 1, 2, 3, SC'11, doi:10.1145/2063384.2063405). */
#ifndef IZH_LIB_PHILOX_H
#define IZH_LIB_PHILOX_H

#include <stdint.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#define IZH_PHILOX_ROUNDS 10
/* The multipliers, and the increments of the key's two words: the golden ratio and sqrt(3) - 1. */
#define IZH_PHILOX_M0 0xd2511f53u
#define IZH_PHILOX_M1 0xcd9e8d57u
#define IZH_PHILOX_W0 0x9e3779b9u
#define IZH_PHILOX_W1 0xbb67ae85u

/* Turns a counter, in c, into the four random words of its block. */
static inline void izh_philox(uint32_t c[4], uint64_t key)
{
    uint32_t k0 = (uint32_t)key, k1 = (uint32_t)(key >> 32);
    for (int round = 0; round < IZH_PHILOX_ROUNDS; round++) {
        const uint64_t p0 = (uint64_t)IZH_PHILOX_M0 * c[0], p1 = (uint64_t)IZH_PHILOX_M1 * c[2];
        c[0] = (uint32_t)(p1 >> 32) ^ c[1] ^ k0;
        c[1] = (uint32_t)p1;
        c[2] = (uint32_t)(p0 >> 32) ^ c[3] ^ k1;
        c[3] = (uint32_t)p0;
        k0 += IZH_PHILOX_W0;
        k1 += IZH_PHILOX_W1;
    }
}

#if defined(__x86_64__)

/* Compilers multiply vectors of 32-bit words with more shuffles than products. So each word here
 * has a lane of 64 bits. The lane's upper half may hold anything: the product reads the lower half
 * only. */
#if defined(__AVX512F__) || defined(IZH_KERNEL_AVX512)
typedef uint64_t izh_lanes __attribute__((vector_size(64)));
typedef uint32_t izh_words __attribute__((vector_size(32)));
#elif defined(__AVX2__) || defined(IZH_KERNEL_AVX2)
typedef uint64_t izh_lanes __attribute__((vector_size(32)));
typedef uint32_t izh_words __attribute__((vector_size(16)));
#else
typedef uint64_t izh_lanes __attribute__((vector_size(16)));
typedef uint32_t izh_words __attribute__((vector_size(8)));
#endif

enum {
    IZH_LANES = sizeof(izh_lanes) / sizeof(uint64_t),
    IZH_PHILOX_STRIDE = 2 * IZH_LANES
};

/* The counters of a stride, which is two vectors of blocks. */
struct izh_counters {
    izh_lanes lo[2], hi[2];
};

static inline struct izh_counters izh_counters_from(uint64_t lo, uint64_t hi)
{
    izh_lanes first = {0}, same = {0};
    for (int lane = 0; lane < IZH_LANES; lane++)
        first[lane] = lo + (uint64_t)lane;
    same += hi;
    return (struct izh_counters){{first, first + IZH_LANES}, {same, same}};
}

/* Moves the counters from index `room` on to the next row: their low words begin again, `width`
 * lower, and their high words grow by one. */
static inline void izh_counters_wrap(struct izh_counters *c, uint64_t room, uint64_t width)
{
    const struct izh_counters place = izh_counters_from(0, room);
    for (int k = 0; k < 2; k++) {
        const izh_lanes over = (izh_lanes)(place.lo[k] >= place.hi[k]);
        c->lo[k] -= over & width;
        c->hi[k] -= over; /* all ones: -1 */
    }
}

/* One block in each lane. */
struct izh_blocks {
    izh_lanes c0, c1, c2, c3;
};

static inline izh_lanes izh_lanes_times(izh_lanes x, uint32_t m)
{
#if defined(__AVX512F__) || defined(IZH_KERNEL_AVX512)
    return (izh_lanes)_mm512_mul_epu32((__m512i)x, _mm512_set1_epi64(m));
#elif defined(__AVX2__) || defined(IZH_KERNEL_AVX2)
    return (izh_lanes)_mm256_mul_epu32((__m256i)x, _mm256_set1_epi64x(m));
#else
    return (izh_lanes)_mm_mul_epu32((__m128i)x, _mm_set1_epi64x(m));
#endif
}

static inline struct izh_blocks izh_blocks_from(izh_lanes lo, izh_lanes hi)
{
    return (struct izh_blocks){lo, lo >> 32, hi, hi >> 32};
}

static inline void izh_blocks_round(struct izh_blocks *b, izh_lanes k0, izh_lanes k1)
{
    const izh_lanes p0 = izh_lanes_times(b->c0, IZH_PHILOX_M0);
    const izh_lanes p1 = izh_lanes_times(b->c2, IZH_PHILOX_M1);
    b->c0 = (p1 >> 32) ^ b->c1 ^ k0;
    b->c1 = p1;
    b->c2 = (p0 >> 32) ^ b->c3 ^ k1;
    b->c3 = p0;
}

static inline void izh_lanes_store(uint32_t *word, izh_lanes x, izh_lanes y)
{
    const izh_words lower[2] = {__builtin_convertvector(x, izh_words),
                                __builtin_convertvector(y, izh_words)};
    __builtin_memcpy(word, lower, sizeof lower);
}

/* The words of a stride of blocks. Two vectors go side by side, so that neither waits for its
 * products. */
static inline void izh_philox_stride(uint32_t *const word[4], uint64_t key,
                                     const struct izh_counters *c)
{
    izh_lanes k0 = (izh_lanes){0} + key, k1 = k0 >> 32;
    struct izh_blocks x = izh_blocks_from(c->lo[0], c->hi[0]);
    struct izh_blocks y = izh_blocks_from(c->lo[1], c->hi[1]);
    for (int round = 0; round < IZH_PHILOX_ROUNDS; round++) {
        izh_blocks_round(&x, k0, k1);
        izh_blocks_round(&y, k0, k1);
        k0 += IZH_PHILOX_W0;
        k1 += IZH_PHILOX_W1;
    }
    izh_lanes_store(word[0], x.c0, y.c0);
    izh_lanes_store(word[1], x.c1, y.c1);
    izh_lanes_store(word[2], x.c2, y.c2);
    izh_lanes_store(word[3], x.c3, y.c3);
}

#else

enum {
    IZH_PHILOX_STRIDE = 1
};

struct izh_counters {
    uint64_t lo[1], hi[1];
};

static inline struct izh_counters izh_counters_from(uint64_t lo, uint64_t hi)
{
    return (struct izh_counters){{lo}, {hi}};
}

static inline void izh_counters_wrap(struct izh_counters *c, uint64_t room, uint64_t width)
{
    (void)c, (void)room, (void)width; /* a stride of one block lies in one row */
}

static inline void izh_philox_stride(uint32_t *const word[4], uint64_t key,
                                     const struct izh_counters *c)
{
    uint32_t x[4] = {(uint32_t)c->lo[0], (uint32_t)(c->lo[0] >> 32), (uint32_t)c->hi[0],
                     (uint32_t)(c->hi[0] >> 32)};
    izh_philox(x, key);
    for (int k = 0; k < 4; k++)
        word[k][0] = x[k];
}

#endif
#endif
