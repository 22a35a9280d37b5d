"""One network (一网通办, Art 15): status and to-dos pushed out, matters listed, deep links in."""
