import { AbstractLoader } from './abstract.loader.mjs';

export class FastifyLoader extends AbstractLoader {
  register(server, options) {
    server.use('admin', (request) => request.url.startsWith(options.rootPath));
  }
}
