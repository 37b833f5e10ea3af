'use strict';

const assert = require('assert');
const rule = require('../src/rules/typeColonSpacing');

const tokens = [{ value: 'x' }, { value: ':', spaces: 2 }, { value: 'number' }];
assert.deepStrictEqual(rule.check({ tokens, annotations: [{ index: 0 }] }), []);
assert.strictEqual(rule.check({ tokens, annotations: [{ index: 2 }] }).length, 1);
