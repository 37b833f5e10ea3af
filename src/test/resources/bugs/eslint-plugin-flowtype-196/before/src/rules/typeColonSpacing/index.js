'use strict';

const reporter = require('./reporter');

exports.check = function check(source) {
  const messages = [];
  source.annotations.forEach((annotation) => reporter(source, annotation, messages));
  return messages;
};
