'use strict';

const assert = require('assert');
const { check } = require('../lib/rules/newline-after-import');

const declaration = { type: 'ClassDeclaration', decorators: [{ line: 3 }] };

assert.deepStrictEqual(check([
  { type: 'ImportDeclaration', line: 1 },
  { type: 'ExportNamedDeclaration', line: 4, declaration },
]), []);
