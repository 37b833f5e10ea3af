/** Step 1: what the sources deliver, decoded to {@link io.selfheal.logs.ReceivedLogs}. */
package io.selfheal.logs;
