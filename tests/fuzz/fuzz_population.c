/* A population and a row of calls out of bytes, saved populations among them: whatever they are,
 * what the headers promise holds, and a twin that cuts its work otherwise has the same bits. */
#include "fuzz.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "population/population.h"

#define N_MAX 20
#define CALLS 24
#define TICKS_MAX 400 /* an input ends after so many */
#define ROOM (1 << 16)
#define SETS 3
#define TRACES 3
#define SAMPLES 8
#define PIECES 3 /* of a trace */
#define DT_MOST 1.

/* ---- who calls and is called ---- */

struct actor {
    izh_population *p;
    struct fuzz_host host;
    bool listens;
    uint64_t heard; /* of the spikes: their hash */
    izh_spike last;
    izh_state samples[30][2];
};

/* Spikes come in the order of (t, i). */
static void hear(struct actor *a, const izh_spike *spikes, size_t count)
{
    for (size_t k = 0; k < count; k++) {
        const izh_spike x = spikes[k];
        demand(isfinite(x.t) && x.reserved == 0, NULL);
        demand(a->last.t < x.t || (a->last.t == x.t && a->last.i <= x.i), NULL);
        a->heard = fuzz_hash(a->heard, &x, sizeof x);
        a->last = x;
    }
}

static int32_t on_spikes(const izh_spike *spikes, size_t count, void *user)
{
    struct actor *a = user;
    demand(count > 0, NULL);
    demand(izh_population_run(a->p, izh_population_time(a->p)) == IZH_E_BUSY, NULL);
    hear(a, spikes, count);
    return IZH_CONTINUE;
}

/* Depends on its arguments alone. */
static void on_current(double t, uint32_t first, uint32_t count, double *I, void *user)
{
    const double scale = *(const double *)user;
    for (uint32_t i = 0; i < count; i++)
        I[i] += scale * (double)((first + i) % 3) + fmod(t, 2);
}

/* ---- what holds after each call ---- */

struct saved {
    size_t size;
    uint8_t bytes[ROOM];
};

static void save(struct actor *a, struct saved *blob)
{
    const izh_population *p = a->p;
    blob->size = izh_population_save(p, NULL, 0);
    demand(blob->size > 0 && blob->size <= ROOM, NULL);
    blob->bytes[0] = 0xa5;
    demand(izh_population_save(p, blob->bytes, blob->size - 1) == blob->size, NULL);
    demand(blob->bytes[0] == 0xa5, NULL);
    demand(izh_population_save(p, blob->bytes, blob->size) == blob->size, NULL);
}

static void demand_equal(const struct saved *x, const struct saved *y)
{
    demand(x->size == y->size && memcmp(x->bytes, y->bytes, x->size) == 0, NULL);
}

static void demand_sound(struct actor *a, izh_status status)
{
    static izh_state states[N_MAX];
    demand(isfinite(izh_population_time(a->p)) && izh_population_dt(a->p) > 0, NULL);
    demand(izh_population_get_state(a->p, 0, a->p->cells.shape.n, states) == IZH_OK, NULL);
    for (uint32_t i = 0; i < a->p->cells.shape.n; i++)
        demand(isfinite(states[i].v) && isfinite(states[i].u), NULL);
    demand(status >= 0 || (a->host.logged == status && *izh_population_message(a->p)), NULL);
    const izh_troubles troubles = izh_population_troubles(a->p);
    demand(troubles.count <= troubles.total && troubles.total <= a->p->cells.shape.n, NULL);
    for (size_t k = 0; k < troubles.count; k++)
        demand(troubles.data[k].i < a->p->cells.shape.n && troubles.data[k].status < 0, NULL);
}

/* A call that is no run: where it is refused, nothing changes. */
static void demand_whole(struct actor *a, izh_status status, const struct saved *before)
{
    static struct saved now;
    demand(status == IZH_OK || status == IZH_E_INVALID || status == IZH_E_MEMORY ||
               status == IZH_E_FORMAT,
           NULL);
    demand(status != IZH_E_MEMORY || a->host.refused, NULL);
    demand_sound(a, status);
    save(a, &now);
    if (status != IZH_OK)
        demand_equal(&now, before);
}

/* ---- the calls ---- */

struct world {
    struct actor one, twin; /* the twin does the same, in other pieces */
    double scale;           /* of the current that a function gives */
    int64_t ticks;
    struct bytes *bytes;
};

static izh_status run(struct actor *a, double t_end)
{
    izh_status status;
    a->last = (izh_spike){.t = -INFINITY};
    do {
        status = izh_population_run(a->p, t_end);
        const izh_spikes spikes = izh_population_spikes(a->p);
        demand(status != IZH_PAUSED || (spikes.count > 0 && !a->listens), NULL);
        if (!a->listens && status != IZH_E_INVALID) /* that was no run */
            hear(a, spikes.data, spikes.count);
    } while (status == IZH_PAUSED);
    demand(status == IZH_OK || status == IZH_E_DIVERGED || status == IZH_E_RESET ||
               status == IZH_E_TOLERANCE || status == IZH_E_INVALID,
           NULL);
    demand_sound(a, status);
    return status;
}

static void demand_twins(struct world *w)
{
    static struct saved x, y;
    demand(w->one.heard == w->twin.heard, NULL);
    demand(izh_population_hash(w->one.p) == izh_population_hash(w->twin.p), NULL);
    demand(izh_population_recorded(w->one.p) == izh_population_recorded(w->twin.p), NULL);
    demand(memcmp(w->one.samples, w->twin.samples, sizeof w->one.samples) == 0, NULL);
    save(&w->one, &x);
    save(&w->twin, &y);
    demand_equal(&x, &y);
}

/* To a tick at once, and the twin in two pieces; now and then to a time that is no number. */
static void call_run(struct world *w)
{
    const double now = izh_population_time(w->one.p), dt = izh_population_dt(w->one.p);
    const unsigned ticks = fuzz_below(w->bytes, 16), part = fuzz_below(w->bytes, 16);
    const struct izh_cells_shape *shape = &w->one.p->cells.shape;
    const double t_end = shape->t0 + (double)(shape->tick + ticks) * dt;
    const double between = shape->t0 + (double)(shape->tick + part) * dt;
    const double other = fuzz_below(w->bytes, 8) < 7 ? 0 : fuzz_double(w->bytes);
    if (!(t_end < 1e15 && dt <= DT_MOST) || other > 16)
        return;
    w->ticks += ticks;
    if (other != 0)
        run(&w->one, now + other * dt);
    else if (part < ticks)
        run(&w->twin, between);
    if (izh_population_time(w->one.p) <= t_end)
        run(&w->one, t_end);
    run(&w->twin, izh_population_time(w->one.p));
    demand_twins(w);
}

#define BOTH(call) FUZZ_BOTH(call, demand_whole(a, status, &before), TICKS_MAX)

static void call_set_params(struct world *w)
{
    izh_params params[4];
    const uint32_t first = fuzz_below(w->bytes, N_MAX + 2), count = fuzz_below(w->bytes, 5);
    const size_t stride = fuzz_below(w->bytes, 2);
    for (unsigned i = 0; i < 4; i++)
        params[i] = i && !stride ? params[0] : fuzz_params(w->bytes);
    BOTH(izh_population_set_params(a->p, first, count, params, stride));
}

static void call_set_state(struct world *w)
{
    izh_state states[4];
    const uint32_t first = fuzz_below(w->bytes, N_MAX + 2), count = fuzz_below(w->bytes, 5);
    const size_t stride = fuzz_below(w->bytes, 2);
    for (unsigned i = 0; i < 4; i++)
        states[i] = i && !stride ? states[0] : fuzz_state(w->bytes);
    BOTH(izh_population_set_state(a->p, first, count, states, stride));
}

static void call_set_current(struct world *w)
{
    double I[N_MAX];
    const bool all = fuzz_below(w->bytes, 2);
    const uint32_t first = all ? 0 : fuzz_below(w->bytes, N_MAX + 2);
    const uint32_t count = all ? w->one.p->cells.shape.n : fuzz_below(w->bytes, 5);
    const double x = all ? 10 * (double)fuzz_byte(w->bytes) : fuzz_double(w->bytes);
    for (unsigned i = 0; i < N_MAX; i++)
        I[i] = x * (1 + i % 3);
    BOTH(izh_population_set_current(a->p, first, count, I, 1));
}

static void call_on_current(struct world *w)
{
    const unsigned how = fuzz_below(w->bytes, 3);
    w->scale = fuzz_double(w->bytes);
    BOTH(izh_population_on_current(a->p, how ? on_current : NULL, &w->scale, how == 2));
}

static void call_on_spikes(struct world *w)
{
    const bool listens = fuzz_below(w->bytes, 2);
    BOTH(izh_population_on_spikes(a->p, (a->listens = listens) ? on_spikes : NULL, a));
}

static void call_record(struct world *w)
{
    uint32_t neurons[2];
    const uint32_t every = fuzz_below(w->bytes, 4), count = fuzz_below(w->bytes, 3);
    for (int i = 0; i < 2; i++)
        neurons[i] = fuzz_below(w->bytes, N_MAX);
    BOTH(izh_population_record(a->p, neurons, count, every, a->samples[0],
                               sizeof a->samples / (sizeof(izh_state) * (count ? count : 1))));
}

/* What traces point to. */
struct course {
    double values[TRACES * SAMPLES], gains[N_MAX];
    izh_segment segments[TRACES * PIECES];
    size_t lengths[TRACES];
    uint32_t channels[N_MAX];
};

/* A number of a size that neurons know, not negative where that is asked for; seldom any number. */
static double tame_double(struct bytes *b, bool positive)
{
    const int x = (int8_t)fuzz_byte(b);
    if (x == -128)
        return fuzz_double(b);
    return positive ? abs(x) / 64. : x;
}

static void pieces_from(struct bytes *b, double now, izh_traces *x, struct course *to)
{
    size_t count = 0;
    for (uint32_t k = 0; k < x->count; k++) {
        double t = now - 2;
        to->lengths[k] = fuzz_below(b, PIECES + 1);
        for (size_t i = 0; i < to->lengths[k]; i++) {
            const double I = tame_double(b, x->conducts);
            t += fuzz_byte(b) / 32.;
            to->segments[count++] = (izh_segment){t, I, tame_double(b, false) / 8};
        }
    }
    x->segments = to->segments;
    x->lengths = to->lengths;
}

static void samples_from(struct bytes *b, double now, double tick, izh_traces *x, struct course *to)
{
    const double dts[] = {tick, tick, tick / 3, 2.5 * tick, .1, 1e-9};
    const double starts[] = {now, now, now - 2.3 * tick, now + .4 * tick};
    x->samples = 1 + fuzz_below(b, SAMPLES);
    x->between = fuzz_below(b, 2);
    x->dt = fuzz_choice(b, dts, LENGTH(dts));
    x->t = fuzz_choice(b, starts, LENGTH(starts));
    for (size_t i = 0; i < x->count * x->samples; i++)
        to->values[i] = tame_double(b, x->conducts);
    x->values = to->values;
}

static izh_traces traces_from(struct bytes *b, const izh_population *p, struct course *to)
{
    const uint8_t kind = fuzz_byte(b);
    const double now = izh_population_time(p);
    const uint32_t n = p->cells.shape.n;
    izh_traces x = {.count = 1 + kind % TRACES, .conducts = kind / 4 % 4 == 1};
    if (kind / 16 % 4)
        samples_from(b, now, izh_population_dt(p), &x, to);
    else
        pieces_from(b, now, &x, to);
    for (uint32_t i = 0; i < n; i++) {
        to->channels[i] = fuzz_byte(b) % x.count;
        to->gains[i] = tame_double(b, x.conducts);
    }
    if (x.count > 1 || kind / 64 % 2)
        x.channels = to->channels;
    if (kind / 128)
        x.gains = to->gains;
    if (x.conducts)
        x.E = tame_double(b, false);
    if (kind == 77)
        x.between = 2;
    if (kind == 78)
        x.reserved = 1;
    if (kind == 79)
        to->channels[0] = x.count;
    return x;
}

static void call_set_stimulus(struct world *w)
{
    static struct course courses[SETS];
    izh_traces sets[SETS];
    const unsigned count = fuzz_below(w->bytes, SETS + 1);
    for (unsigned k = 0; k < count; k++)
        sets[k] = traces_from(w->bytes, w->one.p, &courses[k]);
    BOTH(izh_population_set_stimulus(a->p, sets, count));
}

static void call_kick(struct world *w)
{
    double dv[N_MAX], du[N_MAX];
    const uint32_t first = fuzz_below(w->bytes, N_MAX + 2), count = fuzz_below(w->bytes, N_MAX);
    const unsigned which = fuzz_below(w->bytes, 16);
    for (unsigned i = 0; i < N_MAX; i++) {
        dv[i] = tame_double(w->bytes, false);
        du[i] = tame_double(w->bytes, false);
    }
    BOTH(izh_population_kick(a->p, first, count, which % 4 ? dv : NULL, which / 4 ? du : NULL,
                             which % 2));
}

/* Its own blob, with words replaced by doubles, integers and each other, or none; or plain bytes.
 */
static void forge(struct saved *blob, struct bytes *b)
{
    const unsigned kind = fuzz_below(b, 4);
    const size_t words = blob->size / FUZZ_WORD;
    for (unsigned i = fuzz_below(b, 8); i > 0 && kind < 3; i--) {
        const bool head = fuzz_below(b, 2); /* where the counts are */
        const size_t far = fuzz_byte(b) + 256u * fuzz_below(b, 4);
        const size_t word = far % (head && words > 24 ? 24 : words);
        fuzz_change_word(blob->bytes + FUZZ_WORD * word, b);
    }
    if (kind == 2 && words > 8)
        blob->size -= FUZZ_WORD * (size_t)fuzz_below(b, 8);
    if (kind == 3)
        blob->size = fuzz_rest(blob->bytes, b, 400);
    if (kind)
        blob->size = fuzz_seal(blob->bytes, blob->size, "izhpopul");
}

static void call_load(struct world *w)
{
    static struct saved blob;
    save(&w->one, &blob);
    forge(&blob, w->bytes);
    BOTH(izh_population_load(a->p, blob.bytes, blob.size));
}

static void call(struct world *w)
{
    const unsigned which = fuzz_byte(w->bytes);
    w->one.host.refused = w->twin.host.refused = false;
    w->one.host.starved = which >= 240;
    if (which / 16 == 14) { /* seldom, and not in the corpus's older inputs */
        if (which % 4)
            call_set_stimulus(w);
        else
            call_kick(w);
        return;
    }
    switch (which % 12) {
    case 0:
        call_set_params(w);
        break;
    case 1:
        call_set_state(w);
        break;
    case 2:
    case 3:
        call_set_current(w);
        break;
    case 4:
        call_on_current(w);
        break;
    case 5:
        call_on_spikes(w);
        break;
    case 6:
        call_record(w);
        break;
    case 7:
    case 8:
        call_load(w);
        break;
    default:
        call_run(w);
        break;
    }
    w->one.host.starved = false;
}

/* ---- an input ---- */

static izh_population_config config_from(struct bytes *b, struct claim *claim)
{
    static const double dts[] = {0, .1, .25, 1, .5, .03};
    static const double starts[] = {0, 0, -3.3, 1e6};
    static const double rates[] = {0, 1, 3, 20};
    static const double sigmas[] = {0, 0, 1, 30};
    izh_population_config config = IZH_POPULATION_CONFIG_INIT;
    config.n = fuzz_below(b, N_MAX + 1);
    config.method = fuzz_method(b);
    config.precision = (int32_t)fuzz_below(b, 2);
    const uint8_t events = fuzz_byte(b);
    config.events = events % 4 == 1;
    *claim = fuzz_claim(b, events, sizeof config);
    config.dt = fuzz_choice(b, dts, LENGTH(dts));
    config.t0 = fuzz_choice(b, starts, LENGTH(starts));
    config.max_spikes_per_ms = fuzz_choice(b, rates, LENGTH(rates));
    config.noise_sigma = fuzz_choice(b, sigmas, LENGTH(sigmas));
    config.seed = config.first = fuzz_byte(b);
    if (events / 4 == 7) { /* as above */
        config.noise_white = fuzz_choice(b, sigmas, LENGTH(sigmas));
        config.noise_ou.mean = fuzz_choice(b, sigmas, LENGTH(sigmas));
        config.noise_ou.sigma = fuzz_choice(b, sigmas, LENGTH(sigmas));
        config.noise_ou.tau = fuzz_choice(b, rates, LENGTH(rates));
    }
    return config;
}

static bool create(struct actor *a, izh_population_config config, const struct claim *claim)
{
    memset(a, 0, sizeof *a);
    a->host.most = 1 << 26;
    config.allocator = fuzz_allocator(&a->host);
    config.log = fuzz_log(&a->host);
    const void *claimed = fuzz_claimed(&config, sizeof config, claim);
    const izh_status status = izh_population_create(&a->p, claimed);
    demand((status == IZH_OK) == (a->p != NULL), NULL);
    demand(claim->taken || status == IZH_E_INVALID, NULL);
    demand(status == IZH_OK || (a->host.live == 0 && a->host.logged == (claim->told ? status : 0)),
           NULL);
    demand(status == IZH_OK || status == IZH_E_INVALID || status == IZH_E_UNSUPPORTED, NULL);
    return a->p;
}

static void destroy(struct actor *a)
{
    izh_population_destroy(a->p);
    demand(a->host.live == 0, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct world w;
    struct bytes bytes = {data, data + size};
    struct claim claim;
    izh_population_config config = config_from(&bytes, &claim);
    /* A tick of long steps, or so many spikes in it, takes seconds. */
    if (config.dt > DT_MOST || config.max_spikes_per_ms > 100)
        return 0;
    w.bytes = &bytes;
    w.ticks = 0;
    if (!create(&w.one, config, &claim))
        return 0;
    config.isa = IZH_ISA_SCALAR;
    config.tile = 1 + fuzz_below(&bytes, 8);
    config.block = 1 + fuzz_below(&bytes, 8);
    config.spike_capacity = 1 + fuzz_below(&bytes, 4);
    config.threads = 3;
    config.executor = fuzz_executor();
    demand(create(&w.twin, config, &claim), NULL);
    for (int i = 0; i < CALLS && bytes.at < bytes.end && w.ticks < TICKS_MAX; i++)
        call(&w);
    destroy(&w.one);
    destroy(&w.twin);
    return 0;
}
