/* What the files of the Lua module share. Errors are raised as Lua errors, which jump: nothing here
 * that can raise one may be called from inside libizh, but for izl_call().
 *
 * Whatever allocates in Lua may collect garbage, and so run finalizers, which may do anything:
 * close an object, run it, give it another recording. So no function uses what it got from an
 * object before an allocation: it checks the object again after it, or holds a Lua value that keeps
 * the memory. test_collect.lua tries each function so. */
#ifndef IZL_BINDING_H
#define IZL_BINDING_H

#include <izh/izh.h>

#include <stddef.h>

#include "compat.h"

#define IZL_MESSAGE 512 /* room for a message of the library's, and a note */

/* Types of userdata. */
#define IZL_BUFFER "izh.Buffer"
#define IZL_SOLVER "izh.Solver"
#define IZL_POPULATION "izh.Population"
#define IZL_NETWORK "izh.Network"
#define IZL_PINN "izh.Pinn"
#define IZL_FLOW "izh.Flow"

/* ---- errors.c ---- */

#define IZL_PRINTF(place, first) __attribute__((format(printf, place, first)))
/* Raises "WHERE: IZH_E_NAME: message", of printf's format. */
__attribute__((noreturn)) void izl_fail(lua_State *L, izh_status status, const char *format, ...)
    IZL_PRINTF(3, 4);
/* Pushes a text of printf's format: Lua's own has neither %g nor unsigned numbers everywhere. */
const char *izl_format(lua_State *L, const char *format, ...) IZL_PRINTF(2, 3);
/* Raises the status if it is an error, with the message or, where that is empty, its text. */
void izl_check(lua_State *L, izh_status status, const char *message);
/* The same; first is what the indices of times and neurons count from: 1 in a list, 0 in a buffer.
 */
void izl_check_from(lua_State *L, izh_status status, const char *message, unsigned first);
/* How a name in a message goes on. */
enum izl_counting {
    IZL_NONE,
    IZL_LIST_INDEX,  /* by an index of what is a list */
    IZL_EITHER_INDEX /* or may be a buffer */
};
/* A message of the library in Lua's words, in text, IZL_MESSAGE chars long. */
void izl_in_lua(char *text, const char *message, unsigned first);
/* For __newindex: raises an error that says what to call instead. The last hint's name is NULL. */
struct izl_hint {
    const char *name, *instead;
};
int izl_no_field(lua_State *L, const char *kind, const struct izl_hint *hints);
/* A log that keeps the last message in text, IZL_MESSAGE chars long. */
izh_log izl_log(char *text);

/* ---- values.c ---- */

int izl_absolute(lua_State *L, int index);
/* Arguments: numbers only, no strings that look like one. */
double izl_number(lua_State *L, int argument);
uint64_t izl_whole(lua_State *L, int argument, uint64_t most);
uint64_t izl_whole_or(lua_State *L, int argument, uint64_t most, uint64_t otherwise);
const char *izl_string(lua_State *L, int argument, size_t *length);
void izl_check_table(lua_State *L, int argument);
void izl_check_function_or_nil(lua_State *L, int argument);
int izl_is_stop(lua_State *L, int index);

/* Pushes the names with commas between them. */
const char *izl_join(lua_State *L, const char *const *names);
/* Raises an error if the table at index has a field that is none of the names, nor among the first
 * `places` of a list. `hint` says more about a name, and may be NULL. */
void izl_check_fields(lua_State *L, int index, const char *of, const char *const *names, int places,
                      const char *(*hint)(const char *name));
/* What a callback answered that it must not; the answer is at index. */
int izl_wrong_answer(lua_State *L, int index, const char *callback, const char *expected);
/* Whether the answer at index is izh.STOP; raises an error if it is not nil either. */
int izl_stop_or_nothing(lua_State *L, int index, const char *callback);

/* Options: fields of a table at an argument; nil is the default, which is 0. */
void izl_check_options(lua_State *L, int index, const char *const *names);
double izl_option(lua_State *L, int index, const char *name);
uint64_t izl_option_whole(lua_State *L, int index, const char *name, uint64_t most);
uint64_t izl_option_bits(lua_State *L, int index, const char *name); /* or hex digits in a string */
int32_t izl_option_choice(lua_State *L, int index, const char *name, const char *const *choices);
izh_method izl_option_method(lua_State *L, int index);
izh_ou izl_option_ou(lua_State *L, int index, const char *name); /* {mean, sigma, tau} or named */
int izl_option_function(lua_State *L, int index, const char *name); /* pushes it, or nil: false */

uint64_t izl_bits(lua_State *L, int index, const char *name);   /* of a number or hex digits */
int izl_option_flag(lua_State *L, int index, const char *name); /* true or false */

void izl_push_whole(lua_State *L, uint64_t x);
void izl_set_number(lua_State *L, const char *name, double x);
void izl_set_whole(lua_State *L, const char *name, uint64_t x);
void izl_set_string(lua_State *L, const char *name, const char *x);

/* Plain memory of n elements, collected with the value that it pushes. */
void *izl_memory(lua_State *L, size_t n, size_t size);

enum izl_kind {
    IZL_ONE,   /* a number */
    IZL_LIST,  /* a table */
    IZL_VECTOR /* a buffer */
};
struct izl_numbers {
    const double *data;
    size_t n;
    enum izl_kind kind;
};
/* A number, a list of numbers or a buffer, by name in errors. Pushes one value, which keeps it. */
struct izl_numbers izl_numbers(lua_State *L, int index, const char *name);
/* The element of a column: of a number, the number. */
double izl_at(const struct izl_numbers *column, size_t i);
/* Pushes what the caller calls that element: source[3], or source for a number. */
const char *izl_place(lua_State *L, const char *name, const struct izl_numbers *column, size_t i);
/* An element that is a whole number from 0 to count - 1, or else an error that calls it so. */
uint32_t izl_index(lua_State *L, const char *name, const struct izl_numbers *column, size_t i,
                   uint64_t count);
/* Pushes numbers as one of that kind. It allocates: data must belong to a value on the stack. */
void izl_push_numbers(lua_State *L, const double *data, size_t n, size_t stride,
                      enum izl_kind kind);
/* Pushes v and u, each as one of that kind. */
void izl_push_states(lua_State *L, const izh_state *states, size_t n, enum izl_kind kind);
/* {v, u} or {v = , u = }; nil is (0, 0). */
izh_state izl_state(lua_State *L, int index, const char *name);
void izl_push_state(lua_State *L, izh_state state);
/* A list of {t, I, slope} or {t = , I = , slope = }; pushes one value, which keeps it. */
const izh_segment *izl_segments(lua_State *L, int index, size_t *n);
const izh_input *izl_inputs(lua_State *L, int index, size_t *n);
void izl_push_spike_event(lua_State *L, const izh_spike_event *event);

/* Pushes a blob as a string. `save` is izh_..._save() of the object at argument 1, which it checks
 * each time. */
typedef size_t izl_save_fn(lua_State *L, void *buffer, size_t capacity);
void izl_push_blob(lua_State *L, izl_save_fn *save);

/* ---- objects ---- */

void izl_register(lua_State *L, const luaL_Reg *functions); /* into the table on top */
/* Makes a type's metatable: methods, and __gc, __close and __tostring from the functions. */
void izl_class(lua_State *L, const char *type, const luaL_Reg *methods, const luaL_Reg *meta);
/* Pushes a zeroed userdata of that type, with a table of its own for what it keeps alive. */
void *izl_new(lua_State *L, size_t size, const char *type);
/* Pops a value and keeps it at a place, from 1, of the table of the userdata at index. There is
 * room for it: this raises no error, so that what the library has been given is kept for sure. */
#define IZL_PLACES 6
void izl_keep(lua_State *L, int index, int place);

/* ---- callback.c ---- */

/* A call of the library that may call Lua back. Lives in a userdata on the stack of that call. */
struct izl_call {
    lua_State *L;
    int *depth; /* of nested callbacks */
    int self;   /* where on the stack this is, */
    int refs;   /* the table with the functions, */
    int enter;  /* the C function that enters Lua, */
    int error;  /* and the error */
    int failed; /* there is one */
    void (*body)(lua_State *L, void *argument);
    void *argument;
};
/* Begins a call; the table with the functions is at index refs. Pushes what callbacks need. */
struct izl_call *izl_call_begin(lua_State *L, int refs);
/* From inside the library: runs body(L, argument) and keeps the error if it raises one. Whether it
 * went well, and all before it. On the body's stack are, at 2, the table with the functions and, at
 * 3, the first argument of the call under way: the object. */
#define IZL_FUNCTIONS 2
#define IZL_OBJECT 3
int izl_call(struct izl_call *call, void (*body)(lua_State *L, void *argument), void *argument);
/* Outside the library again: raises the error that there was. */
void izl_call_end(struct izl_call *call);

/* ---- buffer.c ---- */

struct izl_buffer {
    double *data;
    size_t n;
};
/* Pushes a buffer of zeros. */
struct izl_buffer *izl_new_buffer(lua_State *L, size_t n);
/* Pushes a buffer that shows other memory; n is 0 until it is set. */
struct izl_buffer *izl_new_view(lua_State *L);
struct izl_buffer *izl_check_buffer(lua_State *L, int argument);
struct izl_buffer *izl_test_buffer(lua_State *L, int index); /* NULL if it is no buffer */

/* ---- params.c ---- */

#define IZL_PARAMS 16                                     /* fields, all doubles */
extern const char *const izl_param_names[IZL_PARAMS + 1]; /* the last is NULL */
izh_params izl_params(lua_State *L, int index);
/* Raises an error for what is no table, has other fields, or is a preset or a list. */
void izl_check_params(lua_State *L, int index);
/* The option `initial` at index, or where there is none as for a neuron without a past: at rest
 * without current, else at its reset. */
izh_state izl_option_initial(lua_State *L, int index, const izh_params *params);
izh_params izl_option_params(lua_State *L, int index);
void izl_push_params(lua_State *L, const izh_params *params);

/* ---- gradients.c ---- */

/* The option `gradients` at index, of n; pushes what keeps it. */
const izh_gradient *izl_option_gradients(lua_State *L, int index, size_t *n);

/* ---- pinn.c ---- */

izh_pinn_network izl_option_pinn(lua_State *L, int index);

/* ---- flow.c ---- */

/* A flow map and how many hold it: its userdata, and solvers. */
struct izl_flow {
    izh_flow *flow;
    size_t holders;
    char text[IZL_MESSAGE]; /* of its log, which lives as long */
};
struct izl_flow *izl_flow_hold(lua_State *L, int index); /* raises an error where it is closed */
void izl_flow_drop(struct izl_flow *flow);               /* NULL is allowed */

/* ---- one for each file: adds to the module's table on top ---- */

void izl_open_analysis(lua_State *L);
void izl_open_buffer(lua_State *L);
void izl_open_params(lua_State *L);
void izl_open_solver(lua_State *L);
void izl_open_population(lua_State *L);
void izl_open_network(lua_State *L);
void izl_open_draw(lua_State *L);
void izl_open_pinn(lua_State *L);
void izl_open_flow(lua_State *L);
void izl_open_preset(lua_State *L);
void izl_open_metrics(lua_State *L);

#endif
