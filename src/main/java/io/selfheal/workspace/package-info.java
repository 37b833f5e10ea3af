/**
 * Git repositories on this machine: cached mirrors, one private work tree per repair, keys and
 * tokens.
 */
package io.selfheal.workspace;
