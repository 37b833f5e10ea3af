/** Whether changed files can still be read by the language that they are written in. */
package io.selfheal.commit.syntax;
