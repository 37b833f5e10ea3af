import { AdminModule } from './admin.module.mjs';
import { createServer } from './server.mjs';

const server = createServer();
server.use('json', (request) => request);
new AdminModule({ rootPath: '/admin' }).onModuleInit(server);
console.log(server.stack.map((layer) => layer.name));
