/* A population as a blob and back. The body:
 *
 *     what it is: n, method, precision, events
 *     where it stands: first, dt, t0, tick, sigma, seed, spikes_per_tick, special, due, and as bits
 *         which columns differ from neuron to neuron
 *     each parameter's column: n doubles, or one where all have the same
 *     n currents, n times v, n times u; for Taylor's method in float64 n anchors of 7 doubles
 *     where there are any, steps beyond the limit of stability; time and neuron of the first
 *     one bit a neuron, in words of 64: those in trouble; total, news, listed; the list
 *     the spikes that wait, (t, i) each, to the end
 */
#include <string.h>

#include "population/population.h"
#include "util/blob.h"
#include "util/float.h"
#include "util/memory.h"
#include "util/fpmode.h"

#define MAGIC "izhpopul"
#define FORMAT 1
#define FORMAT_WITH_MORE 2 /* of 0.2: larger anchors, or steps beyond the limit of stability */
#define TICK_MOST ((int64_t)1 << 53)
/* A blob may make a population ask for so many bytes more for each of its own: what is in it takes
 * less, but a word of it says how many spikes of each neuron there must be room for. */
#define MOST_A_BYTE 16

/* ---- saving ---- */

static uint32_t varying_columns(const struct izh_population *p)
{
    uint32_t bits = 0;
    for (int c = 0; c < IZH_CURRENT; c++)
        bits |= (p->columns[c].stride ? 1u : 0) << c;
    return bits;
}

static void put_head(struct izh_blob_writer *to, const struct izh_population *p)
{
    izh_blob_put(to, p->n);
    izh_blob_put(to, (uint64_t)p->method);
    izh_blob_put(to, (uint64_t)p->precision);
    izh_blob_put(to, (uint64_t)p->events);
    izh_blob_put(to, p->first);
    izh_blob_put_double(to, p->dt);
    izh_blob_put_double(to, p->t0);
    izh_blob_put(to, (uint64_t)p->tick);
    izh_blob_put_double(to, p->sigma);
    izh_blob_put(to, p->seed);
    izh_blob_put(to, p->spikes_per_tick);
    izh_blob_put(to, p->special);
    izh_blob_put(to, p->due);
    izh_blob_put(to, varying_columns(p));
}

static void put_reals(struct izh_blob_writer *to, const struct izh_population *p,
                      struct izh_column column, size_t count)
{
    for (size_t i = 0; i < count; i++)
        izh_blob_put_double(to, izh_real_get(p, column.values, column.stride * i));
}

static void put_neurons(struct izh_blob_writer *to, const struct izh_population *p)
{
    for (int c = 0; c < IZH_COLUMNS; c++) {
        const bool each = c == IZH_CURRENT || p->columns[c].stride;
        put_reals(to, p, p->columns[c], each ? p->n : 1);
    }
    put_reals(to, p, (struct izh_column){p->v[p->side], 1}, p->n);
    put_reals(to, p, (struct izh_column){p->u[p->side], 1}, p->n);
    for (size_t i = 0; p->anchors[0] && i < p->n; i++) {
        const struct izh_anchor *anchor = &p->anchors[p->side][i];
        izh_blob_put_double(to, anchor->base);
        izh_blob_put_double(to, anchor->offset);
        izh_blob_put_double(to, anchor->from.v);
        izh_blob_put_double(to, anchor->from.u);
        izh_blob_put_double(to, anchor->I);
        izh_blob_put_double(to, anchor->steps.start);
        izh_blob_put_double(to, anchor->steps.count);
    }
}

static void put_unstable(struct izh_blob_writer *to, const struct izh_unstable *unstable)
{
    izh_blob_put(to, unstable->count);
    izh_blob_put_double(to, unstable->t);
    izh_blob_put(to, unstable->i);
}

static void put_troubles(struct izh_blob_writer *to, const struct izh_population *p)
{
    const unsigned char *lost = p->lost[p->side];
    for (size_t i = 0; i < p->n; i += 64) {
        uint64_t word = 0;
        for (size_t k = 0; k < 8; k++) /* rows are padded to more than that */
            word |= (uint64_t)lost[i / 8 + k] << 8 * k;
        izh_blob_put(to, word);
    }
    izh_blob_put(to, p->troubles.total);
    izh_blob_put(to, p->troubles.news);
    izh_blob_put(to, p->troubles.count);
    for (size_t k = 0; k < p->troubles.count; k++) {
        izh_blob_put_double(to, p->troubles.data[k].t);
        izh_blob_put(to, p->troubles.data[k].i);
        izh_blob_put(to, (uint64_t)(int64_t)p->troubles.data[k].status);
    }
}

static void put_spikes(struct izh_blob_writer *to, const struct izh_population *p)
{
    struct izh_waiting waiting = p->waiting;
    izh_spike spikes[64];
    size_t count;
    while ((count = izh_spikes_next(p, &waiting, spikes, 64)) > 0)
        for (size_t k = 0; k < count; k++) {
            izh_blob_put_double(to, spikes[k].t);
            izh_blob_put(to, spikes[k].i);
        }
}

size_t izh_population_save(const izh_population *p, void *buffer, size_t capacity)
{
    IZH_FPMODE;
    if (!p)
        return 0;
    struct izh_blob_writer writer;
    izh_blob_begin(&writer, buffer, capacity);
    put_head(&writer, p);
    put_neurons(&writer, p);
    if (p->unstable.count)
        put_unstable(&writer, &p->unstable);
    put_troubles(&writer, p);
    put_spikes(&writer, p);
    const bool more = p->anchors[0] || p->unstable.count;
    return izh_blob_end(&writer, MAGIC, more ? FORMAT_WITH_MORE : FORMAT);
}

/* ---- what is in a blob ---- */

/* The head, and readers that stand where each of the other things begins. */
struct saved {
    uint64_t n, method, precision, events;
    uint64_t first, tick, seed, spikes_per_tick, special, due, varying;
    bool has_unstable;
    double dt, t0, sigma;
    struct izh_blob_reader column[IZH_COLUMNS], v, u, anchors, unstable, lost, troubles, spikes;
    size_t spike_count;
};

static void get_head(struct saved *s, struct izh_blob_reader *from)
{
    s->n = izh_blob_get(from);
    s->method = izh_blob_get(from);
    s->precision = izh_blob_get(from);
    s->events = izh_blob_get(from);
    s->first = izh_blob_get(from);
    s->dt = izh_blob_get_double(from);
    s->t0 = izh_blob_get_double(from);
    s->tick = izh_blob_get(from);
    s->sigma = izh_blob_get_double(from);
    s->seed = izh_blob_get(from);
    s->spikes_per_tick = izh_blob_get(from);
    s->special = izh_blob_get(from);
    s->due = izh_blob_get(from);
    s->varying = izh_blob_get(from);
}

static bool each_has_its_own(const struct saved *s, int c)
{
    return c == IZH_CURRENT || (s->varying >> c & 1);
}

/* Passes over `words`, and returns a reader that stands before them. */
static struct izh_blob_reader part(struct izh_blob_reader *from, uint64_t words)
{
    const struct izh_blob_reader start = *from;
    izh_blob_skip(from, words);
    return start;
}

/* Finds the parts after the head; false where they are not there, no more and no less. */
static bool find_parts(const struct izh_population *p, struct saved *s,
                       struct izh_blob_reader *from)
{
    for (int c = 0; c < IZH_COLUMNS; c++)
        s->column[c] = part(from, each_has_its_own(s, c) ? s->n : 1);
    s->v = part(from, s->n);
    s->u = part(from, s->n);
    s->anchors = part(from, p->anchors[0] ? 7 * s->n : 0);
    s->unstable = part(from, s->has_unstable ? 3 : 0);
    s->lost = part(from, s->n / 64 + (s->n % 64 != 0));
    s->troubles = part(from, 2);
    const uint64_t count = izh_blob_get(from);
    if (count > IZH_TROUBLES_MAX)
        return false;
    izh_blob_skip(from, 3 * count);
    s->spikes = *from;
    const size_t words = (from->length - from->at) / 8;
    s->spike_count = words / 2;
    return !from->failed && words % 2 == 0;
}

/* ---- checks ---- */

static bool check_head(const struct izh_population *p, const struct saved *s)
{
    const double most = p->precision == IZH_F32 ? FLT_MAX : DBL_MAX;
    return s->first <= UINT64_MAX - UINT32_MAX && s->dt <= most && izh_isfinite(s->t0) &&
           izh_clock_can_tick(s->t0, s->dt) && s->tick < TICK_MOST &&
           izh_isfinite(s->t0 + (double)s->tick * s->dt) && s->sigma >= 0 && s->sigma <= most &&
           s->spikes_per_tick >= 1 && s->spikes_per_tick <= 2 + IZH_SPIKES_PER_TICK_MAX &&
           s->special <= 1 && s->due <= 1 && s->varying >> IZH_CURRENT == 0;
}

static bool check_columns(const struct izh_population *p, const struct saved *s)
{
    struct izh_blob_reader column[IZH_CURRENT];
    double x[IZH_CURRENT] = {0};
    memcpy(column, s->column, sizeof column);
    for (uint64_t i = 0; i < s->n && (i == 0 || s->varying); i++) {
        for (int c = 0; c < IZH_CURRENT; c++)
            if (i == 0 || each_has_its_own(s, c))
                x[c] = izh_blob_get_double(&column[c]);
        if (!izh_columns_valid(p, x, s->special))
            return false;
    }
    return true;
}

static bool check_reals(const struct izh_population *p, uint64_t n, struct izh_blob_reader from,
                        double most)
{
    for (uint64_t i = 0; i < n; i++) {
        const double x = izh_blob_get_double(&from);
        if (!(izh_fabs(x) <= most) || izh_rounded(p, x) != x)
            return false;
    }
    return true;
}

static bool is_lost(const struct saved *s, uint64_t i)
{
    struct izh_blob_reader lost = s->lost;
    izh_blob_skip(&lost, i / 64);
    return izh_blob_get(&lost) >> (i % 64) & 1;
}

/* A step under way began not long ago, but for a neuron in trouble. */
static bool check_anchors(const struct saved *s)
{
    const double now = s->t0 + (double)s->tick * s->dt;
    const double slack = 16 * DBL_EPSILON * izh_fmax(izh_fabs(now), izh_fabs(s->t0));
    struct izh_blob_reader from = s->anchors;
    for (uint64_t i = 0; i < s->n; i++) {
        const double base = izh_blob_get_double(&from), offset = izh_blob_get_double(&from);
        const double v = izh_blob_get_double(&from), u = izh_blob_get_double(&from);
        const double I = izh_blob_get_double(&from), since = now - base - offset;
        const double start = izh_blob_get_double(&from), count = izh_blob_get_double(&from);
        if (!izh_isfinite(base) || !izh_isfinite(offset) || !izh_isfinite(since) ||
            !izh_isfinite(I) || !izh_isfinite(start) || !izh_isfinite(count) || count < 0 ||
            !(izh_fabs(v) < IZH_F64_STATE_MAX) || !(izh_fabs(u) < IZH_F64_STATE_MAX))
            return false;
        if (!(since >= -slack && since <= IZH_STEP_MAX + slack) && !is_lost(s, i))
            return false;
    }
    return true;
}

static bool check_unstable(const struct saved *s)
{
    struct izh_blob_reader from = s->unstable;
    const uint64_t count = izh_blob_get(&from);
    const double t = izh_blob_get_double(&from);
    const uint64_t i = izh_blob_get(&from);
    return !s->has_unstable || (count && izh_isfinite(t) && i < s->n);
}

static bool check_troubles(const struct saved *s)
{
    struct izh_blob_reader lost = s->lost, from = s->troubles;
    uint64_t total = 0, last = 0;
    for (uint64_t i = 0; i < s->n; i += 64) {
        const uint64_t word = izh_blob_get(&lost);
        if (s->n - i < 64 && word >> (s->n - i))
            return false;
        total += (uint64_t)__builtin_popcountll(word);
    }
    if (izh_blob_get(&from) != total || izh_blob_get(&from) > (total > 0))
        return false;
    const uint64_t count = izh_blob_get(&from);
    for (uint64_t k = 0; k < count; k++) {
        const double t = izh_blob_get_double(&from);
        const uint64_t i = izh_blob_get(&from), status = izh_blob_get(&from);
        if (!izh_isfinite(t) || i >= s->n || (k && i <= last) || !is_lost(s, i) ||
            (status != (uint64_t)IZH_E_DIVERGED && status != (uint64_t)IZH_E_RESET &&
             status != (uint64_t)IZH_E_TOLERANCE))
            return false;
        last = i;
    }
    return true;
}

static bool check_spikes(const struct saved *s)
{
    const double now = s->t0 + (double)s->tick * s->dt;
    struct izh_blob_reader from = s->spikes;
    double last = -IZH_INFINITY;
    uint64_t neuron = 0;
    for (size_t k = 0; k < s->spike_count; k++) {
        const double t = izh_blob_get_double(&from);
        const uint64_t i = izh_blob_get(&from);
        if (!(t <= now) || !izh_isfinite(t) || i >= s->n ||
            !(t > last || (t == last && i >= neuron)))
            return false;
        last = t;
        neuron = i;
    }
    return true;
}

static bool check(const struct izh_population *p, const struct saved *s)
{
    const bool f32 = p->precision == IZH_F32;
    /* The largest double below the bound, which itself is out of range. */
    const double state = (f32 ? IZH_F32_STATE_MAX : IZH_F64_STATE_MAX) * (1 - DBL_EPSILON / 2);
    return check_head(p, s) && check_columns(p, s) &&
           check_reals(p, s->n, s->column[IZH_CURRENT], f32 ? FLT_MAX : DBL_MAX) &&
           check_reals(p, s->n, s->v, state) && check_reals(p, s->n, s->u, state) &&
           (!p->anchors[0] || check_anchors(s)) && check_unstable(s) && check_troubles(s) &&
           check_spikes(s);
}

/* ---- loading ---- */

/* Memory that the blob's population needs beyond this one's. */
struct room {
    izh_spike *spikes; /* that wait */
    void *spike_room;
};

static bool reserve(struct izh_population *p, const struct saved *s, struct room *room)
{
    const size_t n = s->spike_count;
    for (int c = 0; c < IZH_CURRENT; c++)
        if (each_has_its_own(s, c) && !izh_column_reserve(p, c))
            return false;
    if (n && !(room->spikes = izh_allocate_raw(&p->allocator, n, sizeof(izh_spike))))
        return false;
    if (s->spikes_per_tick <= p->spikes_most)
        return true;
    room->spike_room = izh_population_new_spike_room(p, (uint32_t)s->spikes_per_tick);
    if (!room->spike_room)
        izh_release(&p->allocator, room->spikes, n, sizeof(izh_spike));
    return room->spike_room;
}

static void take_head(struct izh_population *p, const struct saved *s)
{
    p->first = s->first;
    p->dt = s->dt;
    p->t0 = s->t0;
    p->tick = (int64_t)s->tick;
    p->sigma = s->sigma;
    p->seed = s->seed;
    p->spikes_per_tick = (uint32_t)s->spikes_per_tick;
    p->special = s->special;
    p->due = s->due;
    izh_population_set_clocks(p);
    izh_record_from_now(p);
}

static void take_reals(const struct izh_population *p, void *reals, struct izh_blob_reader from)
{
    for (size_t i = 0; i < p->n; i++)
        izh_real_set(p, reals, i, izh_blob_get_double(&from));
}

static void take_column(struct izh_population *p, const struct saved *s, int c)
{
    struct izh_blob_reader from = s->column[c];
    if (!each_has_its_own(s, c)) {
        izh_column_level(p, c, izh_blob_get_double(&from));
        return;
    }
    p->columns[c] = (struct izh_column){p->column_memory[c], 1};
    take_reals(p, p->column_memory[c], from);
    for (size_t i = p->n; i < p->padded; i++) /* the padding is run, too */
        izh_real_set(p, p->column_memory[c], i, izh_real_get(p, p->column_memory[c], 0));
}

static void take_neurons(struct izh_population *p, const struct saved *s)
{
    struct izh_blob_reader lost = s->lost, anchors = s->anchors;
    for (int c = 0; c < IZH_COLUMNS; c++)
        take_column(p, s, c);
    take_reals(p, p->v[p->side], s->v);
    take_reals(p, p->u[p->side], s->u);
    for (size_t i = 0; p->anchors[0] && i < p->n; i++) {
        struct izh_anchor *anchor = &p->anchors[p->side][i];
        anchor->base = izh_blob_get_double(&anchors);
        anchor->offset = izh_blob_get_double(&anchors);
        anchor->from.v = izh_blob_get_double(&anchors);
        anchor->from.u = izh_blob_get_double(&anchors);
        anchor->I = izh_blob_get_double(&anchors);
        anchor->steps.start = izh_blob_get_double(&anchors);
        anchor->steps.count = izh_blob_get_double(&anchors);
    }
    for (size_t i = 0; i < p->n; i += 64) {
        const uint64_t word = izh_blob_get(&lost);
        for (size_t k = 0; k < 8; k++)
            p->lost[p->side][i / 8 + k] = (unsigned char)(word >> 8 * k);
    }
}

static void take_unstable(struct izh_population *p, const struct saved *s)
{
    struct izh_blob_reader from = s->unstable;
    p->unstable = (struct izh_unstable){0};
    if (!s->has_unstable)
        return;
    p->unstable.count = izh_blob_get(&from);
    p->unstable.t = izh_blob_get_double(&from);
    p->unstable.i = (uint32_t)izh_blob_get(&from);
}

static void take_troubles(struct izh_population *p, const struct saved *s)
{
    struct izh_blob_reader from = s->troubles;
    struct izh_troubles_list *list = &p->troubles;
    list->total = izh_blob_get(&from);
    list->news = izh_blob_get(&from);
    list->count = (size_t)izh_blob_get(&from);
    for (size_t k = 0; k < list->count; k++) {
        list->data[k].t = izh_blob_get_double(&from);
        list->data[k].i = (uint32_t)izh_blob_get(&from);
        list->data[k].status = (izh_status)(int64_t)izh_blob_get(&from);
    }
}

static void take_spikes(struct izh_population *p, const struct saved *s, izh_spike *spikes)
{
    struct izh_blob_reader from = s->spikes;
    for (size_t k = 0; k < s->spike_count; k++) {
        spikes[k].t = izh_blob_get_double(&from);
        spikes[k].i = (uint32_t)izh_blob_get(&from);
    }
    izh_release(&p->allocator, p->loaded, p->loaded_count, sizeof *p->loaded);
    p->loaded = spikes;
    p->loaded_count = s->spike_count;
    p->waiting = (struct izh_waiting){.list = spikes, .count = s->spike_count};
    p->out_count = 0;
}

static void take(struct izh_population *p, const struct saved *s, const struct room *room)
{
    if (room->spike_room)
        izh_population_set_spike_room(p, room->spike_room, (uint32_t)s->spikes_per_tick);
    take_head(p, s);
    take_neurons(p, s);
    izh_population_choose_kernel(p);
    izh_columns_set_least(p, 0, p->n);
    take_unstable(p, s);
    take_troubles(p, s);
    take_spikes(p, s, room->spikes);
}

static izh_status damaged(struct izh_population *p)
{
    return izh_fail(&p->report, IZH_E_FORMAT, "load: not a whole, undamaged blob of a population");
}

static const char *method_name(uint64_t method)
{
    const char *name = method <= INT32_MAX ? izh_method_name((izh_method)method) : NULL;
    return name ? name : "unknown";
}

static const char *precision_name(uint64_t precision)
{
    return precision == IZH_F32 ? "f32" : "f64";
}

static const char *events_name(uint64_t events)
{
    return events == IZH_EVENTS_GRID ? "grid" : "exact";
}

/* A whole blob, but of a population that is made otherwise. */
static izh_status another(struct izh_population *p, const struct saved *s)
{
    return izh_fail(
        &p->report, IZH_E_INVALID,
        "load: the blob has n = %llu, method %s, %s, %s events; the population n = %lu, "
        "method %s, %s, %s events",
        (unsigned long long)s->n, method_name(s->method), precision_name(s->precision),
        events_name(s->events), (unsigned long)p->n, method_name((uint64_t)p->method),
        precision_name((uint64_t)p->precision), events_name((uint64_t)p->events));
}

/* A blob of one that has room for more spikes than the blob's size warrants. */
static izh_status too_many_spikes(struct izh_population *p, const struct saved *s)
{
    return izh_fail(&p->report, IZH_E_INVALID,
                    "load: the blob's neurons may have %u spikes in a tick, the population's %u: "
                    "create it with max_spikes_per_ms = %s",
                    (unsigned)s->spikes_per_tick, (unsigned)p->spikes_most,
                    izh_number((double)(s->spikes_per_tick - 2) / s->dt).text);
}

izh_status izh_population_load(izh_population *p, const void *buffer, size_t length)
{
    IZH_FPMODE;
    if (!p)
        return IZH_E_INVALID;
    if (p->inside)
        return izh_fail(&p->report, IZH_E_BUSY, "load inside a callback");
    struct izh_blob_reader reader;
    struct saved s;
    struct room room = {NULL, NULL};
    const bool more = !izh_blob_open(&reader, buffer, length, MAGIC, FORMAT);
    if (more && !izh_blob_open(&reader, buffer, length, MAGIC, FORMAT_WITH_MORE))
        return damaged(p);
    s.has_unstable = more && !p->anchors[0];
    get_head(&s, &reader);
    if (reader.failed)
        return damaged(p);
    if (s.n != p->n || s.method != (uint64_t)p->method || s.precision != (uint64_t)p->precision ||
        s.events != (uint64_t)p->events)
        return another(p, &s);
    if ((p->anchors[0] && !more) || !find_parts(p, &s, &reader) || !check(p, &s))
        return damaged(p);
    if (izh_population_more_spike_room(p, s.spikes_per_tick) / MOST_A_BYTE > length)
        return too_many_spikes(p, &s);
    if (!reserve(p, &s, &room)) {
        izh_columns_trim(p);
        return izh_fail(&p->report, IZH_E_MEMORY, "load: no memory for the blob's population");
    }
    take(p, &s, &room);
    return IZH_OK;
}
