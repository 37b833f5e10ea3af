'use strict';

const assert = require('assert');
const errorPage = require('../lib/error-page');

const render = errorPage({ contextSize: 1 });
const page = render(new Error('broken'), { path: '/' });
assert.strictEqual(page.status, 500);
assert.deepStrictEqual(render({ message: 'plain' }, { path: '/' }).frames, []);
assert.ok(page.frames[0].lines.some((line) => line.includes("new Error('broken')")));
