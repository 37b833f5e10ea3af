'use strict';

const NONE = Object.freeze({ value: '', spaces: 0 });

/** The nearest token before an index for which the test holds. */
function tokenBefore(source, index, test) {
  for (let i = index - 1; i >= 0; i -= 1) {
    if (test(source.tokens[i])) {
      return source.tokens[i];
    }
  }
  return NONE;
}

/** The nearest token after an index; an empty one where there is none. */
function tokenAfter(source, index) {
  return source.tokens[index + 1] || NONE;
}

function isPunctuator(token, value) {
  return token.value === value;
}

module.exports = { tokenBefore, tokenAfter, isPunctuator };
