package io.selfheal.logs;

/**
 * An event, and what its line says of where it comes from.
 *
 * @param logGroup namespace and container where a shipper names them; null otherwise
 * @param logStream pod, container and output; null where the line says nothing
 */
record DecodedLine(String logGroup, String logStream, LogEvent event) {}
