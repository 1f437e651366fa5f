# For Doxygen: the pages' links to headers, which are those of the repository, become the site's.
s#\]\(\.\./include/izh/([a-z]+\.h)\)#](@ref \1)#g
# GitHub names places by headings, Doxygen does not: there a link leads to the page.
s@\]\(([a-z0-9-]+\.md)#[a-z0-9-]+\)@](\1)@g
# A link within a page is its words only.
s@([^!]|^)\[([^]]*)\]\(#[a-z0-9-]+\)@\1\2@g
