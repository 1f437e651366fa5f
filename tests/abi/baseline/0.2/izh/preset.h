/**
 * @file preset.h
 * @brief Published neurons, with what they are driven by: a table.
 *
 * Each preset has two flavours. In the exact one the equations are solved: #IZH_TAYLOR, from 0 to
 * `duration`. In the published one the steps are those of the publication's own program. The two
 * often differ, in a few even in what the neuron does; docs/presets.md says where.
 *
 *     const izh_preset *preset = izh_preset_find("2004-A");
 *     izh_solver_config config = IZH_SOLVER_CONFIG_INIT;
 *     config.params = preset->params;
 *     config.initial = preset->initial;
 *     if (published) {
 *         izh_method_find(preset->published_method, &config.method);
 *         config.events = IZH_EVENTS_GRID;
 *         config.dt = preset->published_dt;
 *     }
 *     izh_solver_create(&solver, &config);
 *     izh_solver_set_stimulus(solver, preset->segments, preset->segment_count);
 *     izh_solver_run(solver, published ? preset->published_until : preset->duration);
 *
 * Threads and real time: the table is constant; every function here may be called from any thread
 * at any time, does not allocate and does not lock.
 * Since 0.1, where an item names no later version.
 */
#ifndef IZH_PRESET_H
#define IZH_PRESET_H

#include <izh/solver.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A published neuron. Only the library makes them; strings and segments live for ever. Versioned:
 * `size` says up to where this library has fields. Look at presets through pointers, do not copy
 * them. */
typedef struct izh_preset {
    size_t size;          /**< of the struct in the library that the program runs with, bytes */
    const char *name;     /**< what izh_preset_find() knows it by: family and label, "2004-A" */
    const char *title;    /**< what it is: "tonic spiking" */
    const char *family;   /**< the publication: "2003", "2004", "2007" or "report" */
    const char *source;   /**< author, work, year, and the figure, page or table in it */
    const char *equation; /**< the equation as the source writes it, without its reset */
    const char *note;     /**< what to know about it; empty where there is nothing */
    izh_params params;    /**< the neuron */
    izh_state initial;    /**< its state at t = 0 */
    const izh_segment *segments;  /**< its current, for izh_solver_set_stimulus(); ascending */
    size_t segment_count;         /**< how many; at least 1 */
    double duration;              /**< how long the publication runs it, ms */
    const char *published_method; /**< how its program steps, for izh_method_find() */
    double published_dt;          /**< its program's step, ms */
    double published_until; /**< its program's end, ms: `duration`, or one step more if it steps
                               there */
} izh_preset;

/** How many presets there are: more than 0. */
IZH_API IZH_REALTIME size_t izh_preset_count(void);

/** The preset at an `index`. Presets stand by publication, and in the order of their publication.
 * @return the preset, which lives for ever; NULL from izh_preset_count() on */
IZH_API IZH_REALTIME const izh_preset *izh_preset_get(size_t index);

/** Finds a preset by its `name`, spelled as here; names never change. E. M. Izhikevich's neurons:
 * - 2003-RS, -IB, -CH, -FS, -TC, -TC-burst, -RZ, -LTS: Simple model of spiking neurons, IEEE Trans.
 *   Neural Networks 14 (2003), figure 2;
 * - 2004-A to 2004-T: Which model to use for cortical spiking neurons?, IEEE Trans. Neural Networks
 *   15 (2004), figure 1;
 * - 2007-RS, -IB, -CH, -LTS, -FS, -LS-soma, -TC, -RTN: Dynamical Systems in Neuroscience, MIT Press
 *   (2007), chapter 8;
 * - report-RS: of the report "Learning to Spike: Physics-Informed and Numerical Simulation of
 *   Dynamic Neuron Models".
 * @return the preset, which lives for ever; NULL if there is none of that name */
IZH_API IZH_REALTIME const izh_preset *izh_preset_find(const char *name);

#ifdef __cplusplus
}
#endif

#endif
