/* The table of published neurons. */
#include <izh/preset.h>

#include <float.h>
#include <string.h>

#include "util/float.h"

/* The next double after t > 0. For c between .5 and .75, t + t eps c lies between half an ulp and
 * one and a half above t, so it rounds to the next double. */
#define AFTER(t) ((t) + (t) * (.6 * DBL_EPSILON))

#define STIMULUS(...)                               \
    .segments = (const izh_segment[]){__VA_ARGS__}, \
    .segment_count = sizeof((const izh_segment[]){__VA_ARGS__}) / sizeof(izh_segment)

/* The listings of 2003 and 2004 also take the step that begins at t = T. */
#define THROUGH_THE_END(T, tau)                                            \
    .duration = (T), .published_method = "figure1", .published_dt = (tau), \
    .published_until = (T) + (tau)

/* The equations of 2003 and 2004: their text, and the parameters that they fix. */
#define QUADRATIC "v' = 0.04 v^2 + 5 v + 140 - u + I, "
#define USUAL_TEXT QUADRATIC "u' = a (b v - u)"
#define USUAL .k1 = 5, .k0 = 140, .r = 1
#define CLASS_1_TEXT "v' = 0.04 v^2 + 4.1 v + 108 - u + I, u' = a (b v - u)"
#define CLASS_1 .k1 = 4.1, .k0 = 108, .r = 1
#define NO_LEAK_TEXT QUADRATIC "u' = a b (v + 65)"
#define NO_LEAK .k1 = 5, .k0 = 140, .r = 0, .vb = -65

#define FORM_2003(a_, b, c_, d_)                                                                \
    .cm = 1, .k2 = .04, .a = (a_), .b_lo = (b), .b_hi = (b), .vpeak = 30, .c = (c_), .d = (d_), \
    .u_max = IZH_INFINITY

#define FORM_2007(C, k, vr, vt, peak, a_, lo, hi, cubic, kink, c_, d_, peak_u, reset_u, clamp) \
    .params = {.cm = (C),                                                                      \
               .k2 = (k),                                                                      \
               .k1 = -((k) * ((vr) + (vt))),                                                   \
               .k0 = ((k) * (vr)) * (vt),                                                      \
               .a = (a_),                                                                      \
               .r = 1,                                                                         \
               .b_lo = (lo),                                                                   \
               .b_hi = (hi),                                                                   \
               .b3 = (cubic),                                                                  \
               .vb = (kink),                                                                   \
               .vpeak = (peak),                                                                \
               .vpeak_u = (peak_u),                                                            \
               .c = (c_),                                                                      \
               .c_u = (reset_u),                                                               \
               .d = (d_),                                                                      \
               .u_max = (clamp)}

#define EQUATION_2007 "C v' = k (v - vr) (v - vt) - u + I, u' = a "

#define PRESET(publication, label, what, remark)                              \
    .size = sizeof(izh_preset), .name = publication "-" label, .title = what, \
    .family = publication, .note = remark

#define SIMPLE(label, what, remark, a, b, c, d, v0, T, ...)                                      \
    {PRESET("2003", label, what, remark),                                                        \
     .source = "E. M. Izhikevich, Simple model of spiking neurons, IEEE Trans. Neural Networks " \
               "14 (2003), figure 2",                                                            \
     .equation = USUAL_TEXT,                                                                     \
     .params = {FORM_2003(a, b, c, d), USUAL},                                                   \
     .initial = {v0, (b) * (v0)},                                                                \
     THROUGH_THE_END(T, .25),                                                                    \
     STIMULUS(__VA_ARGS__)},

#define PATTERN(letter, what, remark, form, a, b, c, d, v0, u0, T, tau, ...)                      \
    {PRESET("2004", letter, what, remark),                                                        \
     .source = "E. M. Izhikevich, Which model to use for cortical spiking neurons?, IEEE Trans. " \
               "Neural Networks 15 (2004), figure 1 (" letter ")",                                \
     .equation = form##_TEXT,                                                                     \
     .params = {FORM_2003(a, b, c, d), form},                                                     \
     .initial = {v0, u0},                                                                         \
     THROUGH_THE_END(T, tau),                                                                     \
     STIMULUS(__VA_ARGS__)},

/* The book's listing, on page 274, takes Euler steps of 1 ms and tests v >= vpeak after each. */
#define TO_THE_END(T) \
    .duration = (T), .published_method = "euler", .published_dt = 1, .published_until = (T)

#define CELL(label, what, where, u_text, remark, C, k, vr, vt, peak, a, lo, hi, cubic, kink, c, d, \
             peak_u, reset_u, clamp, T, I)                                                         \
    {PRESET("2007", label, what, remark),                                                          \
     .source = "E. M. Izhikevich, Dynamical Systems in Neuroscience, MIT Press (2007), " where,    \
     .equation = EQUATION_2007 u_text,                                                             \
     FORM_2007(C, k, vr, vt, peak, a, lo, hi, cubic, kink, c, d, peak_u, reset_u, clamp),          \
     .initial = {vr, 0},                                                                           \
     TO_THE_END(T),                                                                                \
     STIMULUS({0, I, 0})},

#define REPORT(label, what, remark, C, k, vr, vt, peak, a, b, c, d, T, ...)                      \
    {PRESET("report", label, what, remark),                                                      \
     .source = "Learning to Spike: Physics-Informed and Numerical Simulation of Dynamic Neuron " \
               "Models, table II",                                                               \
     .equation = EQUATION_2007 "(b (v - vr) - u)",                                               \
     FORM_2007(C, k, vr, vt, peak, a, b, b, 0, vr, c, d, 0, 0, IZH_INFINITY),                    \
     .initial = {vr, 0},                                                                         \
     TO_THE_END(T),                                                                              \
     STIMULUS(__VA_ARGS__)},

static const izh_preset presets[] = {
#include "model/presets.def"
};

size_t izh_preset_count(void)
{
    return sizeof presets / sizeof *presets;
}

const izh_preset *izh_preset_get(size_t index)
{
    return index < izh_preset_count() ? &presets[index] : NULL;
}

const izh_preset *izh_preset_find(const char *name)
{
    for (size_t i = 0; name && i < izh_preset_count(); i++)
        if (strcmp(name, presets[i].name) == 0)
            return &presets[i];
    return NULL;
}
