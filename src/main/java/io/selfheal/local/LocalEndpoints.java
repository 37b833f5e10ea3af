package io.selfheal.local;

import java.net.URI;

/**
 * Where the embedded services listen, always on loopback.
 *
 * @param sqs null where only the table was asked for
 */
public record LocalEndpoints(URI dynamoDb, URI sqs) {}
