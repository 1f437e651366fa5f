/* How other programs step the 2003 model: their spikes, and their bits. What is expected comes from
 * the programs' own lines, written anew here as plain loops, and from spikes that these programs'
 * listings gave (tests/reference), never from libizh. */
#include "support.h"

#define UNTIL 1000.

static const double inf = INFINITY;

/* ---- the programs ---- */

struct neuron {
    double a, b, c, d;
    double k1, k0;    /* figure1 only: 5 and 140 but for patterns (G) and (L) */
    int accommodates; /* figure1 only: pattern (R) */
    double v, u;
    double this_h; /* sPyNNaker's next step, where not 0 */
};

/* A step from t under I; true for a spike in it, whose time is *t then. */
typedef int program(struct neuron *n, double *t, double I, double h);

static int figure1(struct neuron *n, double *t, double I, double tau)
{
    (void)t; /* the loop's */
    n->v = n->v + tau * (0.04 * (n->v * n->v) + n->k1 * n->v + n->k0 - n->u + I);
    n->u = n->accommodates ? n->u + tau * n->a * (n->b * (n->v + 65))
                           : n->u + tau * n->a * (n->b * n->v - n->u);
    if (!(n->v > 30))
        return 0;
    n->v = n->c;
    n->u = n->u + n->d;
    return 1;
}

static int nest(struct neuron *n, double *t, double I, double h)
{
    const double v_old = n->v, u_old = n->u;
    n->v += h * (0.04 * v_old * v_old + 5.0 * v_old + 140.0 - u_old + I);
    n->u += h * n->a * (n->b * v_old - u_old);
    *t += h;
    if (n->v < 30.0)
        return 0;
    n->v = n->c;
    n->u += n->d;
    return 1;
}

static int published(struct neuron *n, double *t, double I, double h)
{
    n->v += h * 0.5 * (0.04 * n->v * n->v + 5.0 * n->v + 140.0 - n->u + I);
    n->v += h * 0.5 * (0.04 * n->v * n->v + 5.0 * n->v + 140.0 - n->u + I);
    n->u += h * n->a * (n->b * n->v - n->u);
    *t += h;
    if (n->v < 30.0)
        return 0;
    n->v = n->c;
    n->u += n->d;
    return 1;
}

static int genn(struct neuron *n, double *t, double I, double DT)
{
    if (n->v >= 30.0) {
        n->v = n->c;
        n->u += n->d;
    }
    n->v += 0.5 * (0.04 * n->v * n->v + 5.0 * n->v + 140.0 - n->u + I) * DT;
    n->v += 0.5 * (0.04 * n->v * n->v + 5.0 * n->v + 140.0 - n->u + I) * DT;
    n->u += n->a * (n->b * n->v - n->u) * DT;
    if (n->v > 30.0)
        n->v = 30.0;
    *t += DT;
    return n->v >= 29.99;
}

static double dvdt(double v, double u, double I, double h)
{
    return ((0.04 * v + 5.0) * v + 140.0 - u + I) * h;
}

static double dudt(const struct neuron *n, double v, double u, double h)
{
    return n->a * (n->b * v - u) * h;
}

static int carlsim_euler(struct neuron *n, double *t, double I, double h)
{
    int fired = 0;
    double v_next = n->v + dvdt(n->v, n->u, I, h);
    if (v_next > 30.0) {
        fired = 1;
        v_next = n->c;
        n->u += n->d;
    }
    if (v_next < -90.0)
        v_next = -90.0;
    n->u += dudt(n, v_next, n->u, h);
    n->v = v_next;
    *t = floor(*t + h / 2); /* t is a sub-step's start but for rounding */
    return fired;
}

static int carlsim_rk4(struct neuron *n, double *t, double I, double h)
{
    const double v = n->v, u = n->u, one_sixth = 1.0 / 6.0;
    int fired = 0;
    const double k1 = dvdt(v, u, I, h), l1 = dudt(n, v, u, h);
    const double k2 = dvdt(v + k1 / 2.0, u + l1 / 2.0, I, h);
    const double l2 = dudt(n, v + k1 / 2.0, u + l1 / 2.0, h);
    const double k3 = dvdt(v + k2 / 2.0, u + l2 / 2.0, I, h);
    const double l3 = dudt(n, v + k2 / 2.0, u + l2 / 2.0, h);
    const double k4 = dvdt(v + k3, u + l3, I, h), l4 = dudt(n, v + k3, u + l3, h);
    double v_next = v + one_sixth * (k1 + 2.0 * k2 + 2.0 * k3 + k4);
    if (v_next > 30.0) {
        fired = 1;
        v_next = n->c;
        n->u += n->d;
    }
    if (v_next < -90.0)
        v_next = -90.0;
    n->u += one_sixth * (l1 + 2.0 * l2 + 2.0 * l3 + l4);
    n->v = v_next;
    *t = floor(*t + h / 2);
    return fired;
}

static int nemo(struct neuron *n, double *t, double I, double h)
{
    int fired = 0;
    for (int sub = 0; sub < 4; sub++)
        if (!fired) {
            n->v += 0.25 * ((0.04 * n->v + 5.0) * n->v + 140.0 - n->u + I);
            n->u += 0.25 * (n->a * (n->b * n->v - n->u));
            fired = n->v >= 30.0;
        }
    if (fired) {
        n->v = n->c;
        n->u += n->d;
    }
    *t += h;
    return fired;
}

static int spinnaker(struct neuron *n, double *t, double I, double timestep)
{
    const double h = n->this_h != 0 ? n->this_h : timestep;
    const double V = n->v, U = n->u;
    const double pre_alph = 140.0 + I - U;
    const double alpha = pre_alph + (5.0 + 0.04 * V) * V;
    const double eta = V + h * alpha / 2;
    const double beta = h * (n->b * V - U) * n->a / 2;
    n->v += h * (pre_alph - beta + (5.0 + 0.04 * eta) * eta);
    n->u += n->a * h * (-U - beta + n->b * eta);
    n->this_h = timestep;
    *t += timestep;
    if (n->v < 30.0)
        return 0;
    n->v = n->c;
    n->u += n->d;
    n->this_h = timestep * 1.85;
    return 1;
}

static const struct dialect {
    const char *name;
    izh_method method;
    int32_t value;
    program *program;
    double usual;    /* its default step */
    double other[2]; /* steps that it has, too; 0: none */
    double wrong;    /* a step that it does not have; 0: has all */
} dialects[] = {
    {"figure1", IZH_FIGURE1, 11, figure1, .25, {.1, 1}, 0},
    {"published-2003", IZH_PUBLISHED_2003, 10, published, 1, {.1, .5}, 0},
    {"nest-consistent", IZH_NEST_CONSISTENT, 12, nest, 1, {.1, .03}, 0},
    {"carlsim-euler", IZH_CARLSIM_EULER, 13, carlsim_euler, .5, {.05, 1. / 3}, .3},
    {"carlsim-rk4", IZH_CARLSIM_RK4, 14, carlsim_rk4, .1, {.5, .01}, .009},
    {"genn", IZH_GENN, 15, genn, 1, {.1, .7}, 0},
    {"nemo", IZH_NEMO, 16, nemo, 1, {0, 0}, .25},
    {"spinnaker", IZH_SPINNAKER, 17, spinnaker, 1, {.1, .3}, 0},
};

/* published-2003 is a method of any form and events, too. */
static int is_general(const struct dialect *d)
{
    return d->method == IZH_PUBLISHED_2003;
}

/* ---- neurons and solvers ---- */

static struct neuron neuron_of(double a, double b, double c, double d, double v, double u)
{
    return (struct neuron){a, b, c, d, 5, 140, 0, v, u, 0};
}

static struct neuron rs(void)
{
    return neuron_of(.02, .2, -65, 8, -65, -13);
}

static izh_params params_of(const struct neuron *n)
{
    izh_params p = izh_params_2003(n->a, n->b, n->c, n->d);
    p.k1 = n->k1;
    p.k0 = n->k0;
    if (n->accommodates) {
        p.r = 0;
        p.vb = -65;
    }
    return p;
}

static izh_solver_config config_of(const struct dialect *d, const struct neuron *n, double dt)
{
    izh_solver_config config = IZH_SOLVER_CONFIG_INIT;
    config.method = d->method;
    config.events = IZH_EVENTS_GRID;
    config.dt = dt;
    config.params = params_of(n);
    config.initial = (izh_state){n->v, n->u};
    return config;
}

static izh_solver *start(const struct dialect *d, const struct neuron *n, double dt,
                         struct spikes *spikes)
{
    const izh_solver_config config = config_of(d, n, dt);
    izh_solver *s = support_create(&config);
    memset(spikes, 0, sizeof *spikes);
    check_ok(izh_solver_on_spike(s, support_spike, spikes), s);
    return s;
}

/* ---- the table of check values ---- */

static const struct {
    const char *name;
    double dt;
    size_t count;
    double first[3], last;
} values[] = {
    {"nest-consistent", 1, 22, {5, 32, 79}, 972},
    {"nest-consistent", .1, 23, {3.4, 27.1, 72.2}, 974.2},
    {"published-2003", 1, 20, {4, 31, 79}, 984},
    {"genn", 1, 20, {4, 31, 79}, 984},
    {"genn", .1, 23, {3.3, 27, 72.1}, 975.3},
    {"carlsim-euler", 1. / 2, 23, {3, 28, 74}, 994},
    {"carlsim-euler", 1. / 20, 23, {3, 26, 71}, 970},
    {"carlsim-rk4", 1. / 10, 23, {3, 26, 71}, 969},
    {"nemo", 1, 23, {4, 30, 76}, 996},
    {"spinnaker", 1, 23, {4, 28, 73}, 985},
    {"spinnaker", .1, 23, {3.2, 26.4, 71.2}, 967.2},
};

static const struct dialect *dialect_of(const char *name)
{
    size_t i = 0;
    while (strcmp(dialects[i].name, name) != 0)
        i++;
    return &dialects[i];
}

static void the_check_values_come(void **state)
{
    (void)state;
    static struct spikes spikes;
    for (size_t i = 0; i < LENGTH(values); i++) {
        const struct neuron n = rs();
        izh_solver *s = start(dialect_of(values[i].name), &n, values[i].dt, &spikes);
        support_about("%s, dt = %g", values[i].name, values[i].dt);
        check_ok(izh_solver_set_current(s, 10), s);
        check_ok(izh_solver_run(s, UNTIL), s);
        check_true(spikes.n == values[i].count);
        for (size_t k = 0; k < 3; k++) /* a tick's double may lie an ulp beside the decimal */
            check_close(spikes.event[k].t, values[i].first[k], 1e-12);
        check_close(spikes.event[spikes.n - 1].t, values[i].last, 1e-9);
        izh_solver_destroy(s);
    }
}

/* The listing's 20th spike, by its own label, is 151 ms late, and the true train has 23. */
static void published_2003_is_151_ms_late(void **state)
{
    (void)state;
    static struct spikes late, exact;
    const struct neuron n = rs();
    izh_solver *s = start(dialect_of("published-2003"), &n, 1, &late);
    izh_solver_config config = config_of(dialect_of("published-2003"), &n, 0);
    config.method = IZH_TAYLOR;
    config.events = IZH_EVENTS_EXACT;
    izh_solver *taylor = support_create(&config);
    memset(&exact, 0, sizeof exact);
    check_ok(izh_solver_on_spike(taylor, support_spike, &exact), taylor);
    check_ok(izh_solver_set_current(s, 10), s);
    check_ok(izh_solver_set_current(taylor, 10), taylor);
    check_ok(izh_solver_run(s, UNTIL), s);
    check_ok(izh_solver_run(taylor, UNTIL), taylor);
    assert_int_equal(late.n, 20);
    assert_int_equal(exact.n, 23);
    check_close(exact.event[22].t, 967.3053706909039, 1e-9);
    check_close(late.event[19].t - exact.event[19].t, 151, .5);
    izh_solver_destroy(s);
    izh_solver_destroy(taylor);
}

/* ---- bits ---- */

static uint64_t random_state = 1;

/* Uniform between low and high (xorshift64*). */
static double draw(double low, double high)
{
    random_state ^= random_state >> 12;
    random_state ^= random_state << 25;
    random_state ^= random_state >> 27;
    const uint64_t bits = random_state * UINT64_C(0x2545f4914f6cdd1d);
    return low + (high - low) * (double)(bits >> 11) * 0x1p-53;
}

static struct neuron random_neuron(void)
{
    const double a = draw(.01, .2), b = draw(.1, .27), c = draw(-70, -45), d = draw(-2, 9);
    const double v = draw(-80, 20);
    return neuron_of(a, b, c, d, v, b * v);
}

/* A new current every few steps, states compared at each tick. */
static void follow(const struct dialect *d, double dt)
{
    static struct spikes spikes;
    struct neuron n = random_neuron();
    izh_solver *s = start(d, &n, dt, &spikes);
    double I = 0;
    size_t fired = 0;
    for (int k = 0; k < 2000; k++) {
        double t = k * dt;
        if (k % 20 == 0) {
            I = draw(-5, 40);
            check_ok(izh_solver_set_current(s, I), s);
        }
        const int spike = d->program(&n, &t, I, dt);
        check_ok(izh_solver_run(s, (k + 1) * dt), s);
        check_same_state(izh_solver_state(s), ((izh_state){n.v, n.u}));
        if (spike) {
            check_true(spikes.n == ++fired);
            check_close(spikes.event[fired - 1].t, t, 1e-12 * (1 + t));
        }
    }
    check_true(fired == spikes.n && (dt < .1 || fired > 0));
    izh_solver_destroy(s);
}

static void random_neurons_have_the_programs_bits(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(dialects); i++) {
        const struct dialect *d = &dialects[i];
        const double dts[] = {d->usual, d->other[0], d->other[1]};
        for (int k = 0; k < 60; k++) {
            const double dt = dts[k % 3];
            support_about("%s, dt = %g, neuron %d", d->name, dt, k);
            if (dt != 0)
                follow(d, dt);
        }
    }
}

/* The network listing's scheme is a method of populations, too. */
static void published_2003_is_the_same_in_solver_population_and_listing(void **state)
{
    (void)state;
    const struct dialect *d = dialect_of("published-2003");
    static struct spikes spikes;
    enum {
        N = 50,
        STEPS = 1000
    };
    struct neuron n[N];
    izh_solver *s[N];
    izh_population *p;
    izh_population_config config = IZH_POPULATION_CONFIG_INIT;
    config.n = N;
    config.method = IZH_PUBLISHED_2003;
    config.events = IZH_EVENTS_GRID;
    config.dt = 1;
    assert_int_equal(izh_population_create(&p, &config), IZH_OK);
    for (uint32_t i = 0; i < N; i++) {
        n[i] = random_neuron();
        const izh_params params = params_of(&n[i]);
        const izh_state y = {n[i].v, n[i].u};
        const double I = i * .4;
        s[i] = start(d, &n[i], 1, &spikes);
        check_ok(izh_solver_set_current(s[i], I), s[i]);
        assert_int_equal(izh_population_set_params(p, i, 1, &params, 1), IZH_OK);
        assert_int_equal(izh_population_set_state(p, i, 1, &y, 1), IZH_OK);
        assert_int_equal(izh_population_set_current(p, i, 1, &I, 1), IZH_OK);
    }
    for (int k = 0; k < STEPS; k++) {
        izh_state y[N];
        assert_int_equal(izh_population_run(p, k + 1), IZH_OK);
        assert_int_equal(izh_population_get_state(p, 0, N, y), IZH_OK);
        for (int i = 0; i < N; i++) {
            double t = k;
            published(&n[i], &t, i * .4, 1);
            check_ok(izh_solver_run(s[i], k + 1), s[i]);
            check_same_state(izh_solver_state(s[i]), ((izh_state){n[i].v, n[i].u}));
            check_same_state(y[i], ((izh_state){n[i].v, n[i].u}));
        }
    }
    for (int i = 0; i < N; i++)
        izh_solver_destroy(s[i]);
    izh_population_destroy(p);
}

/* ---- the listings' own spikes ---- */

enum {
    COLUMNS = 17,
    SPIKES_MAX = 64,
    SEGMENTS_MAX = 16
};

/* A line of patterns.csv, or of simple2003.csv. */
struct listing {
    struct neuron neuron;
    char pattern;
    double T, tau;
    izh_segment input[SEGMENTS_MAX];
    size_t segments;
    double spikes[SPIKES_MAX];
    size_t count;
};

static FILE *open_reference(const char *name)
{
    const char *folder = getenv("IZH_REFERENCE");
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder ? folder : "tests/reference", name);
    FILE *file = fopen(path, "r");
    if (!file)
        fail_msg("cannot open %s", path);
    return file;
}

/* Cuts a line at its commas; false for a comment, a heading and at the end. */
static int next_line(FILE *file, char *line, size_t size, char *column[COLUMNS],
                     const char *heading)
{
    do {
        if (!fgets(line, (int)size, file))
            return 0;
        line[strcspn(line, "\n")] = 0;
    } while (line[0] == '#' || strncmp(line, heading, strlen(heading)) == 0);
    for (int i = 0; i < COLUMNS; i++) {
        column[i] = line;
        line += strcspn(line, ",");
        if (*line)
            *line++ = 0;
    }
    return 1;
}

static void read_spikes(struct listing *l, char *text)
{
    char *end;
    for (l->count = 0; l->count < SPIKES_MAX; text = end) {
        const double t = strtod(text, &end);
        if (end == text)
            return;
        l->spikes[l->count++] = t;
    }
}

/* t:I or t:I:slope, as the file has them. */
static void read_input(struct listing *l, char *text)
{
    l->segments = 0;
    while (*text) {
        izh_segment *x = &l->input[l->segments++];
        *x = (izh_segment){strtod(text, &text), 0, 0};
        x->I = strtod(text + 1, &text);
        if (*text == ':')
            x->slope = strtod(text + 1, &text);
        text += *text == ' ';
    }
}

/* A pulse is on where T1 < t < T2, both strict: what begins does so at the next double. (R) asks
 * for t < 200 and so on; (S) and (T) have their other input from 50 to 250, both included. */
static void shift_input(struct listing *l)
{
    for (size_t i = l->segments; i-- > 1;) {
        const double base = l->input[0].I;
        const int returns = fabs(l->input[i].I - base) < fabs(l->input[i - 1].I - base);
        const int included = l->pattern == 'R'                        ? 1
                             : l->pattern == 'S' || l->pattern == 'T' ? i == 1
                                                                      : returns;
        if (!included)
            l->input[i].t = nextafter(l->input[i].t, inf);
    }
}

static double input_at(const struct listing *l, double t)
{
    double I = 0;
    for (size_t i = 0; i < l->segments; i++)
        if (l->input[i].t <= t)
            I = l->input[i].I + l->input[i].slope * (t - l->input[i].t);
    return I;
}

static void run_listing(struct listing *l)
{
    static struct spikes spikes;
    const struct dialect *d = dialect_of("figure1");
    struct neuron n = l->neuron;
    izh_solver *s = start(d, &n, l->tau, &spikes);
    shift_input(l);
    check_ok(izh_solver_set_stimulus(s, l->input, l->segments), s);
    const int steps = (int)(l->T / l->tau + .5) + 1;
    for (int k = 0; k < steps; k++) {
        double t = k * l->tau;
        figure1(&n, &t, input_at(l, t), l->tau);
        check_ok(izh_solver_run(s, (k + 1) * l->tau), s);
        check_same_state(izh_solver_state(s), ((izh_state){n.v, n.u}));
    }
    check_true(spikes.n == l->count);
    for (size_t k = 0; k < l->count; k++)
        check_close(spikes.event[k].t, l->spikes[k], 1e-12);
    izh_solver_destroy(s);
}

static void figure1_gives_the_spikes_of_figure1(void **state)
{
    (void)state;
    static const size_t counts[] = {5, 1, 28, 6, 6, 6, 10, 14, 1, 1, 1, 1, 1, 7, 1, 5, 1, 1, 3, 12};
    char line[8192], *x[COLUMNS];
    size_t n = 0;
    FILE *file = open_reference("patterns.csv");
    while (next_line(file, line, sizeof line, x, "pattern,")) {
        struct listing l = {.pattern = x[0][0], .T = atof(x[12]), .tau = atof(x[13])};
        l.neuron =
            neuron_of(atof(x[4]), atof(x[5]), atof(x[6]), atof(x[7]), atof(x[8]), atof(x[9]));
        l.neuron.k1 = atof(x[2]);
        l.neuron.k0 = atof(x[3]);
        l.neuron.accommodates = atof(x[10]) == 0;
        read_input(&l, x[14]);
        read_spikes(&l, x[15]);
        support_about("(%c)", l.pattern);
        check_true(l.pattern == 'A' + (int)n && l.count == counts[n]);
        run_listing(&l);
        n++;
    }
    fclose(file);
    assert_int_equal(n, 20);
}

static void figure1_gives_the_spikes_of_the_2003_figure(void **state)
{
    (void)state;
    char line[8192], *x[COLUMNS];
    size_t n = 0;
    FILE *file = open_reference("simple2003.csv");
    while (next_line(file, line, sizeof line, x, "name,")) {
        struct listing l = {.T = atof(x[6]), .tau = .25};
        const double b = atof(x[2]), v0 = atof(x[5]);
        l.neuron = neuron_of(atof(x[1]), b, atof(x[3]), atof(x[4]), v0, b * v0);
        read_input(&l, x[7]);
        read_spikes(&l, x[8]);
        support_about("%s", x[0]);
        check_true(l.count > 0);
        run_listing(&l);
        n++;
    }
    fclose(file);
    assert_int_equal(n, 8);
}

/* ---- what they do not take ---- */

static void expect_refused(const izh_solver_config *config, const char *field)
{
    struct logbook book = {0};
    izh_solver_config c = *config;
    izh_solver *s = (izh_solver *)&c;
    c.log = support_log(&book);
    check_status(izh_solver_create(&s, &c), IZH_E_UNSUPPORTED, NULL);
    assert_null(s);
    check_has(book.text, field);
    check_has(book.text, izh_method_name(c.method));
}

static const struct {
    const char *name;
    size_t offset;
    double value;
    int figure1; /* which takes it */
} forms[] = {
    {"params.cm", offsetof(izh_params, cm), 2, 0},
    {"params.k2", offsetof(izh_params, k2), .041, 0},
    {"params.k1", offsetof(izh_params, k1), 4.1, 1},
    {"params.k0", offsetof(izh_params, k0), 108, 1},
    {"params.r", offsetof(izh_params, r), 0, 1},
    {"params.r", offsetof(izh_params, r), .5, 0},
    {"params.b_hi", offsetof(izh_params, b_hi), .3, 0},
    {"params.b3", offsetof(izh_params, b3), 1, 0},
    {"params.vb", offsetof(izh_params, vb), -65, 0},
    {"params.vpeak", offsetof(izh_params, vpeak), 35, 0},
    {"params.vpeak_u", offsetof(izh_params, vpeak_u), .1, 0},
    {"params.c_u", offsetof(izh_params, c_u), .1, 0},
    {"params.u_max", offsetof(izh_params, u_max), 100, 0},
};

static void other_forms_are_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(dialects); i++)
        for (size_t k = 0; k < LENGTH(forms) && !is_general(&dialects[i]); k++) {
            static struct spikes spikes;
            const struct neuron n = rs();
            izh_solver_config config = config_of(&dialects[i], &n, 0);
            izh_solver *s = start(&dialects[i], &n, 0, &spikes);
            memcpy((char *)&config.params + forms[k].offset, &forms[k].value, sizeof(double));
            support_about("%s, %s = %g", dialects[i].name, forms[k].name, forms[k].value);
            if (forms[k].figure1 && dialects[i].method == IZH_FIGURE1) {
                check_ok(izh_solver_set_params(s, &config.params), s);
                izh_solver_destroy(s);
                s = support_create(&config);
            } else {
                expect_refused(&config, forms[k].name);
                check_status(izh_solver_set_params(s, &config.params), IZH_E_UNSUPPORTED, s);
                check_has(izh_solver_message(s), forms[k].name);
            }
            izh_solver_destroy(s);
        }
}

static void exact_events_other_steps_and_populations_are_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(dialects); i++) {
        const struct dialect *d = &dialects[i];
        const struct neuron n = rs();
        izh_solver_config config = config_of(d, &n, 0);
        izh_population_config many = IZH_POPULATION_CONFIG_INIT;
        izh_population *p;
        support_about("%s", d->name);
        assert_int_equal(d->method, d->value);
        assert_string_equal(izh_method_name(d->method), d->name);
        if (is_general(d))
            continue;
        config.events = IZH_EVENTS_EXACT;
        expect_refused(&config, "events");
        config.events = IZH_EVENTS_GRID;
        config.dt = d->wrong;
        if (d->wrong != 0)
            expect_refused(&config, "dt");
        many.n = 1;
        many.method = d->method;
        many.events = IZH_EVENTS_GRID;
        assert_int_equal(izh_population_create(&p, &many), IZH_E_UNSUPPORTED);
    }
}

/* ---- runs in parts ---- */

/* What a run is judged by. */
struct outcome {
    struct spikes spikes;
    izh_state end;
    izh_statistics statistics;
};

static const izh_segment input[] = {
    {0, 4, 0}, {3.3, 12, 0}, {40, 5, .2}, {95.25, 30, 0}, {150.000000001, 9, 0}};

static void finish(izh_solver *s, struct outcome *o)
{
    o->end = izh_solver_state(s);
    o->statistics = (izh_statistics)IZH_STATISTICS_INIT;
    check_ok(izh_solver_statistics(s, &o->statistics), s);
    izh_solver_destroy(s);
}

static void check_same_outcome(const struct outcome *x, const struct outcome *y)
{
    check_true(x->spikes.n > 2);
    check_same_spikes(&x->spikes, &y->spikes);
    check_same_state(x->end, y->end);
    check_true(x->statistics.steps == y->statistics.steps);
    check_true(x->statistics.spikes == y->statistics.spikes);
}

/* Into one of its own kind, made from nothing; the old one goes. */
static izh_solver *move_to_another(izh_solver *s, const izh_solver_config *config,
                                   struct spikes *spikes)
{
    unsigned char blob[4096];
    const size_t size = izh_solver_save(s, blob, sizeof blob);
    check_true(size <= sizeof blob);
    izh_solver_config other = *config;
    other.params = izh_params_2003(.1, .1, -60, 1);
    izh_solver *copy = support_create(&other);
    check_ok(izh_solver_load(copy, blob, size), copy);
    check_ok(izh_solver_on_spike(copy, support_spike, spikes), copy);
    check_same_state(izh_solver_state(copy), izh_solver_state(s));
    check_same(izh_solver_time(copy), izh_solver_time(s));
    izh_solver_destroy(s);
    return copy;
}

static void parts_saved_and_loaded_make_the_same_whole(void **state)
{
    (void)state;
    static struct outcome whole, parts;
    for (size_t i = 0; i < LENGTH(dialects); i++) {
        const struct dialect *d = &dialects[i];
        const struct neuron n = rs();
        const izh_solver_config config = config_of(d, &n, 0);
        support_about("%s", d->name);
        izh_solver *s = start(d, &n, 0, &whole.spikes), *other = start(d, &n, 0, &parts.spikes);
        check_ok(izh_solver_set_stimulus(s, input, LENGTH(input)), s);
        check_ok(izh_solver_set_stimulus(other, input, LENGTH(input)), other);
        check_ok(izh_solver_run(s, 300), s);
        for (double t = 0; t < 300;) {
            izh_state y[2];
            t = fmin(300, t + draw(0, 3));
            check_ok(izh_solver_sample(other, (double[]){t, t}, 2, y), other);
            check_same_state(y[0], y[1]);
            other = move_to_another(other, &config, &parts.spikes);
        }
        finish(s, &whole);
        finish(other, &parts);
        check_same_outcome(&whole, &parts);
    }
}

/* Between ticks a dialect is where it was at the last, and what is set then acts from there. */
static void between_ticks_it_waits(void **state)
{
    (void)state;
    static struct spikes spikes;
    for (size_t i = 0; i < LENGTH(dialects); i++) {
        const struct dialect *d = &dialects[i];
        struct neuron n = rs();
        const double h = d->usual;
        double t = 0;
        if (is_general(d))
            continue;
        support_about("%s", d->name);
        izh_solver *s = start(d, &n, 0, &spikes);
        check_ok(izh_solver_run(s, h), s);
        d->program(&n, &t, 0, h);
        check_ok(izh_solver_run(s, 1.6 * h), s);
        check_same_state(izh_solver_state(s), ((izh_state){n.v, n.u}));
        check_same(izh_solver_time(s), 1.6 * h);
        check_status(izh_solver_run(s, 1.5 * h), IZH_E_INVALID, s);
        check_ok(izh_solver_set_current(s, 7), s);
        check_ok(izh_solver_kick(s, 2, -1), s);
        n.v += 2;
        n.u += -1;
        check_same_state(izh_solver_state(s), ((izh_state){n.v, n.u}));
        check_same(izh_solver_time(s), 1.6 * h);
        check_ok(izh_solver_run(s, 2 * h), s);
        t = h;
        d->program(&n, &t, 7, h);
        check_same_state(izh_solver_state(s), ((izh_state){n.v, n.u}));
        check_same(izh_solver_time(s), 2 * h);
        izh_solver_destroy(s);
    }
}

/* A state at the peak is tested where the program does, at the end of the next step. */
static void a_state_above_the_peak_takes_its_step_first(void **state)
{
    (void)state;
    static struct spikes spikes;
    for (size_t i = 0; i < LENGTH(dialects); i++) {
        const struct dialect *d = &dialects[i];
        if (is_general(d))
            continue;
        struct neuron n = rs();
        double t = 0;
        n.v = 40;
        support_about("%s", d->name);
        izh_solver *s = start(d, &n, 0, &spikes);
        check_ok(izh_solver_run(s, 0), s);
        check_true(spikes.n == 0);
        check_ok(izh_solver_run(s, d->usual), s);
        check_true(spikes.n == (size_t)d->program(&n, &t, 0, d->usual));
        check_same_state(izh_solver_state(s), ((izh_state){n.v, n.u}));
        izh_solver_destroy(s);
    }
}

/* ---- input ---- */

/* The current of a step is that at its start, to the double; of a sub-step that of its millisecond.
 */
static void the_input_is_that_at_the_start(void **state)
{
    (void)state;
    static struct spikes spikes;
    for (size_t i = 0; i < LENGTH(dialects); i++) {
        const struct dialect *d = &dialects[i];
        if (is_general(d))
            continue;
        struct neuron n = rs();
        const int by_ms = strncmp(d->name, "carlsim", 7) == 0;
        const double h = d->usual;
        const izh_segment on[] = {
            {2, 10, 0}, {nextafter(5, inf), 3, 0}, {8.55, 20, .5}, {nextafter(12, 0), 6, 0}};
        izh_solver *s = start(d, &n, 0, &spikes);
        support_about("%s", d->name);
        check_ok(izh_solver_set_stimulus(s, on, LENGTH(on)), s);
        for (int k = 0; k < 20 / h; k++) {
            double t = k * h, I = 0;
            const double at = by_ms ? floor(t + h / 2) : t;
            for (size_t m = 0; m < LENGTH(on); m++)
                if (on[m].t <= at)
                    I = on[m].I + on[m].slope * (at - on[m].t);
            d->program(&n, &t, I, h);
            check_ok(izh_solver_run(s, (k + 1) * h), s);
            check_same_state(izh_solver_state(s), ((izh_state){n.v, n.u}));
        }
        izh_solver_destroy(s);
    }
}

static int32_t ramp(izh_segment *segment, double *until, izh_state y, void *user)
{
    double *asked = user;
    (void)y;
    segment->I = 5 + segment->t;
    *until = segment->t + .3;
    *asked = segment->t;
    return IZH_CONTINUE;
}

/* A function is asked at the ticks at which its last answer has ended. */
static void a_function_is_asked_at_ticks(void **state)
{
    (void)state;
    static struct spikes spikes;
    const struct dialect *d = dialect_of("nest-consistent");
    struct neuron n = rs();
    double asked = -1;
    izh_solver *s = start(d, &n, 1, &spikes);
    check_ok(izh_solver_on_stimulus(s, ramp, &asked), s);
    for (int k = 0; k < 50; k++) {
        double t = k;
        nest(&n, &t, 5 + t, 1);
        check_ok(izh_solver_run(s, k + .7), s);
        check_same(asked, k);
        check_ok(izh_solver_run(s, k + 1), s);
        check_same_state(izh_solver_state(s), ((izh_state){n.v, n.u}));
    }
    izh_solver_destroy(s);
}

/* ---- spikes and callbacks ---- */

struct other_reset {
    struct spikes spikes;
    double c, d;
};

static int32_t reset_otherwise(const izh_spike_event *e, izh_state *after, void *user)
{
    struct other_reset *o = user;
    support_spike(e, after, &o->spikes);
    *after = (izh_state){o->c, e->before.u + o->d};
    return IZH_CONTINUE;
}

/* The callback's reset takes the place of the program's in the order of things. */
static void a_callbacks_reset_is_as_good_as_the_parameters(void **state)
{
    (void)state;
    static struct other_reset o;
    static struct outcome x, y;
    for (size_t i = 0; i < LENGTH(dialects); i++) {
        const struct dialect *d = &dialects[i];
        const struct neuron by_callback = rs(), by_params = neuron_of(.02, .2, -55, 4, -65, -13);
        support_about("%s", d->name);
        izh_solver *s = start(d, &by_callback, 0, &x.spikes);
        izh_solver *t = start(d, &by_params, 0, &y.spikes);
        o = (struct other_reset){.c = -55, .d = 4};
        check_ok(izh_solver_on_spike(s, reset_otherwise, &o), s);
        check_ok(izh_solver_set_current(s, 10), s);
        check_ok(izh_solver_set_current(t, 10), t);
        check_ok(izh_solver_run(s, 300), s);
        check_ok(izh_solver_run(t, 300), t);
        x.spikes = o.spikes;
        finish(s, &x);
        finish(t, &y);
        check_same_outcome(&x, &y);
    }
}

/* Stopped at each spike, refused once there, saved and loaded: as if nothing had been. */
static void a_spike_may_be_stopped_refused_and_saved(void **state)
{
    (void)state;
    static struct outcome whole, parts;
    for (size_t i = 0; i < LENGTH(dialects); i++) {
        const struct dialect *d = &dialects[i];
        const struct neuron n = rs();
        const izh_solver_config config = config_of(d, &n, 0);
        support_about("%s", d->name);
        izh_solver *s = start(d, &n, 0, &whole.spikes), *other = start(d, &n, 0, &parts.spikes);
        check_ok(izh_solver_set_current(s, 10), s);
        check_ok(izh_solver_set_current(other, 10), other);
        check_ok(izh_solver_run(s, 300), s);
        izh_status status;
        do {
            parts.spikes.replace = 1;
            parts.spikes.after.v = 31;
            status = izh_solver_run(other, 300);
            parts.spikes.replace = 0;
            if (status != IZH_E_RESET)
                break;
            parts.spikes.n--; /* it comes again */
            other = move_to_another(other, &config, &parts.spikes);
            parts.spikes.answer = IZH_STOP;
            status = izh_solver_run(other, 300);
            parts.spikes.answer = IZH_CONTINUE;
            other = move_to_another(other, &config, &parts.spikes);
        } while (status == IZH_STOPPED);
        check_status(status, IZH_OK, other);
        finish(s, &whole);
        finish(other, &parts);
        check_same_outcome(&whole, &parts);
    }
}

/* A new state is a new trial: nothing of the last is left. */
static void a_new_state_forgets_the_last_spike(void **state)
{
    (void)state;
    static struct outcome fresh, again;
    for (size_t i = 0; i < LENGTH(dialects); i++) {
        const struct dialect *d = &dialects[i];
        const struct neuron n = rs();
        support_about("%s", d->name);
        izh_solver *s = start(d, &n, 0, &again.spikes);
        check_ok(izh_solver_set_current(s, 10), s);
        again.spikes.answer = IZH_STOP;
        check_status(izh_solver_run(s, 300), IZH_STOPPED, s);
        again.spikes.answer = IZH_CONTINUE;
        check_ok(izh_solver_set_state(s, (izh_state){n.v, n.u}), s);
        izh_solver *t = start(d, &n, 0, &fresh.spikes);
        check_ok(izh_solver_set_current(t, 10), t);
        for (int k = 0; k < 100; k++) {
            check_ok(izh_solver_run(s, izh_solver_time(s) + d->usual), s);
            check_ok(izh_solver_run(t, izh_solver_time(t) + d->usual), t);
            check_same_state(izh_solver_state(s), izh_solver_state(t));
        }
        izh_solver_destroy(s);
        izh_solver_destroy(t);
    }
}

/* v = 0, u = 20 and no current: a quarter of a millisecond of Euler's leads to 30 to the bit, which
 * is a spike for programs that test >= and none for those that test >. */
static void the_peak_itself_is_a_spike_where_the_program_says_so(void **state)
{
    (void)state;
    static const struct {
        izh_method method;
        double dt;
        size_t spikes;
    } cases[] = {{IZH_FIGURE1, .25, 0},
                 {IZH_NEST_CONSISTENT, .25, 1},
                 {IZH_CARLSIM_EULER, .25, 0},
                 {IZH_NEMO, 1, 1}};
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct spikes spikes = {.n = 0};
        izh_solver_config config = IZH_SOLVER_CONFIG_INIT;
        config.method = cases[i].method;
        config.events = IZH_EVENTS_GRID;
        config.dt = cases[i].dt;
        config.params = izh_params_2003(.02, .2, -65, 8);
        config.initial = (izh_state){0, 20};
        support_about("%s", izh_method_name(config.method));
        izh_solver *s = support_create(&config);
        check_ok(izh_solver_on_spike(s, support_spike, &spikes), s);
        check_ok(izh_solver_run(s, config.dt), s);
        check_true(spikes.n == cases[i].spikes);
        izh_solver_destroy(s);
    }
}

/* CARLsim's u goes on from the reset in the same sub-step, here beyond all numbers: an error at the
 * state before the spike, and a solver that can still be saved. */
static void what_follows_a_reset_may_run_away(void **state)
{
    (void)state;
    unsigned char blob[4096];
    struct spikes spikes = {.n = 0};
    izh_solver_config config = IZH_SOLVER_CONFIG_INIT;
    config.method = IZH_CARLSIM_EULER;
    config.events = IZH_EVENTS_GRID;
    config.params = izh_params_2003(1e300, 1e10, -65, 8);
    config.initial = (izh_state){-65, 0};
    izh_solver *s = support_create(&config), *other = support_create(&config);
    check_ok(izh_solver_set_current(s, 1000), s);
    check_ok(izh_solver_on_spike(s, support_spike, &spikes), s);
    check_status(izh_solver_run(s, 2), IZH_E_DIVERGED, s);
    check_has(izh_solver_message(s), "after the spike");
    check_true(spikes.n == 1);
    check_true(izh_solver_state(s).v > 30 && izh_solver_state(s).u == 0);
    check_status(izh_solver_run(s, 2), IZH_E_DIVERGED, s);
    const size_t size = izh_solver_save(s, blob, sizeof blob);
    check_ok(izh_solver_load(other, blob, size), other);
    izh_solver_destroy(s);
    izh_solver_destroy(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_check_values_come),
        cmocka_unit_test(published_2003_is_151_ms_late),
        cmocka_unit_test(random_neurons_have_the_programs_bits),
        cmocka_unit_test(published_2003_is_the_same_in_solver_population_and_listing),
        cmocka_unit_test(figure1_gives_the_spikes_of_figure1),
        cmocka_unit_test(figure1_gives_the_spikes_of_the_2003_figure),
        cmocka_unit_test(other_forms_are_refused),
        cmocka_unit_test(exact_events_other_steps_and_populations_are_refused),
        cmocka_unit_test(parts_saved_and_loaded_make_the_same_whole),
        cmocka_unit_test(between_ticks_it_waits),
        cmocka_unit_test(a_state_above_the_peak_takes_its_step_first),
        cmocka_unit_test(the_input_is_that_at_the_start),
        cmocka_unit_test(a_function_is_asked_at_ticks),
        cmocka_unit_test(a_callbacks_reset_is_as_good_as_the_parameters),
        cmocka_unit_test(a_spike_may_be_stopped_refused_and_saved),
        cmocka_unit_test(a_new_state_forgets_the_last_spike),
        cmocka_unit_test(the_peak_itself_is_a_spike_where_the_program_says_so),
        cmocka_unit_test(what_follows_a_reset_may_run_away),
    };
    return cmocka_run_group_tests_name("dialects", tests, NULL, NULL);
}
