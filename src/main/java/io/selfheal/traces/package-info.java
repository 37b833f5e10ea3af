/** One OpenTelemetry trace for each error, from its storing to its pull request; off by default. */
package io.selfheal.traces;
