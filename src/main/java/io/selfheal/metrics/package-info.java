/** What is counted and timed of the seven steps, and where the numbers go. */
package io.selfheal.metrics;
