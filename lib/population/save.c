/* Saves a population as a blob and loads it. The body:
 *
 *     what it is: n, method, precision, events
 *     where it stands: first, dt, t0, tick, sigma, seed, spikes_per_tick, special, due, and as bits
 *         which columns differ from neuron to neuron; in the last format which parts follow, too
 *     each parameter's column: n doubles, or one if all neurons have the same
 *     n currents, n times v, n times u; for Taylor's method in float64 n anchors of 7 doubles
 *     if there are any, steps beyond the limit of stability; time and neuron of the first
 *     one bit a neuron, in words of 64: those in trouble; total, news, listed; the list
 *     if there is one, the stimulus: see save_intake.c
 *     if currents wander, mean, sigma, tau; n doubles
 *     the spikes that wait, (t, i) each, to the end */
#include <string.h>

#include "model/codec.h"
#include "population/population.h"
#include "population/save_intake.h"
#include "util/float.h"
#include "util/memory.h"
#include "util/fpmode.h"

#define POPULATION_MAGIC "izhpopul"
#define POPULATION_FORMAT 1
#define POPULATION_FORMAT_WITH_MORE \
    2                       /* of 0.2: larger anchors, or steps beyond the limit of stability */
#define FORMAT_WITH_INPUT 3 /* of 0.2: a word says which optional parts there are */
#define TICK_MOST ((int64_t)1 << 53)
/* The most bytes of memory that a blob may ask for, for each byte of its own. Its contents take
 * less, but one word of it says how many spikes of each neuron there must be room for. */
#define MOST_A_BYTE 16

/* ---- the head ---- */

/* Each field of the head: its name here, and where the cells keep it. */
/* clang-format off */
#define POPULATION_HEAD(WORD, NUMBER)                                                   \
    WORD(n, shape.n) WORD(method, shape.method)                              \
    WORD(precision, shape.precision) WORD(events, shape.events)              \
    WORD(first, shape.first) NUMBER(dt, shape.dt) NUMBER(t0, shape.t0)       \
    WORD(tick, shape.tick) NUMBER(sigma, noise.sigma) WORD(seed, noise.seed) \
    WORD(spikes_per_tick, spikes.per_tick) WORD(special, columns.special)    \
    WORD(due, states.due)
/* clang-format on */

struct population_head {
#define WORD(name, place) uint64_t name;
#define NUMBER(name, place) double name;
    POPULATION_HEAD(WORD, NUMBER)
#undef WORD
#undef NUMBER
    uint64_t varying; /* bits: which columns differ from neuron to neuron */
};

static void population_head(struct izh_codec *c, struct population_head *h)
{
#define WORD(name, place) h->name = izh_codec_word(c, h->name);
#define NUMBER(name, place) izh_codec_number(c, &h->name);
    POPULATION_HEAD(WORD, NUMBER)
#undef WORD
#undef NUMBER
    h->varying = izh_codec_word(c, h->varying);
}

static struct population_head head_of(const struct izh_cells *cells)
{
#define FIELD(name, place) .name = (__typeof__(((struct population_head *)0)->name))cells->place,
    struct population_head h = {POPULATION_HEAD(FIELD, FIELD).varying = 0};
#undef FIELD
    for (int c = 0; c < IZH_CONSTANT_I; c++)
        h.varying |= (cells->columns.of[c].stride ? 1u : 0) << c;
    return h;
}

static void take_head(struct izh_cells *cells, const struct population_head *h)
{
#define FIELD(name, place) cells->place = (__typeof__(cells->place))h->name;
    POPULATION_HEAD(FIELD, FIELD)
#undef FIELD
    izh_cells_set_clocks(cells);
    izh_record_from_now(&cells->record, cells->shape.tick);
}

static bool check_population_head(const struct izh_cells_shape *shape,
                                  const struct population_head *h)
{
    const double most = shape->precision == IZH_F32 ? FLT_MAX : DBL_MAX;
    return h->first <= UINT64_MAX - UINT32_MAX && h->dt <= most && izh_isfinite(h->t0) &&
           izh_clock_can_tick(h->t0, h->dt) && h->tick < TICK_MOST &&
           izh_isfinite(h->t0 + (double)h->tick * h->dt) && h->sigma >= 0 && h->sigma <= most &&
           h->spikes_per_tick >= 1 && h->special <= 1 && h->due <= 1 &&
           h->varying >> IZH_CONSTANT_I == 0;
}

/* ---- the rest ---- */

/* A pass over a blob after its head. It writes the blob; or it judges what is there and keeps
 * nothing; or it keeps what was judged before, for which there is room. */
struct pass {
    struct izh_codec codec;
    struct izh_cells *cells;
    struct population_head head;
    bool has_unstable, has_intake, has_wanders;
    struct izh_blob_reader intake; /* where the intake begins */
    izh_ou ou;
    enum {
        WRITES,
        JUDGES,
        KEEPS
    } does;
    bool sound;                                 /* no fault was found so far */
    struct izh_blob_reader column[IZH_COLUMNS]; /* where each begins */
    struct izh_blob_reader lost;
    uint64_t total; /* number of neurons in trouble */
    izh_spike *spikes;
    size_t spike_count;
};

/* Reals of the population, at most `most` in size. */
static void reals(struct pass *s, void *at, size_t stride, size_t count, double most)
{
    for (size_t i = 0; i < count; i++) {
        double x = s->does == WRITES ? izh_real_get(&s->cells->shape, at, stride * i) : 0;
        izh_codec_number(&s->codec, &x);
        if (s->does == KEEPS)
            izh_real_set(&s->cells->shape, at, i, x);
        else
            s->sound &= izh_fabs(x) <= most && izh_rounded(&s->cells->shape, x) == x;
    }
}

static bool each_has_its_own(const struct population_head *h, int c)
{
    return c == IZH_CONSTANT_I || (h->varying >> c & 1);
}

static void column(struct pass *s, int c)
{
    const struct izh_cells_shape *shape = &s->cells->shape;
    struct izh_columns *columns = &s->cells->columns;
    void *memory = columns->memory[c];
    const bool each = each_has_its_own(&s->head, c);
    const double most = c == IZH_CONSTANT_I ? DBL_MAX : IZH_INFINITY;
    if (s->does == JUDGES)
        s->column[c] = *s->codec.from;
    if (s->does == KEEPS && each)
        columns->of[c] = (struct izh_column){memory, 1};
    else if (s->does == KEEPS)
        izh_column_level(columns, c, 0);
    reals(s, (void *)columns->of[c].values, columns->of[c].stride, each ? shape->n : 1, most);
    for (size_t i = shape->n; s->does == KEEPS && each && i < shape->padded; i++)
        izh_real_set(shape, memory, i, izh_real_get(shape, memory, 0)); /* padding is run, too */
}

static void check_columns(struct pass *s)
{
    double x[IZH_CONSTANT_I] = {0};
    for (uint64_t i = 0; i < s->head.n && (i == 0 || s->head.varying); i++) {
        for (int c = 0; c < IZH_CONSTANT_I; c++)
            if (i == 0 || each_has_its_own(&s->head, c))
                x[c] = izh_blob_get_double(&s->column[c]);
        s->sound &= izh_columns_valid(&s->cells->columns, x, s->head.special);
    }
}

static bool is_lost(const struct pass *s, uint64_t i)
{
    struct izh_blob_reader lost = s->lost;
    izh_blob_skip(&lost, i / 64);
    return izh_blob_get(&lost) >> (i % 64) & 1;
}

/* The step of a sound anchor began not long ago, unless its neuron is in trouble. */
static bool is_sound_anchor(const struct pass *s, const struct izh_anchor *a, size_t i)
{
    const double now = s->head.t0 + (double)s->head.tick * s->head.dt;
    const double slack = 16 * DBL_EPSILON * izh_fmax(izh_fabs(now), izh_fabs(s->head.t0));
    const double since = now - a->base - a->offset;
    return izh_isfinite(a->base) && izh_isfinite(a->offset) && izh_isfinite(since) &&
           izh_isfinite(a->I) && izh_isfinite(a->steps.start) && izh_isfinite(a->steps.count) &&
           a->steps.count >= 0 && izh_fabs(a->from.v) < IZH_F64_STATE_MAX &&
           izh_fabs(a->from.u) < IZH_F64_STATE_MAX &&
           ((since >= -slack && since <= IZH_STEP_MAX + slack) || is_lost(s, i));
}

#define ANCHOR_WORDS 7

static void anchors(struct pass *s)
{
    const struct izh_states *states = &s->cells->states;
    const size_t n = s->cells->shape.n;
    struct izh_anchor *all = states->anchors[states->side];
    if (s->does == JUDGES && all) {
        s->lost = *s->codec.from;
        izh_blob_skip(&s->lost, (uint64_t)ANCHOR_WORDS * n);
    }
    for (size_t i = 0; all && i < n; i++) {
        struct izh_anchor a = all[i];
        izh_codec_number(&s->codec, &a.base);
        izh_codec_number(&s->codec, &a.offset);
        izh_codec_state(&s->codec, &a.from);
        izh_codec_number(&s->codec, &a.I);
        izh_codec_number(&s->codec, &a.steps.start);
        izh_codec_number(&s->codec, &a.steps.count);
        if (s->does == KEEPS)
            all[i] = a;
        else if (s->does == JUDGES)
            s->sound &= is_sound_anchor(s, &a, i);
    }
}

static void unstable(struct pass *s)
{
    struct izh_unstable unstable =
        s->does == WRITES ? s->cells->unstable : (struct izh_unstable){0};
    if (s->has_unstable) {
        unstable.count = izh_codec_word(&s->codec, unstable.count);
        izh_codec_number(&s->codec, &unstable.t);
        izh_codec_u32(&s->codec, &unstable.i);
        s->sound &= unstable.count && izh_isfinite(unstable.t) && unstable.i < s->cells->shape.n;
    }
    if (s->does == KEEPS)
        s->cells->unstable = unstable;
}

static void intake(struct pass *s)
{
    if (!s->has_intake)
        return;
    s->intake = s->codec.from ? *s->codec.from : s->intake;
    if (s->does == WRITES)
        izh_intake_write(&s->codec, &s->cells->intake);
    else if (!izh_intake_skip(s->codec.from, s->cells->shape.n))
        s->sound = false;
}

static bool is_sound_law(const struct pass *s, const izh_ou *ou)
{
    const double most = s->cells->shape.precision == IZH_F32 ? FLT_MAX : DBL_MAX;
    return izh_fabs(ou->mean) <= most && ou->sigma >= 0 && ou->sigma <= most && ou->tau > 0 &&
           izh_isfinite(ou->tau);
}

static void wanders(struct pass *s)
{
    struct izh_wanders *w = &s->cells->wanders;
    if (!s->has_wanders)
        return;
    s->ou = s->does == WRITES ? w->law.is : s->ou;
    izh_codec_number(&s->codec, &s->ou.mean);
    izh_codec_number(&s->codec, &s->ou.sigma);
    izh_codec_number(&s->codec, &s->ou.tau);
    s->sound &= s->does != JUDGES || is_sound_law(s, &s->ou);
    for (uint32_t i = 0; i < s->cells->shape.n; i++) {
        double away = s->does == WRITES ? w->away[w->side][i] : 0;
        izh_codec_number(&s->codec, &away);
        s->sound &= izh_isfinite(away);
        if (s->does == KEEPS)
            w->away[w->side][i] = away;
    }
}

static void pass_lost(struct pass *s)
{
    const size_t n = s->cells->shape.n;
    unsigned char *bits = s->cells->states.lost[s->cells->states.side];
    if (s->does == JUDGES)
        s->lost = *s->codec.from;
    s->total = 0;
    for (size_t i = 0; i < n; i += 64) {
        unsigned char *bytes = &bits[i / 8]; /* rows are padded, so all 8 are there */
        uint64_t word = 0;
        for (size_t k = 0; k < 8; k++)
            word |= (uint64_t)bytes[k] << 8 * k;
        word = izh_codec_word(&s->codec, word);
        s->sound &= n - i >= 64 || !(word >> (n - i));
        s->total += (uint64_t)__builtin_popcountll(word);
        for (size_t k = 0; s->does == KEEPS && k < 8; k++)
            bytes[k] = (unsigned char)(word >> 8 * k);
    }
}

static void troubles(struct pass *s)
{
    struct izh_troubles_list list = s->cells->troubles;
    list.total = izh_codec_word(&s->codec, list.total);
    list.news = izh_codec_upto(&s->codec, list.news, 1);
    list.count = (size_t)izh_codec_upto(&s->codec, list.count, IZH_TROUBLES_MAX);
    s->sound &= list.total == s->total && (list.total || !list.news);
    for (size_t k = 0; k < list.count && k < IZH_TROUBLES_MAX; k++) {
        izh_trouble *x = &list.data[k];
        izh_codec_number(&s->codec, &x->t);
        izh_codec_u32(&s->codec, &x->i);
        izh_codec_i32(&s->codec, &x->status);
        if (s->does == JUDGES)
            s->sound &= izh_isfinite(x->t) && x->i < s->cells->shape.n && (!k || x->i > x[-1].i) &&
                        is_lost(s, x->i) &&
                        (x->status == IZH_E_DIVERGED || x->status == IZH_E_RESET ||
                         x->status == IZH_E_TOLERANCE);
    }
    if (s->does == KEEPS)
        s->cells->troubles = list;
}

static void pass_spike(struct pass *s, izh_spike *x)
{
    izh_codec_number(&s->codec, &x->t);
    izh_codec_u32(&s->codec, &x->i);
}

static void write_spikes(struct pass *s)
{
    const struct izh_spike_store *store = &s->cells->spikes;
    struct izh_waiting waiting = store->waiting;
    izh_spike spikes[64];
    size_t count;
    while ((count = izh_spikes_next(store, &waiting, spikes, 64)) > 0)
        for (size_t k = 0; k < count; k++)
            pass_spike(s, &spikes[k]);
}

static void read_spikes(struct pass *s)
{
    const struct izh_blob_reader *from = s->codec.from;
    const double now = s->head.t0 + (double)s->head.tick * s->head.dt;
    izh_spike last = {.t = -IZH_INFINITY};
    s->spike_count = (from->length - from->at) / 16;
    for (size_t k = 0; k < s->spike_count; k++) {
        izh_spike x = {0};
        pass_spike(s, &x);
        s->sound &= x.t <= now && izh_isfinite(x.t) && x.i < s->cells->shape.n &&
                    (x.t > last.t || (x.t == last.t && (x.i >= last.i || s->cells->spikes.jumps)));
        last = x;
        if (s->does == KEEPS)
            s->spikes[k] = x;
    }
}

static void pass_rest(struct pass *s)
{
    const struct izh_states *states = &s->cells->states;
    const struct izh_cells_shape *shape = &s->cells->shape;
    /* The largest double below the bound; the bound itself is out of range. */
    const double most = (shape->precision == IZH_F32 ? IZH_F32_STATE_MAX : IZH_F64_STATE_MAX) *
                        (1 - DBL_EPSILON / 2);
    for (int c = 0; c < IZH_COLUMNS; c++)
        column(s, c);
    reals(s, states->v[states->side], 1, shape->n, most);
    reals(s, states->u[states->side], 1, shape->n, most);
    anchors(s);
    unstable(s);
    pass_lost(s);
    troubles(s);
    intake(s);
    wanders(s);
    if (s->does == WRITES)
        write_spikes(s);
    else
        read_spikes(s);
}

/* Which optional parts follow: a word of the last format. */
static void pass_parts(struct pass *s)
{
    const uint64_t word = izh_codec_upto(
        &s->codec,
        (s->has_unstable ? 1u : 0) | (s->has_intake ? 2u : 0) | (s->has_wanders ? 4u : 0), 7);
    s->has_unstable = word & 1;
    s->has_intake = word & 2;
    s->has_wanders = word & 4;
}

/* The oldest format that can hold everything there is. */
static uint64_t population_format(const struct izh_cells *cells)
{
    if (cells->intake.count || cells->wanders.rows)
        return FORMAT_WITH_INPUT;
    return cells->states.anchors[0] || cells->unstable.count ? POPULATION_FORMAT_WITH_MORE
                                                             : POPULATION_FORMAT;
}

size_t izh_population_save(const izh_population *population, void *buffer, size_t capacity)
{
    IZH_FPMODE;
    if (!population)
        return 0;
    struct izh_cells *cells = (struct izh_cells *)&population->cells; /* not written to */
    struct izh_blob_writer writer;
    struct pass s = {
        .codec = {&writer, NULL, NULL}, .cells = cells, .head = head_of(cells), .does = WRITES};
    const uint64_t format = population_format(cells);
    s.has_unstable = cells->unstable.count;
    s.has_intake = cells->intake.count;
    s.has_wanders = cells->wanders.rows;
    izh_blob_begin(&writer, buffer, capacity);
    population_head(&s.codec, &s.head);
    if (format == FORMAT_WITH_INPUT)
        pass_parts(&s);
    pass_rest(&s);
    return izh_blob_end(&writer, POPULATION_MAGIC, format);
}

/* ---- loading ---- */

/* Whether everything after the head is there and makes sense. */
static bool judge(struct pass *s)
{
    s->does = JUDGES;
    s->sound = check_population_head(&s->cells->shape, &s->head);
    if (s->sound)
        pass_rest(s);
    if (s->sound)
        check_columns(s);
    return s->sound && izh_blob_close(s->codec.from);
}

/* Allocates the memory that the blob's population needs beyond this one's. */
static bool reserve_population(struct pass *s, void **spike_room)
{
    struct izh_cells *cells = s->cells;
    const izh_allocator *allocator = &cells->shape.allocator;
    const size_t n = s->spike_count;
    for (int c = 0; c < IZH_CONSTANT_I; c++)
        if (each_has_its_own(&s->head, c) && !izh_column_reserve(&cells->columns, c))
            return false;
    if (n && !(s->spikes = izh_allocate_raw(allocator, n, sizeof *s->spikes)))
        return false;
    if (s->head.spikes_per_tick <= cells->spikes.most)
        return true;
    *spike_room = izh_spikes_new_room(&cells->spikes, (uint32_t)s->head.spikes_per_tick);
    if (!*spike_room)
        izh_release(allocator, s->spikes, n, sizeof *s->spikes);
    return *spike_room;
}

static void take_population(struct pass *s, void *spike_room, const struct izh_intake *intake,
                            const struct izh_wanders *wanders)
{
    struct izh_cells *cells = s->cells;
    if (spike_room)
        izh_spikes_set_room(&cells->spikes, spike_room, (uint32_t)s->head.spikes_per_tick);
    take_head(cells, &s->head);
    izh_cells_set_intake(cells, intake);
    izh_wanders_release(&cells->wanders, &cells->shape.allocator);
    cells->wanders = *wanders;
    if (s->has_wanders)
        cells->wanders.law = izh_wander_law(&s->ou, cells->shape.dt);
    s->does = KEEPS;
    pass_rest(s);
    izh_cells_choose_kernel(cells);
    izh_columns_set_least(&cells->columns, 0, cells->shape.n);
}

static bool reserve_wanders(const struct pass *s, struct izh_wanders *wanders)
{
    const izh_ou none = {0, 0, 0};
    return izh_wanders_reserve(wanders, &s->cells->shape, s->cells->work.count,
                               s->has_wanders ? &s->ou : &none);
}

/* Makes the blob's spikes the waiting ones. */
static void take_spikes(struct izh_population *p, const struct pass *s)
{
    struct izh_delivery *d = &p->delivery;
    izh_release(&p->cells.shape.allocator, d->loaded, d->loaded_count, sizeof *d->loaded);
    d->loaded = s->spikes;
    d->loaded_count = s->spike_count;
    d->count = 0;
    p->cells.spikes.waiting = (struct izh_waiting){.list = s->spikes, .count = s->spike_count};
}

static izh_status damaged_population(struct izh_population *p)
{
    return izh_fail(&p->report, IZH_E_FORMAT, "load: not a whole, undamaged blob of a population");
}

static const char *saved_method_name(uint64_t method)
{
    const char *name = method <= INT32_MAX ? izh_method_name((izh_method)method) : NULL;
    return name ? name : "unknown";
}

static const char *precision_name(uint64_t precision)
{
    return precision == IZH_F32 ? "f32" : "f64";
}

static const char *saved_events_name(uint64_t events)
{
    return events == IZH_EVENTS_GRID ? "grid" : "exact";
}

/* Reports a blob that fits, but whose place, ticks or seed are not those of the network. */
static izh_status another_place(struct izh_population *p, const struct population_head *h)
{
    const struct izh_cells_shape *own = &p->cells.shape;
    return izh_fail(&p->report, IZH_E_INVALID,
                    "load: the blob has dt = %s, first = %llu, seed = %llu; the network dt = %s, "
                    "first = %llu, seed = %llu",
                    izh_number(h->dt).text, (unsigned long long)h->first,
                    (unsigned long long)h->seed, izh_number(own->dt).text,
                    (unsigned long long)own->first, (unsigned long long)p->cells.noise.seed);
}

/* Reports a whole blob of a population that was made with another config. */
static izh_status another_kind(struct izh_population *p, const struct population_head *h)
{
    const struct izh_cells_shape *own = &p->cells.shape;
    return izh_fail(
        &p->report, IZH_E_INVALID,
        "load: the blob has n = %llu, method %s, %s, %s events; the population n = %u, "
        "method %s, %s, %s events",
        (unsigned long long)h->n, saved_method_name(h->method), precision_name(h->precision),
        saved_events_name(h->events), (unsigned)own->n, saved_method_name((uint64_t)own->method),
        precision_name((uint64_t)own->precision), saved_events_name((uint64_t)own->events));
}

/* Reports a blob that asks for more room for spikes than its size warrants. */
static izh_status too_many_spikes(struct izh_population *p, const struct population_head *h)
{
    return izh_fail(&p->report, IZH_E_INVALID,
                    "load: the blob's neurons may have %u spikes in a tick, the population's %u: "
                    "create it with max_spikes_per_ms = %s",
                    (unsigned)h->spikes_per_tick, (unsigned)p->cells.spikes.most,
                    izh_number((double)(h->spikes_per_tick - 2) / h->dt).text);
}

/* Checks that a blob's population has the kind of this one, and in a network its place. */
static izh_status check_kind(struct izh_population *p, const struct population_head *h)
{
    const struct izh_cells_shape *own = &p->cells.shape;
    if (h->n != own->n || h->method != (uint64_t)own->method ||
        h->precision != (uint64_t)own->precision || h->events != (uint64_t)own->events)
        return another_kind(p, h);
    if (p->owner && (h->dt != own->dt || h->first != own->first || h->seed != p->cells.noise.seed))
        return another_place(p, h);
    return IZH_OK;
}

/* Opens a blob and returns its format; 0 if it is not a population's. */
static uint64_t open_population(struct izh_blob_reader *reader, const void *buffer, size_t length)
{
    for (uint64_t format = POPULATION_FORMAT; format <= FORMAT_WITH_INPUT; format++)
        if (izh_blob_open(reader, buffer, length, POPULATION_MAGIC, format))
            return format;
    return 0;
}

izh_status izh_population_check_blob(struct izh_population *p, const void *buffer, size_t length)
{
    struct izh_blob_reader reader;
    struct izh_codec codec = {NULL, &reader, NULL};
    struct population_head h;
    if (!open_population(&reader, buffer, length))
        return damaged_population(p);
    population_head(&codec, &h);
    return reader.failed ? damaged_population(p) : check_kind(p, &h);
}

izh_status izh_population_restore(izh_population *p, const void *buffer, size_t length)
{
    struct izh_blob_reader reader;
    struct izh_cells *cells = &p->cells;
    const bool anchored = cells->states.anchors[0];
    struct pass s = {.codec = {NULL, &reader, NULL}, .cells = cells};
    struct izh_intake intake = {0};
    struct izh_wanders wanders = {0};
    const uint64_t format = open_population(&reader, buffer, length);
    if (!format)
        return damaged_population(p);
    s.has_unstable = format == POPULATION_FORMAT_WITH_MORE && !anchored;
    population_head(&s.codec, &s.head);
    if (format == FORMAT_WITH_INPUT)
        pass_parts(&s);
    if (reader.failed)
        return damaged_population(p);
    const izh_status kind = check_kind(p, &s.head);
    if (kind != IZH_OK)
        return kind;
    const struct izh_blob_reader start = reader;
    if ((anchored && format == POPULATION_FORMAT) || s.head.spikes_per_tick > p->per_tick_most ||
        !judge(&s))
        return damaged_population(p);
    if (izh_spikes_more_room(&cells->spikes, s.head.spikes_per_tick) / MOST_A_BYTE > length)
        return too_many_spikes(p, &s.head);
    const izh_status made = s.has_intake ? izh_intake_read(&s.intake, cells, &intake) : IZH_OK;
    if (made == IZH_E_FORMAT)
        return damaged_population(p);
    void *spike_room = NULL;
    if (made != IZH_OK || !reserve_wanders(&s, &wanders) || !reserve_population(&s, &spike_room)) {
        izh_intake_release(&intake, &cells->shape.allocator);
        izh_wanders_release(&wanders, &cells->shape.allocator);
        izh_columns_trim(&cells->columns);
        return izh_fail(&p->report, IZH_E_MEMORY, "load: no memory for the blob's population");
    }
    reader = start;
    take_population(&s, spike_room, &intake, &wanders);
    take_spikes(p, &s);
    return IZH_OK;
}

izh_status izh_population_load(izh_population *p, const void *buffer, size_t length)
{
    IZH_FPMODE;
    if (!p)
        return IZH_E_INVALID;
    const izh_status status = izh_population_check_own(p, "load");
    return status == IZH_OK ? izh_population_restore(p, buffer, length) : status;
}
