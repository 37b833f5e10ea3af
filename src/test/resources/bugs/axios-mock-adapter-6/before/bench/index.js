'use strict';

const { time } = require('./utils');
const MockAdapter = require('../src');

console.log(time(() => new MockAdapter().onGet('/x').reply(200)));
