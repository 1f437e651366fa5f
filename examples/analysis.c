/* What a neuron does, from its equations: the numbers of the pictures in docs/analysis.md.
 *
 *     analysis                    the book's cells: rest, where it ends, class, rheobase
 *     analysis phase              the phase plane of the RS cell: nullclines, equilibria,
 * manifolds, runs analysis bifurcations       equilibria over the current, of the RS and the LTS
 * cell analysis f-i                rates over the current, of the book's cells analysis
 * strength-duration  the least current of a pulse over its length
 *
 * Each but the first prints rows of comma-separated values, in blocks that two empty lines part:
 * what gnuplot calls an index. */
#include <izh/izh.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char *const cells[] = {"2007-RS", "2007-IB",      "2007-CH", "2007-LTS",
                                    "2007-FS", "2007-LS-soma", "2007-TC", "2007-RTN"};
#define CELLS (sizeof cells / sizeof *cells)

static const char *const kinds[] = {
    "",       "stable node", "stable focus", "unstable node", "unstable focus",
    "saddle", "fold",        "centre",       "kink",          "degenerate"};
static const char *const ends[] = {"nowhere", "saddle-node", "Hopf", "peak"};

static izh_params params_of(const char *cell)
{
    return izh_preset_find(cell)->params;
}

/* Ends a block of rows. */
static void end_block(void)
{
    printf("\n\n");
}

/* ---- the table ---- */

static double rheobase(const izh_params *params, double duration)
{
    izh_rheobase r;
    const izh_status status = izh_params_rheobase(params, IZH_RHEOBASE_STEP, duration, 0, &r);
    return status == IZH_OK ? r.I : NAN;
}

static void print_table(void)
{
    printf("cell          v at rest  kind          rest ends, pA           class  "
           "5 ms, pA  500 ms, pA\n");
    for (size_t i = 0; i < CELLS; i++) {
        const izh_params p = params_of(cells[i]);
        izh_equilibrium e[IZH_EQUILIBRIA_MAX];
        izh_bifurcation end;
        size_t n;
        izh_params_equilibria(&p, 0, e, &n);
        izh_params_rest_ends(&p, &end);
        printf("%-13s %9.3f  %-12s %10.4f %-12s %5d %9.3f %11.4f\n", cells[i], e[0].state.v,
               kinds[e[0].kind], end.I, ends[end.kind], end.kind == IZH_SADDLE_NODE ? 1 : 2,
               rheobase(&p, 5), rheobase(&p, 500));
    }
}

/* ---- the phase plane ---- */

static izh_solver *solver_at(const izh_params *params, double I, izh_state state)
{
    izh_solver_config config = IZH_SOLVER_CONFIG_INIT;
    izh_solver *solver = NULL;
    config.params = *params;
    config.initial = state;
    if (izh_solver_create(&solver, &config) == IZH_OK)
        izh_solver_set_current(solver, I);
    return solver;
}

static int32_t stop(const izh_spike_event *spike, izh_state *after, void *user)
{
    (void)spike, (void)after, (void)user;
    return IZH_STOP;
}

/* Whether a point is in the picture. */
static int is_shown(izh_state y)
{
    return y.v > -75 && y.v < -20 && fabs(y.u) < 80;
}

/* Prints a run until it leaves the picture; u_sign is -1 where the run's u is -u. */
static void print_run(izh_solver *solver, double dt, double until, double u_sign)
{
    izh_state y = izh_solver_state(solver);
    izh_solver_on_spike(solver, stop, NULL);
    printf("%.6g,%.6g\n", y.v, u_sign * y.u);
    for (double t = dt; t < until && is_shown(y); t += dt) {
        if (izh_solver_run(solver, t) != IZH_OK)
            break;
        y = izh_solver_state(solver);
        printf("%.6g,%.6g\n", y.v, u_sign * y.u);
    }
    end_block();
    izh_solver_destroy(solver);
}

/* The same neuron backwards in time, with -u for u: a neuron of the same normal form. */
static izh_params backwards(const izh_params *p)
{
    izh_params q = *p;
    q.k2 = -p->k2;
    q.k1 = -p->k1;
    q.k0 = -p->k0;
    q.r = -p->r;
    q.vpeak = 1e3;
    return q;
}

/* From beside the saddle along an eigenvector (vu, lambda - vv), both ways: forwards it is the
 * unstable manifold, backwards the stable one, which is the threshold. */
static void print_manifold(const izh_params *p, double I, const izh_equilibrium *saddle, int stable)
{
    izh_matrix j;
    izh_params_jacobian(p, saddle->state, &j);
    const double lambda = saddle->re[stable ? 0 : 1], slope = (lambda - j.vv) / j.vu;
    const izh_params run = stable ? backwards(p) : *p;
    for (int side = -1; side <= 1; side += 2) {
        const double dv = 1e-3 * side, sign = stable ? -1 : 1;
        const izh_state y = {saddle->state.v + dv, sign * (saddle->state.u + slope * dv)};
        print_run(solver_at(&run, sign * I, y), .25, 500, sign);
    }
}

/* Blocks: the v-nullcline and the u-nullcline (two columns), equilibria, the unstable manifold and
 * the stable one, two blocks each, and what two pulses do that are just too weak and just strong
 * enough. */
static void print_phase(void)
{
    const izh_params p = params_of("2007-RS");
    const double I = 20;
    izh_nullclines n;
    izh_equilibrium e[IZH_EQUILIBRIA_MAX];
    size_t count;
    izh_params_nullclines(&p, I, &n);
    for (double v = -75; v <= -20; v += .25)
        printf("%g,%g,%g\n", v, (n.v2 * v + n.v1) * v + n.v0, n.u_hi * (v - n.vb));
    end_block();
    izh_params_equilibria(&p, I, e, &count);
    for (size_t i = 0; i < count; i++)
        printf("%.6g,%.6g,%s\n", e[i].state.v, e[i].state.u, kinds[e[i].kind]);
    end_block();
    print_manifold(&p, I, &e[1], 0);
    print_manifold(&p, I, &e[1], 1);
    for (int strong = 0; strong < 2; strong++) {
        const izh_state kicked = {e[0].state.v + (strong ? 16 : 15), e[0].state.u};
        print_run(solver_at(&p, I, kicked), .25, 300, 1);
    }
}

/* ---- bifurcations ---- */

/* Blocks for each cell: stable rests, what is not stable, and bifurcations. */
static void print_bifurcations(void)
{
    static const char *const shown[] = {"2007-RS", "2007-LTS"};
    static const double most[] = {80, 140};
    for (int i = 0; i < 2; i++) {
        const izh_params p = params_of(shown[i]);
        izh_bifurcation b[IZH_BIFURCATIONS_MAX];
        size_t n;
        izh_params_bifurcations(&p, b, &n);
        for (int unstable = 0; unstable < 2; unstable++) {
            for (size_t k = 0; k < 2; k++) { /* the lower and the upper equilibrium */
                for (int step = 0; step <= 400; step++) {
                    const double I = k ? most[i] - (most[i] + 40) * step / 400
                                       : -40 + (most[i] + 40) * step / 400;
                    izh_equilibrium e[IZH_EQUILIBRIA_MAX];
                    size_t count;
                    izh_params_equilibria(&p, I, e, &count);
                    if (count == 2 && (e[k].kind > IZH_STABLE_FOCUS) == unstable)
                        printf("%g,%.6g\n", I, e[k].state.v);
                }
                printf("\n");
            }
            printf("\n");
        }
        for (size_t k = 0; k < n; k++)
            printf("%.6g,%.6g,%s\n", b[k].I, b[k].state.v, ends[b[k].kind]);
        end_block();
    }
}

/* ---- rates ---- */

/* A block for each cell: I, and the rates of the first and of the steady intervals, 1/s. */
static int print_f_i(void)
{
    enum {
        POINTS = 161
    };
    static const double most[] = {400, 800, 600, 400, 400, 400, 200, 200};
    for (size_t i = 0; i < CELLS; i++) {
        const izh_params p = params_of(cells[i]);
        double I[POINTS];
        izh_f_i f[POINTS];
        for (int k = 0; k < POINTS; k++)
            I[k] = most[i] * k / (POINTS - 1);
        if (izh_params_f_i(&p, I, POINTS, 1000, NULL, f) != IZH_OK)
            return 1;
        for (int k = 0; k < POINTS; k++)
            printf("%g,%.6g,%.6g\n", I[k], 1000 / f[k].first, 1000 / f[k].steady);
        end_block();
    }
    return 0;
}

/* ---- strength and duration ---- */

/* A block for each cell: duration, the least current, and that as a share of the least of all. */
static void print_strength_duration(void)
{
    for (size_t i = 0; i < CELLS; i++) {
        const izh_params p = params_of(cells[i]);
        const double least = rheobase(&p, 5000);
        for (double duration = .1; duration < 1100; duration *= pow(10, .1)) {
            const double I = rheobase(&p, duration);
            printf("%.6g,%.8g,%.6g\n", duration, I, I / least);
        }
        end_block();
    }
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";
    if (argc > 2)
        what = "?";
    if (strcmp(what, "") == 0)
        print_table();
    else if (strcmp(what, "phase") == 0)
        print_phase();
    else if (strcmp(what, "bifurcations") == 0)
        print_bifurcations();
    else if (strcmp(what, "f-i") == 0)
        return print_f_i();
    else if (strcmp(what, "strength-duration") == 0)
        print_strength_duration();
    else {
        fprintf(stderr, "usage: analysis [phase | bifurcations | f-i | strength-duration]\n");
        return 2;
    }
    return 0;
}
