'use strict';

const assert = require('assert');
const Runner = require('../lib/util/Runner');
const rule = require('../lib/rules/jsx-no-bind');

function run(...nodes) {
  const runner = new Runner(rule);
  runner.run(nodes);
  return runner.messages;
}

assert.deepStrictEqual(run(
  { type: 'VariableDeclarator', kind: 'const', id: 'f', init: { type: 'ArrowFunctionExpression' } },
  { type: 'JSXAttribute', name: 'onClick', value: { type: 'Identifier', name: 'f' } }
).length, 1);
