export class Router {
  resolveMiddleware(entry) {
    return entry;
  }
}
