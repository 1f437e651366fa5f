/* A flow map: trained once, then under any current from any state. */
#include "example.h"

#include <math.h>
#include <stdlib.h>

#define I_LO 70 /* pA */
#define I_HI 200
#define STIMULI 50 /* of each kind */
#define SEGMENTS 32
#define FIRST 6

static int32_t progress(const izh_flow_progress *p, void *user)
{
    (void)user;
    show_progress("a flow map", (double)p->iteration / p->iterations, p->loss);
    return IZH_CONTINUE;
}

static izh_solver_config config_of(const izh_flow *flow)
{
    izh_solver_config config = IZH_SOLVER_CONFIG_INIT;
    config.method = flow ? IZH_PINN : IZH_TAYLOR;
    config.params = neuron();
    config.flow = flow;
    config.initial.v = -60;
    return config;
}

struct flow_result train_flow(const double *times)
{
    struct flow_result result = {.states = room(SAMPLES, sizeof *result.states)};
    izh_flow_config config = IZH_FLOW_CONFIG_INIT;
    config.params = neuron();
    config.I_lo = 0; /* the report's second begins without a current */
    config.I_hi = I_HI;
    config.slope = (I_HI - I_LO) / 5.;
    config.progress = progress;
    config.log.write = tell;
    double start = seconds();
    demand("izh_flow_train", izh_flow_train(&result.flow, &config));
    result.training_s = seconds() - start;
    show_progress("a flow map", 1, 0);
    const izh_solver_config solver = config_of(result.flow);
    start = seconds();
    solve(&solver, &current, 1, times, SAMPLES, result.states, &result.spikes);
    result.points_per_s = SAMPLES / (seconds() - start);
    return result;
}

/* ---- stimuli at random ---- */

static double uniform(uint64_t *seed, double lo, double hi)
{
    uint64_t z = *seed += 0x9e3779b97f4a7c15; /* SplitMix64 */
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return lo + (hi - lo) * ((double)((z ^ z >> 31) >> 11) * 0x1p-53);
}

enum kind {
    CONSTANTS,
    STEPS,
    RAMPS,
    PULSES,
    KINDS
};
static const char *const names[KINDS] = {"constants", "steps", "ramps", "pulses"};

struct stimulus {
    izh_segment segments[SEGMENTS];
    size_t count;
    izh_state from;
};

static void add(struct stimulus *s, double t, double I, double slope)
{
    s->segments[s->count++] = (izh_segment){t, I, slope};
}

/* Every 20 to 200 ms another level, a ramp to one, or a pulse of 1 to 15 ms. */
static struct stimulus draw(uint64_t *seed, enum kind kind)
{
    struct stimulus s = {.count = 0};
    double level = uniform(seed, I_LO, I_HI), t = 0;
    s.from = (izh_state){uniform(seed, -65, -45), uniform(seed, -40, 120)};
    while (t < UNTIL && s.count + 2 < SEGMENTS) {
        const double next = t + uniform(seed, 20, 200), other = uniform(seed, I_LO, I_HI);
        add(&s, t, level, kind == RAMPS ? (other - level) / (next - t) : 0);
        if (kind == CONSTANTS)
            return s;
        if (kind == PULSES)
            add(&s, next - uniform(seed, 1, 15), other, 0);
        else
            level = other;
        t = next;
    }
    return s;
}

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void compare(const izh_flow *flow, const struct stimulus *s, double *error, int *right)
{
    struct spikes exact, learnt;
    izh_solver_config config = config_of(NULL);
    config.initial = s->from;
    solve(&config, s->segments, s->count, NULL, 0, NULL, &exact);
    config = config_of(flow);
    config.initial = s->from;
    solve(&config, s->segments, s->count, NULL, 0, NULL, &learnt);
    *right += learnt.count == exact.count;
    *error = 0;
    for (size_t i = 0; i < FIRST && i < exact.count && i < learnt.count; i++)
        *error = fmax(*error, fabs(learnt.t[i] - exact.t[i]));
}

static void write_one(const izh_flow *flow, const struct stimulus *s, const char *folder,
                      const double *times)
{
    izh_state *states = room(SAMPLES, sizeof *states);
    struct spikes spikes;
    izh_solver_config config = config_of(NULL);
    config.initial = s->from;
    solve(&config, s->segments, s->count, times, SAMPLES, states, &spikes);
    write_states(folder, "flow-exact.dat", times, states, &spikes);
    config = config_of(flow);
    config.initial = s->from;
    solve(&config, s->segments, s->count, times, SAMPLES, states, &spikes);
    write_states(folder, "flow.dat", times, states, &spikes);
    FILE *file = create(folder, "flow-current.dat");
    for (size_t i = 0; i < s->count; i++) {
        const izh_segment x = s->segments[i];
        const double end = i + 1 < s->count ? s->segments[i + 1].t : UNTIL;
        fprintf(file, "%.10g %.10g\n%.10g %.10g\n", x.t, x.I, end, x.I + x.slope * (end - x.t));
    }
    finish(file);
    free(states);
}

void try_flow(const izh_flow *flow, const char *folder, const double *times)
{
    const izh_flow_info info = izh_flow_get_info(flow);
    uint64_t seed = 1;
    printf(
        "\nThe flow map, trained for %g .. %g pA and up to %g pA/ms: %u parameters, steps of %g "
        "ms, residual %.1e (%.1e at points it was not "
        "trained at).\nUnder currents in %d .. %d pA and from states drawn at random, %d of each "
        "kind, first six spikes:\n%-10s %26s %18s %15s\n",
        info.I_lo, info.I_hi, info.slope, (unsigned)info.parameters, info.step, info.residual,
        info.residual_new, I_LO, I_HI, STIMULI, "", "right number of spikes", "median error, ms",
        "worst, ms");
    for (int kind = 0; kind < KINDS; kind++) {
        double errors[STIMULI];
        int right = 0;
        for (int i = 0; i < STIMULI; i++) {
            const struct stimulus s = draw(&seed, (enum kind)kind);
            compare(flow, &s, &errors[i], &right);
            if (folder && kind == RAMPS && i == 0)
                write_one(flow, &s, folder, times);
        }
        qsort(errors, STIMULI, sizeof *errors, ascending);
        printf("%-10s %26d %18.1e %15.1e\n", names[kind], right, errors[STIMULI / 2],
               errors[STIMULI - 1]);
    }
}
