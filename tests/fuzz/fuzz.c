#include "fuzz.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "portable.h"

/* ---- demands ---- */

void fuzz_demand(bool holds, const char *text, const char *file, int line, const izh_solver *s)
{
    if (holds)
        return;
    fprintf(stderr, "%s:%d: not so: %s\n", file, line, text);
    if (s) {
        const izh_state y = izh_solver_state(s);
        fprintf(stderr, "%s, events %d, t = %.17g, v = %.17g, u = %.17g; last error: %s\n",
                izh_method_name(s->method), (int)s->flight.events, izh_solver_time(s), y.v, y.u,
                izh_solver_message(s));
    }
    abort();
}

bool fuzz_same(double x, double y)
{
    return memcmp(&x, &y, sizeof x) == 0 || (isnan(x) && isnan(y));
}

bool fuzz_same_state(izh_state x, izh_state y)
{
    return fuzz_same(x.v, y.v) && fuzz_same(x.u, y.u);
}

double fuzz_slack(const izh_solver *s, double t)
{
    return 8 * DBL_EPSILON * fmax(fabs(t), fabs(s->flight.clock.t0));
}

void fuzz_demand_sound(const izh_solver *s, izh_status status)
{
    const izh_state y = izh_solver_state(s);
    demand(isfinite(y.v) && isfinite(y.u), s);
    demand(isfinite(izh_solver_time(s)), s);
    demand(strcmp(izh_status_name(status), "unknown status") != 0, s);
    demand(status >= 0 || *izh_solver_message(s), s);
}

/* ---- bytes ---- */

uint8_t fuzz_byte(struct bytes *b)
{
    return b->at < b->end ? *b->at++ : 0;
}

unsigned fuzz_below(struct bytes *b, unsigned n)
{
    return fuzz_byte(b) % n;
}

static double raw_double(struct bytes *b)
{
    uint64_t bits = 0;
    double x;
    for (int i = 0; i < 8; i++)
        bits |= (uint64_t)fuzz_byte(b) << 8 * i;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static double edge(struct bytes *b)
{
    static const double edges[] = {0.,       -0.,     INFINITY, -INFINITY, NAN,         DBL_MAX,
                                   -DBL_MAX, DBL_MIN, 4.9e-324, 1e-308,    DBL_EPSILON, 1e-9,
                                   1e9,      1e100,   -1e100,   1e-100,    1e300,       -1e300};
    return edges[fuzz_below(b, LENGTH(edges))];
}

double fuzz_double(struct bytes *b)
{
    const unsigned kind = fuzz_below(b, 8);
    if (kind == 7)
        return raw_double(b);
    if (kind == 6)
        return edge(b);
    const double x = (int8_t)fuzz_byte(b);
    if (kind == 5)
        return ldexp(x, (int8_t)fuzz_byte(b) / 4);
    if (kind == 4)
        return x + fuzz_byte(b) / 256.;
    const double units[] = {1, .125, 10, .01};
    return x * units[kind];
}

/* Compilers differ in the order in which they evaluate an initializer's parts. */
izh_state fuzz_state(struct bytes *b)
{
    izh_state y;
    y.v = fuzz_double(b);
    y.u = fuzz_double(b);
    return y;
}

double fuzz_choice(struct bytes *b, const double *values, unsigned n)
{
    const unsigned i = fuzz_below(b, n + 2);
    return i < n ? values[i] : fuzz_double(b);
}

/* A neuron whose u has a cubic null line above a kink. */
static izh_params fast_spiking(void)
{
    izh_params p = izh_params_2007(20, 1, -55, -40, 25, .2, 0, -45, 0);
    p.b3 = .025;
    return p;
}

/* A neuron whose peak, reset and bound of u all depend on u. */
static izh_params low_threshold(void)
{
    izh_params p = izh_params_2007(100, 1, -56, -42, 40, .03, 8, -53, 20);
    p.vpeak_u = -.1;
    p.c_u = .04;
    p.u_max = 670;
    return p;
}

/* A resonator with two slopes, whose u does not leak. */
static izh_params two_slopes(void)
{
    izh_params p = izh_params_2007(80, 3, -60, -50, 20, 1, 5, -60, 0);
    p.b_lo = -2;
    p.r = 0;
    return p;
}

/* v' = I: what it does can be said in closed form. */
static izh_params line(void)
{
    return (izh_params){.cm = 1, .r = 1, .vpeak = 30, .c = -65, .u_max = INFINITY};
}

static izh_params published(struct bytes *b)
{
    const izh_params neurons[] = {
        izh_params_2003(.02, .2, -65, 8),
        izh_params_2003(.02, .2, -50, 2),
        izh_params_2003(.1, .2, -65, 2),
        izh_params_2003(.1, .26, -65, 2),
        izh_params_2003(-.02, -1, -60, 8),
        izh_params_2007(100, .7, -60, -40, 35, .03, -2, -50, 100),
        izh_params_2007(150, 1.2, -75, -45, 50, .01, 5, -56, 130),
        fast_spiking(),
        low_threshold(),
        two_slopes(),
        line(),
    };
    return neurons[fuzz_below(b, LENGTH(neurons))];
}

#define FIELDS 16

izh_params fuzz_params(struct bytes *b)
{
    izh_params p = published(b);
    double field[FIELDS];
    _Static_assert(sizeof field == sizeof p, "each field is a double");
    memcpy(field, &p, sizeof field);
    const unsigned kind = fuzz_below(b, 8);
    for (unsigned i = 0; kind == 7 && i < FIELDS; i++)
        field[i] = fuzz_double(b);
    for (unsigned i = 0; kind < 7 && i < kind; i++) {
        double *x = &field[fuzz_below(b, 2 * FIELDS) % FIELDS];
        *x = fuzz_byte(b) & 1 ? fuzz_double(b) : *x * (.5 + fuzz_byte(b) / 128.);
    }
    memcpy(&p, field, sizeof p);
    return p;
}

izh_params fuzz_params_2003(struct bytes *b)
{
    const izh_params p = fuzz_params(b);
    return izh_params_2003(p.a, p.b_hi, p.c, p.d);
}

const struct izh_dialect *fuzz_dialect(izh_method method)
{
    const struct izh_method_ops *ops = izh_method_ops(method);
    return ops ? ops->dialect : NULL;
}

izh_method fuzz_method(struct bytes *b)
{
    const unsigned method = fuzz_byte(b);
    if (method >= 250)
        return (izh_method)method - 256;
    if (method >= 235)
        return IZH_FIGURE1 + (izh_method)method % 7;
    return (izh_method)(method % 13);
}

/* ---- hosts ---- */

static void *allocate(void *user, size_t size)
{
    struct fuzz_host *host = user;
    void *memory = host->starved || size > host->most ? NULL : malloc(size);
    host->refused |= !memory;
    host->live += memory != NULL;
    return memory;
}

static void release(void *user, void *memory, size_t size)
{
    struct fuzz_host *host = user;
    memset(memory, 0xa5, size);
    host->live--;
    free(memory);
}

izh_allocator fuzz_allocator(struct fuzz_host *host)
{
    return (izh_allocator){allocate, release, host};
}

static void take_note(void *user, izh_status status, const char *message)
{
    struct fuzz_host *host = user;
    demand(*message, NULL);
    host->logged = status;
}

izh_log fuzz_log(struct fuzz_host *host)
{
    return (izh_log){take_note, host};
}

static void execute(void *user, void (*task)(void *argument, uint32_t index), void *argument,
                    uint32_t count)
{
    (void)user;
    while (count-- > 1)
        task(argument, count);
}

izh_executor fuzz_executor(void)
{
    return (izh_executor){execute, NULL};
}

/* ---- configs ---- */

#define CLAIM_MOST 4096 /* that the library takes */

struct claim fuzz_claim(struct bytes *b, uint8_t how, size_t own)
{
    struct claim claim = {own, 0, true, true};
    if (how / 4 != 5)
        return claim;
    const size_t x = fuzz_byte(b);
    switch (how % 4) {
    case 0: /* zeros behind it */
        claim.size = own + 16 * x;
        break;
    case 1: /* a field that the library does not know, and that says something */
        claim.size = own + 1 + 16 * x;
        claim.odd = 1;
        break;
    case 2:
        claim.size = x % own;
        break;
    default:
        claim.size = x % 2 ? SIZE_MAX - x / 2 : CLAIM_MOST + 1 + x / 2;
        break;
    }
    claim.told = claim.size >= own && claim.size <= CLAIM_MOST;
    claim.taken = claim.told && !claim.odd;
    return claim;
}

const void *fuzz_claimed(const void *config, size_t own, const struct claim *claim)
{
    static _Alignas(16) uint8_t room[2 * CLAIM_MOST];
    memset(room, 0, sizeof room);
    memcpy(room, config, own);
    memcpy(room, &claim->size, sizeof claim->size);
    if (claim->odd)
        room[claim->size - 1] = claim->odd;
    return room;
}

/* ---- saved objects ---- */

void fuzz_put_word(uint8_t *at, uint64_t word)
{
    for (int i = 0; i < FUZZ_WORD; i++)
        at[i] = (uint8_t)(word >> 8 * i);
}

void fuzz_change_word(uint8_t *at, struct bytes *b)
{
    const double x = fuzz_double(b);
    if (fuzz_below(b, 2))
        fuzz_put_word(at, fuzz_byte(b));
    else
        memcpy(at, &x, FUZZ_WORD);
}

size_t fuzz_rest(uint8_t *to, const struct bytes *b, size_t most)
{
    const size_t left = (size_t)(b->end - b->at), size = left < most ? left : most;
    memcpy(to, b->at, size);
    return size;
}

uint64_t fuzz_hash(uint64_t hash, const void *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        hash = (hash ^ ((const uint8_t *)bytes)[i]) * 0x100000001b3u;
    return hash;
}

size_t fuzz_seal(uint8_t *blob, size_t size, const char magic[8])
{
    size -= size % FUZZ_WORD;
    if (size < FUZZ_HEAD + FUZZ_WORD)
        return size;
    memcpy(blob, magic, FUZZ_WORD);
    fuzz_put_word(blob + FUZZ_WORD, 1);
    fuzz_put_word(blob + (size_t)2 * FUZZ_WORD, size - FUZZ_HEAD - FUZZ_WORD);
    const uint64_t hash = fuzz_hash(0xcbf29ce484222325u, blob, size - FUZZ_WORD);
    fuzz_put_word(blob + size - FUZZ_WORD, hash);
    return size;
}

/* An input would take milliseconds on a disk: in memory where the system can. */
const char *fuzz_file(const uint8_t *bytes, size_t size)
{
    const char *path = portable_file_of(bytes, size);
    demand(path != NULL, NULL);
    return path;
}

/* ---- solvers ---- */

void fuzz_save(const izh_solver *s, struct blob *blob)
{
    blob->size = izh_solver_save(s, NULL, 0);
    demand(blob->size > 0 && blob->size <= FUZZ_ROOM, s);
    memset(blob->bytes, 0xa5, blob->size);
    demand(izh_solver_save(s, blob->bytes, blob->size - 1) == blob->size, s);
    demand(blob->bytes[0] == 0xa5 && blob->bytes[blob->size - 1] == 0xa5, s);
    demand(izh_solver_save(s, blob->bytes, blob->size) == blob->size, s);
}

static double word(const struct blob *blob, size_t at)
{
    double x;
    memcpy(&x, blob->bytes + at, sizeof x);
    return x;
}

void fuzz_demand_same(const struct blob *x, const struct blob *y, const char *file, int line,
                      const izh_solver *s)
{
    if (x->size == y->size && memcmp(x->bytes, y->bytes, x->size) == 0)
        return;
    fprintf(stderr, "saved: %zu and %zu bytes\n", x->size, y->size);
    for (size_t at = 0; at + 8 <= x->size && at + 8 <= y->size; at += 8)
        if (memcmp(x->bytes + at, y->bytes + at, 8) != 0)
            fprintf(stderr, "word %zu is %.17g and %.17g\n", at / 8, word(x, at), word(y, at));
    fuzz_demand(false, "the same blob", file, line, s);
}

/* So many steps of the config's length make a run. */
#define LONG_STEPS 64

double fuzz_horizon(const izh_solver *s)
{
    const double h =
        s->flight.clock.dt > 0 ? fmin(s->flight.clock.dt, s->flight.dt_max) : s->flight.dt_max;
    const double t = izh_solver_time(s), far = t + LONG_STEPS * h;
    /* Where doubles are coarse, not even to the next. */
    return far - t <= 2 * LONG_STEPS * h && isfinite(far) ? far : t;
}

/* The limits of lib/events/flight.c, and what is left of them. */
#define PARTS_PER_MS 20000
#define STEPS_PER_MS 200000
#define SHORT_STEPS 300

/* The window of a millisecond in which short steps are counted begins at t only, so that it lasts
 * until then, and most of it is used up. */
void fuzz_hurry(izh_solver *s, double t)
{
    const double most = s->flight.clock.dt > 0 ? PARTS_PER_MS : STEPS_PER_MS;
    s->flight.steps = (struct izh_window){t, most - SHORT_STEPS};
}

static void check_hurry(izh_method method)
{
    izh_solver_config config = IZH_SOLVER_CONFIG_INIT;
    izh_statistics n = IZH_STATISTICS_INIT;
    izh_solver *s;
    config.method = method;
    config.params = line();
    demand(izh_solver_create(&s, &config) == IZH_OK, NULL);
    fuzz_hurry(s, 1);
    demand(izh_solver_run(s, 1) == IZH_OK, s);
    config.params.c = nextafter(config.params.vpeak, 0);
    config.max_spikes_per_ms = 1e9;
    izh_solver_destroy(s);
    demand(izh_solver_create(&s, &config) == IZH_OK, NULL);
    demand(izh_solver_set_current(s, 100) == IZH_OK, s);
    fuzz_hurry(s, 1);
    demand(izh_solver_run(s, 1) == IZH_E_DIVERGED, s);
    demand(izh_solver_statistics(s, &n) == IZH_OK && n.steps <= 2 * SHORT_STEPS, s);
    izh_solver_destroy(s);
}

void fuzz_check_hurry(void)
{
    static bool checked;
    if (!checked) {
        check_hurry(IZH_RK4);
        check_hurry(IZH_TAYLOR);
    }
    checked = true;
}
