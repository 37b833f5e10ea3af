package html.select;

/** A token of a query. */
record Token(String text, int position) {}
