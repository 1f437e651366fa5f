/* Bytes as a saved solver: refused without a trace, or a solver that is sound. */
#include "fuzz.h"

#include <math.h>
#include <string.h>

/* ---- blobs ---- */

#define WORD FUZZ_WORD
#define HEAD FUZZ_HEAD

static void put_double(struct blob *blob, size_t word, double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    if (WORD * (word + 1) <= blob->size)
        fuzz_put_word(blob->bytes + WORD * word, bits);
}

static double get_double(const struct blob *blob, size_t word)
{
    uint64_t bits = 0;
    double x;
    for (size_t i = 0; i < WORD && WORD * word + i < blob->size; i++)
        bits |= (uint64_t)blob->bytes[WORD * word + i] << 8 * i;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* Replaces words by doubles, integers and each other, and drops some at the end or adds some. */
static void patch(struct blob *blob, struct bytes *b)
{
    const int8_t grown = (int8_t)fuzz_byte(b);
    if (grown > -5 && grown < 5) {
        memset(blob->bytes + blob->size, 0, 4 * WORD);
        blob->size += (size_t)(grown * WORD);
    }
    while (b->at < b->end) {
        const size_t word = HEAD / WORD + fuzz_byte(b);
        const unsigned kind = fuzz_below(b, 4);
        if (kind == 0)
            put_double(blob, word, get_double(blob, HEAD / WORD + fuzz_byte(b)));
        else if (kind == 1 && WORD * (word + 1) <= blob->size)
            fuzz_put_word(blob->bytes + WORD * word, (uint64_t)(int8_t)fuzz_byte(b));
        else if (kind == 2)
            put_double(blob, word, get_double(blob, word) * fuzz_double(b));
        else
            put_double(blob, word, fuzz_double(b));
    }
}

/* ---- solvers ---- */

/* What a solver was made with and has done: all from three bytes, so that it can be made again. */
struct origin {
    izh_method method;
    uint8_t what, when;
};

static int32_t on_ask(izh_segment *segment, double *until, izh_state y, void *user)
{
    (void)y, (void)user;
    segment->I = 600;
    *until = segment->t + 2.7;
    return IZH_CONTINUE;
}

static const izh_segment segments[] = {{.5, 600, 0}, {5, 100, 30}, {9.05, 600, 0}};

static izh_params params_for(uint8_t what)
{
    izh_params p = izh_params_2007(100, .7, -60, -40, 35, .03, -2, -50, 100);
    if (what & 1)
        p.b_lo = 1;
    if (what & 2)
        p.b3 = .01;
    return p;
}

static void drive(izh_solver *s, uint8_t what)
{
    if (what & 4)
        demand(izh_solver_set_stimulus(s, segments, LENGTH(segments)) == IZH_OK, s);
    else if (what & 8)
        demand(izh_solver_on_stimulus(s, on_ask, NULL) == IZH_OK, s);
    else
        demand(izh_solver_set_current(s, 600) == IZH_OK, s);
}

static izh_solver *make(const struct origin *origin)
{
    const uint8_t what = origin->what;
    izh_solver_config config = IZH_SOLVER_CONFIG_INIT;
    izh_solver *s;
    config.method = origin->method;
    config.params = params_for(what);
    config.initial = (izh_state){-60, 0};
    config.max_segments = what & 16 ? 4 : 0;
    config.dt = what & 32 ? .25 : 0;
    config.t0 = what & 64 ? -3.3 : 0;
    config.events = what & 128 ? IZH_EVENTS_GRID : IZH_EVENTS_EXACT;
    if (fuzz_dialect(origin->method)) {
        config.params = izh_params_2003(.02, .2, what & 1 ? -50 : -65, what & 2 ? 2 : 8);
        config.events = IZH_EVENTS_GRID;
        config.dt = what & 32 && origin->method != IZH_NEMO ? .25 : 0;
    }
    if (izh_solver_create(&s, &config) != IZH_OK) {
        config.events = IZH_EVENTS_EXACT;
        if (izh_solver_create(&s, &config) != IZH_OK)
            return NULL;
    }
    drive(s, what);
    demand(izh_solver_run(s, config.t0 + origin->when * .06) == IZH_OK, s);
    return s;
}

/* A step or a part of one, or many; what is left of the bytes says how far. */
static double choose_end(const izh_solver *s, struct bytes *b)
{
    const double now = izh_solver_time(s), far = fuzz_horizon(s);
    const double part = (1 + fuzz_byte(b)) / 256.;
    const double t = now + (far - now) * ldexp(part, -(int)fuzz_below(b, 32));
    return t >= now && t <= far ? t : far;
}

/* ---- what is demanded ---- */

/* Runs two solvers that ought to be the same. */
static void demand_same_runs(izh_solver *s, izh_solver *twin, double t_end)
{
    static struct blob blobs[2];
    fuzz_hurry(s, t_end);
    fuzz_hurry(twin, t_end);
    const izh_status status = izh_solver_run(s, t_end);
    fuzz_demand_sound(s, status);
    demand(status == IZH_OK || status == IZH_E_DIVERGED || status == IZH_E_TOLERANCE ||
               status == IZH_E_RESET || status == IZH_E_INVALID,
           s);
    demand(izh_solver_run(twin, t_end) == status, s);
    fuzz_save(s, &blobs[0]);
    fuzz_save(twin, &blobs[1]);
    demand_same_blobs(&blobs[0], &blobs[1], s);
}

/* What was accepted saves, loads and runs. */
static void demand_sound_solver(izh_solver *s, izh_solver *twin, struct bytes *b)
{
    static struct blob saved, again;
    const double before = izh_solver_time(s);
    fuzz_demand_sound(s, IZH_OK);
    demand(s->flight.clock.tick <= INT64_MAX / 2,
           s); /* no run that a host can wait for overflows it */
    fuzz_save(s, &saved);
    demand(izh_solver_load(twin, saved.bytes, saved.size) == IZH_OK, twin);
    fuzz_save(twin, &again);
    demand_same_blobs(&saved, &again, s);
    demand_same_runs(s, twin, choose_end(s, b));
    demand(izh_solver_time(s) >= before - 2 * fuzz_slack(s, before), s);
    demand_same_runs(s, twin, izh_solver_time(s));
}

/* What was refused left nothing behind. */
static void demand_untouched(izh_solver *s, izh_solver *twin, izh_status status,
                             const struct blob *before)
{
    static struct blob after;
    fuzz_demand_sound(s, status);
    demand(status == IZH_E_FORMAT || status == IZH_E_INVALID, s);
    fuzz_save(s, &after);
    demand_same_blobs(before, &after, s);
    demand_same_runs(s, twin, izh_solver_time(s) + 1);
}

/* ---- an input ---- */

/* The blob: the bytes as they are, the bytes in a right frame, or the solver's own with patches. */
static void blob_from(struct blob *blob, const izh_solver *s, struct bytes *b)
{
    const unsigned kind = fuzz_below(b, 3);
    const size_t left = (size_t)(b->end - b->at);
    if (kind == 2) {
        struct bytes patches = *b;
        fuzz_save(s, blob);
        patch(blob, &patches);
    } else {
        blob->size = left < FUZZ_ROOM ? left : FUZZ_ROOM;
        memcpy(blob->bytes, b->at, blob->size);
    }
    if (kind > 0)
        blob->size = fuzz_seal(blob->bytes, blob->size, "izhsolve");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct blob blob, before;
    struct bytes b = {data, data + size};
    fuzz_check_hurry();
    struct origin origin;
    origin.method = fuzz_method(&b);
    origin.what = fuzz_byte(&b);
    origin.when = fuzz_byte(&b);
    struct bytes run = b;
    izh_solver *s = make(&origin), *twin = make(&origin);
    if (!s)
        return 0;
    blob_from(&blob, s, &b);
    fuzz_save(s, &before);
    const izh_status status = izh_solver_load(s, blob.bytes, blob.size);
    if (status == IZH_OK)
        demand_sound_solver(s, twin, &run);
    else
        demand_untouched(s, twin, status, &before);
    izh_solver_destroy(s);
    izh_solver_destroy(twin);
    return 0;
}
