'use strict';

const parsetrace = require('./parsetrace');
const sources = require('./sources');

module.exports = function errorPage(options) {
  const contextSize = options.contextSize || 5;

  return function render(error, request) {
    const frames = parsetrace(error).map((frame) => ({
      ...frame,
      lines: sources(frame, contextSize),
    }));
    return { status: error.status || 500, path: request.path, message: error.message, frames };
  };
};
