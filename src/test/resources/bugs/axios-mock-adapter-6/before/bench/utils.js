'use strict';

exports.time = function time(run) {
  const start = process.hrtime.bigint();
  run();
  return process.hrtime.bigint() - start;
};
