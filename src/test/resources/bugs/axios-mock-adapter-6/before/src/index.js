'use strict';

const handleRequest = require('./handle_request');

const VERBS = ['get', 'post', 'head', 'delete', 'patch', 'put'];

class MockAdapter {
  constructor() {
    this.handlers = Object.fromEntries(VERBS.map((verb) => [verb, []]));
  }

  adapter(config) {
    return new Promise((resolve, reject) => {
      handleRequest(this, resolve, reject, config);
    });
  }
}

VERBS.forEach((verb) => {
  const name = `on${verb.charAt(0).toUpperCase()}${verb.slice(1)}`;
  MockAdapter.prototype[name] = function on(matcher) {
    return {
      reply: (status, data) => {
        this.handlers[verb].push([matcher, status, data]);
        return this;
      },
    };
  };
});

module.exports = MockAdapter;
