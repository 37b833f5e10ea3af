'use strict';

const rules = require('./index').rules;

const body = [
  { type: 'ImportDeclaration', line: 1, source: 'a' },
  { type: 'ExportNamedDeclaration', line: 2, declaration: null, specifiers: ['a'] },
];

console.log(rules['newline-after-import'].check(body));
