import { namedMiddleware } from './middleware.mjs';

export class Router {
  constructor(pages) {
    this.pages = pages;
    this.named = {};
  }

  async resolveMiddleware(entry) {
    if (typeof entry !== 'string') {
      return entry;
    }
    const loaded = this.named[entry] || (await namedMiddleware[entry]?.());
    return loaded.default || loaded;
  }

  async navigate(path) {
    const to = this.pages.find((page) => page.path === path);
    for (const entry of to.meta.middleware ?? []) {
      const middleware = await this.resolveMiddleware(entry);
      if (!middleware) {
        throw new Error(`Unknown route middleware: '${entry}'.`);
      }
      if (!middleware(to)) {
        return 'denied';
      }
    }
    return to.name;
  }
}