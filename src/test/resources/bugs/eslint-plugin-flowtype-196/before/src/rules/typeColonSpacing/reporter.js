'use strict';

const { tokenBefore, isPunctuator } = require('../../utilities');

module.exports = function report(source, annotation, messages) {
  const colon = tokenBefore(source, annotation.index, (token) => !isPunctuator(token, '('));
  if (colon.value !== ':') {
    return;
  }
  if (colon.spaces !== 1) {
    messages.push('There must be 1 space after the colon.');
  }
};
