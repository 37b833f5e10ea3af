/** The deterministic rules that a change must pass before it is pushed; a class for each. */
package io.selfheal.commit.guard;
