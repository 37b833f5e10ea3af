/**
 * Camel component {@code tail}: a consumer that follows growing text files over rotations and
 * restarts.
 */
package io.selfheal.camel.tail;
