/* A population's runs: their callbacks and spikes. A run here does not pause: it takes spikes until
 * there are no more, or hands them to the function. */
#include "population.h"

#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- the spikes that are shown ---- */

static void show(struct izl_population *p, const izh_spike *data, size_t count)
{
    p->shown = (izh_spikes){data, count};
    p->generation++;
}

struct iterator {
    size_t next;
    unsigned generation;
};

/* Upvalues: the population and an iterator. Returns t, i until there are no more. */
static int next_spike(lua_State *L)
{
    const struct izl_population *p = lua_touserdata(L, lua_upvalueindex(1));
    struct iterator *iterator = lua_touserdata(L, lua_upvalueindex(2));
    if (iterator->generation != p->generation)
        izl_fail(L, IZH_E_INVALID, "these spikes are gone: the population has moved on");
    if (iterator->next == p->shown.count)
        return 0;
    const izh_spike spike = p->shown.data[iterator->next++];
    lua_pushnumber(L, spike.t);
    izl_push_whole(L, spike.i);
    return 2;
}

/* Pushes an iterator over what the population at index shows. */
static void push_iterator(lua_State *L, int index, const struct izl_population *p)
{
    const struct iterator start = {0, p->generation};
    lua_pushvalue(L, index);
    struct iterator *iterator = izl_memory(L, 1, sizeof *iterator);
    *iterator = start;
    lua_pushcclosure(L, next_spike, 2);
}

/* population:spikes(): for t, i in population:spikes() do */
int izl_population_spikes(lua_State *L)
{
    push_iterator(L, 1, izl_check_population(L));
    return 1;
}

int izl_population_spike_count(lua_State *L)
{
    izl_push_whole(L, izl_check_population(L)->shown.count);
    return 1;
}

/* Adds what the last call of the library delivered. */
static izh_status gather(struct izl_population *p)
{
    const izh_spikes more = izh_population_spikes(p->population);
    if (more.count > p->capacity - p->count) {
        const size_t capacity = 2 * (p->count + more.count);
        izh_spike *spikes = realloc(p->spikes, capacity * sizeof *spikes);
        if (!spikes)
            return IZH_E_MEMORY;
        p->spikes = spikes;
        p->capacity = capacity;
    }
    if (more.count)
        memcpy(p->spikes + p->count, more.data, more.count * sizeof *more.data);
    p->count += more.count;
    return IZH_OK;
}

/* ---- callbacks ---- */

struct spikes_call {
    struct izl_population *population;
    int stop;
};

static void spikes_body(lua_State *L, void *argument)
{
    struct spikes_call *c = argument;
    lua_rawgeti(L, IZL_FUNCTIONS, IZL_ON_SPIKES);
    push_iterator(L, IZL_OBJECT, c->population);
    izl_push_whole(L, c->population->shown.count);
    lua_call(L, 2, 1);
    c->stop = izl_stop_or_nothing(L, -1, "on_spikes");
}

static int32_t on_spikes(const izh_spike *spikes, size_t count, void *user)
{
    struct izl_population *p = user;
    struct spikes_call c = {p, 0};
    show(p, spikes, count);
    const int fine = izl_call(p->call, spikes_body, &c);
    show(p, NULL, 0);
    return fine && !c.stop ? IZH_CONTINUE : IZH_STOP;
}

struct current_call {
    double t;
    int stop;
};

static void current_body(lua_State *L, void *argument)
{
    struct current_call *c = argument;
    lua_rawgeti(L, IZL_FUNCTIONS, IZL_ON_CURRENT);
    lua_pushnumber(L, c->t);
    lua_rawgeti(L, IZL_FUNCTIONS, IZL_VIEW);
    lua_call(L, 2, 1);
    c->stop = izl_is_stop(L, -1);
    if (!c->stop && !lua_isnil(L, -1))
        izl_wrong_answer(L, -1, "on_current",
                         "nothing or izh.STOP, and writes the currents into its second argument");
}

/* Keeps where a current comes from that brings its neuron in trouble. */
static void note_currents(struct izl_population *p, double t, uint32_t count, const double *I)
{
    for (uint32_t i = 0; !*p->note && i < count; i++)
        if (!isfinite(I[i]))
            snprintf(p->note, sizeof p->note,
                     "; on_current gave neuron %" PRIu32 " %g at t = %.15g", i, I[i], t);
}

/* `first` is 0 and `count` all: the function is asked once a tick. */
static void on_current(double t, uint32_t first, uint32_t count, double *I, void *user)
{
    struct izl_population *p = user;
    struct current_call c = {t, 0};
    (void)first;
    *p->view = (struct izl_buffer){I, count};
    izl_call(p->call, current_body, &c);
    *p->view = (struct izl_buffer){NULL, 0};
    p->stopped |= c.stop;
    note_currents(p, t, count, I);
}

/* population:on_spikes(function or nil) */
static int set_on_spikes(lua_State *L)
{
    struct izl_population *p = izl_check_population(L);
    lua_settop(L, 2);
    izl_check_function_or_nil(L, 2);
    izl_population_checked(
        L, p, izh_population_on_spikes(p->population, lua_isnil(L, 2) ? NULL : on_spikes, p));
    izl_keep(L, 1, IZL_ON_SPIKES);
    return 0;
}

/* population:on_current(function or nil): once a tick, in the order of time. The other way that C
 * has calls from several threads at once, which a lua_State does not take. */
static int set_on_current(lua_State *L)
{
    izl_check_population(L);
    lua_settop(L, 2);
    izl_check_function_or_nil(L, 2);
    const int ends = lua_isnil(L, 2);
    struct izl_buffer *view = ends ? NULL : izl_new_view(L);
    struct izl_population *p = izl_check_population(L);
    izl_population_checked(
        L, p, izh_population_on_current(p->population, ends ? NULL : on_current, p, 1));
    p->view = view;
    if (view)
        izl_keep(L, 1, IZL_VIEW);
    izl_keep(L, 1, IZL_ON_CURRENT);
    return 0;
}

/* ---- runs ---- */

/* Where the next call of the library ends. A function for currents cannot stop a run, so it gets
 * one tick at a time, which changes no bits; an end that is no tick is refused before. */
static double next_end(const struct izl_population *p, double t_end)
{
    const double now = izh_population_time(p->population), dt = izh_population_dt(p->population);
    const double ticks = floor((t_end - now) / dt + .5);
    const double slack = 4 * DBL_EPSILON * fmax(fabs(now), fabs(t_end));
    if (!p->view || !(ticks > 1) || !(fabs(now + ticks * dt - t_end) <= slack))
        return t_end;
    return now + dt;
}

static izh_status advance(const struct izl_population *p, double t_end)
{
    return p->network ? izh_network_run(p->network, t_end)
                      : izh_population_run(p->population, t_end);
}

static const char *message_of(const struct izl_population *p)
{
    return p->network ? izh_network_message(p->network) : izh_population_message(p->population);
}

/* Goes on until t_end, an error that ends the run, or a callback's stop. Neurons in trouble do not
 * end it; *trouble and the text are about the first. */
static izh_status run_to(struct izl_population *p, double t_end, izh_status *trouble, char *text)
{
    for (;;) {
        const double next = next_end(p, t_end);
        const double before = izh_population_time(p->population);
        const izh_status status = advance(p, next);
        if (gather(p) != IZH_OK)
            return IZH_E_MEMORY;
        if (p->call->failed || status == IZH_STOPPED || (p->stopped && status == IZH_OK))
            return *trouble == IZH_OK ? IZH_STOPPED : *trouble;
        if (status == IZH_PAUSED)
            continue;
        if (status < 0 && *trouble == IZH_OK) {
            *trouble = status;
            snprintf(text, IZL_MESSAGE, "%s%s", message_of(p), p->note);
        }
        if (next == t_end || (status < 0 && izh_population_time(p->population) == before))
            return status == IZH_OK ? *trouble : status;
    }
}

int izl_population_go(lua_State *L)
{
    char text[IZL_MESSAGE] = "";
    izh_status trouble = IZH_OK;
    const int busy = izl_check_population(L)->call != NULL;
    const double t_end = izl_number(L, 2);
    if (busy)
        izl_fail(L, IZH_E_BUSY, "run inside a callback");
    lua_settop(L, 2);
    izl_get_refs(L, 1);
    struct izl_call *call = izl_call_begin(L, 3);
    struct izl_population *p = izl_check_population(L);
    p->count = 0;
    p->stopped = 0;
    *p->note = '\0';
    show(p, NULL, 0);
    p->call = call;
    const izh_status status = run_to(p, t_end, &trouble, text);
    p->call = NULL;
    show(p, p->spikes, p->count);
    izl_call_end(call);
    izl_check(L, status, text);
    lua_pushboolean(L, status == IZH_OK);
    return 1;
}

/* population:run(t_end): true, or false where a callback stopped it. An error that is about neurons
 * in trouble is raised once the run is over. */
static int run(lua_State *L)
{
    if (izl_check_population(L)->network)
        izl_fail(L, IZH_E_BUSY, "these neurons are a network's: use network:run(t_end)");
    return izl_population_go(L);
}

const luaL_Reg izl_population_running[] = {{"run", run},
                                           {"spikes", izl_population_spikes},
                                           {"spike_count", izl_population_spike_count},
                                           {"on_spikes", set_on_spikes},
                                           {"on_current", set_on_current},
                                           {NULL, NULL}};
