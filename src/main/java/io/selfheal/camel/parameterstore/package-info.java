/**
 * Camel properties function {@code aws-parameterstore}, which Camel has for Secrets Manager only.
 */
package io.selfheal.camel.parameterstore;
