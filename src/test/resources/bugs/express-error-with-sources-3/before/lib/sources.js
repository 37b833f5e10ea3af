'use strict';

const fs = require('fs');

/** Lines around the line of a frame. */
module.exports = function sources(frame, contextSize) {
  if (!fs.existsSync(frame.file)) {
    return [];
  }
  const lines = fs.readFileSync(frame.file, 'utf8').split('\n');
  return lines.slice(Math.max(0, frame.line - contextSize - 1), frame.line + contextSize);
};
