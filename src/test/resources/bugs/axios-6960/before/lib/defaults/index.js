export default {
  method: 'get',
  timeout: 1000,
  headers: { common: { Accept: 'application/json' }, get: {}, post: {} },
};
