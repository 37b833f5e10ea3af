package io.selfheal.issue;

import java.util.Optional;

/**
 * What the issue table is like.
 *
 * @param status DynamoDB's word, {@code ACTIVE} when it can be used
 * @param keyed whether its key is {@code pk} alone
 * @param stream the view type of its stream; empty where it has none
 * @param indexed whether it has the index {@code unfinished}
 */
public record TableShape(String status, boolean keyed, Optional<String> stream, boolean indexed) {}
