/**
 * Camel component {@code aws-cwlogs}: a consumer that polls CloudWatch Logs, which Camel has no
 * component for. Shaped as Camel's own AWS components, so that who knows one of them knows this
 * one.
 */
package io.selfheal.camel.cwlogs;
