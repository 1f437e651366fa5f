/* libizh for GNU Octave and MATLAB: one MEX file. `help izh` says what it does, from izh.m. An
 * object is a number, from izh('solver', ...), izh('population', ...) or izh('network', ...), until
 * izh('delete', h). */
#include <izh/izh.h>

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "mex.h"

#define OBJECTS_MOST 1000

enum kind {
    NONE,
    SOLVER,
    POPULATION,
    NETWORK
};
static const char *const KIND_NAMES[] = {"nothing", "a solver", "a population", "a network"};

struct object {
    enum kind kind;
    izh_solver *solver;
    izh_population *population; /* of a network, too: the network's */
    izh_network *network;
    uint32_t n;
};
static struct object objects[OBJECTS_MOST];

struct call {
    int answers, count; /* what is asked for, and what was given */
    mxArray **answer;
    const mxArray **given;
};

/* ---- errors: the library's message, and its status as the identifier ---- */

static char said[1024];

static void remember(void *user, izh_status status, const char *message)
{
    (void)user, (void)status;
    strncpy(said, message, sizeof said - 1);
}

static void check(izh_status status)
{
    char id[64] = "izh:";
    if (status >= 0)
        return;
    strncat(id, izh_status_name(status), sizeof id - 5);
    mexErrMsgIdAndTxt(id, "%s", said[0] ? said : izh_status_text(status));
}

static void refuse(const char *what)
{
    mexErrMsgIdAndTxt("izh:IZH_E_INVALID", "%s", what);
}

/* ---- what was given ---- */

static const mxArray *given(const struct call *c, int k, const char *what)
{
    if (k >= c->count)
        mexErrMsgIdAndTxt("izh:IZH_E_INVALID", "%s is missing", what);
    return c->given[k];
}

static const double *numbers(const mxArray *array, const char *what)
{
    if (!mxIsDouble(array) || mxIsComplex(array) || mxIsSparse(array))
        mexErrMsgIdAndTxt("izh:IZH_E_INVALID", "%s must be real doubles", what);
    return mxGetPr(array);
}

static double number(const mxArray *array, const char *what)
{
    const double *x = numbers(array, what);
    if (mxGetNumberOfElements(array) != 1)
        mexErrMsgIdAndTxt("izh:IZH_E_INVALID", "%s must be a number", what);
    return *x;
}

static uint32_t whole(double x, double least, const char *what)
{
    if (!(x >= least && x <= UINT32_MAX && x == floor(x)))
        mexErrMsgIdAndTxt("izh:IZH_E_INVALID", "%s = %.15g is no whole number from %g on", what, x,
                          least);
    return (uint32_t)x;
}

static const mxArray *option(const struct call *c, int k, const char *name)
{
    if (k >= c->count)
        return NULL;
    if (!mxIsStruct(c->given[k]))
        refuse("options must be a struct, as struct('dt', 0.1) is");
    return mxGetField(c->given[k], 0, name);
}

static double option_number(const struct call *c, int k, const char *name)
{
    const mxArray *value = option(c, k, name);
    return value ? number(value, name) : 0;
}

static void text_of(const mxArray *value, const char *what, char *text, size_t size)
{
    if (!mxIsChar(value) || mxGetString(value, text, size) != 0)
        mexErrMsgIdAndTxt("izh:IZH_E_INVALID", "%s must be a short text", what);
}

static izh_method method_of(const mxArray *value)
{
    char name[40];
    izh_method method = IZH_METHOD_DEFAULT;
    if (value) {
        text_of(value, "method", name, sizeof name);
        if (izh_method_find(name, &method) != IZH_OK)
            mexErrMsgIdAndTxt("izh:IZH_E_INVALID", "method = '%s' is none", name);
    }
    return method;
}

static int32_t events_of(const mxArray *value)
{
    char name[40] = "exact";
    if (value)
        text_of(value, "events", name, sizeof name);
    if (strcmp(name, "exact") != 0 && strcmp(name, "grid") != 0)
        refuse("events must be 'exact' or 'grid'");
    return strcmp(name, "grid") == 0 ? IZH_EVENTS_GRID : IZH_EVENTS_EXACT;
}

static struct object *object(const struct call *c)
{
    const double h = number(given(c, 0, "the object"), "the object");
    if (!(h >= 1 && h <= OBJECTS_MOST && h == floor(h)) || objects[(size_t)h - 1].kind == NONE)
        mexErrMsgIdAndTxt("izh:IZH_E_INVALID", "%.15g is no object: it is deleted, or never was",
                          h);
    return &objects[(size_t)h - 1];
}

static struct object *only(const struct call *c, enum kind least, const char *command)
{
    struct object *o = object(c);
    if (o->kind < least)
        mexErrMsgIdAndTxt("izh:IZH_E_INVALID", "%s is not for %s", command, KIND_NAMES[o->kind]);
    return o;
}

/* A row of 4 numbers is a neuron of the 2003 form, one of 9 of the 2007 form. */
static izh_params params_of(const double *x, size_t rows, size_t columns, size_t row)
{
    double p[9];
    if (columns != 4 && columns != 9)
        refuse("params must have 4 columns, a b c d, or 9, C k vr vt vpeak a b c d");
    for (size_t k = 0; k < columns; k++)
        p[k] = x[row + k * rows];
    return columns == 4 ? izh_params_2003(p[0], p[1], p[2], p[3])
                        : izh_params_2007(p[0], p[1], p[2], p[3], p[4], p[5], p[6], p[7], p[8]);
}

/* ---- making and deleting ---- */

static void destroy(struct object *o)
{
    if (o->kind == SOLVER)
        izh_solver_destroy(o->solver);
    else if (o->kind == POPULATION)
        izh_population_destroy(o->population);
    else if (o->kind == NETWORK)
        izh_network_destroy(o->network);
    memset(o, 0, sizeof *o);
}

static void destroy_all(void)
{
    for (size_t k = 0; k < OBJECTS_MOST; k++)
        destroy(&objects[k]);
}

static void keep(struct call *c, struct object made)
{
    for (size_t k = 0; k < OBJECTS_MOST; k++)
        if (objects[k].kind == NONE) {
            objects[k] = made;
            c->answer[0] = mxCreateDoubleScalar((double)k + 1);
            return;
        }
    destroy(&made);
    refuse("there are a thousand objects: izh('delete', h) ends one");
}

static void make_solver(struct call *c)
{
    struct object made = {.kind = SOLVER, .n = 1};
    izh_solver_config config = IZH_SOLVER_CONFIG_INIT;
    const mxArray *params = given(c, 0, "params");
    config.params = params_of(numbers(params, "params"), mxGetM(params), mxGetN(params), 0);
    const mxArray *initial = option(c, 1, "initial");
    if (initial && mxGetNumberOfElements(initial) != 2)
        refuse("initial must be [v u]");
    if (initial)
        config.initial =
            (izh_state){numbers(initial, "initial")[0], numbers(initial, "initial")[1]};
    else if (izh_params_rest(&config.params, 0, &config.initial) != IZH_OK)
        refuse("this neuron has no rest: give initial, [v u]");
    const mxArray *method = option(c, 1, "method");
    config.method = method ? method_of(method) : config.method;
    config.events = events_of(option(c, 1, "events"));
    config.dt = option_number(c, 1, "dt");
    config.log.write = remember;
    check(izh_solver_create(&made.solver, &config));
    keep(c, made);
}

static izh_population_config population_config(const struct call *c)
{
    izh_population_config config = IZH_POPULATION_CONFIG_INIT;
    config.n = whole(number(given(c, 0, "n"), "n"), 1, "n");
    const mxArray *method = option(c, 1, "method");
    config.method = method ? method_of(method) : config.method;
    config.events = events_of(option(c, 1, "events"));
    config.dt = option_number(c, 1, "dt");
    config.noise_sigma = option_number(c, 1, "noise_sigma");
    config.seed = whole(option_number(c, 1, "seed"), 0, "seed");
    config.threads = whole(option_number(c, 1, "threads"), 0, "threads");
    config.log.write = remember;
    return config;
}

static void make_population(struct call *c)
{
    const izh_population_config config = population_config(c);
    struct object made = {.kind = POPULATION, .n = config.n};
    check(izh_population_create(&made.population, &config));
    keep(c, made);
}

static double field(const mxArray *of, size_t k, const char *name)
{
    const mxArray *value = mxGetField(of, k, name);
    return value && !mxIsEmpty(value) ? number(value, name) : 0;
}

static uint32_t receptors_of(const mxArray *given_ones, izh_receptor *receptors)
{
    static const char *const kinds[] = {"jump", "current", "conductance"};
    if (!given_ones)
        return 0;
    if (!mxIsStruct(given_ones) || mxGetNumberOfElements(given_ones) > 8)
        refuse("receptors must be a struct array of at most 8");
    for (size_t k = 0; k < mxGetNumberOfElements(given_ones); k++) {
        char kind[40] = "";
        const mxArray *name = mxGetField(given_ones, k, "kind");
        if (name)
            text_of(name, "kind", kind, sizeof kind);
        receptors[k] = (izh_receptor){.kind = -1,
                                      .tau = field(given_ones, k, "tau"),
                                      .rise = field(given_ones, k, "rise"),
                                      .E = field(given_ones, k, "E"),
                                      .range = field(given_ones, k, "range")};
        for (int32_t j = 0; j < 3; j++)
            if (strcmp(kind, kinds[j]) == 0)
                receptors[k].kind = j;
        if (receptors[k].kind < 0)
            refuse("a receptor's kind must be 'jump', 'current' or 'conductance'");
    }
    return (uint32_t)mxGetNumberOfElements(given_ones);
}

static void make_network(struct call *c)
{
    izh_receptor receptors[8];
    const izh_population_config neurons = population_config(c);
    izh_network_config config = IZH_NETWORK_CONFIG_INIT;
    struct object made = {.kind = NETWORK, .n = neurons.n};
    config.population = &neurons;
    config.receptors = receptors;
    config.receptor_count = receptors_of(option(c, 1, "receptors"), receptors);
    config.sources = whole(option_number(c, 1, "sources"), 0, "sources");
    check(izh_network_create(&made.network, &config));
    made.population = izh_network_population(made.network);
    keep(c, made);
}

static void delete_object(struct call *c)
{
    destroy(object(c));
}

/* ---- setting ---- */

static void set_params(struct call *c)
{
    struct object *o = only(c, SOLVER, "set_params");
    const mxArray *given_ones = given(c, 1, "params");
    const double *x = numbers(given_ones, "params");
    const size_t rows = mxGetM(given_ones), columns = mxGetN(given_ones);
    if (rows != 1 && rows != o->n)
        refuse("params must have 1 row, or one for each neuron");
    izh_params *params = mxMalloc(rows * sizeof *params);
    for (size_t k = 0; k < rows; k++)
        params[k] = params_of(x, rows, columns, k);
    check(o->kind == SOLVER ? izh_solver_set_params(o->solver, params)
                            : izh_population_set_params(o->population, 0, o->n, params, rows > 1));
    mxFree(params);
}

static void set_state(struct call *c)
{
    struct object *o = only(c, SOLVER, "set_state");
    const mxArray *given_ones = given(c, 1, "the state");
    const double *x = numbers(given_ones, "the state");
    const size_t rows = mxGetM(given_ones);
    if (mxGetN(given_ones) != 2 || (rows != 1 && rows != o->n))
        refuse("the state must be rows [v u]: one, or one for each neuron");
    izh_state *states = mxMalloc(rows * sizeof *states);
    for (size_t k = 0; k < rows; k++)
        states[k] = (izh_state){x[k], x[k + rows]};
    check(o->kind == SOLVER ? izh_solver_set_state(o->solver, states[0])
                            : izh_population_set_state(o->population, 0, o->n, states, rows > 1));
    mxFree(states);
}

static void set_current(struct call *c)
{
    struct object *o = only(c, SOLVER, "set_current");
    const mxArray *I = given(c, 1, "the current");
    const size_t count = mxGetNumberOfElements(I);
    const double *x = numbers(I, "the current");
    if (count != 1 && count != o->n)
        refuse("the current must be a number, or one for each neuron");
    check(o->kind == SOLVER ? izh_solver_set_current(o->solver, *x)
                            : izh_population_set_current(o->population, 0, o->n, x, count > 1));
}

/* ---- synapses and spikes from outside ---- */

/* One for all, or one for each of `count`. */
static const double *column(const struct call *c, int k, const char *what, size_t count,
                            size_t *stride)
{
    const mxArray *array = given(c, k, what);
    const double *x = numbers(array, what);
    *stride = mxGetNumberOfElements(array) > 1;
    if (mxGetNumberOfElements(array) != 1 && mxGetNumberOfElements(array) != count)
        mexErrMsgIdAndTxt("izh:IZH_E_INVALID",
                          "%s must be a number, or as many as there are targets", what);
    return x;
}

static uint32_t ticks(double ms, double dt)
{
    const double nearest = floor(ms / dt + .5);
    if (!(nearest >= 0 && nearest <= 65535) || fabs(nearest * dt - ms) > 1e-12 * (1 + fabs(ms)))
        mexErrMsgIdAndTxt("izh:IZH_E_INVALID", "the delay %.15g ms is no multiple of dt = %.15g ms",
                          ms, dt);
    return (uint32_t)nearest;
}

static void connect(struct call *c)
{
    struct object *o = only(c, NETWORK, "connect");
    const size_t n = mxGetNumberOfElements(given(c, 2, "the targets"));
    size_t of[4];
    const double *source = column(c, 1, "the sources", n, &of[0]);
    const double *target = column(c, 2, "the targets", n, &of[1]);
    const double *weight = column(c, 3, "the weights", n, &of[2]);
    const double *delay = column(c, 4, "the delays", n, &of[3]);
    izh_group_config config = IZH_GROUP_CONFIG_INIT;
    uint32_t group;
    config.receptor =
        c->count > 5 ? (int32_t)whole(number(c->given[5], "the receptor"), 1, "the receptor") - 1
                     : 0;
    izh_synapse *synapses = mxMalloc((n + !n) * sizeof *synapses);
    for (size_t k = 0; k < n; k++)
        synapses[k] = (izh_synapse){whole(source[k * of[0]], 1, "a source") - 1,
                                    whole(target[k * of[1]], 1, "a target") - 1,
                                    ticks(delay[k * of[3]], izh_population_dt(o->population)), 0,
                                    weight[k * of[2]]};
    check(izh_network_group(o->network, &config, &group));
    check(izh_network_connect(o->network, group, synapses, n));
    mxFree(synapses);
}

static void send(struct call *c)
{
    struct object *o = only(c, NETWORK, "send");
    const size_t n = mxGetNumberOfElements(given(c, 1, "the times"));
    size_t of[2];
    const double *t = column(c, 1, "the times", n, &of[0]),
                 *i = column(c, 2, "the sources", n, &of[1]);
    izh_spike *spikes = mxMalloc((n + !n) * sizeof *spikes);
    for (size_t k = 0; k < n; k++)
        spikes[k] = (izh_spike){t[k * of[0]], whole(i[k * of[1]], 1, "a source") - 1, 0};
    check(izh_network_send(o->network, spikes, n));
    mxFree(spikes);
}

/* ---- running ---- */

struct collected {
    izh_spike *spikes;
    size_t count, room;
    int failed;
};

static void collect(struct collected *to, const izh_spike *spikes, size_t count)
{
    if (to->count + count > to->room) {
        const size_t room = 2 * (to->count + count) + 64;
        izh_spike *more = realloc(to->spikes, room * sizeof *more);
        if (!more) {
            to->failed = 1;
            return;
        }
        to->spikes = more;
        to->room = room;
    }
    if (count)
        memcpy(to->spikes + to->count, spikes, count * sizeof *spikes);
    to->count += count;
}

static int32_t on_spike(const izh_spike_event *event, izh_state *after, void *user)
{
    struct collected *to = user;
    const izh_spike spike = {event->t, 0, 0};
    (void)after;
    collect(to, &spike, 1);
    return to->failed ? IZH_STOP : IZH_CONTINUE;
}

static izh_status run_solver(struct object *o, double t_end, struct collected *to)
{
    izh_solver_on_spike(o->solver, on_spike, to);
    const izh_status status = izh_solver_run(o->solver, t_end);
    izh_solver_on_spike(o->solver, NULL, NULL);
    return status;
}

static izh_status run_many(struct object *o, double t_end, struct collected *to)
{
    izh_status status;
    do { /* pauses when the buffer of spikes is full */
        status = o->kind == NETWORK ? izh_network_run(o->network, t_end)
                                    : izh_population_run(o->population, t_end);
        const izh_spikes some = izh_population_spikes(o->population);
        collect(to, some.data, some.count);
    } while (status == IZH_PAUSED && !to->failed);
    return status;
}

static izh_spike *spikes_left; /* of the last run, until they are rows */

static void forget_spikes(void)
{
    free(spikes_left);
    spikes_left = NULL;
}

/* Rows [t i], in the order of time, neurons from 1. */
static void run(struct call *c)
{
    struct object *o = only(c, SOLVER, "run");
    const double t_end = number(given(c, 1, "t_end"), "t_end");
    struct collected to = {NULL, 0, 0, 0};
    forget_spikes();
    const izh_status status =
        o->kind == SOLVER ? run_solver(o, t_end, &to) : run_many(o, t_end, &to);
    spikes_left = to.spikes; /* where there is no memory for rows, Octave leaves this function */
    mxArray *rows = mxCreateDoubleMatrix(to.count, 2, mxREAL);
    double *x = mxGetPr(rows);
    for (size_t k = 0; k < to.count; k++) {
        x[k] = to.spikes[k].t;
        x[k + to.count] = to.spikes[k].i + 1.0;
    }
    forget_spikes();
    c->answer[0] = rows;
    if (to.failed)
        check(IZH_E_MEMORY);
    check(status);
}

/* ---- reading ---- */

static void state(struct call *c)
{
    struct object *o = only(c, SOLVER, "state");
    izh_state *states = mxMalloc(o->n * sizeof *states);
    if (o->kind == SOLVER)
        states[0] = izh_solver_state(o->solver);
    else
        check(izh_population_get_state(o->population, 0, o->n, states));
    c->answer[0] = mxCreateDoubleMatrix(o->n, 2, mxREAL);
    for (size_t k = 0; k < o->n; k++) {
        mxGetPr(c->answer[0])[k] = states[k].v;
        mxGetPr(c->answer[0])[k + o->n] = states[k].u;
    }
    mxFree(states);
}

static void time_of(struct call *c)
{
    struct object *o = only(c, SOLVER, "time");
    const double t =
        o->kind == SOLVER ? izh_solver_time(o->solver) : izh_population_time(o->population);
    c->answer[0] = mxCreateDoubleScalar(t);
}

/* ---- the one function ---- */

static const struct {
    const char *name;
    void (*run)(struct call *c);
} COMMANDS[] = {
    {"solver", make_solver},
    {"population", make_population},
    {"network", make_network},
    {"delete", delete_object},
    {"set_params", set_params},
    {"set_state", set_state},
    {"send", send},
    {"set_current", set_current},
    {"connect", connect},
    {"run", run},
    {"state", state},
    {"time", time_of},
};

void mexFunction(int answers, mxArray **answer, int count, const mxArray **arguments)
{
    char name[40];
    struct call c = {answers, count - 1, answer, arguments + 1};
    said[0] = '\0';
    mexAtExit(destroy_all);
    if (count < 1)
        refuse("the command is missing: see help izh");
    text_of(arguments[0], "the command", name, sizeof name);
    for (size_t k = 0; k < sizeof COMMANDS / sizeof *COMMANDS; k++)
        if (strcmp(name, COMMANDS[k].name) == 0) {
            COMMANDS[k].run(&c);
            return;
        }
    mexErrMsgIdAndTxt("izh:IZH_E_INVALID", "'%s' is no command: see help izh", name);
}
