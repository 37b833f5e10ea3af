package io.selfheal.doctor;

/**
 * A check and what it has found.
 *
 * @param check its name
 */
public record CheckResult(String check, Finding finding) {}
