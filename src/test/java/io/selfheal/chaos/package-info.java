/** The program with its processes killed and its outside services failing. */
package io.selfheal.chaos;
