/**
 * Camel component {@code aws-kcl}: a consumer that reads a Kinesis stream with the Kinesis Client
 * Library and moves its checkpoint on only after an exchange succeeded. Camel's own {@code
 * aws2-kinesis} with {@code useKclConsumers} sets checkpoints at its stop only, ignores exchanges
 * that failed, and begins at the newest record: a crash or a failure loses records.
 */
package io.selfheal.camel.kcl;
