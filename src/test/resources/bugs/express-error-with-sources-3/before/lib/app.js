'use strict';

module.exports = function createApp() {
  const routes = new Map();
  let fail = (error) => { throw error; };

  return {
    get(path, handler) {
      routes.set(path, handler);
    },
    onError(handler) {
      fail = handler;
    },
    handle(path) {
      try {
        return routes.get(path)({ path });
      } catch (error) {
        return fail(error, { path });
      }
    },
  };
};
