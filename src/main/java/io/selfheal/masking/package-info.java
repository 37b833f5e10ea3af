/** Keeps secrets and personal data of the logs out of the table, the prompt and pull requests. */
package io.selfheal.masking;
