'use strict';

const MockAdapter = require('./src');

const mock = new MockAdapter();
mock.onGet('/users').reply(200, ['kim']);
mock.adapter({ method: 'GET', url: '/users' }).then(
  (response) => console.log(response.data),
  (error) => {
    console.error(error.stack);
    process.exitCode = 1;
  },
);
