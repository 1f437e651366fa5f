/* The noise of populations: Philox against the vectors that its authors publish, Box and Muller's
 * formula against long double, and what a stream of standard normals must look like. */
#include "support.h"

#include <float.h>

#include "drive/noise.h"

#define N 1000000 /* normals of a sample */

static const long double pi = 3.141592653589793238462643383279502884L;

/* Words for the tests' own choices; not from the generator that they test. */
static uint64_t any64(void)
{
    static uint64_t x = 1;
    x ^= x << 13; /* Marsaglia, J. Stat. Softw. 8 (2003), no. 14 */
    x ^= x >> 7;
    x ^= x << 17;
    return x;
}

/* ---- words ---- */

/* Random123, tests/kat_vectors, the lines "philox4x32 10". */
static void known_answers(void **state)
{
    (void)state;
    static const struct {
        uint32_t counter[4], key[2], word[4];
    } known[] = {
        {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
        {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
         {0xffffffff, 0xffffffff},
         {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
        {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
         {0xa4093822, 0x299f31d0},
         {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
    };
    for (size_t i = 0; i < LENGTH(known); i++) {
        uint32_t c[4];
        memcpy(c, known[i].counter, sizeof c);
        izh_philox(c, known[i].key[0] | (uint64_t)known[i].key[1] << 32);
        assert_memory_equal(c, known[i].word, sizeof c);
    }
}

/* The block of a neuron's words. */
static void block_of(uint32_t c[4], uint64_t seed, uint64_t neuron, uint64_t tick)
{
    const uint64_t block = neuron / 4;
    c[0] = (uint32_t)block;
    c[1] = (uint32_t)(block >> 32);
    c[2] = (uint32_t)tick;
    c[3] = (uint32_t)(tick >> 32);
    izh_philox(c, seed);
}

/* The words of a chunk are its blocks', also where the counter's lower word overflows. */
static void chunk_words(void **state)
{
    (void)state;
    for (int n = 0; n < 2000; n++) {
        const uint64_t seed = any64(), tick = any64() >> any64() % 64;
        uint64_t first = any64() >> 2 >> any64() % 62;
        if (n % 4 == 0)
            first = (first | 0xffffffff) - any64() % IZH_NOISE_BLOCKS;
        struct izh_noise_words w;
        struct izh_noise_place place = {first, tick, 0, IZH_NOISE_BLOCKS};
        izh_noise_words(&w, seed, &place, IZH_NOISE_BLOCKS);
        for (int i = 0; i < IZH_NOISE_BLOCKS; i++) {
            uint32_t c[4];
            block_of(c, seed, 4 * (first + i), tick);
            assert_int_equal(w.radius[i], c[0]);
            assert_int_equal(w.turn[i], c[1]);
            assert_int_equal(w.radius[IZH_NOISE_BLOCKS + i], c[2]);
            assert_int_equal(w.turn[IZH_NOISE_BLOCKS + i], c[3]);
        }
    }
}

/* ---- Box and Muller's formula ---- */

static long double exact_radius(uint32_t word)
{
    const long double below = ((long double)(0xffffffff - word) + .5L) * 0x1p-32L; /* 1 */
    const long double log = word >> 31 ? log1pl(-below) : logl((word + .5L) * 0x1p-32L);
    return sqrtl(-2 * log);
}

/* Quarter turns are taken off before pi comes in: near a zero the digits of pi would be missing. */
static void exact_turn(uint32_t word, long double *c, long double *s)
{
    const long double turn = (word + .5L) * 0x1p-32L;
    const int quarters = (int)(4 * turn + .5L);
    const long double rest = 2 * pi * (turn - quarters / 4.L);
    const long double cosine = cosl(rest), sine = sinl(rest);
    *c = quarters % 2 ? (quarters == 1 ? -sine : sine) : (quarters == 2 ? -cosine : cosine);
    *s = quarters % 2 ? (quarters == 1 ? cosine : -cosine) : (quarters == 2 ? -sine : sine);
    check_true(fabsl(*c - cosl(2 * pi * turn)) < 1e-15L);
    check_true(fabsl(*s - sinl(2 * pi * turn)) < 1e-15L);
}

/* |x - exact| in units of epsilon |exact|. */
static double units(long double x, long double exact, double epsilon)
{
    return (double)(fabsl(x - exact) / (epsilon * fabsl(exact)));
}

/* The worst errors so far, in units of the type's epsilon. */
struct errors {
    double radius64, turn64, radius32, turn32;
};

static void check_word(struct errors *e, uint32_t word)
{
    const long double r = exact_radius(word);
    long double c, s;
    double c64, s64;
    float c32, s32;
    exact_turn(word, &c, &s);
    izh_turn_f64(word, &c64, &s64);
    izh_turn_f32(word, &c32, &s32);
    e->radius64 = fmax(e->radius64, units(izh_radius_f64(word), r, DBL_EPSILON));
    e->radius32 = fmax(e->radius32, units(izh_radius_f32(word), r, FLT_EPSILON));
    e->turn64 = fmax(e->turn64, fmax(units(c64, c, DBL_EPSILON), units(s64, s, DBL_EPSILON)));
    e->turn32 = fmax(e->turn32, fmax(units(c32, c, FLT_EPSILON), units(s32, s, FLT_EPSILON)));
}

static void accuracy(void **state)
{
    (void)state;
    /* Where something changes: the ends, the octants, and where m passes sqrt(1/2) and 1. */
    uint64_t edge[8 + 2 * 33];
    size_t edges = 0;
    for (uint64_t octant = 0; octant < 8; octant++)
        edge[edges++] = octant << 29;
    for (int k = 0; k <= 32; k++) {
        edge[edges++] = (uint64_t)1 << k;
        edge[edges++] = (uint64_t)(sqrt(.5) * exp2(k));
    }
    struct errors e = {0};
    for (size_t i = 0; i < edges; i++)
        for (uint32_t d = 0; d < 4000; d++)
            check_word(&e, (uint32_t)edge[i] + d - 2000);
    for (int i = 0; i < 1000000; i++)
        check_word(&e, (uint32_t)(any64() >> 32));
    support_about("epsilons: double's radius %g, turn %g; float's radius %g, turn %g", e.radius64,
                  e.turn64, e.radius32, e.turn32);
    check_true(e.radius64 <= 2 && e.turn64 <= 2);
    check_true(e.radius32 <= 2 && e.turn32 <= 2);
}

/* A table of any width and length, ticks beyond 2^32 and blocks beyond 2^31 too, has the normals
 * that a neuron has alone, and nothing is written beyond the room for them. */
static void tables_of_any_width(void **state)
{
    (void)state;
    enum {
        MOST = 400,
        ROOM = 4 * MOST + IZH_NOISE_CHUNK
    };
    static double x64[ROOM + 1];
    static float x32[ROOM + 1];
    for (int n = 0; n < 500; n++) {
        const uint64_t seed = any64(), tick = any64() >> any64() % 64, width = 1 + any64() % 70;
        const uint64_t first = any64() >> 3 >> any64() % 61;
        const size_t blocks = 1 + any64() % MOST;
        x64[ROOM] = x32[ROOM] = -7;
        izh_normals_table_f64(x64, seed, first, tick, width, blocks);
        izh_normals_table_f32(x32, seed, first, tick, width, blocks);
        for (size_t i = 0; i < 4 * blocks; i++) {
            const uint64_t neuron = 4 * (first + i / 4 % width) + i % 4, t = tick + i / 4 / width;
            float one;
            izh_normals_f32(&one, seed, neuron, 1, t);
            check_true(x64[i] == izh_normal_f64(seed, neuron, t));
            check_true(x32[i] == one);
        }
        check_true(x64[ROOM] == -7 && x32[ROOM] == -7);
    }
}

/* Blocks of words 0 and 2^32 - 1 in each position. */
static void extreme_words(void **state)
{
    (void)state;
    struct izh_noise_words w = {.blocks = IZH_NOISE_BLOCKS};
    double x64[IZH_NOISE_CHUNK];
    float x32[IZH_NOISE_CHUNK];
    for (int i = 0; i < IZH_NOISE_PAIRS; i++) {
        w.radius[i] = i & 1 ? 0xffffffff : 0;
        w.turn[i] = i & 2 ? 0xffffffff : 0;
    }
    izh_noise_chunk_f64(x64, &w);
    izh_noise_chunk_f32(x32, &w);
    for (int i = 0; i < IZH_NOISE_PAIRS; i++) {
        const int at = 4 * (i % IZH_NOISE_BLOCKS) + 2 * (i / IZH_NOISE_BLOCKS);
        const long double r = exact_radius(w.radius[i]);
        long double c, s;
        exact_turn(w.turn[i], &c, &s);
        check_true(units(x64[at], r * c, DBL_EPSILON) <= 4);
        check_true(units(x64[at + 1], r * s, DBL_EPSILON) <= 4);
        check_true(units(x32[at], r * c, FLT_EPSILON) <= 4);
        check_true(units(x32[at + 1], r * s, FLT_EPSILON) <= 4);
    }
    check_close(izh_radius_f64(0), sqrt(2 * log(0x1p33)), 1e-14);
    check_true(izh_radius_f64(0) <= IZH_NORMAL_MAX && izh_radius_f32(0) <= IZH_NORMAL_MAX);
    check_true(izh_radius_f64(0) > IZH_NORMAL_MAX - .001);
}

/* Each neuron's normal by the definition, in long double; and the float one is near. */
static void definition(void **state)
{
    (void)state;
    for (int n = 0; n < 100000; n++) {
        const uint64_t seed = any64(), tick = any64() >> any64() % 64;
        const uint64_t neuron = any64() >> any64() % 64;
        uint32_t word[4];
        long double c, s;
        double x64;
        float x32;
        block_of(word, seed, neuron, tick);
        exact_turn(word[neuron % 4 | 1], &c, &s);
        const long double x = exact_radius(word[neuron % 4 & 2]) * (neuron % 2 ? s : c);
        izh_normals_f64(&x64, seed, neuron, 1, tick);
        izh_normals_f32(&x32, seed, neuron, 1, tick);
        check_true(units(x64, x, DBL_EPSILON) <= 4);
        check_true(units(x32, x, FLT_EPSILON) <= 4);
        check_true(units(x32, x64, FLT_EPSILON) <= 4);
    }
}

/* ---- populations ---- */

/* A population may be cut anywhere, and nothing else is written. */
static void splits(void **state)
{
    (void)state;
    enum {
        ALL = 4 * IZH_NOISE_CHUNK + 7
    };
    static double all64[ALL], part64[ALL + 1];
    static float all32[ALL], part32[ALL + 1];
    const uint64_t seed = 12345, tick = 678, from = ((uint64_t)1 << 34) - 2 * IZH_NOISE_CHUNK - 3;
    izh_normals_f64(all64, seed, from, ALL, tick);
    izh_normals_f32(all32, seed, from, ALL, tick);
    for (size_t skip = 0; skip < ALL; skip += skip < 9 ? 1 : 61)
        for (size_t count = 0; skip + count <= ALL; count += count < 9 ? 1 : 17) {
            part64[count] = part32[count] = -99;
            izh_normals_f64(part64, seed, from + skip, count, tick);
            izh_normals_f32(part32, seed, from + skip, count, tick);
            assert_memory_equal(part64, all64 + skip, count * sizeof *part64);
            assert_memory_equal(part32, all32 + skip, count * sizeof *part32);
            check_true(part64[count] == -99 && part32[count] == -99);
        }
    /* The last neurons of all. */
    izh_normals_f64(part64, seed, UINT64_MAX - 6, 6, tick);
    for (uint64_t i = 0; i < 6; i++) {
        double x;
        izh_normals_f64(&x, seed, UINT64_MAX - 6 + i, 1, tick);
        check_same(x, part64[i]);
    }
}

static int ascending(const void *x, const void *y)
{
    const double a = *(const double *)x, b = *(const double *)y;
    return (a > b) - (a < b);
}

/* Every bit of seed, neuron and tick counts. */
static void every_bit(void **state)
{
    (void)state;
    double x[3 * 64 + 1];
    int n = 0;
    izh_normals_f64(&x[n++], 0, 0, 1, 0);
    for (int bit = 0; bit < 64; bit++) {
        const uint64_t one = (uint64_t)1 << bit;
        izh_normals_f64(&x[n++], one, 0, 1, 0);
        izh_normals_f64(&x[n++], 0, one, 1, 0);
        izh_normals_f64(&x[n++], 0, 0, 1, one);
    }
    qsort(x, n, sizeof *x, ascending);
    for (int i = 1; i < n; i++)
        check_true(x[i - 1] < x[i]);
}

/* ---- statistics ---- */

static double sample[N], other[N];

/* The mean of x_i y_i, and that of (x_i^2 - 1) (y_i^2 - 1)/2, are 0 +- 1/sqrt(n). */
static void uncorrelated(const double *x, const double *y, int n)
{
    double product = 0, squares = 0;
    for (int i = 0; i < n; i++) {
        product += x[i] * y[i];
        squares += (x[i] * x[i] - 1) * (y[i] * y[i] - 1) / 2;
    }
    check_close(product / n, 0, 4 / sqrt(n));
    check_close(squares / n, 0, 4 / sqrt(n));
}

static void correlations(void **state)
{
    (void)state;
    izh_normals_f64(sample, 1, 0, N, 1);
    for (int lag = 1; lag <= 2 * IZH_NOISE_CHUNK; lag += lag < 9 ? 1 : lag - 1) {
        support_about("neurons %d apart", lag);
        uncorrelated(sample, sample + lag, N - lag);
    }
    for (int bit = 0; bit < 64; bit += 8) {
        const uint64_t one = (uint64_t)1 << bit;
        support_about("ticks 2^%d apart", bit);
        izh_normals_f64(other, 1, 0, N, 1 + one);
        uncorrelated(sample, other, N);
        support_about("seeds 2^%d apart", bit);
        izh_normals_f64(other, 1 + one, 0, N, 1);
        uncorrelated(sample, other, N);
    }
    support_about("seed and tick exchanged");
    izh_normals_f64(sample, 1, 0, N, 2);
    izh_normals_f64(other, 2, 0, N, 1);
    uncorrelated(sample, other, N);
    support_about("one neuron's ticks");
    for (int i = 0; i < N / 10; i++)
        izh_normals_f64(&sample[i], 1, 7, 1, i);
    uncorrelated(sample, sample + 1, N / 10 - 1);
}

/* The first four moments, within 4 standard errors of a normal sample's. */
static void check_moments(const double *x)
{
    double mean = 0, m2 = 0, m3 = 0, m4 = 0;
    for (int i = 0; i < N; i++)
        mean += x[i] / N;
    for (int i = 0; i < N; i++) {
        const double d = x[i] - mean;
        m2 += d * d / N;
        m3 += d * d * d / N;
        m4 += d * d * d * d / N;
    }
    check_close(mean, 0, 4 * sqrt(1. / N));
    check_close(m2, 1, 4 * sqrt(2. / N));
    check_close(m3 / pow(m2, 1.5), 0, 4 * sqrt(6. / N));
    check_close(m4 / (m2 * m2) - 3, 0, 4 * sqrt(24. / N));
}

/* Kolmogorov and Smirnov's distance; a right sample's is larger once in a thousand. Sorts x. */
static void check_distribution(double *x)
{
    double distance = 0;
    qsort(x, N, sizeof *x, ascending);
    for (int i = 0; i < N; i++) {
        const double p = .5 * erfc(-x[i] / sqrt(2));
        distance = fmax(distance, fmax(p - (double)i / N, (i + 1.) / N - p));
    }
    check_close(distance * sqrt(N), 0, 1.95);
}

static void check_sample(double *x, const char *name)
{
    support_about("%s", name);
    check_moments(x);
    check_distribution(x);
}

static void distribution(void **state)
{
    (void)state;
    static float narrow[N];
    izh_normals_f64(sample, 42, 0, N, 0);
    check_sample(sample, "neurons in double");
    izh_normals_f32(narrow, 43, 0, N, 0);
    for (int i = 0; i < N; i++)
        sample[i] = narrow[i];
    check_sample(sample, "neurons in float");
    for (int i = 0; i < N; i += 100)
        izh_normals_f64(&sample[i], 44, 0, 100, i / 100);
    check_sample(sample, "ticks of a hundred neurons");
}

/* The numbers beyond 4 and 5, of 2e7, are Poisson's: 1266.9 and 11.5 are expected. */
static void tails(void **state)
{
    (void)state;
    int beyond4 = 0, beyond5 = 0;
    for (int tick = 0; tick < 20; tick++) {
        izh_normals_f64(sample, 2026, 0, N, tick);
        for (int i = 0; i < N; i++) {
            const double x = fabs(sample[i]);
            beyond4 += x > 4;
            beyond5 += x > 5;
            check_true(x <= IZH_NORMAL_MAX);
        }
    }
    const double expected4 = 20. * N * erfc(4 / sqrt(2)), expected5 = 20. * N * erfc(5 / sqrt(2));
    check_close(beyond4, expected4, 4 * sqrt(expected4));
    check_close(beyond5, expected5, 4 * sqrt(expected5));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_answers),
        cmocka_unit_test(chunk_words),
        cmocka_unit_test(tables_of_any_width),
        cmocka_unit_test(accuracy),
        cmocka_unit_test(extreme_words),
        cmocka_unit_test(definition),
        cmocka_unit_test(splits),
        cmocka_unit_test(every_bit),
        cmocka_unit_test(correlations),
        cmocka_unit_test(distribution),
        cmocka_unit_test(tails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
