'use strict';

function isEqual(url, matcher) {
  return matcher instanceof RegExp ? matcher.test(url) : matcher === undefined || matcher === url;
}

function findHandler(handlers, method, url) {
  return handlers[method].find((handler) => isEqual(url, handler[0]));
}

module.exports = { findHandler, isEqual };
