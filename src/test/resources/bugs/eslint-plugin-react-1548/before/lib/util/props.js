'use strict';

/** Whether an attribute sets a listener. */
exports.isListener = function isListener(name) {
  return /^on[A-Z]/.test(name);
};
