"""Where each definition of a C file begins and ends: by these, tests name a place in the source, whatever
file it moves to."""
import re

# From the first column to the brace that closes it there.
FUNCTION = re.compile(r'^(\w[^;{}=#]*?)\b(\w+)\((?!\()[^;{}]*?\)\n\{\n.*?^\}', re.M | re.S)
# A variable with its initializer, and a macro with the lines that it goes on for.
VARIABLE = re.compile(r'^(\w[^;{}()=#]*?)\b(\w+)(?:\[[^=;]*\])? = [^;]*;', re.M)
MACRO = re.compile(r'^(#define )(\w+).*(?:(?<=\\)\n.*)*', re.M)


def definitions(text):
    """(name, first, end) of each function, macro, and variable outside of functions, by characters."""
    for kind in (FUNCTION, VARIABLE, MACRO):
        for match in kind.finditer(text):
            yield match[2], match.start(), match.end()
