'use strict';

const FRAME = /^\s+at (?:(.+?) \()?(.+?):(\d+):(\d+)\)?$/;

/** The frames of an error. */
module.exports = function parsetrace(error) {
  const lines = error.stack.split('\n');
  return lines
    .map((line) => FRAME.exec(line))
    .filter(Boolean)
    .map(([, name, file, line]) => ({ name, file, line: Number(line) }));
};
