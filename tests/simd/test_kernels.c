/* Every kernel of every instruction set of this machine gives the bits of the scalar one, whatever
 * the numbers, writes nothing but what it should, and leaves to the event function all that meets
 * an event. The kernels are called directly, on jobs made here. */
#include "support.h"

#include <float.h>
#include <stdbool.h>

#include "cells/isa.h"
#include "cells/kernel.h"
#include "methods/method.h"

#define MOST (3 * IZH_GROUP)
#define STEPS 64
#define METHODS 100 /* more than there are constants of methods */

/* ---- jobs ---- */

struct input {
    int32_t precision;
    izh_method method;
    bool exact, special;
    enum izh_form form; /* special is what it says */
    uint32_t n;
    int steps;
    bool wild;           /* some numbers are such as no neuron has */
    bool bare;           /* no neuron has special terms, though the kernel is for such */
    bool driven;         /* there is a function that gives currents, */
    bool known;          /* what it gives is there ahead, and it is not asked */
    bool conducts, sees; /* and conductances, and looks at the states */
    bool jumps;          /* v jumps, now and then to the peak */
    bool apart;          /* the states after the block go to other arrays */
    bool resets; /* the event function resets neurons, instead of taking the step as it is */
    double h, sigma;
    double stable, least; /* of the limit of stability */
    uint64_t tick, seed, first;
    size_t strides[IZH_COLUMNS];
    double columns[IZH_COLUMNS][MOST], v[MOST], u[MOST];
};

/* What the event function was told of a neuron in a step, and how often. */
struct met {
    int times;
    double I, G, start_v, start_u, from_v, from_u, v, u;
    bool jumped;
};

struct output {
    double v[MOST], u[MOST];
    bool fine[MOST]; /* the kernel's answer for the neuron's part */
    bool lost[MOST], spikes[STEPS][MOST], jumped[STEPS][MOST];
    struct met met[STEPS][MOST];
    int told[STEPS][MOST]; /* how often of a step beyond the limit of stability */
};

static uint64_t random_state;

static uint64_t draw(uint64_t below)
{
    uint64_t x = random_state += UINT64_C(0x9e3779b97f4a7c15); /* SplitMix64 */
    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    return (x ^ x >> 31) % below;
}

static double draw_between(double least, double most)
{
    return least + (most - least) * (double)draw(1 << 20) / (1 << 20);
}

/* About the neurons of the 2003 paper, so that any mix of columns is a neuron that may spike. */
static const double ranges[IZH_COLUMNS][2] = {
    [IZH_K2] = {.035, .045},    [IZH_K1] = {4.8, 5.2},     [IZH_K0] = {138, 142},
    [IZH_W] = {.5, 1.5},        [IZH_A] = {.02, .2},       [IZH_R] = {.8, 1.2},
    [IZH_B_LO] = {.2, .3},      [IZH_VB] = {-70, 5},       [IZH_VPEAK] = {25, 40},
    [IZH_C] = {-65, -50},       [IZH_D] = {2, 8},          [IZH_B_HI] = {0, .3},
    [IZH_B3] = {-.0005, .0005}, [IZH_VPEAK_U] = {0, 1},    [IZH_C_U] = {-.2, .2},
    [IZH_U_MAX] = {4, 20},      [IZH_CONSTANT_I] = {0, 30}};

static const double wild[] = {INFINITY, -INFINITY, NAN,    1e300, -1e300, 1e101,     -0.9e100, 2e18,
                              -0.9e18,  1e19,      -1e150, 1e60,  1e-310, -4.9e-324, -1e-42,   0,
                              -0.,      FLT_MAX,   1e10,   -1e10, -1e-30, DBL_MAX};

static double real(int32_t precision, double x)
{
    return precision == IZH_F32 ? (double)(float)x : x;
}

static void draw_columns(struct input *in)
{
    for (int c = 0; c < IZH_COLUMNS; c++) {
        in->strides[c] = draw(2);
        for (size_t i = 0; i < MOST; i++)
            in->columns[c][i] = draw_between(ranges[c][0], ranges[c][1]);
    }
    /* Backward Euler's kernel leaves what is cubic to the solver. */
    if (in->method == IZH_BACKWARD_EULER && draw(2))
        in->strides[IZH_B3] = 1;
    for (size_t i = 0; i < MOST; i++)
        if (draw(2) || in->strides[IZH_B3] == 0)
            in->columns[IZH_B3][i] = 0;
}

static void make_wild(struct input *in)
{
    for (size_t i = 0; i < MOST; i++) {
        const double x = wild[draw(LENGTH(wild))];
        const size_t which = draw(5 * (IZH_COLUMNS + 2));
        if (which < IZH_COLUMNS && (in->strides[which] || !draw(8)))
            in->columns[which][i] = x;
        else if (which % (IZH_COLUMNS + 2) == IZH_COLUMNS)
            in->v[i] = x;
        else if (which % (IZH_COLUMNS + 2) == IZH_COLUMNS + 1)
            in->u[i] = x;
    }
}

/* Takes the special terms away. */
static void make_bare(struct input *in)
{
    static const double values[IZH_COLUMNS] = {[IZH_U_MAX] = INFINITY};
    static const enum izh_column_name columns[] = {IZH_B3, IZH_VPEAK_U, IZH_C_U, IZH_U_MAX};
    for (size_t k = 0; k < LENGTH(columns); k++)
        for (size_t i = 0; i < MOST; i++)
            in->columns[columns[k]][i] = values[columns[k]];
    in->strides[IZH_B_HI] = in->strides[IZH_B_LO];
    memcpy(in->columns[IZH_B_HI], in->columns[IZH_B_LO], sizeof in->columns[IZH_B_LO]);
}

/* What the form takes for granted. */
static void keep_form(struct input *in)
{
    static const double values[IZH_COLUMNS] = {[IZH_W] = 1, [IZH_R] = 1};
    static const enum izh_column_name columns[] = {IZH_W, IZH_R, IZH_VB};
    for (size_t k = 0; in->form == IZH_FORM_2003 && k < LENGTH(columns); k++) {
        in->strides[columns[k]] = 0;
        in->columns[columns[k]][0] = values[columns[k]];
    }
}

/* The limit of stability, and a v above which no column, unless it is wild, makes a step beyond. */
static void draw_limit(struct input *in)
{
    const double slope = draw_between(-1.5, -.01);
    in->stable = draw(3) ? -slope * in->h : INFINITY;
    in->least = in->stable == INFINITY ? IZH_LEAST_V : in->wild ? INFINITY : (slope - 4.79) / .09;
}

/* Fills in all that the kernel, n and steps leave open. */
static void draw_input(struct input *in)
{
    static const double h[] = {.1, .1, .025, 1};
    in->driven = draw(2);
    in->conducts = in->driven && draw(2);
    in->sees = in->driven && draw(2);
    in->jumps = draw(3) == 0;
    in->apart = in->exact && draw(2);
    in->resets = true;
    in->bare = in->special && in->exact && !in->wild && draw(2);
    in->h = h[draw(LENGTH(h))];
    draw_limit(in);
    in->sigma = draw(2) ? draw_between(0, 10) : 0;
    in->tick = draw(2) ? draw(1000) : draw(UINT64_MAX) >> 2;
    in->seed = draw(UINT64_MAX);
    in->first = draw(2) ? 4 * draw(1000) : draw(UINT64_MAX) >> 1;
    draw_columns(in);
    for (size_t i = 0; i < MOST; i++) {
        in->v[i] = draw_between(-80, draw(4) ? 10 : 50);
        in->u[i] = draw_between(-15, 10);
    }
    for (size_t i = in->n; i < MOST; i++) /* padding must not matter */
        in->v[i] = draw(2) ? NAN : in->v[i];
    if (in->wild)
        make_wild(in);
    if (in->bare)
        make_bare(in);
    keep_form(in);
    for (size_t i = 0; i < MOST; i++) {
        in->v[i] = real(in->precision, in->v[i]);
        in->u[i] = real(in->precision, in->u[i]);
        for (int c = 0; c < IZH_COLUMNS; c++)
            in->columns[c][i] = real(in->precision, in->columns[c][i]);
    }
}

/* ---- guarded arrays ---- */

#define GUARD 64
#define GUARD_BYTE 0xc5

struct array {
    unsigned char *memory;
    size_t bytes;
};

static unsigned char *guarded(struct array *a, size_t bytes)
{
    a->memory = malloc(bytes + 2 * GUARD);
    a->bytes = bytes;
    memset(a->memory, GUARD_BYTE, bytes + 2 * GUARD);
    return a->memory + GUARD;
}

static void check_guards(const struct array *a)
{
    for (size_t i = 0; a->memory && i < GUARD; i++)
        check_true(a->memory[i] == GUARD_BYTE && a->memory[GUARD + a->bytes + i] == GUARD_BYTE);
}

static void put(int32_t precision, void *reals, size_t i, double x)
{
    if (precision == IZH_F32)
        ((float *)reals)[i] = (float)x;
    else
        ((double *)reals)[i] = x;
}

static double get(int32_t precision, const void *reals, size_t i)
{
    return precision == IZH_F32 ? (double)((const float *)reals)[i] : ((const double *)reals)[i];
}

static void *guarded_reals(struct array *a, int32_t precision, const double *from, size_t n)
{
    void *reals = guarded(a, n * (precision == IZH_F32 ? sizeof(float) : sizeof(double)));
    for (size_t i = 0; from && i < n; i++)
        put(precision, reals, i, from[i]);
    return reals;
}

/* Bits or both no number: the sign and the payload of a NaN are nobody's concern. */
static bool same(double x, double y)
{
    return memcmp(&x, &y, sizeof x) == 0 || (isnan(x) && isnan(y));
}

static void check_reals(int32_t precision, const void *reals, const double *from, size_t n)
{
    for (size_t i = 0; i < n; i++)
        check_true(same(get(precision, reals, i), from[i]));
}

/* ---- the functions of a job ---- */

struct context {
    const struct input *in;
    struct output *out;
};

static void check_asked(const struct input *in, uint64_t tick, size_t at, size_t count)
{
    check_true(count > 0 && at + count <= in->n);
    check_true(tick >= in->tick && tick - in->tick < (uint64_t)in->steps);
}

/* Few conduct, and in some ticks nobody. */
static double conductance(const struct input *in, uint64_t tick, size_t i)
{
    const uint64_t x = 37 * tick + 11 * i;
    if (!in->conducts || tick % 4 == 1 || x % 5 == 0)
        return 0;
    return in->wild && x % 59 == 0 ? wild[x / 59 % LENGTH(wild)] : (double)(x % 43) / 9;
}

/* Currents that depend on the states only where they are shown. */
static void drive(const struct izh_kernel_job *job, uint64_t tick, size_t at, size_t count,
                  struct izh_kernel_input *input)
{
    const struct input *in = ((const struct context *)job->context)->in;
    check_asked(in, tick, at, count);
    check_true((input->G != NULL) == in->conducts);
    check_true((input->v != NULL) == in->sees && (input->u != NULL) == in->sees);
    for (size_t k = 0; k < count; k++) {
        const uint64_t x = 31 * tick + 17 * (at + k);
        double *I = &input->I[k];
        *I = *I / 3 + (double)(x % 61) / 3;
        if (in->sees)
            *I -= get(in->precision, input->v, k) / 16 + get(in->precision, input->u, k) / 8;
        if (in->wild && x % 53 == 0)
            *I = wild[x / 53 % LENGTH(wild)];
        if (input->G) {
            check_true(input->G[k] == 0);
            input->G[k] = conductance(in, tick, at + k);
        }
    }
}

static void not_asked(const struct izh_kernel_job *job, uint64_t tick, size_t at, size_t count,
                      struct izh_kernel_input *input)
{
    (void)job, (void)tick, (void)at, (void)count, (void)input;
    check_true(false);
}

static void jump(const struct izh_kernel_job *job, uint64_t tick, size_t at, size_t count,
                 double *dv)
{
    static const double jumps[] = {0, 0, -0., 4, .7, -6.3, 25, 90, 0, -2, 1e-3, 0};
    const struct input *in = ((const struct context *)job->context)->in;
    check_asked(in, tick, at, count);
    for (size_t k = 0; k < count; k++) {
        const uint64_t x = 29 * tick + 23 * (at + k);
        check_true(dv[k] == 0);
        dv[k] = tick % 3 ? jumps[x % 97 % LENGTH(jumps)] : 0;
        if (in->wild && x % 47 == 0)
            dv[k] = wild[x / 47 % LENGTH(wild)];
    }
}

static void event(const struct izh_kernel_job *job, struct izh_kernel_event *e)
{
    const struct context *context = job->context;
    const struct input *in = context->in; /* the populations' tests see `beyond` */
    check_asked(in, e->tick, e->i, 1);
    struct met *met = &context->out->met[e->tick - in->tick][e->i];
    *met = (struct met){met->times + 1, e->I,      e->G, e->start_v, e->start_u,
                        e->from_v,      e->from_u, e->v, e->u,       e->jumped};
    if (in->resets && !(e->v < 20)) {
        e->v = -65;
        e->u = e->from_u + 1;
    }
}

static void unstable(const struct izh_kernel_job *job, uint64_t tick, size_t i)
{
    const struct context *context = job->context;
    const struct input *in = context->in;
    check_true(tick >= in->tick && tick - in->tick < (uint64_t)in->steps);
    if (i < in->n)
        context->out->told[tick - in->tick][i]++;
}

/* ---- a run ---- */

/* The arrays of a run: `padded` neurons in whole parts, and nothing beyond. */
struct run {
    size_t part, padded, row;
    struct array array[IZH_COLUMNS + 7];
    size_t arrays;
    struct izh_kernel_job job;
    void *v, *u; /* where the states are that the job starts from */
    unsigned char *lost;
};

static void set_columns(const struct input *in, struct run *run)
{
    for (int c = 0; c < IZH_COLUMNS; c++) {
        struct izh_column *column = &run->job.columns[c];
        if (!in->special && c >= IZH_PLAIN_COLUMNS && c != IZH_CONSTANT_I)
            continue; /* NULL: nobody may look there */
        column->stride = in->strides[c];
        column->values = guarded_reals(&run->array[run->arrays++], in->precision, in->columns[c],
                                       column->stride ? run->padded : 1);
    }
}

/* The noise of all neurons and steps in one table, whose rows need not be whole strides of the
 * generator. */
static void make_normals(const struct input *in, const struct izh_vectors *vectors, struct run *run)
{
    const uint64_t width = (in->first % 4 + run->padded + 3) / 4;
    const size_t blocks = (size_t)width * (size_t)in->steps;
    void *reals = guarded_reals(&run->array[run->arrays++], in->precision, NULL,
                                4 * blocks + IZH_NORMALS_SPARE);
    run->job.normals = (struct izh_normals){reals, in->first / 4, in->tick, width};
    vectors->make_normals(&run->job.normals, in->seed, blocks);
}

/* What `drive` gives, ahead: a row for each tick, part by part. */
static void make_flows(const struct input *in, struct run *run)
{
    const size_t part = run->part, ticks = (size_t)in->steps;
    void *reals =
        guarded_reals(&run->array[run->arrays++], in->precision, NULL, run->padded * ticks);
    for (size_t at = 0; at < run->padded; at += part)
        for (size_t k = 0; k < ticks; k++) {
            double I[IZH_GROUP];
            const size_t left = in->n - at, count = left < part ? left : part;
            for (size_t i = 0; i < count; i++)
                I[i] = real(in->precision,
                            in->columns[IZH_CONSTANT_I][in->strides[IZH_CONSTANT_I] * (at + i)]);
            drive(&run->job, in->tick + k, at, count, &(struct izh_kernel_input){.I = I});
            for (size_t i = 0; i < part; i++)
                put(in->precision, reals, at * ticks + k * part + i, I[i < count ? i : count - 1]);
        }
    run->job.flows = (struct izh_flows){reals, 0, ticks, in->tick};
    run->job.drive = not_asked;
}

/* Rows of bits. */
static size_t count_rows(const struct input *in)
{
    return (in->jumps ? 2 : 1) * (size_t)in->steps;
}

static void set_up(const struct input *in, const struct izh_vectors *vectors,
                   struct context *context, struct run *run)
{
    struct izh_kernel_job *job = &run->job;
    *run = (struct run){.part = vectors->part};
    run->padded = (in->n + run->part - 1) / run->part * run->part;
    run->row = run->padded / 8 + 3;
    job->n = in->n;
    job->h = in->h;
    job->tick = in->tick;
    job->first = in->first;
    job->sigma = in->sigma;
    job->row = run->row;
    job->drive = in->driven ? drive : NULL;
    job->conducts = in->conducts;
    job->sees = in->sees;
    job->jump = in->jumps ? jump : NULL;
    job->event = in->exact ? event : NULL;
    job->stable = in->stable;
    job->least = in->least;
    job->unstable = unstable;
    job->context = context;
    run->v = guarded_reals(&run->array[run->arrays++], in->precision, in->v, run->padded);
    run->u = guarded_reals(&run->array[run->arrays++], in->precision, in->u, run->padded);
    job->from_v = job->v = run->v;
    job->from_u = job->u = run->u;
    if (in->apart) {
        job->v = guarded_reals(&run->array[run->arrays++], in->precision, NULL, run->padded);
        job->u = guarded_reals(&run->array[run->arrays++], in->precision, NULL, run->padded);
    }
    if (!in->exact) {
        job->bits =
            guarded(&run->array[run->arrays++], (count_rows(in) - 1) * run->row + run->padded / 8);
        run->lost = guarded(&run->array[run->arrays++], run->padded / 8);
    }
    set_columns(in, run);
    make_normals(in, vectors, run);
    if (in->known)
        make_flows(in, run);
}

static bool bit(const unsigned char *bits, size_t i)
{
    return bits[i / 8] >> (i % 8) & 1;
}

static void read_output(const struct input *in, const struct run *run, struct output *out)
{
    for (size_t i = 0; i < in->n; i++) {
        out->v[i] = get(in->precision, run->job.v, i);
        out->u[i] = get(in->precision, run->job.u, i);
        if (in->exact)
            continue;
        out->lost[i] = bit(run->lost, i);
        for (int k = 0; k < in->steps; k++) {
            const unsigned char *row = run->job.bits + (size_t)k * run->row;
            if (in->jumps)
                row += (size_t)k * run->row;
            out->jumped[k][i] = in->jumps && bit(row, i);
            out->spikes[k][i] = bit(in->jumps ? row + run->row : row, i);
        }
    }
}

/* Nothing was written but the output, and that where it belongs. */
static void check_rest(const struct input *in, const struct run *run)
{
    for (size_t k = 0; k < run->arrays; k++)
        check_guards(&run->array[k]);
    for (size_t k = 0; !in->exact && k < count_rows(in) - 1; k++)
        for (size_t i = run->padded / 8; i < run->row; i++)
            check_true(run->job.bits[k * run->row + i] == GUARD_BYTE);
    if (in->apart) {
        check_reals(in->precision, run->v, in->v, run->padded);
        check_reals(in->precision, run->u, in->u, run->padded);
    }
    for (int c = 0; c < IZH_COLUMNS; c++)
        if (run->job.columns[c].values)
            check_reals(in->precision, run->job.columns[c].values, in->columns[c],
                        in->strides[c] ? run->padded : 1);
}

/* careful: the kernel stores and tells what is lost, instead of refusing. */
static void run_kernel(const struct input *in, int32_t isa, enum izh_form form, bool careful,
                       struct output *out)
{
    const struct izh_kernels *kernels = izh_isa_kernels(isa, in->precision, in->method);
    struct context context = {in, out};
    struct run run;
    set_up(in, izh_isa_vectors(isa, in->precision), &context, &run);
    for (int k = 0; k < in->steps; k++) {
        memset(out->met[k], 0, in->n * sizeof out->met[k][0]);
        memset(out->told[k], 0, in->n * sizeof out->told[k][0]);
    }
    for (size_t at = 0; at < run.padded; at += run.part) {
        const bool fine = kernels->kernel[in->exact][form](&run.job, at, in->steps,
                                                           careful ? run.lost + at / 8 : NULL);
        for (size_t i = at; i < at + run.part; i++)
            out->fine[i] = fine;
    }
    check_rest(in, &run);
    read_output(in, &run, out);
    for (size_t k = 0; k < run.arrays; k++)
        free(run.array[k].memory);
}

/* ---- comparing ---- */

static void about(const struct input *in, int32_t isa)
{
    support_about(
        "isa %d, %s, %s events, precision %d, form %d, n %u, %d steps, wild %d, drive %d %d %d, "
        "jumps %d, sigma %g, first %llu, h %g",
        (int)isa, izh_method_name(in->method), in->exact ? "exact" : "grid", (int)in->precision,
        (int)in->form, (unsigned)in->n, in->steps, in->wild, in->driven, in->conducts, in->sees,
        in->jumps, in->sigma, (unsigned long long)in->first, in->h);
}

static void check_met(const struct met *x, const struct met *y)
{
    check_true(x->times == y->times);
    if (!x->times)
        return;
    check_true(x->jumped == y->jumped);
    check_same(x->I, y->I);
    check_same(x->G, y->G);
    check_same(x->start_v, y->start_v);
    check_same(x->start_u, y->start_u);
    check_same(x->from_v, y->from_v);
    check_same(x->from_u, y->from_u);
    check_same(x->v, y->v);
    check_same(x->u, y->u);
}

/* Whether the neurons of a part are fine; in a careful step none is lost. */
static bool all_fine(const struct input *in, const struct output *x, bool careful, size_t at,
                     size_t part)
{
    for (size_t i = at; i < at + part && i < in->n; i++)
        if (careful ? x->lost[i] : !x->fine[i])
            return false;
    return true;
}

/* expected: of the scalar kernel. */
static void compare(const struct input *in, const struct output *expected, const struct output *y,
                    bool careful, size_t part)
{
    for (size_t i = 0; i < in->n; i++) {
        const bool fine = all_fine(in, expected, careful, i / part * part, part);
        check_true(y->fine[i] == fine);
        check_same(y->v[i], careful || fine ? expected->v[i] : in->v[i]);
        check_same(y->u[i], careful || fine ? expected->u[i] : in->u[i]);
        if (careful)
            check_true(y->lost[i] == expected->lost[i]);
        for (int k = 0; !careful && fine && k < in->steps; k++)
            check_true(y->told[k][i] == expected->told[k][i]);
        for (int k = 0; k < in->steps; k++)
            if (in->exact)
                check_met(&y->met[k][i], &expected->met[k][i]);
            else if (careful || fine)
                check_true(y->spikes[k][i] == expected->spikes[k][i] &&
                           y->jumped[k][i] == expected->jumped[k][i]);
    }
}

/* How much happened, so that a test knows whether it has seen anything. */
struct tally {
    size_t neurons, fine, steps, met, spikes, jumped, lost;
};

static void count(const struct input *in, const struct output *out, struct tally *tally)
{
    tally->neurons += in->n;
    tally->steps += in->n * (size_t)in->steps;
    for (size_t i = 0; i < in->n; i++) {
        tally->fine += out->fine[i];
        tally->lost += !in->exact && out->lost[i];
        for (int k = 0; k < in->steps; k++)
            if (in->exact) {
                tally->met += out->met[k][i].times != 0;
                tally->jumped += out->met[k][i].times && out->met[k][i].jumped;
            } else {
                tally->spikes += out->spikes[k][i];
                tally->jumped += out->jumped[k][i];
            }
    }
}

static struct input input;
static struct output expected, output;

/* What is lost in a careful step is noticed in one that is not. */
static void check_noticed(int32_t isa, size_t part)
{
    static struct output whole;
    if (input.exact || input.steps > 1)
        return;
    run_kernel(&input, isa, input.form, true, &output);
    run_kernel(&input, isa, input.form, false, &whole);
    for (size_t i = 0; i < input.n; i++)
        check_true(!output.lost[i] || !whole.fine[i / part * part]);
}

/* The same numbers where they are there ahead. */
static void compare_known(int32_t isa, bool careful, size_t part)
{
    if (!input.driven || input.conducts || input.sees || input.jumps)
        return;
    input.known = true;
    run_kernel(&input, isa, input.form, careful, &output);
    compare(&input, &expected, &output, careful, part);
    input.known = false;
}

static void compare_isa(int32_t isa, struct tally *tally)
{
    const size_t part = izh_isa_vectors(isa, input.precision)->part;
    about(&input, isa);
    draw_input(&input);
    /* Without special terms, the plain kernel does. */
    const enum izh_form form = input.special && !input.bare ? IZH_FORM_SPECIAL : IZH_FORM_PLAIN;
    for (int careful = 0; careful < (input.exact ? 1 : 2); careful++) {
        const int steps = input.steps;
        input.steps = careful ? 1 : steps;
        run_kernel(&input, IZH_ISA_SCALAR, form, careful, &expected);
        count(&input, &expected, tally);
        run_kernel(&input, isa, input.form, careful, &output);
        compare(&input, &expected, &output, careful, part);
        check_noticed(isa, part);
        compare_known(isa, careful, part);
        input.steps = steps;
    }
}

/* Around the sizes at which an instruction set's loops end. */
static void compare_sizes(int32_t isa, struct tally *tally)
{
    static const int steps[] = {1, 2, STEPS};
    const uint32_t part = (uint32_t)izh_isa_vectors(isa, input.precision)->part;
    const uint32_t sizes[] = {1, part / 2 + 1, part - 1, part, part + 1, 2 * part + 3};
    for (size_t size = 0; size < LENGTH(sizes); size++)
        for (size_t k = 0; k < LENGTH(steps); k++) {
            input.n = sizes[size];
            input.steps = steps[k];
            compare_isa(isa, tally);
        }
}

/* Calls fn for each kernel of each instruction set here, with or without exact events. */
static void for_each_kernel(bool exact, void (*fn)(int32_t isa, struct tally *),
                            struct tally *tally)
{
    for (int32_t isa = IZH_ISA_SCALAR; isa <= IZH_ISA_NEON; isa++)
        for (int k = 0; izh_isa_supported(isa) && k < 2 * IZH_FORMS * METHODS; k++) {
            input.precision = k % 2 ? IZH_F32 : IZH_F64;
            input.form = (enum izh_form)(k / 2 % IZH_FORMS);
            input.special = input.form == IZH_FORM_SPECIAL;
            input.method = k / 2 / IZH_FORMS;
            input.exact = exact;
            const struct izh_kernels *kernels = izh_isa_kernels(isa, input.precision, input.method);
            if (kernels && (exact || !kernels->shortens)) /* then it has no others */
                fn(isa, tally);
        }
}

/* How often each kernel gets new numbers; once in an emulator. */
static int count_rounds(void)
{
    return support_few() ? 1 : 3;
}

static void compare_kernels(bool exact, bool with_wild, struct tally *tally)
{
    random_state = 2 * exact + with_wild;
    input.wild = with_wild;
    for (int round = 0; round < count_rounds(); round++)
        for_each_kernel(exact, compare_sizes, tally);
}

static void grid_kernels_are_the_scalar_ones(void **state)
{
    struct tally tally = {0};
    (void)state;
    compare_kernels(false, false, &tally);
    check_true(tally.spikes > tally.steps / 1000 && tally.spikes < tally.steps / 5);
    check_true(tally.jumped > tally.steps / 1000 && tally.jumped < tally.steps / 5);
    /* A kernel that always refuses would be right, but no use. */
    check_true(tally.fine > tally.neurons / 10 * 9);
    compare_kernels(false, true, &tally);
    check_true(tally.lost > 500);
}

static void exact_kernels_are_the_scalar_ones(void **state)
{
    struct tally tally = {0};
    (void)state;
    compare_kernels(true, false, &tally);
    /* An exact kernel that leaves all to the event function would be right, but no use. */
    check_true(tally.met > tally.steps / 100 && tally.met < tally.steps / 2);
    check_true(tally.jumped > tally.steps / 1000 && tally.jumped < tally.steps / 5);
    compare_kernels(true, true, &tally);
}

/* ---- traces ---- */

#define TRACES 9
#define TRACE_ROW (STEPS + 8)

struct traces {
    double means[TRACES * TRACE_ROW], gains[IZH_GROUP], start[IZH_GROUP];
    uint32_t channels[IZH_GROUP];
};

static void draw_traces(struct traces *x)
{
    for (size_t k = 0; k < LENGTH(x->means); k++)
        x->means[k] = draw(9) ? draw_between(-40, 40) : 0;
    for (size_t i = 0; i < IZH_GROUP; i++) {
        x->gains[i] = draw(9) ? draw_between(-2, 2) : 0;
        x->start[i] = draw(9) ? draw_between(-20, 20) : -0.;
        x->channels[i] = (uint32_t)draw(TRACES);
    }
}

/* What a blend has to make of neuron i in row j, from what stands there. */
static void blend_plainly(const struct izh_blend *m, size_t i, size_t j, double *I, double *G)
{
    const double mean = m->means[m->channels[i] * m->row + j], gained = mean * m->gains[i];
    if (m->start)
        *I = m->start[i];
    *I += m->G ? (0 + gained) * m->E : gained;
    *G += 0 + gained;
}

static void check_blend(const struct izh_vectors *vectors, struct izh_blend m)
{
    const size_t all = vectors->part * m.ticks;
    struct array arrays[2];
    double *const rows[2] = {guarded_reals(&arrays[0], IZH_F64, NULL, all),
                             guarded_reals(&arrays[1], IZH_F64, NULL, all)};
    double before[2][IZH_GROUP * STEPS];
    for (int g = 0; g < 2; g++)
        for (size_t k = 0; k < all; k++)
            rows[g][k] = before[g][k] = draw_between(0, 9);
    m.I = rows[0];
    m.G = m.G ? rows[1] : NULL;
    vectors->blend(&m);
    for (size_t k = 0; k < all; k++) {
        double *I = &before[0][k], *G = &before[1][k], kept = *G;
        if (k % vectors->part < m.count)
            blend_plainly(&m, k % vectors->part, k / vectors->part, I, m.G ? G : &kept);
        check_same(rows[0][k], *I);
        check_same(rows[1][k], *G);
    }
    for (int g = 0; g < 2; g++) {
        check_guards(&arrays[g]);
        free(arrays[g].memory);
    }
}

static void check_round(const struct izh_vectors *vectors)
{
    const size_t count = 3 * vectors->part;
    double from[3 * IZH_GROUP] = {0};
    struct array array;
    float *to = guarded_reals(&array, IZH_F32, NULL, count);
    for (size_t i = 0; i < count; i++)
        from[i] = draw(20) ? draw_between(-1e3, 1e3) : wild[draw(LENGTH(wild))];
    vectors->round(from, count, to);
    for (size_t i = 0; i < count; i++)
        check_same((double)to[i], (double)(float)from[i]);
    check_guards(&array);
    free(array.memory);
}

static void traces_are_added_neuron_by_neuron(void **state)
{
    static struct traces x;
    (void)state;
    random_state = 6;
    for (int32_t isa = IZH_ISA_SCALAR; isa <= IZH_ISA_NEON; isa++)
        for (int k = 0; izh_isa_supported(isa) && k < 800; k++) {
            const struct izh_vectors *vectors = izh_isa_vectors(isa, k % 2 ? IZH_F32 : IZH_F64);
            draw_traces(&x);
            struct izh_blend m = {.means = x.means,
                                  .row = TRACE_ROW,
                                  .channels = x.channels,
                                  .gains = x.gains,
                                  .count = draw(3) ? vectors->part : 1 + draw(vectors->part),
                                  .ticks = draw(3) ? STEPS : 1 + draw(STEPS),
                                  .start = draw(2) ? x.start : NULL,
                                  .E = draw(9) ? -60 : 0};
            m.G = draw(2) ? x.start : NULL; /* it gets rows of its own */
            support_about("isa %d, %d neurons, %d ticks", (int)isa, (int)m.count, (int)m.ticks);
            check_blend(vectors, m);
            check_round(vectors);
        }
}

/* ---- events ---- */

/* The peak as the kernels have it: every operation rounded to the precision. */
static double peak(const struct input *in, size_t i, double u)
{
    const double level = in->columns[IZH_VPEAK][in->strides[IZH_VPEAK] * i];
    const double slope = in->columns[IZH_VPEAK_U][in->strides[IZH_VPEAK_U] * i];
    if (!in->special)
        return level;
    return real(in->precision, level + real(in->precision, slope * u));
}

static bool has_kink(const struct input *in, size_t i)
{
    const double b_lo = in->columns[IZH_B_LO][in->strides[IZH_B_LO] * i];
    const double b_hi = in->columns[IZH_B_HI][in->strides[IZH_B_HI] * i];
    return in->special && (b_lo != b_hi || in->columns[IZH_B3][in->strides[IZH_B3] * i] != 0);
}

/* Whether a step, from the input to the output, ends where none without events ends. It starts
 * below the peak: neurons there spike before a run. */
static bool surely_met(const struct input *in, const struct output *y, size_t i)
{
    const double most = in->precision == IZH_F32 ? (double)IZH_F32_STATE_MAX : IZH_F64_STATE_MAX;
    const double vb = in->columns[IZH_VB][in->strides[IZH_VB] * i];
    if (!(fabs(y->v[i]) < most) || !(fabs(y->u[i]) < most))
        return true;
    if (!(y->v[i] < peak(in, i, y->u[i])))
        return true;
    return has_kink(in, i) && !((in->v[i] < vb && y->v[i] < vb) || (in->v[i] > vb && y->v[i] > vb));
}

static void check_hand_over(int32_t isa, struct tally *tally)
{
    const uint32_t part = (uint32_t)izh_isa_vectors(isa, input.precision)->part;
    input.n = 2 * part + 3;
    input.steps = 1;
    about(&input, isa);
    draw_input(&input);
    input.resets = input.jumps = false;
    run_kernel(&input, isa, input.form, false, &output);
    for (size_t i = 0; i < input.n; i++)
        if (surely_met(&input, &output, i)) {
            check_true(output.met[0][i].times == 1);
            tally->met++;
        }
}

static void what_meets_an_event_is_handed_over(void **state)
{
    struct tally tally = {0};
    (void)state;
    random_state = 4;
    for (int round = 0; round < 4 * count_rounds(); round++) {
        input.wild = round % 2;
        for_each_kernel(true, check_hand_over, &tally);
    }
    check_true(tally.met > 500);
}

/* ---- the limit of stability ---- */

/* How far a step's start is beyond the limit, as a share of it; below 0: it is within. */
static double beyond_at_start(const struct input *in, size_t i)
{
    const double k2 = in->columns[IZH_K2][in->strides[IZH_K2] * i];
    const double w = in->columns[IZH_W][in->strides[IZH_W] * i];
    const double k1 =
        in->columns[IZH_K1][in->strides[IZH_K1] * i] - w * conductance(in, in->tick, i);
    return -in->h * (2 * k2 * in->v[i] + k1) / in->stable - 1;
}

static bool has_limit(const struct input *in)
{
    return izh_method_ops(in->method)->stable > 0;
}

/* A neuron that met an event is the event function's to count. */
static void check_told(int32_t isa, struct tally *tally)
{
    const uint32_t part = (uint32_t)izh_isa_vectors(isa, input.precision)->part;
    input.n = 2 * part + 3;
    input.steps = 1;
    about(&input, isa);
    draw_input(&input);
    input.jumps = false;
    run_kernel(&input, isa, input.form, false, &output);
    for (size_t i = 0; i < input.n; i++) {
        const int told = output.told[0][i];
        const bool met = input.exact && output.met[0][i].times;
        const double beyond = beyond_at_start(&input, i);
        check_true(told <= (has_limit(&input) && output.fine[i] && !met));
        if (!has_limit(&input) || !output.fine[i] || met)
            continue;
        if (beyond > 1e-4)
            check_true(told == 1);
        else if (beyond < -1e-4 && input.method == IZH_EULER)
            check_true(told == 0);
        tally->met += (size_t)told;
    }
}

static void a_step_beyond_the_limit_is_told(void **state)
{
    struct tally tally = {0};
    (void)state;
    random_state = 5;
    input.wild = false;
    for (int round = 0; round < 16 * count_rounds(); round++) {
        for_each_kernel(true, check_told, &tally);
        for_each_kernel(false, check_told, &tally);
    }
    check_true(tally.met > 500);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(grid_kernels_are_the_scalar_ones),
        cmocka_unit_test(exact_kernels_are_the_scalar_ones),
        cmocka_unit_test(traces_are_added_neuron_by_neuron),
        cmocka_unit_test(what_meets_an_event_is_handed_over),
        cmocka_unit_test(a_step_beyond_the_limit_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
