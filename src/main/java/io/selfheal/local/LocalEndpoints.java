package io.selfheal.local;

import java.net.URI;

/** Where the embedded services listen, always on loopback. */
public record LocalEndpoints(URI dynamoDb, URI sqs) {}
