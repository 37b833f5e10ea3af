'use strict';

const assert = require('assert');
const MockAdapter = require('../src');

async function main() {
  const mock = new MockAdapter();
  mock.onPost('/users').reply(201);
  const response = await mock.adapter({ method: 'post', url: '/users' });
  assert.strictEqual(response.status, 201);
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
