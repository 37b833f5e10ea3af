'use strict';

const utils = require('./utils');

function handleRequest(mockAdapter, resolve, reject, config) {
  const url = config.baseURL && config.url.startsWith(config.baseURL)
    ? config.url.slice(config.baseURL.length)
    : config.url;
  const handler = utils.findHandler(mockAdapter.handlers, config.method.toLowerCase(), url);
  if (!handler) {
    reject(Object.assign(new Error('Request failed'), { status: 404, config }));
    return;
  }
  const response = { status: handler[1], data: handler[2], config };
  if (response.status >= 200 && response.status < 300) {
    resolve(response);
  } else {
    reject(Object.assign(new Error('Request failed'), { status: response.status, config }));
  }
}

module.exports = handleRequest;
