'use strict';

const rule = require('./src/rules/typeColonSpacing');

const tokens = [{ value: 'type' }, { value: 'X' }, { value: '=' }, { value: '(' }, { value: 'number' }];
console.log(rule.check({ tokens, annotations: [{ index: 4 }, { index: 0 }] }));
