/* A status of the library as a Lua error. */
#include "binding.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void izl_fail(lua_State *L, izh_status status, const char *format, ...)
{
    char text[2 * IZL_MESSAGE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    luaL_where(L, 1);
    lua_pushfstring(L, "%s: %s", izh_status_name(status), text);
    lua_concat(L, 2);
    lua_error(L);
    abort(); /* lua_error() does not return, and its header does not say so */
}

const char *izl_format(lua_State *L, const char *format, ...)
{
    char text[IZL_MESSAGE]; /* of its own: the arguments' memory may go when Lua allocates */
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    lua_pushstring(L, text);
    return lua_tostring(L, -1);
}

/* What a message of the library says in C, and what in Lua. */
static const struct word {
    const char *c, *lua;
    enum izl_counting counting;
} words[] = {{"inputs[", "inputs[", IZL_LIST_INDEX},
             {"segments[", "stimulus[", IZL_LIST_INDEX},
             {"times[", "times[", IZL_EITHER_INDEX},
             {"neurons[", "neurons[", IZL_EITHER_INDEX},
             {"receptors[", "receptors[", IZL_LIST_INDEX},
             {"synapse ", "synapse ", IZL_EITHER_INDEX},
             {"spike ", "spike ", IZL_EITHER_INDEX},
             {"hz[", "hz[", IZL_EITHER_INDEX},
             {"traces[", "traces[", IZL_LIST_INDEX},
             {"gains[", "gain[", IZL_EITHER_INDEX},
             {"I[", "currents[", IZL_EITHER_INDEX},
             {"weights[", "weight[", IZL_EITHER_INDEX},
             {"IZH_EVENTS_EXACT", "'exact'", IZL_NONE},
             {"IZH_EVENTS_GRID", "'grid'", IZL_NONE},
             {NULL, NULL, IZL_NONE}};

static const struct word *word_at(const char *message)
{
    for (const struct word *word = words; word->c; word++) {
        const size_t length = strlen(word->c);
        if (strncmp(message, word->c, length) == 0 &&
            (word->counting == IZL_NONE || isdigit((unsigned char)message[length])))
            return word;
    }
    return NULL;
}

void izl_in_lua(char *text, const char *message, unsigned first)
{
    size_t n = 0;
    while (*message && n < IZL_MESSAGE - 1) {
        const struct word *word = word_at(message);
        if (!word) {
            text[n++] = *message++;
            continue;
        }
        message += strlen(word->c);
        n += (size_t)snprintf(text + n, IZL_MESSAGE - n, "%s", word->lua);
        if (word->counting == IZL_NONE || n >= IZL_MESSAGE)
            continue;
        char *after;
        const unsigned long long index = strtoull(message, &after, 10);
        message = after;
        n += (size_t)snprintf(text + n, IZL_MESSAGE - n, "%llu",
                              index + (word->counting == IZL_LIST_INDEX ? 1 : first));
    }
    text[n < IZL_MESSAGE ? n : IZL_MESSAGE - 1] = '\0';
}

void izl_check_from(lua_State *L, izh_status status, const char *message, unsigned first)
{
    char text[IZL_MESSAGE];
    if (status >= 0)
        return;
    izl_in_lua(text, message && *message ? message : izh_status_text(status), first);
    izl_fail(L, status, "%s", text);
}

void izl_check(lua_State *L, izh_status status, const char *message)
{
    izl_check_from(L, status, message, 1);
}

int izl_no_field(lua_State *L, const char *kind, const struct izl_hint *hints)
{
    const char *name = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : luaL_typename(L, 2);
    while (hints->name && strcmp(name, hints->name) != 0)
        hints++;
    izl_fail(L, IZH_E_INVALID, "a %s has no field '%s' to set%s%s", kind, name,
             hints->name ? ": use " : "", hints->name ? hints->instead : "");
}

static void keep_message(void *user, izh_status status, const char *message)
{
    char *text = user;
    (void)status;
    strncpy(text, message, IZL_MESSAGE - 1);
}

izh_log izl_log(char *text)
{
    memset(text, 0, IZL_MESSAGE);
    return (izh_log){keep_message, text};
}
