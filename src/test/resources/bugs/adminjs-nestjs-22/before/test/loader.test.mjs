import assert from 'node:assert';
import { ExpressLoader } from '../dist/loaders/express.loader.mjs';
import { createServer } from '../dist/server.mjs';

const names = (...middleware) => {
  const server = createServer();
  middleware.forEach((name) => server.use(name, () => {}));
  new ExpressLoader().register(server, { rootPath: '/admin' });
  return server.stack.map((layer) => layer.name);
};

assert.deepStrictEqual(names('urlencoded', 'json'), ['admin', 'json', 'urlencoded']);
