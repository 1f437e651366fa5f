/* Bytes as a flow map: refused, or one that can be asked, saved again, and used by a solver. */
#include "fuzz.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define WORD FUZZ_WORD
#define HEAD FUZZ_HEAD
#define ROOM (1 << 14)

static int32_t stop(const izh_flow_progress *progress, void *user)
{
    (void)progress, (void)user;
    return IZH_STOP;
}

/* The smallest map; no matter how good. */
static size_t own(uint8_t *blob)
{
    izh_flow *flow;
    izh_flow_config config = IZH_FLOW_CONFIG_INIT;
    config.params = izh_params_2007(100, .7, -60, -40, 35, .03, -2, -50, 100);
    config.I_hi = 100;
    config.units = 8;
    config.points = 100;
    config.progress = stop;
    demand(izh_flow_train(&flow, &config) == IZH_STOPPED, NULL);
    const size_t size = izh_flow_save(flow, blob, ROOM);
    demand(size <= ROOM, NULL);
    izh_flow_destroy(flow);
    return size;
}

/* Replaces words by doubles, integers and each other, mostly among the first, which say what the
 * map is, and may drop some at the end. */
static size_t patch(uint8_t *blob, size_t size, struct bytes *b)
{
    const size_t words = size / WORD;
    size -= WORD * (size_t)fuzz_below(b, 3);
    while (b->at < b->end) {
        const bool far = fuzz_below(b, 4) == 3;
        const size_t word = far ? (fuzz_byte(b) + 256u * fuzz_below(b, 2)) % words
                                : HEAD / WORD + fuzz_below(b, 24);
        const double x = fuzz_double(b);
        if (word < HEAD / WORD)
            continue;
        if (fuzz_below(b, 4) == 3)
            memcpy(blob + WORD * word, blob + WORD * (fuzz_byte(b) % words), WORD);
        else if (fuzz_below(b, 4) == 3)
            fuzz_put_word(blob + WORD * word, fuzz_byte(b));
        else
            memcpy(blob + WORD * word, &x, WORD);
    }
    return size;
}

/* ---- what is loaded ---- */

/* Alone or together, a time's state is the same, and at once it is the start. */
static void demand_answers(const izh_flow *flow, izh_state from, double I, double slope)
{
    const double h = izh_flow_get_info(flow).step;
    const double t[] = {0, .1 * h, .5 * h, h, 1.5 * h, NAN};
    izh_state y[LENGTH(t)], z;
    double r[LENGTH(t)], q;
    demand(izh_flow_eval(flow, from, I, slope, t, LENGTH(t), y, r) == IZH_E_INVALID, NULL);
    for (size_t i = 0; i < LENGTH(t); i++) {
        izh_flow_eval(flow, from, I, slope, &t[i], 1, &z, &q);
        demand(fuzz_same_state(y[i], z) && fuzz_same(r[i], q), NULL);
        demand(i < 4 || (isnan(z.v) && isnan(z.u) && isnan(q)), NULL);
    }
}

/* What the format has no room for, as bits beyond a count's 32, is gone after one more. */
static void demand_saved(const izh_flow *flow, size_t size)
{
    static uint8_t again[ROOM], third[ROOM];
    izh_flow *back;
    demand(izh_flow_save(flow, again, ROOM) == size, NULL);
    demand(izh_flow_load(&back, again, size, NULL, NULL) == IZH_OK, NULL);
    demand(izh_flow_save(back, third, ROOM) == size, NULL);
    demand(memcmp(again, third, size) == 0, NULL);
    izh_flow_destroy(back);
}

/* A file is read as its bytes are. */
static void demand_same_from_file(const uint8_t *blob, size_t size, izh_status expected)
{
    izh_flow *flow;
    demand(izh_flow_load_file(&flow, fuzz_file(blob, size), NULL, NULL) == expected, NULL);
    demand((expected == IZH_OK) == (flow != NULL), NULL);
    izh_flow_destroy(flow);
}

/* A solver ends a few steps in whatever way, but ends. */
static void demand_steps(const izh_flow *flow, izh_state from, double I)
{
    const izh_flow_info info = izh_flow_get_info(flow);
    izh_solver_config config = IZH_SOLVER_CONFIG_INIT;
    izh_solver *s;
    config.method = IZH_PINN;
    config.params = info.params;
    config.initial = from;
    config.flow = flow;
    config.rtol = 1;
    config.pinn = (izh_pinn_network){.hidden = 4, .points = 4, .shortest = .01};
    config.max_spikes_per_ms = 4;
    const izh_status status = izh_solver_create(&s, &config);
    demand(status == IZH_OK || status == IZH_E_INVALID, NULL);
    if (status != IZH_OK)
        return;
    izh_solver_set_current(s, I);
    for (int i = 1; i <= 20; i++) {
        const double t = izh_solver_time(s) + fmax(info.step, 1e-9);
        fuzz_hurry(s, t);
        const izh_status end = izh_solver_run(s, t);
        fuzz_demand_sound(s, end);
        if (end != IZH_OK)
            break;
    }
    izh_solver_destroy(s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t first[ROOM], blob[ROOM];
    static size_t first_size;
    struct bytes b = {data, data + size};
    const unsigned kind = fuzz_below(&b, 3);
    if (!first_size)
        first_size = own(first);
    const izh_state from = fuzz_state(&b);
    const double I = fuzz_double(&b), slope = fuzz_double(&b);
    size_t length = (size_t)(b.end - b.at);
    if (kind == 2) {
        memcpy(blob, first, first_size);
        length = patch(blob, first_size, &b);
    } else {
        memcpy(blob, b.at, length < ROOM ? length : (length = ROOM));
    }
    if (kind > 0)
        length = fuzz_seal(blob, length, "izh-flow");
    izh_flow *flow = NULL;
    const izh_status status = izh_flow_load(&flow, blob, length, NULL, NULL);
    demand_same_from_file(blob, length, status);
    demand((status == IZH_OK) == (flow != NULL), NULL);
    demand(status == IZH_OK || status == IZH_E_FORMAT, NULL);
    if (flow) {
        const izh_flow_info info = izh_flow_get_info(flow);
        demand_saved(flow, length);
        demand_answers(flow, from, I, slope);
        /* And from within what the map was trained for. */
        const izh_state low = {info.v_lo, info.u_lo}, high = {info.params.c, info.u_hi};
        demand_answers(flow, low, info.I_lo, 0);
        demand_answers(flow, high, info.I_hi, -info.slope);
        demand_steps(flow, from, I);
        demand_steps(flow, low, info.I_lo);
        demand_steps(flow, high, info.I_hi);
    }
    izh_flow_destroy(flow);
    return 0;
}
