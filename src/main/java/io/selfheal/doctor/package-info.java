/** Looks at what a deployment needs, one check each, and tells people what to do. */
package io.selfheal.doctor;
