/** The dashboard and its JSON: what people see of the issues, and the two things they can do. */
package io.selfheal.web;
