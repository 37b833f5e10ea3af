'use strict';

module.exports = {
  ...require('./tokens'),
  ...require('./quotes'),
};
