/* A status of the library as a Lua error. */
#include "binding.h"

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

void izl_check(lua_State *L, izh_status status, const char *message)
{
    if (status < 0)
        izl_fail(L, status, "%s", message && *message ? message : izh_status_text(status));
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
