'use strict';

module.exports = function errorPage(error) {
  return `<h1>${error.message}</h1>`;
};
