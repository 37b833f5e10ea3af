package io.selfheal.model;

/**
 * One change of the model's answer, not yet trusted.
 *
 * @param path repository path as the model wrote it
 * @param search exact current text, which must match one place; empty for a new file
 * @param replace new text
 */
public record Edit(String path, String search, String replace) {}
