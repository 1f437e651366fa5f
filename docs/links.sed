# For Doxygen: the pages' links to headers, which are those of the repository, become the site's.
s#\]\(\.\./include/izh/([a-z]+\.h)\)#](@ref \1)#g
