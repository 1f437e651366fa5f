/* Standard normals as a function of seed, neuron and tick, with the same bits on every machine. The
 * formula of Box and Muller (Ann. Math. Stat. 29 (1958) 610) turns words of Philox into normals,
 * without libm and without branches, so that compilers vectorise it. Build with
 * -ffp-contract=off. */
#ifndef IZH_LIB_NOISE_H
#define IZH_LIB_NOISE_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "util/philox.h"
#include "util/float.h"

_Static_assert(sizeof(float) == 4 && FLT_MANT_DIG == 24, "float must be IEEE 754 binary32");

/* No normal is larger: the radius sqrt(2 ln 2^33) = 6.7637... of the word 0, times a cosine. */
#define IZH_NORMAL_MAX 6.764

/* Normals are made in chunks of at most this size. */
enum {
    IZH_NOISE_BLOCKS = 32,
    IZH_NOISE_PAIRS = 2 * IZH_NOISE_BLOCKS,
    IZH_NOISE_CHUNK = 4 * IZH_NOISE_BLOCKS
};

/* The words of a chunk of `blocks` blocks. Each pair of normals has one word for its radius and one
 * for its angle. The pairs from the blocks' words 0 and 1 come first, then those from words 2 and
 * 3. */
struct izh_noise_words {
    int blocks;
    uint32_t radius[IZH_NOISE_PAIRS], turn[IZH_NOISE_PAIRS];
};

/* ---- double ---- */

static inline uint64_t izh_bits_f64(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static inline double izh_from_bits_f64(uint64_t bits)
{
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* sqrt(-2 ln x) for x = (word + 1/2) 2^-32. With x = 2^k m, sqrt(1/2) <= m < sqrt(2), and
 * s = (m - 1)/(m + 1), -2 ln x is -2 k ln 2 - 4 atanh(s) (Abramowitz and Stegun 4.1.27). m - 1 is
 * exact, so nothing is lost where the logarithm is near 0. The polynomial in s^2 approximates
 * (4 - 4 atanh(s)/s)/s^2; it is minimax by Remez's exchange (2^-52 of the logarithm, so 2^-53 of
 * the root). Integers n below 2^52 are converted to doubles and back as the mantissas of
 * 2^52 + n. */
static inline double izh_radius_f64(uint32_t word)
{
    const double x = izh_from_bits_f64(0x4330000000000001u | (uint64_t)word << 1) - 0x1p52;
    const uint64_t bits = izh_bits_f64(x); /* of 2 word + 1 */
    const uint64_t e = (bits + (0x3ff0000000000000u - 0x3fe6a09e667f3bcdu)) >> 52;
    const double m = izh_from_bits_f64(bits + 0x3ff0000000000000u - (e << 52));
    const double k = izh_from_bits_f64(0x4330000000000000u | e) - (0x1p52 + 1023 + 33);
    const double s = (m - 1) / (m + 1), z = s * s;
    double p = -0x1.58765e7569863p-2;
    p = p * z - 0x1.732c41de3a47bp-2;
    p = p * z - 0x1.c7227711ede87p-2;
    p = p * z - 0x1.24924179cc1c9p-1;
    p = p * z - 0x1.999999a28fbefp-1;
    p = p * z - 0x1.5555555553976p+0;
    return __builtin_sqrt(s * (p * z - 4) - 0x1.62e42fefa39efp+0 * k);
}

/* Cosine and sine of (word + 1/2) 2^-32 turns. Adding an eighth of a turn puts the quadrant into
 * the two upper bits. The other bits give the angle from the middle of the quadrant: t in
 * -1/8 .. 1/8 turns, exact. The polynomials in t^2 are minimax (2^-53.5 of the cosine, 2^-54.5 of
 * the sine). Odd quadrants exchange cosine and sine; the quadrant gives their signs. */
static inline void izh_turn_f64(uint32_t word, double *cosine, double *sine)
{
    const uint32_t y = word + 0x20000000u;
    const uint64_t twice = (uint64_t)y << 1 & 0x7fffffffu;
    const double t = (izh_from_bits_f64(0x4330000000000001u | twice) - (0x1p52 + 0x1p30)) * 0x1p-33;
    const double z = t * t;
    double c = 0x1.f3dcefaca8508p+2;
    c = c * z - 0x1.a6c9ca50dd050p+4;
    c = c * z + 0x1.e1f4fb8446a96p+5;
    c = c * z - 0x1.55d3c7dc3de0bp+6;
    c = c * z + 0x1.03c1f081b0e28p+6;
    c = c * z - 0x1.3bd3cc9be459dp+4;
    c = c * z + 1;
    double s = 0x1.dfc6771c600dfp+1;
    s = s * z - 0x1.e2f3f327a4c84p+3;
    s = s * z + 0x1.507821d7512d9p+5;
    s = s * z - 0x1.32d2ccd46cb56p+6;
    s = s * z + 0x1.466bc6774aff0p+6;
    s = s * z - 0x1.4abbce625bdaep+5;
    s = (s * z + 0x1.921fb54442d18p+2) * t;
    const uint64_t a = izh_bits_f64(c), b = izh_bits_f64(s), odd = 0 - (uint64_t)(y >> 30 & 1);
    const uint64_t swap = (a ^ b) & odd;
    *cosine = izh_from_bits_f64(a ^ swap ^ (uint64_t)((y + 0x40000000u) & 0x80000000u) << 32);
    *sine = izh_from_bits_f64(b ^ swap ^ (uint64_t)(y & 0x80000000u) << 32);
}

static inline __attribute__((always_inline)) void
izh_noise_pairs_f64(double *restrict out, const struct izh_noise_words *w, int blocks)
{
    double even[IZH_NOISE_PAIRS], odd[IZH_NOISE_PAIRS];
    for (int i = 0; i < 2 * blocks; i++) {
        double c, s;
        const double r = izh_radius_f64(w->radius[i]);
        izh_turn_f64(w->turn[i], &c, &s);
        even[i] = r * c;
        odd[i] = r * s;
    }
    for (int i = 0; i < blocks; i++) {
        out[4 * i] = even[i];
        out[4 * i + 1] = odd[i];
        out[4 * i + 2] = even[blocks + i];
        out[4 * i + 3] = odd[blocks + i];
    }
}

/* A whole chunk has a call of its own, in which compilers know the lengths of the loops: in float
 * that makes a difference of a third. */
static inline void izh_noise_chunk_f64(double *restrict out, const struct izh_noise_words *w)
{
    if (w->blocks == IZH_NOISE_BLOCKS)
        izh_noise_pairs_f64(out, w, IZH_NOISE_BLOCKS);
    else
        izh_noise_pairs_f64(out, w, w->blocks);
}

/* ---- float ---- */

static inline uint32_t izh_bits_f32(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static inline float izh_from_bits_f32(uint32_t bits)
{
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* As izh_radius_f64(). A word has more digits than a float, so its halves are scaled by 2^-k
 * separately, and m - 1 is rounded only once: no digit is lost near m = 1 or in the tail. The
 * polynomial is good to 2^-30. */
static inline float izh_radius_f32(uint32_t word)
{
    const float hi = (float)(int32_t)(word >> 16) * 0x1p16f;
    const float lo = (float)(int32_t)(word & 0xffffu) + .5f;
    const uint32_t e = (izh_bits_f32(hi + lo) + (0x3f800000u - 0x3f3504f3u)) & 0xff800000u;
    const float scale = izh_from_bits_f32(0x7f000000u - e); /* 2^(127 - e) */
    const float k = (float)(int32_t)(e >> 23) - (127 + 32);
    const float f = (hi * scale - 1) + lo * scale;
    const float s = f / (2 + f), z = s * s;
    float p = -0x1.31e138p-1f;
    p = p * z - 0x1.995eccp-1f;
    p = p * z - 0x1.55557ap+0f;
    return __builtin_sqrtf(s * (p * z - 4) - 0x1.62e430p+0f * k);
}

/* As izh_turn_f64(), but t is rounded. The polynomials are good to 2^-24 and 2^-25. */
static inline void izh_turn_f32(uint32_t word, float *cosine, float *sine)
{
    const uint32_t y = word + 0x20000000u;
    const float t = ((float)((int32_t)(y & 0x3fffffffu) - 0x20000000) + .5f) * 0x1p-32f;
    const float z = t * t;
    float c = -0x1.4e844ap+6f;
    c = c * z + 0x1.03b090p+6f;
    c = c * z - 0x1.3bd39cp+4f;
    c = c * z + 1;
    float s = -0x1.330fd4p+6f;
    s = s * z + 0x1.46806cp+6f;
    s = s * z - 0x1.4abc24p+5f;
    s = (s * z + 0x1.921fb6p+2f) * t;
    const uint32_t a = izh_bits_f32(c), b = izh_bits_f32(s), odd = 0 - (y >> 30 & 1);
    const uint32_t swap = (a ^ b) & odd;
    *cosine = izh_from_bits_f32(a ^ swap ^ ((y + 0x40000000u) & 0x80000000u));
    *sine = izh_from_bits_f32(b ^ swap ^ (y & 0x80000000u));
}

static inline __attribute__((always_inline)) void
izh_noise_pairs_f32(float *restrict out, const struct izh_noise_words *w, int blocks)
{
    float even[IZH_NOISE_PAIRS], odd[IZH_NOISE_PAIRS];
    for (int i = 0; i < 2 * blocks; i++) {
        float c, s;
        const float r = izh_radius_f32(w->radius[i]);
        izh_turn_f32(w->turn[i], &c, &s);
        even[i] = r * c;
        odd[i] = r * s;
    }
    for (int i = 0; i < blocks; i++) {
        out[4 * i] = even[i];
        out[4 * i + 1] = odd[i];
        out[4 * i + 2] = even[blocks + i];
        out[4 * i + 3] = odd[blocks + i];
    }
}

static inline void izh_noise_chunk_f32(float *restrict out, const struct izh_noise_words *w)
{
    if (w->blocks == IZH_NOISE_BLOCKS)
        izh_noise_pairs_f32(out, w, IZH_NOISE_BLOCKS);
    else
        izh_noise_pairs_f32(out, w, w->blocks);
}

/* ---- populations ---- */

/* Neuron g gets normal g % 4 of the block whose counter is (g / 4, tick), low words first. Words 0
 * and 1 of a block make a pair of normals, and so do words 2 and 3: the first word gives the
 * radius, the second the angle. The even neuron gets the cosine, the odd one the sine. */

/* The place of the next block in a table of blocks. The table has a row for each tick, of `width`
 * blocks from block `first` on. */
struct izh_noise_place {
    uint64_t first, tick, at, width;
};

/* The counters of the next blocks if the rows are shorter than a stride. */
static inline struct izh_counters izh_noise_short_rows(struct izh_noise_place *p)
{
    uint64_t lo[IZH_PHILOX_STRIDE], hi[IZH_PHILOX_STRIDE];
    struct izh_counters c;
    for (int k = 0; k < IZH_PHILOX_STRIDE; k++) {
        lo[k] = p->first + p->at;
        hi[k] = p->tick;
        if (++p->at == p->width) {
            p->at = 0;
            p->tick++;
        }
    }
    memcpy(c.lo, lo, sizeof lo);
    memcpy(c.hi, hi, sizeof hi);
    return c;
}

static inline struct izh_counters izh_noise_counters(struct izh_noise_place *p)
{
    if (p->width < IZH_PHILOX_STRIDE)
        return izh_noise_short_rows(p);
    const uint64_t room = p->width - p->at;
    struct izh_counters c = izh_counters_from(p->first + p->at, p->tick);
    p->at += IZH_PHILOX_STRIDE;
    if (room < IZH_PHILOX_STRIDE)
        izh_counters_wrap(&c, room, p->width);
    if (p->at >= p->width) {
        p->at -= p->width;
        p->tick++;
    }
    return c;
}

/* The words of the next blocks: whole strides, at most IZH_NOISE_BLOCKS. Not inlined, since clang
 * would carry the first word over into the loop over pairs, and then not vectorise that loop. */
__attribute__((noinline, unused)) static void
izh_noise_words(struct izh_noise_words *w, uint64_t seed, struct izh_noise_place *place, int blocks)
{
    w->blocks = blocks;
    for (int i = 0; i < blocks; i += IZH_PHILOX_STRIDE) {
        uint32_t *const word[4] = {w->radius + i, w->turn + i, w->radius + blocks + i,
                                   w->turn + blocks + i};
        const struct izh_counters counters = izh_noise_counters(place);
        izh_philox_stride(word, seed, &counters);
    }
}

/* How many of the blocks that are left the next chunk takes, in whole strides. */
static inline int izh_noise_next(size_t left)
{
    const size_t strides = (left + IZH_PHILOX_STRIDE - 1) / IZH_PHILOX_STRIDE;
    return left < IZH_NOISE_BLOCKS ? (int)(strides * IZH_PHILOX_STRIDE) : IZH_NOISE_BLOCKS;
}

/* Standard normals of `blocks` blocks of four neurons, in the order of a table that begins at block
 * `first` and tick `tick` and has `width` blocks per tick. `out` has room for IZH_NOISE_CHUNK
 * more. */
static inline void izh_normals_table_f64(double *out, uint64_t seed, uint64_t first, uint64_t tick,
                                         uint64_t width, size_t blocks)
{
    struct izh_noise_place place = {first, tick, 0, width};
    struct izh_noise_words w;
    for (size_t done = 0; done < blocks; done += (size_t)w.blocks) {
        izh_noise_words(&w, seed, &place, izh_noise_next(blocks - done));
        izh_noise_chunk_f64(out + 4 * done, &w);
    }
}

static inline void izh_normals_table_f32(float *out, uint64_t seed, uint64_t first, uint64_t tick,
                                         uint64_t width, size_t blocks)
{
    struct izh_noise_place place = {first, tick, 0, width};
    struct izh_noise_words w;
    for (size_t done = 0; done < blocks; done += (size_t)w.blocks) {
        izh_noise_words(&w, seed, &place, izh_noise_next(blocks - done));
        izh_noise_chunk_f32(out + 4 * done, &w);
    }
}

/* The normal that izh_normals_f64() gives this neuron. */
static inline double izh_normal_f64(uint64_t seed, uint64_t neuron, uint64_t tick)
{
    const uint64_t block = neuron >> 2;
    uint32_t word[4] = {(uint32_t)block, (uint32_t)(block >> 32), (uint32_t)tick,
                        (uint32_t)(tick >> 32)};
    double cosine, sine;
    izh_philox(word, seed);
    const uint32_t *pair = word + (neuron & 2);
    izh_turn_f64(pair[1], &cosine, &sine);
    return izh_radius_f64(pair[0]) * (neuron & 1 ? sine : cosine);
}

/* How many of the `count` neurons from `first` on lie in the chunk that starts at the block of
 * `first`. */
static inline size_t izh_noise_part(uint64_t first, size_t count)
{
    const size_t n = IZH_NOISE_CHUNK - (first & 3);
    return n < count ? n : count;
}

/* Standard normals of the neurons first .. first + count - 1 (at most 2^64 - 1) at a tick, each
 * within a relative error of four DBL_EPSILON of what the formula gives for its words. A neuron's
 * normal does not depend on how a population is divided. A call is fastest, per neuron, if first is
 * a multiple of 4 and count one of IZH_NOISE_CHUNK. */
static inline void izh_normals_f64(double *out, uint64_t seed, uint64_t first, size_t count,
                                   uint64_t tick)
{
    double chunk[IZH_NOISE_CHUNK];
    while (count) {
        const size_t n = izh_noise_part(first, count);
        izh_normals_table_f64(chunk, seed, first >> 2, tick, IZH_NOISE_BLOCKS, IZH_NOISE_BLOCKS);
        memcpy(out, chunk + (first & 3), n * sizeof *out);
        out += n;
        first += n;
        count -= n;
    }
}

/* The same in float, within four FLT_EPSILON. These are not the rounded values of
 * izh_normals_f64(). */
static inline void izh_normals_f32(float *out, uint64_t seed, uint64_t first, size_t count,
                                   uint64_t tick)
{
    float chunk[IZH_NOISE_CHUNK];
    while (count) {
        const size_t n = izh_noise_part(first, count);
        izh_normals_table_f32(chunk, seed, first >> 2, tick, IZH_NOISE_BLOCKS, IZH_NOISE_BLOCKS);
        memcpy(out, chunk + (first & 3), n * sizeof *out);
        out += n;
        first += n;
        count -= n;
    }
}

#endif
