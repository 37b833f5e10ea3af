'use strict';

const createApp = require('./lib/app');
const errorPage = require('./lib/error-page');

const app = createApp();
app.get('/orders', () => {
  throw { code: 'E_ORDERS', message: 'no orders' };
});
app.onError(errorPage({ contextSize: 3 }));
console.log(app.handle('/orders'));
