'use strict';

const reporter = require('./reporter');

exports.check = (source) => source.annotations.forEach((annotation) => reporter(source, annotation, []));
