/* Equilibria and bifurcations, against closed forms and tests/reference/analysis.csv, which was
 * computed with 50 digits in another way (make_analysis.py there). */
#include "support.h"

#include "reference/reference.h"

#define ALL_KINDS 9

static const char *const kinds[ALL_KINDS + 1] = {
    "",       "stable-node", "stable-focus", "unstable-node", "unstable-focus",
    "saddle", "fold",        "centre",       "kink",          "degenerate"};
static const char *const bifurcation_kinds[] = {"", "saddle-node", "hopf", "peak"};

/* Relative to the size, but not to less than `least`. */
static double allowed(double y, double least)
{
    return 4e-14 * fmax(fabs(y), least);
}
#define check_near(x, y, least) check_close(x, y, allowed(y, least))

/* ---- the table ---- */

static struct {
    izh_params params;
    double I;
    izh_equilibrium found[IZH_EQUILIBRIA_MAX];
    size_t count, seen;
    izh_bifurcation bifurcation[IZH_BIFURCATIONS_MAX];
    size_t bifurcations, bifurcations_seen;
    size_t neurons, of_kind[ALL_KINDS + 1];
} x;

static const char *next_field(char **at)
{
    static char field[64];
    const size_t length = strcspn(*at, ",\n");
    snprintf(field, sizeof field, "%.*s", (int)length, *at);
    *at += length + ((*at)[length] == ',');
    return field;
}

static izh_params params_of(const char *name, char **at)
{
    size_t n;
    izh_params p;
    if (name[0] == 'w') {
        for (int i = 0; i < 16; i++)
            ((double *)&p)[i] = strtod(next_field(at), NULL);
        return p;
    }
    const struct reference_case *all = reference_random_cases(&n);
    for (size_t i = 0; i < n; i++)
        if (strcmp(all[i].name, name) == 0)
            return all[i].params;
    return reference_case(name)->params;
}

static void end_neuron(void)
{
    check_true(x.seen == x.count);
    check_true(x.bifurcations_seen == x.bifurcations);
}

static void begin_neuron(const char *name, char *at)
{
    x.I = strtod(next_field(&at), NULL);
    x.params = params_of(name, &at);
    x.seen = x.bifurcations_seen = 0;
    x.neurons++;
    support_about("%s at %.17g", name, x.I);
    check_true(izh_params_equilibria(&x.params, x.I, x.found, &x.count) == IZH_OK);
    check_true(izh_params_bifurcations(&x.params, x.bifurcation, &x.bifurcations) == IZH_OK);
    size_t smooth = 0;
    for (size_t i = 0; i < x.bifurcations; i++)
        if (x.bifurcation[i].kind != IZH_REST_AT_PEAK)
            x.bifurcation[smooth++] = x.bifurcation[i];
    x.bifurcations = smooth;
}

static void check_equilibrium(int kind, char *at)
{
    check_true(x.seen < x.count);
    const izh_equilibrium *e = &x.found[x.seen++];
    const izh_params *p = &x.params;
    const double v = strtod(next_field(&at), NULL);
    double parts[4];
    for (int i = 0; i < 4; i++)
        parts[i] = strtod(next_field(&at), NULL);
    const double rate = fmax(hypot(parts[0], parts[1]), hypot(parts[2], parts[3]));
    check_true(e->kind == kind);
    check_near(e->state.v, v, 1);
    check_close(e->state.u, (p->k2 * v + p->k1) * v + p->k0 + x.I,
                1e-12 * (fabs(p->k2 * v * v) + fabs(p->k1 * v) + fabs(p->k0) + fabs(x.I)));
    for (int i = 0; i < 2; i++) {
        check_near(e->re[i], parts[2 * i], .01 * rate);
        check_near(e->im[i], parts[2 * i + 1], .01 * rate);
    }
    x.of_kind[kind]++;
}

static void check_bifurcation(int kind, char *at)
{
    check_true(x.bifurcations_seen < x.bifurcations);
    const izh_bifurcation *b = &x.bifurcation[x.bifurcations_seen++];
    check_true(b->kind == kind);
    const double v = strtod(next_field(&at), NULL), I = strtod(next_field(&at), NULL);
    check_near(b->state.v, v, 1);
    check_near(b->I, I, 1);
    check_true(b->ends_rest == (int)strtod(next_field(&at), NULL));
    izh_equilibrium e[IZH_EQUILIBRIA_MAX];
    size_t count, met = 0;
    check_true(izh_params_equilibria(&x.params, b->I, e, &count) == IZH_OK);
    for (size_t i = 0; i < count; i++)
        met += e[i].kind == (kind == IZH_HOPF ? IZH_CENTRE : IZH_FOLD) || e[i].kind == IZH_KINK;
    check_true(met > 0);
}

static void read_line(char *line)
{
    char name[64];
    if (line[0] == '#')
        return;
    snprintf(name, sizeof name, "%s", next_field(&line));
    for (int kind = 1; kind <= ALL_KINDS; kind++)
        if (strcmp(name, kinds[kind]) == 0) {
            check_equilibrium(kind, line);
            return;
        }
    for (int kind = 1; kind <= 2; kind++)
        if (strcmp(name, bifurcation_kinds[kind]) == 0) {
            check_bifurcation(kind, line);
            return;
        }
    end_neuron();
    begin_neuron(name, line);
}

static void all_neurons_are_as_with_50_digits(void **state)
{
    (void)state;
    static char line[4096];
    char path[4096];
    const char *folder = getenv("IZH_REFERENCE");
    snprintf(path, sizeof path, "%s/analysis.csv", folder ? folder : "tests/reference");
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file))
        read_line(line);
    fclose(file);
    end_neuron();
    support_about("all");
    check_true(x.neurons > 1200);
    for (int kind = IZH_STABLE_NODE; kind <= IZH_SADDLE; kind++)
        check_true(x.of_kind[kind] > 30);
}

/* ---- the numbers of published cells ---- */

static void check_rest_ends(const char *preset, double I, int32_t kind)
{
    izh_bifurcation end;
    support_about("%s", preset);
    check_true(izh_params_rest_ends(&izh_preset_find(preset)->params, &end) == IZH_OK);
    check_near(end.I, I, 10);
    check_true(end.kind == kind && end.ends_rest == 1);
}

/* RS: with z = v - vr, .7 z^2 - 14 z + I = -2 z has a double root at 12^2/(4 .7). The others: where
 * the trace is 0, v = (C a + k (vr + vt))/(2 k), and I = U(v) - k (v - vr)(v - vt). */
static void rest_ends_where_it_does_by_hand(void **state)
{
    (void)state;
    check_rest_ends("2007-RS", 144 / 2.8, IZH_SADDLE_NODE);
    check_rest_ends("2007-IB", 347.65625, IZH_HOPF);
    check_rest_ends("2007-FS", 73.684375, IZH_HOPF);
    check_rest_ends("2007-LTS", 114.75, IZH_HOPF);
    check_rest_ends("2003-RS", 3.7975, IZH_HOPF); /* v = -62.25 */
}

/* k z^2 - 100 z + I = 0 with k = 2.5: a fold at I = 1000, z = 20. */
static void a_fold_is_told_from_none_and_two(void **state)
{
    (void)state;
    const izh_params p = izh_params_2007(250, 2.5, -60, -19.2, 35, .01, -2, -50, 100);
    izh_equilibrium e[IZH_EQUILIBRIA_MAX];
    size_t n;
    check_true(izh_params_equilibria(&p, 1000, e, &n) == IZH_OK && n == 1);
    check_true(e[0].kind == IZH_FOLD);
    check_near(e[0].state.v, -40, 1);
    check_same(e[0].re[1], 0);
    check_near(e[0].re[0], -.018, .01); /* the trace: (2 k v + k1)/C - a = -.008 - .01 */
    check_true(izh_params_equilibria(&p, 1000 + 1e-9, e, &n) == IZH_OK && n == 0);
    const double I = 1000 - 1e-9, z = sqrt(10 * (1000 - I)) / 5;
    check_true(izh_params_equilibria(&p, I, e, &n) == IZH_OK && n == 2);
    check_true(e[0].kind == IZH_STABLE_NODE && e[1].kind == IZH_SADDLE);
    check_near(e[0].state.v, -40 - z, 1);
    check_near(e[1].state.v, -40 + z, 1);
}

static void a_hopf_point_is_a_centre(void **state)
{
    (void)state;
    const izh_params p = izh_preset_find("2007-LTS")->params;
    izh_equilibrium e[IZH_EQUILIBRIA_MAX];
    size_t n;
    check_true(izh_params_equilibria(&p, 114.75, e, &n) == IZH_OK && n == 2);
    check_true(e[0].kind == IZH_CENTRE && e[1].kind == IZH_SADDLE);
    check_same(e[0].re[0], 0);
    /* det = a (b - (2 k v + k1))/C with v = -47.5, k1 = 98: .03 (8 - 3)/100 */
    check_near(e[0].im[1], sqrt(.0015 - 0), .01);
    check_true(izh_params_equilibria(&p, 114.75 - 1e-6, e, &n) == IZH_OK);
    check_true(e[0].kind == IZH_STABLE_FOCUS);
    check_true(izh_params_equilibria(&p, 114.75 + 1e-6, e, &n) == IZH_OK);
    check_true(e[0].kind == IZH_UNSTABLE_FOCUS);
}

/* ---- kinks ---- */

/* v' = -v - u + I with u' = .1 (U - u): 0 at v = vb = 0 for I = 0. */
static izh_params kinked(double b_lo, double b_hi)
{
    izh_params p = {.cm = 1, .k1 = -1, .a = .1, .r = 1, .vpeak = 30, .c = -50, .u_max = INFINITY};
    p.b_lo = b_lo;
    p.b_hi = b_hi;
    return p;
}

static void at_the_kink_both_pieces_decide(void **state)
{
    (void)state;
    izh_equilibrium e[IZH_EQUILIBRIA_MAX];
    size_t n;
    izh_params p = kinked(2, 0);
    check_true(izh_params_equilibria(&p, 0, e, &n) == IZH_OK && n == 1);
    check_true(e[0].kind == IZH_STABLE_NODE); /* on one side with a ring: 4 .1 2 > .9^2 - ... */
    check_same(e[0].state.v, 0);
    check_near(e[0].re[0], -1, 1);
    check_near(e[0].re[1], -.1, 1);
    p = kinked(2, -3); /* det = .1 (b + 1): a saddle above the kink only */
    check_true(izh_params_equilibria(&p, 0, e, &n) == IZH_OK && n == 1);
    check_true(e[0].kind == IZH_KINK);
    check_true(izh_params_equilibria(&p, -.1, e, &n) == IZH_OK && n == 2);
    check_near(e[0].state.v, -.1 / 3, 1);
    check_near(e[1].state.v, .05, 1);
    check_true(izh_params_equilibria(&p, .1, e, &n) == IZH_OK && n == 0);
    izh_bifurcation end;
    check_true(izh_params_rest_ends(&p, &end) == IZH_OK && end.kind == IZH_SADDLE_NODE);
    check_same(end.I, 0);
    check_same(end.state.v, 0);
}

/* The book's thalamocortical relay neuron and its reticular one rest at their kinks, stable. */
static void published_rests_are_stable(void **state)
{
    (void)state;
    for (size_t i = 0; i < izh_preset_count(); i++) {
        const izh_preset *preset = izh_preset_get(i);
        izh_equilibrium e[IZH_EQUILIBRIA_MAX];
        izh_state rest;
        size_t n, stable = 0, first = 0;
        support_about("%s", preset->name);
        check_true(izh_params_equilibria(&preset->params, 0, e, &n) == IZH_OK);
        for (size_t k = n; k-- > 0;)
            if ((e[k].kind == IZH_STABLE_NODE || e[k].kind == IZH_STABLE_FOCUS) &&
                !e[k].beyond_peak) {
                stable++;
                first = k;
            }
        const izh_status status = izh_params_rest(&preset->params, 0, &rest);
        check_true(status == (stable ? IZH_OK : IZH_NO_REST));
        if (stable) {
            check_near(e[first].state.v, rest.v, 1);
            check_close(e[first].state.u, rest.u, 1e-9);
        }
    }
}

/* ---- special neurons ---- */

/* Without a leak u takes up any current: no bifurcation, and rest never ends. */
static void without_a_leak_rest_never_ends(void **state)
{
    (void)state;
    const izh_params *p = &izh_preset_find("2004-R")->params;
    izh_equilibrium e[IZH_EQUILIBRIA_MAX];
    izh_bifurcation b[IZH_BIFURCATIONS_MAX], end;
    izh_nullclines lines;
    size_t n;
    check_true(p->r == 0);
    for (double I = -10; I < 50; I += 20) {
        check_true(izh_params_equilibria(p, I, e, &n) == IZH_OK && n == 1);
        check_same(e[0].state.v, -65);
        check_near(e[0].state.u, .04 * 65 * 65 - 5 * 65 + 140 + I, 1);
    }
    check_true(izh_params_bifurcations(p, b, &n) == IZH_OK && n == 0);
    check_true(izh_params_rest_ends(p, &end) == IZH_OK);
    check_true(end.I == INFINITY && end.kind == 0 && isnan(end.state.v));
    check_true(izh_params_nullclines(p, 1, &lines) == IZH_OK);
    check_same(lines.line[0], -65);
    check_true(isnan(lines.line[1]) && isnan(lines.u_lo));
}

/* U = z (1 - z^2/4): zeros at vb and at vb + 2; with r = 0 equilibria lie at both. */
static void a_cubic_without_a_leak_has_two_lines(void **state)
{
    (void)state;
    izh_params p = izh_params_2003(.02, 1, -65, 8);
    izh_nullclines lines;
    izh_equilibrium e[IZH_EQUILIBRIA_MAX];
    size_t n;
    p.r = 0;
    p.vb = -70;
    p.b3 = -.25;
    check_true(izh_params_nullclines(&p, 0, &lines) == IZH_OK);
    check_same(lines.line[0], -70);
    check_same(lines.line[1], -68);
    check_true(izh_params_equilibria(&p, 0, e, &n) == IZH_OK && n == 2);
    check_same(e[0].state.v, -70);
    check_near(e[1].state.v, -68, 1);
    check_true(e[1].kind == IZH_SADDLE); /* U falls there: det = a U'/cm < 0 */
}

static void a_line_of_states_is_degenerate(void **state)
{
    (void)state;
    izh_params p = support_rs();
    izh_equilibrium e[IZH_EQUILIBRIA_MAX];
    izh_bifurcation end;
    size_t n;
    p.a = 0;
    check_true(izh_params_equilibria(&p, 0, e, &n) == IZH_OK && n == 2);
    check_true(e[0].kind == IZH_DEGENERATE && e[1].kind == IZH_DEGENERATE);
    check_true(izh_params_rest_ends(&p, &end) == IZH_NO_REST && isnan(end.I));
    p = support_rs(); /* its nullclines coincide */
    p.k2 = p.k0 = p.vb = 0;
    p.k1 = p.b_lo = p.b_hi = 3;
    check_true(izh_params_equilibria(&p, 0, e, &n) == IZH_OK && n == 0);
}

/* v' = I - v - u, u = 0: rest is at I, and ends at the peak. */
static void a_neuron_without_an_upstroke_rests_up_to_its_peak(void **state)
{
    (void)state;
    const izh_params p = kinked(0, 0);
    izh_bifurcation end;
    izh_equilibrium e[IZH_EQUILIBRIA_MAX];
    size_t n;
    check_true(izh_params_rest_ends(&p, &end) == IZH_OK);
    check_true(end.kind == IZH_REST_AT_PEAK);
    check_near(end.I, 30, 1);
    check_true(izh_params_equilibria(&p, 29, e, &n) == IZH_OK && n == 1 && !e[0].beyond_peak);
    check_true(izh_params_equilibria(&p, 31, e, &n) == IZH_OK && n == 1 && e[0].beyond_peak);
}

/* ---- rheobase ---- */

struct stimulus {
    const izh_params *p;
    double I, duration;
    int ramp;
};

static izh_state rates_at(const struct stimulus *s, izh_state y, double t)
{
    const double I = t >= s->duration ? 0 : s->ramp ? s->I * t / s->duration : s->I;
    const izh_params *p = s->p;
    const double z = y.v - p->vb;
    const double U = z < 0 ? p->b_lo * z : p->b_hi * z + p->b3 * z * z * z;
    return (izh_state){((p->k2 * y.v + p->k1) * y.v + p->k0 - y.u + I) / p->cm,
                       p->a * (U - p->r * y.u)};
}

/* Whether the neuron spikes until then: Runge-Kutta steps of 1/50 ms, an integrator that shares
 * nothing with the library's. */
static int fires_by_runge_kutta(const struct stimulus *s, double until)
{
    const double h = .02;
    izh_state y;
    check_true(izh_params_rest(s->p, 0, &y) == IZH_OK);
    for (int k = 0; k < until / h; k++) { /* the stimulus ends between two */
        const double t = (k + 1e-6) * h, middle = (k + .5) * h, end = (k + 1 - 1e-6) * h;
        const izh_state a = rates_at(s, y, t);
        const izh_state b =
            rates_at(s, (izh_state){y.v + .5 * h * a.v, y.u + .5 * h * a.u}, middle);
        const izh_state c =
            rates_at(s, (izh_state){y.v + .5 * h * b.v, y.u + .5 * h * b.u}, middle);
        const izh_state d = rates_at(s, (izh_state){y.v + h * c.v, y.u + h * c.u}, end);
        y.v += h / 6 * (a.v + 2 * b.v + 2 * c.v + d.v);
        y.u += h / 6 * (a.u + 2 * b.u + 2 * c.u + d.u);
        if (y.v >= s->p->vpeak + s->p->vpeak_u * y.u)
            return 1;
    }
    return 0;
}

static void check_rheobase(const char *name, const izh_params *p, int32_t shape, double duration)
{
    izh_rheobase r;
    struct stimulus s = {p, 0, duration, shape == IZH_RHEOBASE_RAMP};
    support_about("%s, %g ms, shape %d", name, duration, (int)shape);
    check_true(izh_params_rheobase(p, shape, duration, 0, &r) == IZH_OK);
    check_true(r.below < r.I && r.I - r.below <= 1e-6 * r.I);
    check_true(r.certified && r.error_bound < fmax(.1, 1e-3 * r.t) && r.runs < 100);
    s.I = r.I * (1 + 1e-5);
    check_true(fires_by_runge_kutta(&s, r.t + 500));
    s.I = r.below * (1 - 1e-5);
    check_true(!fires_by_runge_kutta(&s, r.t + 500));
}

static void a_published_neuron_fires_above_its_rheobase_only(void **state)
{
    (void)state;
    for (size_t i = 0; i < izh_preset_count(); i++) {
        const izh_preset *preset = izh_preset_get(i);
        izh_state rest;
        if (izh_params_rest(&preset->params, 0, &rest) != IZH_OK)
            continue;
        check_rheobase(preset->name, &preset->params, IZH_RHEOBASE_STEP, i % 2 ? 2 : 30);
        check_rheobase(preset->name, &preset->params, IZH_RHEOBASE_RAMP, i % 2 ? 20 : 6);
    }
}

/* Those that the books' cells are drawn around, of which some rest beside a kink. */
static void a_random_neuron_fires_above_its_rheobase_only(void **state)
{
    (void)state;
    size_t n, kinked = 0;
    const struct reference_case *all = reference_random_cases(&n);
    for (size_t i = 0; i < n; i += 9) {
        izh_state rest;
        if (izh_params_rest(&all[i].params, 0, &rest) != IZH_OK)
            continue;
        check_rheobase(all[i].name, &all[i].params, IZH_RHEOBASE_STEP, 4);
        kinked += all[i].params.b_lo != all[i].params.b_hi;
    }
    check_true(kinked > 3);
}

static void the_rheobase_of_a_long_step_is_known(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        double I;
    } known[] = {{"2007-RS", 51.44415},
                 {"2007-IB", 304.739},
                 {"2007-CH", 157.594},
                 {"2007-FS", 71.294},
                 {"2007-LTS", 88.790}};
    for (size_t i = 0; i < LENGTH(known); i++) {
        izh_rheobase r;
        support_about("%s", known[i].name);
        check_true(izh_params_rheobase(&izh_preset_find(known[i].name)->params, IZH_RHEOBASE_STEP,
                                       5000, 0, &r) == IZH_OK);
        check_close(r.I, known[i].I, 1e-3);
        check_true(r.certified);
    }
}

/* Without recovery and with U = 0 a short pulse has to put v across vt: the charge is C (vt - vr)
 * as the duration goes to zero. */
static void a_short_pulse_needs_a_charge(void **state)
{
    (void)state;
    const izh_params p = izh_params_2007(100, .7, -60, -40, 35, .03, 0, -50, 100);
    izh_rheobase r;
    for (double duration = .01; duration > 1e-6; duration *= .1) {
        check_true(izh_params_rheobase(&p, IZH_RHEOBASE_STEP, duration, 0, &r) == IZH_OK);
        check_close(r.I * duration, 2000, 1000 * duration);
        check_true(izh_params_rheobase(&p, IZH_RHEOBASE_RAMP, duration, 0, &r) == IZH_OK);
        check_close(r.I * duration, 4000, 2000 * duration);
    }
}

static void an_endless_step_fires_where_rest_ends(void **state)
{
    (void)state;
    const izh_params p = izh_preset_find("2007-LTS")->params;
    izh_rheobase r;
    check_true(izh_params_rheobase(&p, IZH_RHEOBASE_STEP, INFINITY, 0, &r) == IZH_OK);
    check_near(r.I, 114.75, 1);
    check_same(r.below, r.I);
    check_true(r.certified && r.runs == 0);
}

static void a_neuron_without_rest_has_no_rheobase(void **state)
{
    (void)state;
    izh_params p = izh_params_2003(.02, .2, -65, 8);
    izh_rheobase r;
    p.k0 += 100;
    check_true(izh_params_rheobase(&p, IZH_RHEOBASE_STEP, 10, 0, &r) == IZH_NO_REST);
    check_true(isnan(r.I) && isnan(r.below));
    check_true(izh_params_rheobase(&p, IZH_RHEOBASE_STEP, INFINITY, 0, &r) == IZH_OK);
    check_near(r.I, 3.7975 - 100, 100); /* it rests below that */
}

/* k2 < 0: v never takes off, but a strong pulse drives it to the peak. */
static void what_a_current_only_drives_up_fires_too(void **state)
{
    (void)state;
    const izh_params p = kinked(0, 0); /* v' = I - v from rest at 0, peak 30 */
    izh_rheobase r;
    check_true(izh_params_rheobase(&p, IZH_RHEOBASE_STEP, 2, 1e-12, &r) == IZH_OK);
    check_close(r.I, 30 / (1 - exp(-2)), 1e-7);
    check_true(r.t <= 2);
}

/* ---- f-I curves ---- */

/* Intervals from the spikes of a solver of the same method, which are the population's to the bit.
 */
static izh_f_i intervals_of(const struct spikes *s, double duration)
{
    izh_f_i f = {NAN, NAN, NAN, (uint32_t)s->n, IZH_OK};
    size_t first = 0;
    if (s->n < 2)
        return f;
    f.first = s->event[1].t - s->event[0].t;
    f.last = s->event[s->n - 1].t - s->event[s->n - 2].t;
    while (first < s->n && s->event[first].t < .5 * duration)
        first++;
    if (first + 1 < s->n)
        f.steady = (s->event[s->n - 1].t - s->event[first].t) / (double)(s->n - 1 - first);
    return f;
}

static void check_f_i(const izh_preset *preset, const izh_population_config *config, double top)
{
    static struct spikes spikes;
    double I[7];
    izh_f_i points[7];
    for (int k = 0; k < 7; k++)
        I[k] = top * k / 6;
    check_true(izh_params_f_i(&preset->params, I, 7, 300, config, points) == IZH_OK);
    for (int k = 0; k < 7; k++) {
        izh_solver_config of_solver = support_config(config ? config->method : IZH_MIDPOINT);
        of_solver.params = preset->params;
        check_true(izh_params_rest(&preset->params, 0, &of_solver.initial) == IZH_OK);
        izh_solver *s = support_create(&of_solver);
        memset(&spikes, 0, sizeof spikes);
        izh_solver_on_spike(s, support_spike, &spikes);
        check_ok(izh_solver_set_current(s, I[k]), s);
        check_ok(izh_solver_run(s, 300), s);
        const izh_f_i f = intervals_of(&spikes, 300);
        support_about("%s at %g, %zu spikes", preset->name, I[k], spikes.n);
        check_true(points[k].spikes == f.spikes && points[k].trouble == IZH_OK);
        check_same(points[k].first, f.first);
        check_same(points[k].steady, f.steady);
        check_same(points[k].last, f.last);
        izh_solver_destroy(s);
    }
    check_true(points[6].spikes > 2);
}

static void an_f_i_curve_is_that_of_solvers(void **state)
{
    (void)state;
    izh_population_config config = IZH_POPULATION_CONFIG_INIT;
    check_f_i(izh_preset_find("2007-RS"), NULL, 300);
    config.method = IZH_TAYLOR;
    config.threads = 2;
    check_f_i(izh_preset_find("2007-LTS"), &config, 300);
    config.method = IZH_RK4;
    config.spike_capacity = 2;
    check_f_i(izh_preset_find("2003-FS"), &config, 20);
}

/* v' = I from the reset at -65 to the peak at 30, for there is no rest: a spike each 95/I ms. */
static void an_f_i_curve_by_hand(void **state)
{
    (void)state;
    const izh_params p = support_line();
    const double I[] = {0, .1, 1, 9.5, -3};
    izh_f_i points[5];
    check_true(izh_params_f_i(&p, I, 5, 1000.04, NULL, points) == IZH_OK); /* beside a tick */
    const uint32_t spikes[] = {0, 1, 10, 100, 0};
    for (int k = 0; k < 5; k++) {
        support_about("%g", I[k]);
        check_true(points[k].spikes == spikes[k]);
        check_true(!!isnan(points[k].first) == (spikes[k] < 2));
        if (spikes[k] < 2)
            continue;
        check_close(points[k].first, 95 / I[k], 1e-9);
        check_close(points[k].steady, 95 / I[k], 1e-9);
        check_close(points[k].last, 95 / I[k], 1e-9);
    }
}

static void a_neuron_in_trouble_has_no_intervals(void **state)
{
    (void)state;
    izh_params p = support_line();
    const double I[] = {1, 1e6};
    izh_f_i points[2];
    support_about("trouble");
    p.c = 29;
    check_true(izh_params_f_i(&p, I, 2, 10.5, NULL, points) == IZH_OK);
    check_true(points[0].trouble == IZH_OK && points[1].trouble == IZH_E_DIVERGED);
    check_true(points[0].spikes == 10 && isnan(points[1].first) && isnan(points[1].last));
}

static void f_i_refuses_bad_input(void **state)
{
    (void)state;
    const izh_params p = support_rs();
    izh_params bad = p;
    const double I[] = {1, 2}, wrong[] = {1, NAN};
    izh_f_i points[2] = {{.first = 7}};
    struct logbook book = {0};
    izh_population_config config = IZH_POPULATION_CONFIG_INIT;
    config.log = support_log(&book);
    bad.a = INFINITY;
    check_true(izh_params_f_i(NULL, I, 2, 10, &config, points) == IZH_E_INVALID);
    check_has(book.text, "params is NULL");
    check_true(izh_params_f_i(&bad, I, 2, 10, &config, points) == IZH_E_INVALID);
    check_has(book.text, "params.a");
    check_true(izh_params_f_i(&p, wrong, 2, 10, &config, points) == IZH_E_INVALID);
    check_has(book.text, "I[1] = nan must be finite");
    check_true(izh_params_f_i(&p, NULL, 2, 10, &config, points) == IZH_E_INVALID);
    check_has(book.text, "I is NULL");
    check_true(izh_params_f_i(&p, I, 2, 10, &config, NULL) == IZH_E_INVALID);
    check_has(book.text, "points is NULL");
    check_true(izh_params_f_i(&p, I, 2, 0, &config, points) == IZH_E_INVALID);
    check_has(book.text, "duration = 0 must be finite and > 0");
    check_true(izh_params_f_i(&p, I, 2, INFINITY, &config, points) == IZH_E_INVALID);
    config.dt = -1;
    check_true(izh_params_f_i(&p, I, 2, 10, &config, points) == IZH_E_INVALID);
    check_has(book.text, "dt = -1");
    config.dt = 0;
    config.method = IZH_PINN;
    check_true(izh_params_f_i(&p, I, 2, 10, &config, points) == IZH_E_UNSUPPORTED);
    config.size = 3;
    check_true(izh_params_f_i(&p, I, 2, 10, &config, points) == IZH_E_INVALID);
    check_true(izh_params_f_i(&p, NULL, 0, 10, NULL, NULL) == IZH_OK);
    check_true(points[0].first == 7);
}

/* ---- the rest of the interface ---- */

static void rates_and_jacobian_are_the_equation(void **state)
{
    (void)state;
    const izh_params p = izh_preset_find("2007-FS")->params; /* b3 .025 from -55 on, a .2, C 20 */
    const izh_state y = {-50, 3};
    izh_state rates;
    izh_matrix j;
    izh_nullclines lines;
    check_true(izh_params_rates(&p, y, 7, &rates) == IZH_OK);
    check_near(rates.v, (5. * -10 - 3 + 7) / 20, 1);
    check_near(rates.u, .2 * (.025 * 125 - 3), 1);
    check_true(izh_params_jacobian(&p, y, &j) == IZH_OK);
    check_near(j.vv, (2. * -50 + 95) / 20, 1);
    check_near(j.vu, -.05, 1);
    check_near(j.uv, .2 * .025 * 3 * 25, 1);
    check_near(j.uu, -.2, 1);
    check_true(izh_params_nullclines(&p, 7, &lines) == IZH_OK);
    check_near(lines.v0 + lines.v1 * y.v + lines.v2 * y.v * y.v, 5. * -10 + 7, 2000);
    check_same(lines.u_lo, 0);
    check_same(lines.u_hi, 0);
    check_same(lines.u3, .025);
    check_same(lines.vb, -55);
    check_true(isnan(lines.line[0]));
}

static void bad_input_is_refused(void **state)
{
    (void)state;
    const izh_params p = support_rs();
    izh_params bad = p;
    const izh_state y = {-60, 0}, nan_v = {NAN, 0}, inf_u = {-60, INFINITY};
    izh_equilibrium e[IZH_EQUILIBRIA_MAX];
    izh_bifurcation b[IZH_BIFURCATIONS_MAX];
    izh_state rates = {7, 7};
    izh_matrix j = {7, 7, 7, 7};
    izh_nullclines lines;
    izh_rheobase r = {.I = 7};
    size_t n = 77;
    bad.k1 = NAN;
    const izh_params *const refused[] = {NULL, &bad};
    for (int i = 0; i < 2; i++) {
        check_true(izh_params_rates(refused[i], y, 0, &rates) == IZH_E_INVALID);
        check_true(izh_params_jacobian(refused[i], y, &j) == IZH_E_INVALID);
        check_true(izh_params_nullclines(refused[i], 0, &lines) == IZH_E_INVALID);
        check_true(izh_params_equilibria(refused[i], 0, e, &n) == IZH_E_INVALID);
        check_true(izh_params_bifurcations(refused[i], b, &n) == IZH_E_INVALID);
        check_true(izh_params_rest_ends(refused[i], b) == IZH_E_INVALID);
        check_true(izh_params_rheobase(refused[i], 0, 1, 0, &r) == IZH_E_INVALID);
    }
    check_true(izh_params_rates(&p, nan_v, 0, &rates) == IZH_E_INVALID);
    check_true(izh_params_rates(&p, inf_u, 0, &rates) == IZH_E_INVALID);
    check_true(izh_params_rates(&p, y, NAN, &rates) == IZH_E_INVALID);
    check_true(izh_params_rates(&p, y, 0, NULL) == IZH_E_INVALID);
    check_true(izh_params_jacobian(&p, nan_v, &j) == IZH_E_INVALID);
    check_true(izh_params_jacobian(&p, y, NULL) == IZH_E_INVALID);
    check_true(izh_params_nullclines(&p, INFINITY, &lines) == IZH_E_INVALID);
    check_true(izh_params_nullclines(&p, 0, NULL) == IZH_E_INVALID);
    check_true(izh_params_equilibria(&p, NAN, e, &n) == IZH_E_INVALID);
    check_true(izh_params_equilibria(&p, 0, NULL, &n) == IZH_E_INVALID);
    check_true(izh_params_equilibria(&p, 0, e, NULL) == IZH_E_INVALID);
    check_true(izh_params_bifurcations(&p, NULL, &n) == IZH_E_INVALID);
    check_true(izh_params_bifurcations(&p, b, NULL) == IZH_E_INVALID);
    check_true(izh_params_rest_ends(&p, NULL) == IZH_E_INVALID);
    check_true(izh_params_rheobase(&p, 0, 1, 0, NULL) == IZH_E_INVALID);
    check_true(izh_params_rheobase(&p, 2, 1, 0, &r) == IZH_E_INVALID);
    check_true(izh_params_rheobase(&p, -1, 1, 0, &r) == IZH_E_INVALID);
    check_true(izh_params_rheobase(&p, 0, 0, 0, &r) == IZH_E_INVALID);
    check_true(izh_params_rheobase(&p, 0, -1, 0, &r) == IZH_E_INVALID);
    check_true(izh_params_rheobase(&p, 0, NAN, 0, &r) == IZH_E_INVALID);
    check_true(izh_params_rheobase(&p, 0, 1, -1e-9, &r) == IZH_E_INVALID);
    check_true(izh_params_rheobase(&p, 0, 1, NAN, &r) == IZH_E_INVALID);
    check_true(izh_params_rheobase(&p, 0, 1, INFINITY, &r) == IZH_E_INVALID);
    check_true(r.I == 7);
    check_true(rates.v == 7 && j.vv == 7 && n == 77);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_neurons_are_as_with_50_digits),
        cmocka_unit_test(rest_ends_where_it_does_by_hand),
        cmocka_unit_test(a_fold_is_told_from_none_and_two),
        cmocka_unit_test(a_hopf_point_is_a_centre),
        cmocka_unit_test(at_the_kink_both_pieces_decide),
        cmocka_unit_test(published_rests_are_stable),
        cmocka_unit_test(without_a_leak_rest_never_ends),
        cmocka_unit_test(a_cubic_without_a_leak_has_two_lines),
        cmocka_unit_test(a_line_of_states_is_degenerate),
        cmocka_unit_test(a_neuron_without_an_upstroke_rests_up_to_its_peak),
        cmocka_unit_test(a_published_neuron_fires_above_its_rheobase_only),
        cmocka_unit_test(a_random_neuron_fires_above_its_rheobase_only),
        cmocka_unit_test(the_rheobase_of_a_long_step_is_known),
        cmocka_unit_test(a_short_pulse_needs_a_charge),
        cmocka_unit_test(an_endless_step_fires_where_rest_ends),
        cmocka_unit_test(a_neuron_without_rest_has_no_rheobase),
        cmocka_unit_test(what_a_current_only_drives_up_fires_too),
        cmocka_unit_test(an_f_i_curve_is_that_of_solvers),
        cmocka_unit_test(an_f_i_curve_by_hand),
        cmocka_unit_test(a_neuron_in_trouble_has_no_intervals),
        cmocka_unit_test(f_i_refuses_bad_input),
        cmocka_unit_test(rates_and_jacobian_are_the_equation),
        cmocka_unit_test(bad_input_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
