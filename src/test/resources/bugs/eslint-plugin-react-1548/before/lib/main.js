'use strict';

const Runner = require('./util/Runner');
const rule = require('./rules/jsx-no-bind');

const runner = new Runner(rule);
runner.run([
  { type: 'VariableDeclarator', kind: 'let', id: 'foo', init: null }
]);
console.log(runner.messages);
