import { ExpressLoader } from './loaders/express.loader.mjs';

export class AdminModule {
  constructor(options) {
    this.options = options;
    this.loader = new ExpressLoader();
  }

  onModuleInit(server) {
    this.loader.register(server, this.options);
  }
}
