'use strict';

exports.rules = {
  'newline-after-import': require('./rules/newline-after-import'),
  'first': require('./rules/first'),
};
