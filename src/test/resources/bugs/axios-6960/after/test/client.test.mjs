import assert from 'node:assert';
import client from '../lib/index.js';

const posted = await client.request({ url: 'local:/orders', method: 'post' });
assert.strictEqual(posted.status, 201);

const unset = await client.request({ url: 'local:/orders', method: undefined });
assert.strictEqual(unset.status, 200);

const got = await client.get('local:/orders');
assert.strictEqual(got.status, 200);
