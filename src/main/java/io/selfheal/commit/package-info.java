/** Step 6: turns the model's answer into a checked, verified and pushed branch. */
package io.selfheal.commit;
