/* The table of published neurons, against the tables in tests/reference, which are of the
 * publications: patterns.csv, simple2003.csv, cells.csv. */
#include "support.h"

#include <ctype.h>

#include <izh/preset.h>

/* ---- the publications' tables ---- */

enum {
    FIELDS = 20
};

static FILE *table;
static char line[1 << 14], *field[FIELDS];
static int fields;

static void open_table(const char *name)
{
    char path[4096];
    const char *folder = getenv("IZH_REFERENCE");
    snprintf(path, sizeof path, "%s/%s", folder ? folder : "tests/reference", name);
    table = fopen(path, "r");
    support_about("%s", path);
    check_true(table != NULL);
}

/* The next row, cut into fields; false and closed after the last. Comments and the heading have no
 * number in field 1 or 2. */
static int next_row(void)
{
    while (fgets(line, sizeof line, table)) {
        line[strcspn(line, "\n")] = 0;
        fields = 0;
        for (char *at = line; at && fields < FIELDS; fields++) {
            field[fields] = at;
            at = strchr(at, ',');
            if (at)
                *at++ = 0;
        }
        if (line[0] != '#' && fields > 5 && !isalpha((unsigned char)*field[2]))
            return 1;
    }
    fclose(table);
    return 0;
}

static double number(int i)
{
    char *end;
    const double x = strtod(field[i], &end);
    check_true(*field[i] && *end == 0);
    return x;
}

/* "t:I:slope t:I:slope" or "t:I t:I" */
static size_t parse_stimulus(const char *text, izh_segment *segments)
{
    size_t n = 0;
    for (char *end; *text; text = *end ? end + 1 : end) {
        segments[n] = (izh_segment){0, 0, 0};
        segments[n].t = strtod(text, &end);
        segments[n].I = strtod(end + 1, &end);
        if (*end == ':')
            segments[n].slope = strtod(end + 1, &end);
        n++;
    }
    return n;
}

/* ---- what a preset is compared with ---- */

static void check_params(izh_params x, izh_params y)
{
    const double *a = &x.cm, *b = &y.cm;
    for (size_t i = 0; i < sizeof x / sizeof *a; i++)
        check_true(a[i] == b[i]);
}

/* The table's time, or the next double after it where what held until there holds there, too. */
static void check_segments(const izh_preset *p, const char *text)
{
    izh_segment expected[32];
    const size_t n = parse_stimulus(text, expected);
    assert_int_equal(p->segment_count, n);
    for (size_t i = 0; i < n; i++) {
        const izh_segment *s = &p->segments[i];
        check_true(s->t == expected[i].t || s->t == nextafter(expected[i].t, INFINITY));
        check_same(s->I, expected[i].I);
        check_same(s->slope, expected[i].slope);
    }
}

static double current(const izh_preset *p, double t)
{
    double I = 0;
    for (size_t i = 0; i < p->segment_count && p->segments[i].t <= t; i++)
        I = p->segments[i].I + p->segments[i].slope * (t - p->segments[i].t);
    return I;
}

/* The listings of 2003 and 2004, in their own words, with the preset's numbers: the times of the
 * steps with v > 30 are those of the table. This is what the edges of the pulses are for. */
static void check_listing(const izh_preset *p, const char *spikes)
{
    const izh_params *q = &p->params;
    const double h = p->published_dt;
    double v = p->initial.v, u = p->initial.u;
    char *end;
    for (int i = 0; i * h < p->published_until - h / 2; i++) {
        const double t = i * h, I = current(p, t);
        v = v + h * (.04 * (v * v) + q->k1 * v + q->k0 - u + I);
        u = q->r != 0 ? u + h * q->a * (q->b_lo * v - u) : u + h * q->a * (q->b_lo * (v + 65));
        if (v > 30) {
            check_close(t, strtod(spikes, &end), 1e-9);
            spikes = end;
            v = q->c;
            u = u + q->d;
        }
    }
    check_true(*spikes == 0);
}

/* The same from the library. */
static void check_published(const izh_preset *p, const char *spikes)
{
    static struct spikes seen;
    izh_solver_config config = IZH_SOLVER_CONFIG_INIT;
    if (izh_method_find(p->published_method, &config.method) != IZH_OK)
        return; /* a library without the dialects */
    memset(&seen, 0, sizeof seen);
    config.events = IZH_EVENTS_GRID;
    config.dt = p->published_dt;
    config.params = p->params;
    config.initial = p->initial;
    izh_solver *s = support_create(&config);
    izh_solver_on_spike(s, support_spike, &seen);
    check_ok(izh_solver_set_stimulus(s, p->segments, p->segment_count), s);
    check_ok(izh_solver_run(s, p->published_until), s);
    izh_solver_destroy(s);
    for (size_t i = 0; i < seen.n; i++) {
        char *end;
        check_close(seen.event[i].t, strtod(spikes, &end), 1e-9);
        spikes = end;
    }
    check_true(*spikes == 0);
}

static const izh_preset *find(const char *family, const char *label)
{
    char name[64];
    snprintf(name, sizeof name, "%s-%s", family, label);
    for (char *at = name; *at; at++)
        *at = *at == ' ' ? '-' : *at;
    support_about("%s", name);
    const izh_preset *p = izh_preset_find(name);
    check_true(p != NULL);
    return p;
}

/* ---- the tests ---- */

/* pattern,name,k1,k0,a,b,c,d,v0,u0,r,vb,T_ms,tau_ms,stimulus,figure1_spikes_ms,exact_spikes_ms */
static void the_patterns_of_2004(void **state)
{
    (void)state;
    int n = 0;
    for (open_table("patterns.csv"); next_row(); n++) {
        const izh_preset *p = find("2004", field[0]);
        izh_params expected = izh_params_2003(number(4), number(5), number(6), number(7));
        expected.k1 = number(2);
        expected.k0 = number(3);
        expected.r = number(10);
        expected.vb = number(11);
        assert_string_equal(p->title, field[1]);
        check_params(p->params, expected);
        check_same(p->initial.v, number(8));
        check_same(p->initial.u, number(9));
        check_same(p->duration, number(12));
        check_same(p->published_dt, number(13));
        check_same(p->published_until, number(12) + number(13));
        check_segments(p, field[14]);
        check_listing(p, field[15]);
        check_published(p, field[15]);
    }
    assert_int_equal(n, 20);
}

/* name,a,b,c,d,v0,T_ms,stimulus,figure2_spikes_ms */
static void the_neurons_of_2003(void **state)
{
    (void)state;
    int n = 0;
    for (open_table("simple2003.csv"); next_row(); n++) {
        const izh_preset *p = find("2003", field[0]);
        check_params(p->params, izh_params_2003(number(1), number(2), number(3), number(4)));
        check_same(p->initial.v, number(5));
        check_same(p->initial.u, number(2) * number(5));
        check_same(p->duration, number(6));
        check_same(p->published_dt, .25);
        check_same(p->published_until, number(6) + .25);
        check_segments(p, field[7]);
        check_listing(p, field[8]);
        check_published(p, field[8]);
    }
    assert_int_equal(n, 8);
}

static double special(const char *name, double otherwise)
{
    char key[16];
    snprintf(key, sizeof key, "%s=", name);
    for (char *at = field[10]; (at = strstr(at, key)) != NULL; at++)
        if (at == field[10] || at[-1] == ' ')
            return strtod(at + strlen(key), NULL);
    return otherwise;
}

/* cell,C,k,vr,vt,vpeak,a,b,c,d,special,I_pA,T_ms,exact_spikes_ms: a row for each current, and the
 * spikes with the one that is the preset's. */
static void the_cells_of_the_book(void **state)
{
    (void)state;
    int n = 0;
    for (open_table("cells.csv"); next_row();) {
        const izh_preset *p = find("2007", field[0]);
        const double b = *field[7] ? number(7) : 0;
        izh_params expected = izh_params_2007(number(1), number(2), number(3), number(4), number(5),
                                              number(6), b, number(8), number(9));
        expected.b_lo = special("b_lo", b);
        expected.b_hi = special("b_hi", b);
        expected.b3 = special("b3", 0);
        expected.vb = special("vb", number(3));
        expected.vpeak_u = special("vpeak_u", 0);
        expected.c_u = special("c_u", 0);
        expected.u_max = special("u_max", INFINITY);
        check_params(p->params, expected);
        check_same(p->initial.v, number(3));
        check_same(p->initial.u, 0);
        check_same(p->duration, number(12));
        assert_int_equal(p->segment_count, 1);
        check_same(p->segments[0].t, 0);
        check_same(p->segments[0].slope, 0);
        if (fields > 13 && *field[13]) {
            check_same(p->segments[0].I, number(11));
            n++;
        }
    }
    assert_int_equal(n, 8);
}

static void the_reports_neuron(void **state)
{
    (void)state;
    const izh_preset *p = find("report", "RS");
    check_params(p->params, support_rs());
    check_same(p->initial.v, -60);
    check_same(p->initial.u, 0);
    check_same(p->duration, 1000);
    assert_int_equal(p->segment_count, 2);
    check_same(current(p, 100.9), 0);
    check_same(current(p, 101), 70);
}

static void check_text(const char *text)
{
    check_true(text != NULL);
    for (; *text; text++)
        check_true(isprint((unsigned char)*text));
}

static void every_preset_is_valid(void **state)
{
    (void)state;
    assert_int_equal(izh_preset_count(), 8 + 20 + 8 + 1);
    for (size_t i = 0; i < izh_preset_count(); i++) {
        const izh_preset *p = izh_preset_get(i);
        const char *fault = "untouched";
        support_about("%s", p->name);
        assert_int_equal(p->size, sizeof *p);
        check_text(p->name);
        check_text(p->title);
        check_text(p->source);
        check_text(p->equation);
        check_text(p->note);
        check_true(*p->title && *p->source && *p->equation);
        check_true(strncmp(p->name, p->family, strlen(p->family)) == 0);
        check_true(p->name[strlen(p->family)] == '-');
        check_true(izh_params_check(&p->params, &fault) == IZH_OK);
        check_true(isfinite(p->initial.v) && isfinite(p->initial.u));
        check_true(p->initial.v < p->params.vpeak + p->params.vpeak_u * p->initial.u);
        check_true(p->duration > 0 && p->published_dt > 0);
        check_true(p->published_until >= p->duration);
        check_close(remainder(p->published_until, p->published_dt), 0, 1e-9);
        check_true(p == izh_preset_find(p->name));
        for (size_t k = 0; k < i; k++)
            check_true(strcmp(p->name, izh_preset_get(k)->name) != 0);
    }
}

static void every_stimulus_is_valid(void **state)
{
    (void)state;
    for (size_t i = 0; i < izh_preset_count(); i++) {
        const izh_preset *p = izh_preset_get(i);
        support_about("%s", p->name);
        check_true(p->segment_count >= 1);
        check_same(p->segments[0].t, 0);
        for (size_t k = 0; k < p->segment_count; k++) {
            const izh_segment *s = &p->segments[k];
            check_true(isfinite(s->t) && isfinite(s->I) && isfinite(s->slope));
            check_true(s->t < p->duration);
            check_true(k == 0 || s->t > s[-1].t);
        }
    }
}

/* Both flavours as the header shows how to make them. */
static void every_preset_makes_a_solver(void **state)
{
    (void)state;
    for (size_t i = 0; i < izh_preset_count(); i++) {
        const izh_preset *p = izh_preset_get(i);
        izh_solver_config config = IZH_SOLVER_CONFIG_INIT;
        config.params = p->params;
        config.initial = p->initial;
        support_about("%s", p->name);
        izh_solver *s = support_create(&config);
        check_ok(izh_solver_set_stimulus(s, p->segments, p->segment_count), s);
        izh_solver_destroy(s);
        if (strcmp(p->published_method, "figure1") != 0)
            assert_int_equal(izh_method_find(p->published_method, &config.method), IZH_OK);
    }
}

static void what_is_no_preset_is_null(void **state)
{
    (void)state;
    static char long_name[100000];
    const char *const none[] = {"",       "2004",    "2004-",    "2004-U",
                                "2004-a", "2004-A ", " 2004-A",  "tonic spiking",
                                "A",      "%s%n",    "\xff\xfe", "report"};
    for (size_t i = 0; i < LENGTH(none); i++) {
        support_about("\"%s\"", none[i]);
        check_true(izh_preset_find(none[i]) == NULL);
    }
    memset(long_name, 'A', sizeof long_name - 1);
    assert_null(izh_preset_find(long_name));
    assert_null(izh_preset_find(NULL));
    assert_null(izh_preset_get(izh_preset_count()));
    assert_null(izh_preset_get(SIZE_MAX));
    assert_null(izh_preset_get(SIZE_MAX / sizeof(izh_preset) + 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_patterns_of_2004),        cmocka_unit_test(the_neurons_of_2003),
        cmocka_unit_test(the_cells_of_the_book),       cmocka_unit_test(the_reports_neuron),
        cmocka_unit_test(every_preset_is_valid),       cmocka_unit_test(every_stimulus_is_valid),
        cmocka_unit_test(every_preset_makes_a_solver), cmocka_unit_test(what_is_no_preset_is_null),
    };
    return cmocka_run_group_tests_name("presets", tests, NULL, NULL);
}
