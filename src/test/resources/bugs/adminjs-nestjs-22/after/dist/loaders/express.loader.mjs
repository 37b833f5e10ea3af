import { AbstractLoader } from './abstract.loader.mjs';

export class ExpressLoader extends AbstractLoader {
  register(server, options) {
    server.use('admin', (request) => request.path.startsWith(options.rootPath));
    this.reorderRoutes(server);
  }

  reorderRoutes(server) {
    let jsonParser;
    let urlencodedParser;
    let admin;

    const take = (name) => {
      const index = server.stack.findIndex((layer) => layer.name === name);
      if (index >= 0) {
        return server.stack.splice(index, 1);
      }
      return [];
    };
    jsonParser = take('json');
    urlencodedParser = take('urlencoded');
    admin = take('admin');

    server.stack.unshift(...admin, ...jsonParser, ...urlencodedParser);
  }
}
